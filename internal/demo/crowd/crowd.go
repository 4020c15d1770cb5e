// Package crowd makes roster bundles of any size, for measuring: learners with
// skewed numbers of enrollments, as real schools have them, and one person for
// each width of sight: 50 learners, 5,000, a fifth of all, and all. The files
// are written while they are read, so five million rows need no memory.
package crowd

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"time"

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
		"locations.csv":   s.locations,
		"people.csv":      s.people,
		"activities.csv":  s.activities,
		"enrollments.csv": s.enrollments,
		"purchases.csv":   s.purchases,
		"seats.csv":       s.seats,
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

func (s Size) activities(w io.Writer) {
	fmt.Fprintln(w, "id,title,kind,minutes")
	for a := range s.Activities {
		fmt.Fprintf(w, "a%d,Course %03d of the crowd,course,%d\n", a, a, 20+a%90)
	}
}

// enrollments gives some learners many and some few, in popular and rare
// activities, with the states of a busy school.
func (s Size) enrollments(w io.Writer) {
	fmt.Fprintln(w, "person_id,activity_id,enrolled_at,started_at,completed_at,due_on,valid_until,progress,score,minutes_spent,last_active_at,outcome,outcome_on")
	r := rand.New(rand.NewPCG(7, 11))
	mean := max(s.Enrollments/max(s.Learners, 1), 1)
	left := s.Enrollments
	for i := range s.Learners {
		n := min(mean/2+r.IntN(mean+1), s.Activities) // half to one and a half of the mean
		if i == s.Learners-1 || n > left {
			n = min(left, s.Activities)
		}
		left -= n
		first := r.IntN(s.Activities)
		for k := range n {
			s.enrollment(w, r, i, (first+k)%s.Activities)
		}
	}
}

func (s Size) enrollment(w io.Writer, r *rand.Rand, learner, activity int) {
	enrolled := s.Today - day.Day(30+r.IntN(600))
	due := enrolled + day.Day(30+r.IntN(200))
	switch r.IntN(10) {
	case 0:
		fmt.Fprintf(w, "p%d,a%d,%s,,,%s,,0,,0,,,\n", learner, activity, enrolled, due)
	case 1:
		fmt.Fprintf(w, "p%d,a%d,%s,%s,,%s,,%d,,%d,%s,withdrawn,%s\n", learner, activity, enrolled, enrolled+3, due, r.IntN(60), r.IntN(300), enrolled+9, enrolled+20)
	case 2, 3, 4:
		fmt.Fprintf(w, "p%d,a%d,%s,%s,,%s,,%d,,%d,%s,,\n", learner, activity, enrolled, enrolled+3, due, 1+r.IntN(98), r.IntN(300), enrolled+20)
	default:
		done := enrolled + day.Day(10+r.IntN(20))
		valid := ""
		if activity%4 == 0 {
			valid = (done + 365).String()
		}
		fmt.Fprintf(w, "p%d,a%d,%s,%s,%s,%s,%s,100,%d,%d,%s,,\n", learner, activity, enrolled, enrolled+2, done, due, valid, 50+r.IntN(51), 30+r.IntN(400), done)
	}
}

func (s Size) purchases(w io.Writer) {
	fmt.Fprintln(w, "id,product_id,buyer_id,company,seats,purchased_at,reporter_id")
	bought := (s.Today - 400).String()
	fmt.Fprintf(w, "fifty,a0,%[1]s,Fifty Ltd,%[2]d,%[3]s,%[1]s\n", SeesFifty, fiftySeats+10, bought)
	fmt.Fprintf(w, "many,a1,%[1]s,Many Inc,%[2]d,%[3]s,%[1]s\n", SeesMany, s.ManySeats()+100, bought)
}

func (s Size) seats(w io.Writer) {
	fmt.Fprintln(w, "purchase_id,person_id,assigned_at,redeemed_at,state")
	at := (s.Today - 300).String()
	for i := range min(fiftySeats, s.Learners) {
		fmt.Fprintf(w, "fifty,p%d,%s,%s,redeemed\n", i*(s.Learners/fiftySeats), at, at)
	}
	for i := range s.ManySeats() {
		fmt.Fprintf(w, "many,p%d,%s,%s,redeemed\n", i*(s.Learners/s.ManySeats()), at, at)
	}
}

// bundle is a folder whose files are functions that write them.
type bundle map[string]func(io.Writer)

// Open begins to write a file; it stops when the reader closes it.
func (b bundle) Open(name string) (fs.File, error) {
	if name == "." {
		return folder{b}, nil
	}
	write, ok := b[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	r, w := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(w, 1<<16)
		write(out)
		w.CloseWithError(out.Flush())
	}()
	return file{PipeReader: r, name: name}, nil
}

type file struct {
	*io.PipeReader
	name string
}

func (f file) Stat() (fs.FileInfo, error) { return info(f.name), nil }

type info string

func (i info) Name() string       { return string(i) }
func (i info) Size() int64        { return 0 }
func (i info) Mode() fs.FileMode  { return 0o444 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i == "." }
func (i info) Sys() any           { return nil }

type folder struct{ b bundle }

func (folder) Stat() (fs.FileInfo, error) { return dirInfo{}, nil }
func (folder) Read([]byte) (int, error)   { return 0, fs.ErrInvalid }
func (folder) Close() error               { return nil }

// ReadDir lists the files.
func (f folder) ReadDir(int) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	for name := range f.b {
		out = append(out, fs.FileInfoToDirEntry(info(name)))
	}
	return out, nil
}

type dirInfo struct{ info }

func (dirInfo) Mode() fs.FileMode { return fs.ModeDir | 0o555 }
func (dirInfo) IsDir() bool       { return true }
