package web

import (
	"net/http"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// PlacePressing is the entry of what is pressing in the navigation.
const PlacePressing Place = "pressing"

// pressingRows is how much of each list the page shows; the rest is a report.
const pressingRows = 15

// pressing is where the day of somebody begins who looks after the people of a
// place: who is late, who expires soon, and what has expired.
func (p *Pages) pressing(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	reach := server.VisitOf(r.Context()).Reach(reportNeeds)
	if err := reach.For(reportNeeds); err != nil {
		return err
	}
	page, err := p.framed(r, PlacePressing, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.pressing")
	var v PressingView
	for _, kind := range []struct {
		state  transcript.State
		report report.Key
		day    string
		list   PressingList
	}{
		{transcript.Overdue, report.DueReport, "due_on", PressingList{
			ID: "late", Icon: "circle-check", Title: page.T("pressing.late"), Hint: page.T("pressing.late_hint"), When: page.T("field.due"),
			None: page.T("pressing.nobody_late"), NoneNext: page.T("pressing.nobody_late_next"),
		}},
		{transcript.ExpiresSoon, report.EnrollmentsReport, "valid_until", PressingList{
			ID: "expiring", Icon: "hourglass", Title: page.T("pressing.expiring"), Hint: page.T("pressing.expiring_hint"), When: page.T("pressing.valid_until"),
			None: page.T("pressing.nothing_expiring"), NoneNext: page.T("pressing.nothing_expiring_next"),
		}},
		{transcript.Expired, report.EnrollmentsReport, "valid_until", PressingList{
			ID: "expired", Icon: "circle-check", Title: page.T("pressing.expired"), Hint: page.T("pressing.expired_hint"), When: page.T("pressing.valid_until"),
			None: page.T("pressing.nothing_expired"), NoneNext: page.T("pressing.nothing_expired_next"),
		}},
	} {
		rq := report.Request{Report: kind.report, Filter: report.Filter{State: &kind.state}, Columns: []string{"learner", "activity", "state", "progress", kind.day}, Sort: kind.day}
		t, err := p.Reports.Table(r.Context(), reach, rq, pressingRows, "")
		if err != nil {
			return err
		}
		list := kind.list
		list.Total = t.Total
		list.All = listsOf(r, report.Filter{}).report(kind.report, "state", kind.state.String(), "sort", kind.day)
		list.Rows = pressingOf(r, t, kind.day)
		v.Lists = append(v.Lists, list)
	}
	return show(w, r, http.StatusOK, Pressing(page, v))
}

// pressingOf are the rows of a report as the page shows them.
func pressingOf(r *http.Request, t report.Table, on string) []PressingRow {
	at := map[string]int{}
	for i, column := range t.Columns {
		at[column.Key] = i
	}
	out := make([]PressingRow, len(t.Rows))
	for i, row := range t.Rows {
		value := func(key string) report.Value { return row.Values[at[key]] }
		day := value(on).Day()
		standing := Standing{State: State(value("state").State().String()), Progress: int(value("progress").Number / 10), On: t.Today.Today}
		if standing.State == Overdue {
			standing.Due = day
		} else {
			standing.ValidUntil = day
		}
		out[i] = PressingRow{
			Learner: value("learner").Text, Activity: value("activity").Text, To: here(r, "users", string(row.Learner)), Standing: standing, Day: day,
		}
	}
	return out
}
