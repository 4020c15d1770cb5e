package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// isNumber tells whether values of a kind stand at the end of their column.
func isNumber(k report.Kind) bool {
	switch k {
	case report.CountKind, report.PercentKind, report.PointsKind, report.MinutesKind, report.DaysKind:
		return true
	}
	return false
}

// cells words the values of rows and leads to what stands behind them.
type cells struct {
	page  Page
	rq    report.Request
	lists templ.SafeURL // Report Center; empty where nothing leads anywhere
	cards templ.SafeURL // the learners' cards, for those who may open them
	cell  templ.SafeURL // the details of an enrollment, likewise
	deals templ.SafeURL // the pages of purchases, likewise
}

func cellsFor(r *http.Request, page Page, rq report.Request) cells {
	visit := server.VisitOf(r.Context())
	c := cells{page: page, rq: rq, lists: here(r, "reports")}
	if visit.Can(access.LearnerView) {
		c.cards = here(r, "users")
	}
	if visit.Can(access.MatrixView) {
		c.cell = here(r, "matrix", "cell")
	}
	if seesOthers(visit.Reach(access.LicenseView)) {
		c.deals = here(r, "licenses")
	}
	return c
}

func (c cells) row(fields []report.Field, row report.Row) ReportRow {
	out := ReportRow{Cells: make([]ReportCell, len(fields))}
	for i, f := range fields {
		cell := c.word(f, row.Values[i])
		if cell.Text != "" && c.lists != "" {
			cell.To = c.behind(i == 0, f, row.Values[i], row)
		}
		out.Cells[i] = cell
	}
	return out
}

// word says a value in the reader's language.
func (c cells) word(f report.Field, v report.Value) ReportCell {
	out := ReportCell{Number: isNumber(f.Kind)}
	n := int(v.Number)
	switch v.Kind {
	case report.TextKind:
		out.Text, out.Mail = v.Text, f.Key == "email"
	case report.CountKind, report.DaysKind, report.MinutesKind:
		out.Text = c.page.Number(n)
	case report.PercentKind:
		out.Text = c.page.Percent(float64(n) / 1000)
		out.Meter, out.Share = f.Key == "progress", n/10
	case report.PointsKind:
		out.Text = c.page.Hundredths(n)
	case report.DayKind:
		out.Text, out.Whole = c.page.Day(v.Day()), true
	case report.InstantKind:
		out.Text, out.Whole = c.page.Instant(v.Instant()), true
	case report.StateKind:
		out.State = State(v.State().String())
		out.Text = c.page.T(stateKey(out.State))
	case report.StatusKind:
		out.Text = c.page.AccountStatus(v.Text)
	case report.SortKind:
		out.Text = c.page.KindName(v.Text)
	case report.YesNoKind:
		out.Text = c.page.InFile("no")
		if n == 1 {
			out.Text = c.page.InFile("yes")
		}
	}
	return out
}

// behind is the list behind a figure, or what the row is about.
func (c cells) behind(first bool, f report.Field, v report.Value, row report.Row) templ.SafeURL {
	switch {
	case c.rq.Group != "":
		if first {
			return c.gathered(row)
		}
		return ""
	case f.Key == "learner" && row.Learner != "":
		if c.cards != "" {
			return c.cards + templ.SafeURL("/"+string(row.Learner))
		}
		return with(c.lists+"/enrollments", "q", v.Text)
	case v.Kind == report.StateKind && c.cell != "" && row.Learner != "" && row.Activity != "":
		return with(c.cell, "learner", string(row.Learner), "activity", row.Activity)
	case first && row.Purchase != "" && c.deals != "":
		return c.deals + templ.SafeURL("/"+string(row.Purchase))
	case row.Learner != "" || v.Number == 0:
		return ""
	}
	return c.figure(f, row)
}

// narrowed are the lists that a figure counts, as parameters of the report of enrollments.
var narrowed = map[string][2]string{
	"enrolled": {}, "not_started": {"state", "not_started"}, "in_progress": {"state", "in_progress"}, "due_soon": {"state", "due_soon"},
	"overdue": {"state", "overdue"}, "failed": {"state", "failed"}, "completed": {"did", "completed"}, "expires_soon": {"state", "expires_soon"},
	"expired": {"state", "expired"}, "waived": {"state", "waived"}, "withdrawn": {"state", "withdrawn"}, "started": {"did", "started"},
	"completion_rate": {"did", "counted"}, "mean_progress": {"did", "counted"}, "mean_score": {"did", "scored"}, "minutes_spent": {"did", "counted"},
}

// figure leads from a figure of an activity, a program or a purchase to what it
// counts. Where the list is narrowed to learners by a state already, no list is
// the same.
func (c cells) figure(f report.Field, row report.Row) templ.SafeURL {
	if c.rq.Filter.State != nil || c.rq.Filter.Did != report.DidAnything {
		return ""
	}
	to := report.Request{Filter: c.rq.Filter}
	switch {
	case row.Activity != "":
		to.Filter.Activity = row.Activity
	case row.Purchase != "":
		to.Filter.Purchase = string(row.Purchase)
	}
	if f.Key == "learners" || f.Key == "redeemed" {
		if f.Key == "redeemed" && row.Purchase == "" {
			return ""
		}
		return addressWith(c.lists+"/learners", queryOf(to))
	}
	narrow, ok := narrowed[f.Key]
	if !ok {
		return ""
	}
	query := queryOf(to)
	if narrow[0] != "" {
		query.Set(narrow[0], narrow[1])
	}
	return addressWith(c.lists+"/enrollments", query)
}

// gathered leads from a gathered row to its rows, where a filter finds the same.
func (c cells) gathered(row report.Row) templ.SafeURL {
	if row.Group == "" {
		return ""
	}
	to := c.rq
	to.Group, to.Columns, to.Sort, to.Desc = "", nil, "", false
	query := queryOf(to)
	switch c.rq.Group {
	case "organization", "purchase", "activity", "state":
		query.Set(c.rq.Group, row.Group)
		return addressWith(c.lists+templ.SafeURL("/"+string(c.rq.Report)), query)
	}
	return ""
}
