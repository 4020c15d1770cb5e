package surface

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// reports compares every report of the catalogue as it opens, with every
// column, and whatever else was asked to be compared.
func (c *comparison) reports() error {
	var asked []report.Request
	for _, rep := range report.Catalogue() {
		if rep.Key != report.MatrixReport {
			asked = append(asked, report.Request{Report: rep.Key, Columns: c.carried(report.Request{Report: rep.Key})})
		}
	}
	for _, rep := range report.Catalogue() {
		for _, group := range rep.Groups {
			asked = append(asked, report.Request{Report: rep.Key, Group: group})
		}
	}
	if c.Also != nil {
		asked = append(asked, c.Also(c.who.id)...)
	}
	for _, rq := range asked {
		c.asked++
		if err := c.report(rq); err != nil {
			return err
		}
	}
	return nil
}

// needs names what a sight must carry for a column, a group or a filter.
func needs(key string, s sight) bool {
	switch key {
	case "organization", "location":
		return s.byPlace()
	case "status", "last_seen", "created":
		return s.byPlace() || s.byTeam()
	case "team":
		return s.byPlace() || s.byTeam()
	}
	return true
}

// carried lists the columns of a report that a person's access shows.
func (c *comparison) carried(rq report.Request) []string {
	rep, _ := report.Find(rq.Report)
	s := c.sight(c.who, rep.Permission())
	var out []string
	for _, f := range rep.Columns {
		if needs(f.Key, s) {
			out = append(out, f.Key)
		}
	}
	return out
}

// answerable tells whether the access carries all that a request asks by.
func (c *comparison) answerable(rq report.Request, s sight) bool {
	rep, _ := report.Find(rq.Report)
	f := rq.Filter
	filters := map[string]bool{
		"q": f.Query != "", "organization": f.Organization != "", "location": f.Location != "", "team": f.Team != "", "purchase": f.Purchase != "",
		"activity": f.Activity != "", "state": f.State != nil, "seat": f.Seat != "", "did": f.Did != "",
	}
	for name, set := range filters {
		if set && (!slices.Contains(rep.Filters, name) || !needs(name, s)) {
			return false
		}
	}
	if rq.Group != "" {
		return slices.Contains(rep.Groups, rq.Group) && needs(rq.Group, s)
	}
	for _, key := range append(slices.Clone(rq.Columns), rq.Sort) {
		if key != "" && !slices.Contains(c.carried(rq), key) {
			return false
		}
	}
	return true
}

// requestName says a request in one line, without what somebody searched for.
func requestName(rq report.Request) string {
	f := rq.Filter
	out := "report " + string(rq.Report)
	say := func(name, value string) {
		if value != "" {
			out += ", " + name + " " + value
		}
	}
	say("by", rq.Group)
	say("search", strings.Repeat("*", len(f.Query)))
	say("organization", f.Organization)
	say("location", f.Location)
	say("team", f.Team)
	say("purchase", f.Purchase)
	say("activity", f.Activity)
	if f.State != nil {
		say("state", f.State.String())
	}
	say("seats", string(f.Seat))
	say("did", string(f.Did))
	if f.Period != (report.Period{}) {
		say("from", f.Period.From.String()+" to "+f.Period.To.String())
	}
	if rq.Sort != "" {
		say("in order of", rq.Sort)
		if rq.Desc {
			out += " falling"
		}
	}
	return out
}

// report compares one request: the pages of its table with each other and
// with the rows, and its file with both (I-26).
func (c *comparison) report(rq report.Request) error {
	rep, _ := report.Find(rq.Report)
	s, name := c.sight(c.who, rep.Permission()), requestName(rq)
	view := c.facts.For(rep.Permission(), c.Now)
	limit := 200
	if c.Page != nil {
		limit = c.Page()
	}
	page, err := c.Reports.Table(c.ctx, view, rq, limit, "")
	if done, err := c.refusedReport(name, rq, s, err); done {
		return err
	}
	a := c.about(c.who, s, rq)
	a.most = c.Rows
	want := a.lines()
	most := c.atMost(len(want))
	c.same(name+", rows", page.Total, len(want))
	c.same(name+", learners", page.Learners, len(a.list))
	c.same(name+", of all", page.ReachTotal, c.reach(s))
	fields, rows := page.Columns, page.Rows
	for page.NextCursor != "" && len(rows) <= most {
		if page, err = c.Reports.Table(c.ctx, view, rq, limit, page.NextCursor); err != nil {
			_, err = c.refused(name+", a later page", s, err)
			return err
		}
		rows = append(rows, page.Rows...)
	}
	if most < len(want) {
		rows, want = rows[:min(most, len(rows))], want[:most]
	}
	if len(rq.Columns) > 0 && rq.Group == "" {
		c.same(name+", columns", keysOf(fields), rq.Columns)
	}
	c.lines(name, fields, rows, want)
	return c.file(name, rq, a, view, want)
}

