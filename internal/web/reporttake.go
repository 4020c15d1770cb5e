package web

import (
	"net/http"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// The limits of what is taken away without a file.
const (
	printedRows     = 2_000
	addressesAtOnce = 10_000
)

// printReport is the list on paper: all rows of it, up to a limit.
func (p *Pages) printReport(w http.ResponseWriter, r *http.Request, export access.Reach) error {
	reach := server.VisitOf(r.Context()).Reach(access.ReportView)
	rep, rq, _, err := asked(r, r.URL.Query(), reach)
	if err != nil {
		return err
	}
	if rep.Permission() != access.ReportView {
		return fault.ErrNotFound // it has a place of its own
	}
	printed, err := p.Takings.Print(r.Context(), reach, export, rq, printedRows)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "")
	if err != nil {
		return err
	}
	page.Title = page.ReportName(string(rep.Key))
	v := ReportPrintView{
		Back: reportAddress(r, rq), About: page.ReportAbout(string(rep.Key)), At: printed.Head.At, Person: page.Shell.Person.Name,
		Tally: Tally{Found: printed.Head.Learners, All: printed.Head.ReachTotal}, Total: len(printed.Rows), More: printed.More, Limit: printedRows,
		Columns: columnsOf(page, printed.Head.Columns, rq, ""), Period: periodWords(page, rep, rq, printed.Head.Today),
	}
	if v.Filters, err = p.reportFilters(r, page, reach, rep, rq); err != nil {
		return err
	}
	words := cells{page: page, rq: rq}
	for _, row := range printed.Rows {
		v.Rows = append(v.Rows, words.row(printed.Head.Columns, row))
	}
	return show(w, r, http.StatusOK, ReportPrint(page, v))
}

// addresses is where everybody in the list can be written to.
func (p *Pages) addresses(w http.ResponseWriter, r *http.Request, export access.Reach) error {
	reach := server.VisitOf(r.Context()).Reach(access.ReportView)
	rep, rq, _, err := asked(r, r.URL.Query(), reach)
	if err != nil {
		return err
	}
	if rep.Permission() != access.ReportView {
		return fault.ErrNotFound // it has a place of its own
	}
	taken, err := p.Takings.Addresses(r.Context(), reach, export, rq, addressesAtOnce)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "")
	if err != nil {
		return err
	}
	page.Title = page.T("addresses.title")
	v := AddressesView{
		Back: reportAddress(r, rq), Report: page.ReportName(string(rep.Key)), Tally: Tally{Found: taken.Learners, All: taken.ReachTotal},
		Text: strings.Join(taken.List, "; "), Count: len(taken.List), Limit: addressesAtOnce, Over: taken.Over,
	}
	if v.Filters, err = p.reportFilters(r, page, reach, rep, rq); err != nil {
		return err
	}
	return show(w, r, http.StatusOK, Addresses(page, v))
}

// startRun makes a file of what a form asks for: a small one is sent at once, a
// long one has a page that tells how far it is.
func (p *Pages) startRun(w http.ResponseWriter, r *http.Request, key report.Key) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	visit := server.VisitOf(r.Context())
	rq, err := requestOf(form, key, today(visit))
	if err != nil {
		return err
	}
	if rep, ok := report.Find(key); ok {
		rq, _ = rq.Fitted(visit.Reach(rep.Permission()))
	}
	run, err := p.Runs.Start(r.Context(), visit.Reach(access.SelfView), visit.Reach, rq, formatOf(form.Get("format")))
	if err != nil {
		return err
	}
	if run.State == report.RunDone {
		return see(w, r, here(r, "report-runs", string(run.ID), "file"))
	}
	return see(w, r, here(r, "report-runs", string(run.ID)))
}

func (p *Pages) runReport(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.startRun(w, r, report.Key(r.PathValue("report")))
}

func (p *Pages) runMatrix(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.startRun(w, r, report.MatrixReport)
}

func (p *Pages) runOwn(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.startRun(w, r, report.OwnReport)
}
