package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// reports is Report Center: the overview, the catalogue, kept views and files.
func (p *Pages) reports(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	o, ask, err := p.summed(r, reach)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "") // after the answer whose count the badge repeats
	if err != nil {
		return err
	}
	page.Title = page.T("nav.reports")
	var v ReportsView
	visit := server.VisitOf(r.Context())
	for _, rep := range report.Catalogue() {
		if !visit.Can(rep.Permission()) {
			continue
		}
		v.Reports = append(v.Reports, p.cardOf(r, page, rep))
		if rep.Key == report.OwnReport || rep.Key == report.MatrixReport {
			continue
		}
		views, err := p.Views.List(r.Context(), reach, rep.Key)
		if err != nil {
			return err
		}
		v.Views = append(v.Views, savedViews(r, page, views)...)
	}
	slices.SortStableFunc(v.Views, func(a, b SavedView) int { return strings.Compare(a.Name, b.Name) })
	if v.Runs, err = p.latestRuns(r, page); err != nil {
		return err
	}
	overview, err := p.overview(r, page, reach, o, ask)
	if err != nil {
		return err
	}
	return show(w, r, http.StatusOK, OverviewPage(page, overview, v))
}

func (p *Pages) cardOf(r *http.Request, page Page, rep report.Report) ReportCard {
	card := ReportCard{To: reportAddress(r, report.Request{Report: rep.Key}), Name: page.ReportName(string(rep.Key)), About: page.ReportAbout(string(rep.Key))}
	card.Scope = page.T("reports.covers_you")
	if rep.Key != report.OwnReport {
		card.Scope = page.N("reports.covers", page.Shell.Learners)
	}
	if server.VisitOf(r.Context()).Can(rep.ExportPermission()) {
		card.Formats = []string{page.T("format.xlsx"), page.T("format.csv"), page.T("format.jsonl")}
	}
	return card
}

// savedViews are the kept views as links; whoever saved one may delete it.
func savedViews(r *http.Request, page Page, views []report.View) []SavedView {
	out := make([]SavedView, len(views))
	for i, v := range views {
		out[i] = SavedView{Name: v.Name, Report: page.ReportName(string(v.Request.Report)), To: reportAddress(r, v.Request), Shared: v.Shared}
		if v.Mine {
			out[i].Delete = here(r, "reports", string(v.Request.Report), "views", string(v.ID), "delete")
		} else {
			out[i].Owner = v.Owner
		}
	}
	return out
}

// report is one report as a table.
func (p *Pages) report(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	query := r.URL.Query()
	rep, rq, dropped, err := asked(r, query, reach)
	if err != nil {
		return err
	}
	switch {
	case rep.Key == report.OwnReport || rep.Key == report.MatrixReport:
		return see(w, r, reportAddress(r, rq)) // these have places of their own
	case query.Has("shape") || len(query["columns"]) > 1: // a form says every column, an address only what is not usual
		return see(w, r, reportAddress(r, reshaped(rq, reach, query.Get("shape"))))
	}
	found, err := p.Reports.Table(r.Context(), reach, rq, 0, query.Get("cursor"))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "")
	if err != nil {
		return err
	}
	page.Title = page.ReportName(string(rep.Key))
	if names := missing(page, rep, reach, dropped); len(names) > 0 {
		page.Notices = append(page.Notices, Notice{Text: page.T("reports.dropped", "Columns", strings.Join(names, page.T("list.comma"))), Bad: true})
	}
	v, err := p.reportView(r, page, reach, rq, found)
	if err != nil {
		return err
	}
	return show(w, r, http.StatusOK, Report(page, v))
}

// reshaped leaves the columns out where they are the usual ones, or those of
// another grouping.
func reshaped(rq report.Request, reach access.Reach, group string) report.Request {
	if rq.Group != group {
		rq.Columns = nil
		return rq
	}
	var usual []string
	for _, f := range rq.Available(reach) {
		if !f.Optional {
			usual = append(usual, f.Key)
		}
	}
	if slices.Equal(usual, rq.Columns) {
		rq.Columns = nil
	}
	return rq
}

// missing names what was asked for and the access does not have; what belongs
// to another grouping is left out without a word.
func missing(page Page, rep report.Report, reach access.Reach, dropped []string) []string {
	var names []string
	carried := rep.Carried(reach.Carries())
	for _, key := range dropped {
		_, known := rep.Field(key)
		if known && !slices.ContainsFunc(carried, func(f report.Field) bool { return f.Key == key }) {
			names = append(names, page.Column(key))
		}
	}
	return names
}

func (p *Pages) reportView(r *http.Request, page Page, reach access.Reach, rq report.Request, found report.Table) (ReportView, error) {
	rep := found.Report
	action := here(r, "reports", string(rep.Key))
	v := ReportView{
		About: page.ReportAbout(string(rep.Key)), Action: action, State: queryOf(rq), Total: found.Total, At: found.At,
		Tally:   Tally{Found: found.Learners, All: found.ReachTotal},
		Columns: columnsOf(page, found.Columns, rq, action), Shape: shapeOf(page, reach, rep, rq, found.Columns),
		Pages: pages(r, action, found.NextCursor), Take: takeOf(r, rep, rq), Address: reportAddress(r, rq),
		Keep: here(r, "reports", string(rep.Key), "views"), Period: periodWords(page, rep, rq, found.Today),
	}
	words := cellsFor(r, page, rq)
	for _, row := range found.Rows {
		v.Rows = append(v.Rows, words.row(found.Columns, row))
	}
	views, err := p.Views.List(r.Context(), reach, rep.Key)
	if err != nil {
		return v, err
	}
	v.Views = savedViews(r, page, views)
	v.Filters, err = p.reportFilters(r, page, reach, rep, rq)
	return v, err
}

// periodWords says which days figures of a period are about.
func periodWords(page Page, rep report.Report, rq report.Request, org report.Organization) string {
	if !rep.Periods && rq.Filter.Did == report.DidAnything {
		return ""
	}
	from, to := rq.Filter.Period.Days(org)
	return page.T("reports.about_period", "Period", page.T("filter.period_from_to", "From", page.Day(from), "To", page.Day(to)))
}

// keepView saves the list as a view.
func (p *Pages) keepView(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	_, rq, _, err := asked(r, form, reach)
	if err != nil {
		return err
	}
	_, err = p.Views.Save(r.Context(), reach, report.View{Name: form.Get("name"), Shared: form.Get("shared") == "yes", Request: rq})
	if err != nil {
		return err
	}
	query := queryOf(rq)
	query.Set("done", string(DoneView))
	return see(w, r, addressWith(here(r, "reports", string(rq.Report)), query))
}

func (p *Pages) dropView(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	key := report.Key(r.PathValue("report"))
	if _, ok := report.Find(key); !ok {
		return fault.ErrNotFound
	}
	if err := p.Views.Delete(r.Context(), reach, key, report.ViewID(r.PathValue("view"))); err != nil {
		return err
	}
	return see(w, r, with(here(r, "reports", string(key)), "done", string(DoneViewDeleted)))
}
