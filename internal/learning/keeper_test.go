package learning

import (
	"testing"

	"github.com/ambit-lms/ambit/internal/transcript"
)

func TestWhatWithdrawingEndsAndKeeps(t *testing.T) {
	hand, other, program := Keeper{Kind: ByHand, Ref: "a"}, Keeper{Kind: ByHand, Ref: "q"}, Keeper{Kind: ByHand, Ref: "p"}
	seat, imported := Keeper{Kind: FromSeat, Ref: "s"}, Keeper{Kind: ByImport}
	for _, tt := range []struct {
		name    string
		stands  Situation
		product bool // the program p, not the activity a
		result  string
		ends    int
		outcome bool
	}{
		{"never enrolled", Situation{}, false, LineNotEnrolled, 0, false},
		{"over already", Situation{Enrolled: true}, false, LineNotEnrolled, 0, false},
		{"withdrawn already", Situation{Enrolled: true, Outcome: transcript.OutcomeWithdrawn, Keepers: []Keeper{hand}}, false, LineNotEnrolled, 0, false},
		{"by hand", Situation{Enrolled: true, Keepers: []Keeper{hand}}, false, LineWithdrawn, 1, true},
		{"by import", Situation{Enrolled: true, Keepers: []Keeper{imported}}, false, LineWithdrawn, 1, true},
		{"an activity, also by a program", Situation{Enrolled: true, Keepers: []Keeper{hand, program}}, false, LineWithdrawn, 2, true},
		{"a program, also by itself", Situation{Enrolled: true, Keepers: []Keeper{other, program}}, true, LineKept, 1, false},
		{"by hand and by a seat", Situation{Enrolled: true, Keepers: []Keeper{hand, seat}}, false, LineKept, 1, false},
		{"by a seat alone", Situation{Enrolled: true, Keepers: []Keeper{seat}}, false, LineOnlyKept, 0, false},
		{"completed", Situation{Enrolled: true, Completed: true, Keepers: []Keeper{hand}}, false, LineEnded, 1, false},
		{"failed", Situation{Enrolled: true, Outcome: transcript.OutcomeFailed, Keepers: []Keeper{hand}}, false, LineEnded, 1, false},
	} {
		w := tt.stands.Withdraw("a", false)
		if tt.product {
			w = tt.stands.Withdraw("p", true)
		}
		if w.Result != tt.result || len(w.Ends) != tt.ends || w.Outcome != tt.outcome {
			t.Errorf("%s: %+v", tt.name, w)
		}
	}
}
