package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
)

// auditRoutes are the pages of the audit log.
func (p *Pages) auditRoutes() []server.Route {
	return []server.Route{
		{Pattern: "GET /o/{organization}/audit", Permission: access.AuditView, Handle: countingOnce(p.audit)},
		{Pattern: "GET /o/{organization}/audit/file", Permission: access.AuditView, Handle: p.auditFile, Rate: server.Heavy},
	}
}

// everything is the value of the filter by area that leaves nothing out. Without
// any filter sign-ins are left out: they are most of a log, and say the least.
const everything = "all"

// auditQuery reads what the address narrows the log to. The days are those of
// the reader's zone.
func auditQuery(r *http.Request, zone *time.Location) (audit.Query, report.Period, error) {
	today := day.Of(server.VisitOf(r.Context()).Now, zone)
	values := r.URL.Query()
	q := audit.Query{
		Actor: access.AccountID(values.Get("actor")), Action: values.Get("action"), Kind: values.Get("kind"), Subject: values.Get("subject"),
		Person: access.AccountID(values.Get("person")), Request: values.Get("request"), Cursor: values.Get("cursor"),
	}
	switch {
	case q.Action == everything:
		q.Action = ""
	case q.Action+q.Kind+q.Subject+q.Request+string(q.Actor+q.Person)+strings.TrimSpace(values.Get("q")) == "":
		q.Quiet = true
	}
	period, err := periodOf(values, today)
	if err != nil {
		return q, period, err
	}
	if period != (report.Period{}) {
		q.From, q.Until = period.From.Start(zone), period.To.Add(1).Start(zone)
	}
	return q, period, nil
}

