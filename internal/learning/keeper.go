package learning

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// What comes of a line of an act of enrolling.
const (
	LineEnrolled = "enrolled"
	LineRenewed  = "renewed" // their access had ended, or they were withdrawn
	LineAlready  = "already"

	LineWithdrawn   = "withdrawn"
	LineEnded       = "ended"     // what they completed, or failed, stays as it is; their access ends
	LineKept        = "kept"      // something else keeps the enrollment
	LineOnlyKept    = "only_kept" // nothing to take away by hand
	LineNotEnrolled = "not_enrolled"

	LineNobody    = "nobody"    // no such person in the asker's access
	LineNotActive = "suspended" // the account is closed
	LineElsewhere = "elsewhere" // a person of another organization
	LineEmpty     = "empty"     // a program without activities

	LineTakenBack = "taken_back"
	LineStays     = "stays" // something has changed since then
)

// Keeper is one open source of an enrollment: what keeps it (I-11).
type Keeper struct {
	Kind SourceKind
	Ref  string
	Name string // what was bought and by whom, or the program; empty where the asker may not know
}

// Situation is one learner and one activity before an act.
type Situation struct {
	Enrolled  bool // there is an enrollment, open or not
	Completed bool
	Outcome   transcript.Outcome
	Keepers   []Keeper // open sources
}

// Active tells whether the learner takes part now.
func (s Situation) Active() bool {
	return s.Enrolled && len(s.Keepers) > 0 && s.Outcome != transcript.OutcomeWithdrawn
}

// Enroll tells what enrolling by hand does.
func (s Situation) Enroll() string {
	switch {
	case s.Active():
		return LineAlready
	case s.Enrolled:
		return LineRenewed
	}
	return LineEnrolled
}

// Withdrawal is what withdrawing from one activity of a product does.
type Withdrawal struct {
	Result  string
	Ends    []Keeper
	Keeps   []Keeper
	Outcome bool // the learner is withdrawn from then on
}

// Withdraw takes a learner out of an activity, or out of the program by which
// it came. Only what people enroll by hand or import ends; seats, assignments
// and content grants end where they were given, and another program keeps its
// own. What was completed, failed or waived stays said.
func (s Situation) Withdraw(product content.ProductID, program bool) Withdrawal {
	var w Withdrawal
	for _, k := range s.Keepers {
		own := k.Kind == ByImport || k.Kind == ByHand && (!program || k.Ref == string(product))
		if own {
			w.Ends = append(w.Ends, k)
		} else {
			w.Keeps = append(w.Keeps, k)
		}
	}
	switch {
	case !s.Active():
		w.Result, w.Ends, w.Keeps = LineNotEnrolled, nil, nil
	case len(w.Ends) == 0:
		w.Result = LineOnlyKept
	case len(w.Keeps) > 0:
		w.Result = LineKept
	case s.Completed || s.Outcome != transcript.NoOutcome:
		w.Result = LineEnded
	default:
		w.Result, w.Outcome = LineWithdrawn, true
	}
	return w
}

// changes tells whether a result changes anything.
func changes(result string) bool {
	switch result {
	case LineEnrolled, LineRenewed, LineWithdrawn, LineEnded, LineKept, LineTakenBack:
		return true
	}
	return false
}

// weights order results by how much they say of a program of several activities.
var weights = []string{LineEnrolled, LineRenewed, LineAlready, LineWithdrawn, LineEnded, LineKept, LineOnlyKept, LineNotEnrolled}

// EnrollLine is the line of one person and one product: what comes of the
// product's activities, and what keeps those that stay.
func EnrollLine(who, product string, results []string, keeps []Keeper) bulk.Line {
	l := bulk.Line{Subject: who, Result: byWeight(results, weights), Detail: map[string]string{"product": product}}
	if len(results) == 0 {
		l.Result = LineEmpty
	}
	l.OK = changes(l.Result)
	n := 0
	for _, r := range results {
		if changes(r) {
			n++
		}
	}
	if len(results) > 1 && n > 0 && n < len(results) {
		l.Detail["changed"], l.Detail["of"] = strconv.Itoa(n), strconv.Itoa(len(results))
	}
	var said []string
	for _, k := range keeps {
		said = append(said, string(k.Kind)+"\t"+k.Name)
	}
	slices.Sort(said)
	if said = slices.Compact(said); len(said) > 0 {
		l.Detail["keeps"] = strings.Join(said, "\n")
	}
	return l
}

// RefusedLine is the line of a person to whom nothing is done.
func RefusedLine(who, product, result string) bulk.Line {
	return bulk.Line{Subject: who, Result: result, Detail: map[string]string{"product": product}}
}

// KeepersOf reads what keeps the enrollments of a line.
func KeepersOf(l bulk.Line) []Keeper {
	var out []Keeper
	for text := range strings.SplitSeq(l.Detail["keeps"], "\n") {
		if kind, name, ok := strings.Cut(text, "\t"); ok {
			out = append(out, Keeper{Kind: SourceKind(kind), Name: name})
		}
	}
	return out
}

// EnrollPlan is a plan of such lines with its figures.
func EnrollPlan(lines []bulk.Line) bulk.Plan {
	plan := bulk.Plan{Lines: lines}
	n := plan.Effective()
	people := map[string]bool{}
	for _, l := range lines {
		if l.OK {
			people[l.Detail["person"]] = true
		}
	}
	plan.Facts = map[string]int{"lines": n, "people": len(people), "left": len(lines) - n}
	return plan
}
