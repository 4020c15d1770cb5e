package crowd

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/ambit-lms/ambit/internal/day"
)

func (s Size) activities(w io.Writer) {
	fmt.Fprintln(w, "id,title,kind,minutes,url,self_complete")
	for a := range s.Activities {
		fmt.Fprintf(w, "a%[1]d,Course %03[1]d of the crowd,course,%[2]d,https://learn.crowd.example/a%[1]d,yes\n", a, 20+a%90)
	}
}

// A program for every twenty activities, each of so many of them.
const (
	perProgram  = 20
	programSize = 6
)

func (s Size) programs(w io.Writer) {
	fmt.Fprintln(w, "id,title")
	for g := range s.Activities / perProgram {
		fmt.Fprintf(w, "g%[1]d,Program %02[1]d of the crowd\n", g)
	}
}

func (s Size) programActivities(w io.Writer) {
	fmt.Fprintln(w, "program_id,activity_id,position")
	for g := range s.Activities / perProgram {
		for k := range programSize {
			fmt.Fprintf(w, "g%d,a%d,%d\n", g, g*perProgram+k*3, k+1)
		}
	}
}

// spread is how far the numbers of enrollments of learners lie apart: the
// standard deviation of their logarithms.
const spread = 0.6

// enrollments gives few learners many and many few, in popular and rare
// activities, with the states of a busy school. The numbers of later learners
// make up for those of earlier ones, so that the total is what was asked for.
func (s Size) enrollments(w io.Writer) {
	fmt.Fprintln(w, "person_id,activity_id,enrolled_at,started_at,completed_at,due_on,valid_until,progress,score,minutes_spent,last_active_at,outcome,outcome_on")
	r := rand.New(rand.NewPCG(7, 11))
	draw := newDraw(s.Activities)
	left := s.Enrollments
	for i := range s.Learners {
		mean := float64(left) / float64(s.Learners-i)
		n := int(math.Round(mean * math.Exp(spread*r.NormFloat64()-spread*spread/2)))
		if i == s.Learners-1 {
			n = left
		}
		n = min(max(n, 0), left, s.Activities)
		left -= n
		for _, a := range draw.take(r, n) {
			s.enrollment(w, r, i, a)
		}
	}
}

// draw takes different activities, the popular ones more often.
type draw struct {
	weight []float64
	keys   []key
	taken  []int
}

type key struct {
	at       float64
	activity int
}

// newDraw makes the least popular of 200 activities a fourteenth as popular as
// the most popular one.
func newDraw(activities int) *draw {
	d := &draw{weight: make([]float64, activities), keys: make([]key, activities)}
	for a := range d.weight {
		d.weight[a] = 1 / math.Sqrt(1+float64(a))
	}
	return d
}

// take gives n activities in ascending order. Each is reached after a random
// time, sooner the more popular it is; the first n count.
func (d *draw) take(r *rand.Rand, n int) []int {
	for a := range d.keys {
		d.keys[a] = key{r.ExpFloat64() / d.weight[a], a}
	}
	slices.SortFunc(d.keys, func(x, y key) int {
		if x.at < y.at {
			return -1
		}
		return 1
	})
	d.taken = d.taken[:0]
	for _, k := range d.keys[:n] {
		d.taken = append(d.taken, k.activity)
	}
	slices.Sort(d.taken)
	return d.taken
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