// audit is the log, as far as the visitor may read it.
func (p *Pages) audit(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, err := p.framed(r, PlaceAudit, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.audit")
	q, period, err := auditQuery(r, page.Zone())
	if err != nil {
		return err
	}
	action := here(r, "audit")
	v := AuditView{Filters: Filters{
		Action: action, Search: strings.TrimSpace(r.URL.Query().Get("q")), Hint: page.T("audit.search_hint"),
		Choices: []Choice{page.areas(r.URL.Query().Get("action")), page.subjects(q.Kind)}, Period: &Period{},
	}}
	if period != (report.Period{}) {
		v.Filters.Period = &Period{From: period.From.String(), To: period.To.String(), Words: page.T("audit.between", "From", page.Day(period.From), "To", page.Day(period.To))}
	}
	if err := p.whomAudited(r, page, &q, &v.Filters); err != nil {
		return err
	}
	found, err := p.Audit.Events(r.Context(), reach, q)
	if err != nil {
		return err
	}
	v.Pages = pages(r, action, found.Next)
	if err := p.countSignIns(r, page, reach, q, &v); err != nil {
		return err
	}
	for i := range found.Items {
		e := &found.Items[i]
		v.Rows = append(v.Rows, page.eventOf(r, e))
		v.Organizations = v.Organizations || e.Organization.ID != string(reach.Actor().Organization)
	}
	p.nameAsked(page, q, found.Items, &v.Filters)
	for _, f := range []table.Format{table.CSV, table.XLSX, table.JSONLines} {
		v.Files = append(v.Files, EventLink{Label: page.formatName(f), To: withPresent(r, here(r, "audit", "file"), "cursor", "", "format", string(f))})
	}
	return show(w, r, http.StatusOK, Audit(page, v))
}

// countSignIns says how many sign-ins the list leaves out, and leads to them.
func (p *Pages) countSignIns(r *http.Request, page Page, reach access.Reach, q audit.Query, v *AuditView) error {
	if !q.Quiet {
		return nil
	}
	n, more, err := p.Audit.Count(r.Context(), reach, audit.Query{Action: audit.SignIns, From: q.From, Until: q.Until})
	if err != nil || n == 0 {
		return err
	}
	v.SignIns, v.AllToo = page.N("audit.without_sign_ins", n), withPresent(r, here(r, "audit"), "cursor", "", "action", everything)
	if more {
		v.SignIns = page.T("audit.without_many_sign_ins", "Count", page.Number(n))
	}
	return nil
}

// whomAudited looks for the person whom the search speaks of; who finds nobody
// has asked for a request.
func (p *Pages) whomAudited(r *http.Request, page Page, q *audit.Query, f *Filters) error {
	reach := server.VisitOf(r.Context()).Reach(access.LearnerView)
	if f.Search == "" || q.Person != "" {
		return nil
	}
	if !reach.IsEmpty() {
		found, err := p.Reports.Learners(r.Context(), reach, report.LearnerQuery{Filter: report.Filter{Query: f.Search}, Limit: 20})
		if err != nil {
			return err
		}
		if len(found.Items) > 0 {
			c := Choice{Name: "person", Label: page.T("audit.person"), All: page.T("audit.all_people")}
			q.Person = found.Items[0].ID
			for i, l := range found.Items {
				c.Options = append(c.Options, Option{Value: string(l.ID), Label: l.Name, Chosen: i == 0})
			}
			f.Choices = append(f.Choices, c)
			return nil
		}
	}
	q.Request = f.Search
	return nil
}

// nameAsked offers to let go of what the address narrows the log to beside the bar.
func (p *Pages) nameAsked(page Page, q audit.Query, items []audit.Entry, f *Filters) {
	names := map[string]string{}
	for i := range items {
		names[items[i].Actor.ID], names[items[i].Subject.ID] = items[i].Actor.Name, items[i].Subject.Name
	}
	for _, asked := range []struct{ parameter, label, id string }{
		{"actor", page.T("audit.actor"), string(q.Actor)},
		{"person", page.T("audit.person"), string(q.Person)},
		{"subject", page.T("audit.one_subject"), q.Subject},
		{"request", page.T("audit.request"), q.Request},
	} {
		if asked.id == "" || asked.parameter == "person" && f.Search != "" || asked.parameter == "request" && f.Search != "" {
			continue
		}
		name := names[asked.id]
		if name == "" {
			name = page.T("audit.this_one")
		}
		f.Choices = append(f.Choices, Choice{Name: asked.parameter, Label: asked.label, All: page.T("audit.any"), Options: []Option{{Value: asked.id, Label: name, Chosen: true}}})
	}
}

// eventOf tells an event on a page, with where it leads.
func (p Page) eventOf(r *http.Request, e *audit.Entry) EventView {
	v := EventView{
		At: e.At, Said: p.said(e), Organization: e.Organization.Name, Inside: e.Inside.Name, Changes: p.changes(e), Reason: e.Reason, Token: e.Token != "", Request: e.RequestID,
	}
	at := here(r, "audit")
	if e.Actor.ID != "" {
		v.Links = append(v.Links, EventLink{p.T("audit.by", "Name", p.nameOf(e.Actor)), with(at, "actor", e.Actor.ID)})
	}
	if e.Subject.ID != "" && e.Subject.Name != "" {
		v.Links = append(v.Links, EventLink{p.T("audit.about", "Name", e.Subject.Name), with(at, "kind", e.Subject.Kind, "subject", e.Subject.ID)})
		if to := subjectPage(r, e.Subject); to != "" && (e.Organization.ID == "" || e.Organization.ID == string(server.VisitOf(r.Context()).Facts.Actor().Organization)) {
			v.Links = append(v.Links, EventLink{p.T("audit.open", "Name", e.Subject.Name), to})
		}
	}
	v.Links = append(v.Links, EventLink{p.T("audit.same_action"), with(at, "action", e.Action)})
	if e.RequestID != "" {
		v.Links = append(v.Links, EventLink{p.T("audit.same_request"), with(at, "request", e.RequestID)})
	}
	return v
}

// subjectPage is where a thing has a page of its own.
func subjectPage(r *http.Request, n audit.Name) templ.SafeURL {
	switch n.Kind {
	case "account":
		return here(r, "users", n.ID)
	case "purchase":
		return here(r, "licenses", n.ID)
	case "role":
		return here(r, "roles", n.ID)
	}
	return ""
}

// auditFile takes the log away, narrowed as the page was.
func (p *Pages) auditFile(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page := p.plain(r)
	q, _, err := auditQuery(r, page.Zone())
	if err != nil {
		return err
	}
	f := Filters{Search: strings.TrimSpace(r.URL.Query().Get("q"))}
	if err := p.whomAudited(r, page, &q, &f); err != nil {
		return err
	}
	format, ok := table.ParseFormat(r.URL.Query().Get("format"))
	if !ok {
		return fault.Field("format", "A file is csv, xlsx or jsonl.")
	}
	var rows table.Writer
	begin := func() error { // only now: before, a failure can still be told on a page
		if rows != nil {
			return nil
		}
		w.Header().Set("Content-Type", format.MediaType())
		w.Header().Set("Content-Disposition", `attachment; filename="audit-`+today(server.VisitOf(r.Context())).String()+"."+string(format)+`"`)
		rows, err = table.NewWriter(format, server.Stream(w), page.auditSheet())
		return err
	}
	if err := p.Audit.Export(r.Context(), reach, q, string(format), func(e audit.Entry) error {
		if err := begin(); err != nil {
			return err
		}
		return rows.Row(page.auditRow(&e)...)
	}); err != nil {
		return err
	}
	if err := begin(); err != nil { // a file of nothing
		return err
	}
	return rows.Close()
}

func (p Page) auditSheet() table.Sheet {
	s := table.Sheet{Name: p.T("nav.audit"), RightToLeft: p.Tag().Direction() == "rtl"}
	for _, c := range []struct{ key, name string }{
		{"at", p.T("audit.when")},
		{"organization", p.Column("organization")},
		{"said", p.T("audit.what")},
		{"action", p.T("audit.action")},
		{"actor", p.T("audit.actor")},
		{"actor_id", p.T("audit.actor_id")},
		{"system", p.T("audit.system_name")},
		{"token_id", p.T("audit.token_id")},
		{"subject_kind", p.T("audit.subject")},
		{"subject", p.T("audit.one_subject")},
		{"subject_id", p.T("audit.subject_id")},
		{"before", p.T("audit.before")},
		{"after", p.T("audit.after")},
		{"reason", p.T("audit.why")},
		{"request_id", p.T("audit.request")},
		{"id", p.T("audit.id")},
	} {
		s.Columns = append(s.Columns, table.Column{Key: c.key, Name: c.name})
	}
	return s
}

func (p Page) auditRow(e *audit.Entry) []table.Cell {
	return []table.Cell{
		table.Instant(e.At.In(p.Zone())), table.Text(e.Organization.Name), table.Text(p.said(e)), table.Text(e.Action),
		table.Text(e.Actor.Name), table.Text(e.Actor.ID), table.Text(e.System), table.Text(e.Token),
		table.Text(e.Subject.Kind), table.Text(e.Subject.Name), table.Text(e.Subject.ID),
		table.Text(e.Line(e.Before)), table.Text(e.Line(e.After)), table.Text(e.Reason), table.Text(e.RequestID), table.Text(e.ID),
	}
}
