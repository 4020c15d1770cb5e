// Package crowd makes roster bundles of any size, for measuring, and one person
// for each width of sight: 50 learners, 5,000, a fifth of all, and all. What is
// drawn is skewed as in real schools: many learners with few enrollments and
// few with many, popular activities beside rare ones, purchases of one seat and
// of a hundred. The files are written while they are read, so five million rows
// need no memory.
package crowd

import (
	"fmt"
	"io"
	"io/fs"

	"github.com/ambit-lms/ambit/internal/day"
)

// Size says how large a crowd is.
type Size struct {
	Learners, Enrollments, Activities int
	Today                             day.Day
}

// Who looks at how many learners: the external ids of people in every crowd.
const (
	SeesFifty  = "sees-50"    // License Reporter of a purchase of 50
	SeesMany   = "sees-5000"  // License Reporter of a purchase of 5,000, or half of all
	SeesFifth  = "sees-fifth" // Multiple Location Administrator over a fifth
	SeesAll    = "sees-all"   // Organization Administrator
	fiftySeats = 50
)

// ManySeats is how many learners SeesMany sees.
func (s Size) ManySeats() int { return min(5000, s.Learners/2) }

// Bundle gives the crowd's files.
func (s Size) Bundle() fs.FS {
	return bundle{
		"locations.csv":          s.locations,
		"people.csv":             s.people,
		"activities.csv":         s.activities,
		"programs.csv":           s.programs,
		"program_activities.csv": s.programActivities,
		"enrollments.csv":        s.enrollments,
		"purchases.csv":          s.purchases,
		"seats.csv":              s.seats,
	}
}

// regions is how many equal parts the tree has; one of them is "a fifth".
const regions = 5

func (s Size) locations(w io.Writer) {
	fmt.Fprintln(w, "id,parent_id,name")
	for r := range regions {
		fmt.Fprintf(w, "r%d,,Region %d\n", r, r)
		for c := range 20 {
			fmt.Fprintf(w, "r%dc%d,r%d,City %d-%d\n", r, c, r, r, c)
		}
	}
}

var (
	given  = []string{"Ana", "Ben", "Chloé", "Dmitri", "Elif", "فاطمة", "Grace", "博", "Ivan", "José", "Khadija", "Lars", "Mei", "Nina", "Omar", "Παύλος"}
	family = []string{"Okafor", "Lindqvist", "Wei", "Ríos", "Yılmaz", "Haddad", "Mbeki", "Tanaka", "Petrov", "García", "Novak", "Schmidt", "Zhang", "O’Brien"}
)

func (s Size) people(w io.Writer) {
	fmt.Fprintln(w, "id,email,given_name,family_name,location_id,role")
	fmt.Fprintf(w, "%[1]s,%[1]s@crowd.example,Fay,Fifty,,Student\n", SeesFifty)
	fmt.Fprintf(w, "%[1]s,%[1]s@crowd.example,Max,Many,,Student\n", SeesMany)
	fmt.Fprintf(w, "%[1]s,%[1]s@crowd.example,Ria,Region,r0,Multiple Location Administrator\n", SeesFifth)
	fmt.Fprintf(w, "%[1]s,%[1]s@crowd.example,Ole,Organization,,Organization Administrator\n", SeesAll)
	for i := range s.Learners {
		fmt.Fprintf(w, "p%d,p%d@crowd.example,%s,%s %d,r%dc%d,Student\n", i, i, given[i*7%len(given)], family[i*11%len(family)], i%997, i%regions, i/regions%20)
	}
}
