package report

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// written is a request as it is kept and shown: under the names that addresses have.
type written struct {
	Report       Key        `json:"report"`
	Query        string     `json:"q,omitempty"`
	Organization string     `json:"organization,omitempty"`
	Location     string     `json:"location,omitempty"`
	Team         string     `json:"team,omitempty"`
	Purchase     string     `json:"purchase,omitempty"`
	Activity     string     `json:"activity,omitempty"`
	State        string     `json:"state,omitempty"`
	Seat         Seat       `json:"seat,omitempty"`
	Did          Did        `json:"did,omitempty"`
	From         string     `json:"from,omitempty"`
	To           string     `json:"to,omitempty"`
	Columns      []string   `json:"columns,omitempty"`
	Group        string     `json:"group,omitempty"`
	Sort         string     `json:"sort,omitempty"` // with a leading - where it descends
	Matrix       ColumnKind `json:"matrix,omitempty"`
	Pick         []string   `json:"activities,omitempty"`
}

// MarshalJSON writes the request under the names of its parameters.
func (rq Request) MarshalJSON() ([]byte, error) {
	f := rq.Filter
	w := written{
		Report: rq.Report, Query: f.Query, Organization: f.Organization, Location: f.Location, Team: f.Team, Purchase: f.Purchase,
		Activity: f.Activity, Seat: f.Seat, Did: f.Did, Columns: rq.Columns, Group: rq.Group, Sort: rq.Sort,
		Matrix: rq.Matrix.Columns, Pick: rq.Matrix.Pick,
	}
	if f.State != nil {
		w.State = f.State.String()
	}
	if f.Period != (Period{}) {
		w.From, w.To = f.Period.From.String(), f.Period.To.String()
	}
	if rq.Desc && rq.Sort != "" {
		w.Sort = "-" + rq.Sort
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (rq *Request) UnmarshalJSON(raw []byte) error {
	var w written
	if err := json.Unmarshal(raw, &w); err != nil {
		return err
	}
	*rq = Request{
		Report: w.Report, Columns: w.Columns, Group: w.Group, Sort: w.Sort, Matrix: MatrixShape{Columns: w.Matrix, Pick: w.Pick},
		Filter: Filter{
			Query: w.Query, Organization: w.Organization, Location: w.Location, Team: w.Team, Purchase: w.Purchase,
			Activity: w.Activity, Seat: w.Seat, Did: w.Did,
		},
	}
	if len(w.Sort) > 0 && w.Sort[0] == '-' {
		rq.Sort, rq.Desc = w.Sort[1:], true
	}
	if w.State != "" {
		state, ok := transcript.ParseState(w.State)
		if !ok {
			return fmt.Errorf("state %q of a request", w.State)
		}
		rq.Filter.State = &state
	}
	if w.From == "" {
		return nil
	}
	var err error
	if rq.Filter.Period.From, err = day.Parse(w.From); err != nil {
		return err
	}
	rq.Filter.Period.To, err = day.Parse(w.To)
	return err
}

// Fitted leaves of a request what an access has, and names the columns,
// grouping and order that it does not have. Filters stay: one that the access
// does not know finds nobody.
func (rq Request) Fitted(reach access.Reach) (fitted Request, dropped []string) {
	rep, ok := Find(rq.Report)
	if !ok {
		return rq, nil
	}
	if rq.Group != "" && !slices.Contains(rep.GroupsFor(reach), rq.Group) {
		dropped = append(dropped, rq.Group)
		rq.Group = ""
	}
	carried := rq.fields(rep, reach.Carries())
	index := func(key string) int { return slices.IndexFunc(carried, func(f Field) bool { return f.Key == key }) }
	var columns []string
	for _, key := range rq.Columns {
		if index(key) >= 0 {
			columns = append(columns, key)
		} else if !slices.Contains(dropped, key) {
			dropped = append(dropped, key)
		}
	}
	rq.Columns = columns
	if i := index(rq.Sort); rq.Sort != "" && (i < 0 || !carried[i].Sorts) {
		if !slices.Contains(dropped, rq.Sort) {
			dropped = append(dropped, rq.Sort)
		}
		rq.Sort, rq.Desc = "", false
	}
	return rq, dropped
}
