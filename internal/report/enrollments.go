package report

import (
	"github.com/ambit-lms/ambit/internal/transcript"
)

// enrollments walks over what one learner is enrolled in and the report can show,
// by the number of the activity; or over the one program that the filter asks
// about. Reports over everybody are made of this, so it allocates nothing.
type enrollments struct {
	column *Column
	rank   int32 // of the column in order of title
	entry  transcript.Entry
	state  transcript.State

	t      *tabulation
	v      *view
	r      transcript.Reader
	asked  bool // about the program
	damage error
}

func (t *tabulation) over(v *view) enrollments {
	x := enrollments{t: t, v: v}
	if t.program == nil {
		x.r = transcript.Read(v.record)
	}
	return x
}

// next goes to the next enrollment and tells whether there was one.
func (x *enrollments) next() bool {
	if x.t.program != nil {
		return x.aboutProgram()
	}
	ranks, org := x.t.rank, x.v.org
	for x.r.Next(&x.entry) {
		a := x.entry.Activity
		if int(a) >= len(ranks) || ranks[a] < 0 || !x.v.may(a) {
			continue
		}
		if x.state = x.entry.On(org.Today, org.Windows); x.state == transcript.NotEnrolled {
			continue
		}
		x.rank = ranks[a]
		x.column = &x.t.columns[x.rank]
		if !x.v.all {
			x.entry = x.v.ownDates(*x.column, x.entry)
		}
		return true
	}
	return false
}

func (x *enrollments) aboutProgram() bool {
	if x.asked || !x.v.shows(*x.t.program) {
		return false
	}
	x.asked, x.column = true, x.t.program
	x.entry, x.state = x.v.cell(*x.t.program)
	x.damage = x.v.err()
	return x.state != transcript.NotEnrolled && x.damage == nil
}

// err tells whether the walk met damage.
func (x *enrollments) err() error {
	if x.damage != nil {
		return x.damage
	}
	return x.r.Err()
}
