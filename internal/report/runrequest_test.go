package report

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// TestRequestsAreKeptAsTheyWere writes requests and reads them again.
func TestRequestsAreKeptAsTheyWere(t *testing.T) {
	state := transcript.NotEnrolled // the zero state is one that can be asked for
	for _, tt := range []struct {
		rq   Request
		want string
	}{
		{Request{Report: LearnersReport}, `{"report":"learners"}`},
		{Request{Report: DueReport, Sort: "due_on", Desc: true, Group: "", Columns: []string{"learner", "due_on"}}, `{"report":"due","columns":["learner","due_on"],"sort":"-due_on"}`},
		{
			Request{Report: CompletionReport, Filter: Filter{Query: "ann", Organization: "north", Location: "l", Team: "t", Purchase: "p", Activity: "a", State: &state, Seat: EndedSeat, Did: DidActive, Period: Period{day.Date(2026, 1, 1), day.Date(2026, 3, 31)}}, Group: "location"},
			`{"report":"completion","q":"ann","organization":"north","location":"l","team":"t","purchase":"p","activity":"a","state":"not_enrolled","seat":"ended","did":"active","from":"2026-01-01","to":"2026-03-31","group":"location"}`,
		},
		{Request{Report: MatrixReport, Matrix: MatrixShape{Columns: Programs, Pick: []string{"x", "y"}}}, `{"report":"matrix","matrix":"programs","activities":["x","y"]}`},
	} {
		raw, err := json.Marshal(tt.rq)
		if err != nil || string(raw) != tt.want {
			t.Errorf("%s, %v, want %s", raw, err, tt.want)
		}
		var back Request
		if err := json.Unmarshal(raw, &back); err != nil || !reflect.DeepEqual(back, tt.rq) {
			t.Errorf("%+v came back as %+v, %v", tt.rq, back, err)
		}
	}
	for _, raw := range []string{`{"report":"learners","state":"happy"}`, `{"from":"yesterday","to":"2026-01-01"}`, `[]`} {
		if err := json.Unmarshal([]byte(raw), new(Request)); err == nil {
			t.Errorf("%s can be read", raw)
		}
	}
}