// refusedReport: without permission nothing is answered, and what the access
// does not carry can be asked by nobody.
func (c *comparison) refusedReport(name string, rq report.Request, s sight, err error) (done bool, failed error) {
	if len(s) > 0 && !c.answerable(rq, s) {
		c.same(name+", which the access does not carry", fault.KindOf(err) == fault.Invalid, true)
		return true, nil
	}
	return c.refused(name, s, err)
}

func keysOf(fields []report.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Key
	}
	return out
}

// lines compares rows of a report value by value.
func (c *comparison) lines(name string, fields []report.Field, got []report.Row, want []line) {
	c.surfaces++
	for i := range max(len(got), len(want)) {
		at := fmt.Sprintf("%s, row %d", name, i+1)
		switch {
		case i >= len(got):
			c.differ(at, "nothing more", "a row of "+want[i].id)
			return
		case i >= len(want):
			c.differ(at, "a row of "+rowID(got[i]), "nothing more")
			return
		case rowID(got[i]) != want[i].id:
			c.differ(at, "a row of "+rowID(got[i]), "a row of "+want[i].id)
			return
		}
		for n, f := range fields {
			if g, w := got[i].Values[n], want[i].values[f.Key]; g != w {
				c.differ(at+" ("+want[i].id+"), "+f.Key, said(f.Key, g), said(f.Key, w))
				return
			}
		}
	}
}

// rowID names a row by ids.
func rowID(r report.Row) string {
	switch {
	case r.Learner != "" && r.Activity != "":
		return string(r.Learner) + " " + r.Activity
	case r.Learner != "":
		return string(r.Learner)
	case r.Purchase != "":
		return string(r.Purchase)
	case r.Activity != "":
		return r.Activity
	}
	return r.Group
}

// said writes a value; of what names people only how long it is.
func said(key string, v report.Value) string {
	switch {
	case v.IsEmpty():
		return "nothing"
	case slices.Contains([]string{"learner", "email", "external_id", "reporter"}, key):
		return fmt.Sprintf("a text of %d letters", len([]rune(v.Text)))
	case v.Text != "":
		return v.Text
	case v.Kind == report.StateKind:
		return v.State().String()
	case v.Kind == report.DayKind:
		return v.Day().String()
	}
	return fmt.Sprint(v.Number)
}

// takenAway narrows what a report is about to what may be taken away too.
func (a *about) takenAway(export sight) *about {
	if export.key() == a.s.key() {
		return a
	}
	also := map[*person]*shown{}
	for _, r := range a.Model.list(export, a.look(a.who, report.Filter{Purchase: a.rq.Filter.Purchase, Seat: a.rq.Filter.Seat})) {
		also[r.person] = r
	}
	out := *a
	out.list, out.export = nil, export
	for _, r := range a.list {
		o := also[r.person]
		switch {
		case o == nil:
		case r.all:
			out.list = append(out.list, o)
		default:
			both := *r
			both.also = o
			out.list = append(out.list, &both)
		}
	}
	return &out
}

// errEnough ends a file after as many rows as are compared.
var errEnough = errors.New("enough rows")

// file compares what a file is written from: the table, less what may not be
// taken away. want is the first rows of the table.
func (c *comparison) file(name string, rq report.Request, a *about, view access.Reach, want []line) error {
	rep, _ := report.Find(rq.Report)
	export := c.facts.For(rep.ExportPermission(), c.Now)
	s := c.sight(c.who, rep.ExportPermission())
	taken := a.takenAway(s)
	if taken != a && len(s) > 0 {
		want = taken.lines()
		want = want[:c.atMost(len(want))]
	}
	var head report.Head
	var rows []report.Row
	err := c.Reports.Each(c.ctx, view, export, rq, func(h report.Head) error {
		head = h
		return nil
	}, func(r report.Row) error {
		if c.Rows > 0 && len(rows) == c.Rows {
			return errEnough
		}
		r.Values = slices.Clone(r.Values)
		rows = append(rows, r)
		return nil
	})
	whole := !errors.Is(err, errEnough)
	if !whole {
		err = nil
	}
	if done, err := c.refused(name+" as a file", s, err); done {
		return err
	}
	c.same(name+" as a file, learners", head.Learners, len(taken.list))
	c.same(name+" as a file, of all", head.ReachTotal, c.reach(a.s))
	c.lines(name+" as a file", head.Columns, rows, want)
	if !whole || rq.Group != "" && c.Also == nil {
		return nil // a file longer than what is compared, or the figures of one that was
	}
	return c.formats(name, rq, head, rows)
}
