package naive

import (
	"maps"
	"slices"
)

// View is what a reporter sees on a day.
type View struct {
	Learners   []string // sorted
	Activities []string // sorted
	Cells      map[Cell]Fact
	Programs   map[Cell]Fact // of the purchased programs; Activity is the program
}

// Cell is one learner in one activity.
type Cell struct{ Learner, Activity string }

// Sum is what the learners of a view did in one activity.
type Sum struct {
	States                  map[string]int
	CompletionRate          float64 // of enrolled, withdrawn and waived left out; 0 where nobody is
	MeanProgress, MeanScore float64
}

// View joins the blocks of a reporter's purchases: each purchase shows its holders
// in its own product, and never a learner of one in the product of another.
func (s *School) View(reporter, day string) View {
	return s.ViewOf(s.Reporters()[reporter], day)
}

// ViewOf joins the blocks of the given purchases.
func (s *School) ViewOf(purchases []string, day string) View {
	v := View{Cells: map[Cell]Fact{}, Programs: map[Cell]Fact{}}
	learners, activities := map[string]bool{}, map[string]bool{}
	for _, id := range purchases {
		product := s.purchases[id]["product_id"]
		for _, a := range s.activitiesOf(product) {
			activities[a] = true
		}
		for _, person := range s.Holders(id, day) {
			learners[person] = true
			for _, a := range s.activitiesOf(product) {
				v.Cells[Cell{person, a}] = s.Fact(person, a, day)
			}
			if s.programs[product] != nil {
				v.Programs[Cell{person, product}] = s.ProgramState(person, product, day)
			}
		}
	}
	v.Learners, v.Activities = slices.Sorted(maps.Keys(learners)), slices.Sorted(maps.Keys(activities))
	return v
}

// Sums counts each activity's cells.
func (v View) Sums() map[string]Sum {
	out := map[string]Sum{}
	for _, a := range v.Activities {
		sum := Sum{States: map[string]int{}}
		done, active, progress, scored, score := 0, 0, 0, 0, 0
		for cell, f := range v.Cells {
			if cell.Activity != a {
				continue
			}
			sum.States[f.State]++
			switch f.State {
			case "withdrawn", "waived", "not_enrolled":
				continue
			case "completed", "expires_soon":
				done++
			}
			active++
			progress += f.Progress
			if f.Score >= 0 {
				scored++
				score += f.Score
			}
		}
		if active > 0 {
			sum.CompletionRate, sum.MeanProgress = float64(done)/float64(active), float64(progress)/float64(active)
		}
		if scored > 0 {
			sum.MeanScore = float64(score) / float64(scored)
		}
		out[a] = sum
	}
	return out
}
