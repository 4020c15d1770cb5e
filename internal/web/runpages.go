package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
)

// formatOf is the format that a form names, for the service to refuse where
// there is none of that name.
func formatOf(name string) table.Format { return table.Format(name) }

// latest is how many files Report Center lists.
const latest = 5

// latestRuns are the visitor's own last files.
func (p *Pages) latestRuns(r *http.Request, page Page) ([]RunRow, error) {
	found, err := p.Runs.List(r.Context(), server.VisitOf(r.Context()).Reach(access.SelfView), "")
	if err != nil {
		return nil, err
	}
	var out []RunRow
	for _, run := range found.Items[:min(latest, len(found.Items))] {
		out = append(out, runRowOf(r, page, &run))
	}
	return out, nil
}

// runs lists all files of the visitor.
func (p *Pages) runs(w http.ResponseWriter, r *http.Request, self access.Reach) error {
	found, err := p.Runs.List(r.Context(), self, r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "")
	if err != nil {
		return err
	}
	page.Title = page.T("runs.title")
	v := RunsView{Pages: pages(r, here(r, "report-runs"), found.NextCursor)}
	for _, run := range found.Items {
		v.Rows = append(v.Rows, runRowOf(r, page, &run))
	}
	return show(w, r, http.StatusOK, Runs(page, v))
}

func runRowOf(r *http.Request, page Page, run *report.Run) RunRow {
	address := here(r, "report-runs", string(run.ID))
	row := RunRow{
		To: address, Report: page.ReportName(string(run.Request.Report)), Format: page.formatName(run.Format), State: RunState(run.State),
		At: run.CreatedAt, Expires: run.ExpiresAt, Percent: int(run.Done() * 100), Rows: run.Rows, Learners: run.Learners,
		Size: page.FileSize(run.Bytes),
	}
	if run.State == report.RunDone {
		row.File = address + "/file"
	}
	if run.State == report.RunDone || run.State.Open() {
		row.Cancel = address + "/cancel"
	}
	return row
}

func (p Page) formatName(f table.Format) string {
	switch f {
	case table.XLSX:
		return p.T("format.xlsx")
	case table.CSV:
		return p.T("format.csv")
	case table.JSONLines:
		return p.T("format.jsonl")
	}
	return string(f)
}

// run is one file: how far it is, and what it says of itself.
func (p *Pages) run(w http.ResponseWriter, r *http.Request, self access.Reach) error {
	run, err := p.Runs.Run(r.Context(), self, report.RunID(r.PathValue("run")))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "")
	if err != nil {
		return err
	}
	v := RunView{RunRow: runRowOf(r, page, &run), Why: page.Sentence(run.Why), Expected: max(run.Expected, run.Rows), Again: reportAddress(r, run.Request)}
	page.Title = page.T("runs.one", "Report", v.Report, "Format", v.Format)
	if run.State == report.RunDone || run.State == report.RunExpired {
		v.Facts = factsOf(page, p.Runs.Manifest(run))
		v.SHA256 = run.SHA256
		v.Manifest = here(r, "report-runs", string(run.ID), "manifest")
		v.Verify = with("/verify", "sha256", run.SHA256)
	}
	return show(w, r, http.StatusOK, Run(page, v))
}

// factsOf tells a manifest to people.
func factsOf(page Page, m report.Manifest) []Fact {
	out := []Fact{
		{page.T("manifest.report"), page.ReportName(string(m.Report))},
		{page.T("manifest.made_by"), m.Person + " · " + m.Organization},
		{page.T("manifest.made_at"), page.Instant(m.MadeAt)},
		{page.T("manifest.learners"), page.N("manifest.of_learners", m.ReachTotal, "Found", m.Learners)},
	}
	if m.Report == report.OwnReport {
		out[3].Value = m.Person
	}
	if len(m.Places) > 0 {
		out = append(out, Fact{page.T("manifest.places"), strings.Join(m.Places, page.T("list.comma"))})
	}
	filters := make([]string, len(m.Filters))
	for i, f := range m.Filters {
		filters[i] = f.Name + ": " + f.Value
	}
	if len(filters) == 0 {
		filters = []string{page.T("manifest.no_filters")}
	}
	var columns []string
	for _, key := range m.Columns {
		if name := page.Column(key); name != key { // those of a matrix are activities
			columns = append(columns, name)
		}
	}
	if more := len(m.Columns) - len(columns); more > 0 {
		columns = append(columns, page.N("manifest.activities", more))
	}
	return append(out,
		Fact{page.T("manifest.filters"), strings.Join(filters, page.T("list.comma"))},
		Fact{page.T("manifest.zone"), m.Zone},
		Fact{page.T("manifest.rows"), page.Number(m.Rows)},
		Fact{page.T("manifest.columns"), strings.Join(columns, page.T("list.comma"))},
		Fact{page.T("manifest.format"), page.formatName(m.Format)},
		Fact{page.T("manifest.size"), page.FileSize(m.Bytes)},
	)
}

// runFile sends a file to its owner, who is asked again whether they may have it.
func (p *Pages) runFile(w http.ResponseWriter, r *http.Request, self access.Reach) error {
	visit := server.VisitOf(r.Context())
	return p.Runs.File(r.Context(), self, visit.Reach, report.RunID(r.PathValue("run")), func(run report.Run) error {
		w.Header().Set("Content-Type", run.Format.MediaType())
		w.Header().Set("Content-Disposition", `attachment; filename="`+run.FileName()+`"`)
		w.Header().Set("Content-Length", strconv.FormatInt(run.Bytes, 10))
		return nil
	}, server.Stream(w))
}

// runManifest is the manifest for programs.
func (p *Pages) runManifest(w http.ResponseWriter, r *http.Request, self access.Reach) error {
	run, err := p.Runs.Run(r.Context(), self, report.RunID(r.PathValue("run")))
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(p.Runs.Manifest(run), "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="`+run.FileName()+`.manifest.json"`)
	_, _ = w.Write(append(raw, '\n')) // the browser went away: nobody is left to tell
	return nil
}

// cancelRun stops what is being made, or deletes what was.
func (p *Pages) cancelRun(w http.ResponseWriter, r *http.Request, self access.Reach) error {
	id := report.RunID(r.PathValue("run"))
	run, err := p.Runs.Run(r.Context(), self, id)
	if err != nil {
		return err
	}
	if err := p.Runs.Cancel(r.Context(), self, id); err != nil {
		return err
	}
	done := DoneRunDeleted
	if run.State.Open() {
		done = DoneRunCancelled
	}
	return see(w, r, with(here(r, "report-runs"), "done", string(done)))
}
