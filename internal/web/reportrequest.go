package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// requestOf reads what is asked of a report from an address or a form. Half a
// period is made whole, since a form is sent before both days are chosen.
func requestOf(query url.Values, key report.Key, today day.Day) (report.Request, error) {
	rq := report.Request{Report: key}
	var err error
	if rq.Filter, err = filterOf(query); err != nil {
		return rq, err
	}
	rq.Filter.Organization, rq.Filter.Did = query.Get("organization"), report.Did(query.Get("did"))
	if rq.Filter.Period, err = periodOf(query, today); err != nil {
		return rq, err
	}
	if key == report.MatrixReport {
		rq.Matrix.Pick = query["activity"]
		rq.Matrix.Columns = report.Activities
		if query.Get("columns") == string(report.Programs) {
			rq.Matrix.Columns = report.Programs
		}
		return rq, nil
	}
	rq.Filter.Activity = query.Get("activity")
	for _, list := range query["columns"] {
		for key := range strings.SplitSeq(list, ",") {
			if key != "" && !slices.Contains(rq.Columns, key) {
				rq.Columns = append(rq.Columns, key)
			}
		}
	}
	rq.Group = query.Get("group")
	rq.Sort, rq.Desc = strings.CutPrefix(query.Get("sort"), "-")
	return rq, nil
}

func periodOf(query url.Values, today day.Day) (report.Period, error) {
	var p report.Period
	days := map[string]*day.Day{"from": &p.From, "to": &p.To}
	for name, into := range days {
		*into = day.None
		if text := query.Get(name); text != "" {
			d, err := day.Parse(text)
			if err != nil {
				return report.Period{}, fault.Field(name, "This is not a day, as in 2026-03-31.")
			}
			*into = d
		}
	}
	switch {
	case p.From == day.None && p.To == day.None:
		return report.Period{}, nil
	case p.To == day.None:
		p.To = max(p.From, today)
	case p.From == day.None:
		p.From = p.To.Add(-29)
	case p.From > p.To:
		p.From, p.To = p.To, p.From
	}
	return p, nil
}

// queryOf writes a request as the parameters of an address.
func queryOf(rq report.Request) url.Values {
	out := url.Values{}
	set := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	f := rq.Filter
	set("q", f.Query)
	set("organization", f.Organization)
	set("location", f.Location)
	set("team", f.Team)
	set("purchase", f.Purchase)
	set("activity", f.Activity)
	set("seat", string(f.Seat))
	set("did", string(f.Did))
	if f.State != nil {
		set("state", f.State.String())
	}
	if f.Period != (report.Period{}) {
		set("from", f.Period.From.String())
		set("to", f.Period.To.String())
	}
	if rq.Report == report.MatrixReport {
		if rq.Matrix.Columns == report.Programs {
			set("columns", string(report.Programs))
		}
		if len(rq.Matrix.Pick) > 0 {
			out["activity"] = rq.Matrix.Pick
		}
		return out
	}
	set("columns", strings.Join(rq.Columns, ","))
	set("group", rq.Group)
	if rq.Desc && rq.Sort != "" {
		set("sort", "-"+rq.Sort)
	} else {
		set("sort", rq.Sort)
	}
	return out
}

// reportAddress is where a request is looked at.
func reportAddress(r *http.Request, rq report.Request) templ.SafeURL {
	switch rq.Report {
	case report.MatrixReport:
		return addressWith(here(r, "matrix"), queryOf(rq))
	case report.OwnReport:
		return here(r, "me", "report")
	}
	return addressWith(here(r, "reports", string(rq.Report)), queryOf(rq))
}

// asked reads what is asked of the report in the address, fitted to what the
// visitor's access has; dropped are the keys of what it has not.
func asked(r *http.Request, values url.Values, reach access.Reach) (rep report.Report, rq report.Request, dropped []string, err error) {
	rep, ok := report.Find(report.Key(r.PathValue("report")))
	if !ok {
		return rep, rq, nil, fault.ErrNotFound
	}
	if rq, err = requestOf(values, rep.Key, today(server.VisitOf(r.Context()))); err != nil {
		return rep, rq, nil, err
	}
	rq, dropped = rq.Fitted(reach)
	if rq.Group != "" && len(rq.Columns) > 0 && !slices.Contains(rq.Columns, rq.Group) {
		rq.Columns = append([]string{rq.Group}, rq.Columns...) // a row is always told what it is of
	}
	return rep, rq, dropped, nil
}
