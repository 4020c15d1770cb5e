package web

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/report"
)

// reportGallery is the pages of reports, files and their check.
func reportGallery() map[string]func(p Page) templ.Component {
	at := func(p Page, title string) Page { return framed(p, title, PlaceReports) }
	return map[string]func(p Page) templ.Component{
		"reports": func(p Page) templ.Component { return ReportCenter(at(p, p.T("nav.reports")), sampleReports(at(p, ""))) },
		"report": func(p Page) templ.Component {
			p = at(p, p.ReportName("enrollments"))
			return Report(p, sampleReport(p))
		},
		"report-nothing": func(p Page) templ.Component {
			p = at(p, p.ReportName("due"))
			v := sampleReport(p)
			v.Rows, v.Total, v.Filters, v.Tally = nil, 0, Filters{Action: "#"}, Tally{Found: 48, All: 48}
			return Report(p, v)
		},
		"report-filtered-out": func(p Page) templ.Component {
			p = at(p, p.ReportName("due"))
			v := sampleReport(p)
			v.Rows, v.Total, v.Tally = nil, 0, Tally{Found: 0, All: 48}
			return Report(p, v)
		},
		"report-print": func(p Page) templ.Component {
			p = at(p, p.ReportName("enrollments"))
			v := sampleReport(p)
			return ReportPrint(p, ReportPrintView{
				Back: "#", About: v.About, Filters: v.Filters, Tally: v.Tally, Total: len(v.Rows), More: true, Limit: 2000,
				At: v.At, Person: "Grace Mbeki", Columns: v.Columns, Rows: v.Rows,
			})
		},
		"addresses": func(p Page) templ.Component {
			return Addresses(at(p, p.T("addresses.title")), AddressesView{
				Back: "#", Report: p.ReportName("due"), Filters: sampleFilters(at(p, ""), "chosen"),
				Tally: Tally{Found: 412, All: 1284}, Text: strings.Repeat("amara.okafor@northwind.example; ", 40), Count: 40, Limit: 10000,
			})
		},
		"addresses-many": func(p Page) templ.Component {
			return Addresses(at(p, p.T("addresses.title")), AddressesView{Back: "#", Report: p.ReportName("due"), Tally: Tally{Found: 12000, All: 12840}, Limit: 10000, Over: true})
		},
		"runs": func(p Page) templ.Component {
			p = at(p, p.T("runs.title"))
			return Runs(p, RunsView{Rows: sampleRuns(p), Pages: Pager{Next: "?cursor=x"}})
		},
		"run-making": func(p Page) templ.Component {
			p = at(p, "Enrollments, Excel")
			return Run(p, RunView{RunRow: sampleRuns(p)[1], Expected: 1_250_000})
		},
		"run-done": func(p Page) templ.Component { return Run(at(p, "Enrollments, Excel"), sampleRun(p)) },
		"run-stopped": func(p Page) templ.Component {
			return Run(at(p, "Enrollments, Excel"), RunView{RunRow: sampleRuns(at(p, ""))[4], Again: "#"})
		},
		"verify": func(p Page) templ.Component { p.Title = p.T("verify.title"); return Verify(p, VerifyView{}) },
		"verify-genuine": func(p Page) templ.Component {
			p.Title = p.T("verify.title")
			return Verify(p, VerifyView{SHA256: strings.Repeat("8f", 32), Asked: true, Genuine: true, Facts: sampleRun(p).Facts})
		},
		"verify-unknown": func(p Page) templ.Component {
			p.Title = p.T("verify.title")
			return Verify(p, VerifyView{SHA256: strings.Repeat("8f", 32), Asked: true})
		},
		"verify-refused": func(p Page) templ.Component {
			p.Title = p.T("verify.title")
			return Verify(p, VerifyView{SHA256: "8f", Fault: p.T("verify.no_hash")})
		},
	}
}

func sampleReports(p Page) ReportsView {
	var v ReportsView
	for _, rep := range report.Catalogue() {
		v.Reports = append(v.Reports, ReportCard{
			To: "#", Name: p.ReportName(string(rep.Key)), About: p.ReportAbout(string(rep.Key)),
			Scope: p.N("reports.covers", 1284), Formats: []string{p.T("format.xlsx"), p.T("format.csv"), p.T("format.jsonl")},
		})
	}
	v.Views = []SavedView{
		{Name: "Overdue in Hamburg", Report: p.ReportName("due"), To: "#", Shared: true, Delete: "#"},
		{Name: "متأخرون", Report: p.ReportName("due"), To: "#", Shared: true, Owner: "فريد حداد"},
	}
	v.Runs = sampleRuns(p)[:3]
	return v
}

func sampleReport(p Page) ReportView {
	v := ReportView{
		About: p.ReportAbout("enrollments"), Action: p.Path("reports", "enrollments"), Filters: sampleFilters(p, "chosen"), State: url.Values{"sort": {"-progress"}},
		Tally: Tally{Found: 412, All: 1284}, Total: 3120, At: sampleNow, Pages: Pager{First: "?", Next: "?cursor=x"},
		Take: ReportTake{Run: "#", Print: "#", Addresses: "#"}, Keep: "#", Address: "/o/northwind/reports/enrollments?sort=-progress",
		Views: []SavedView{{Name: "Overdue in Hamburg", To: "#", Delete: "#"}, {Name: "By team", To: "#", Shared: true, Owner: "Grace Mbeki"}},
		Shape: ReportShape{
			Columns: Picks{Name: "columns", Label: p.T("reports.columns"), Options: []Option{{Value: "learner", Label: p.Column("learner"), Chosen: true}, {Value: "email", Label: p.Column("email")}}},
			Group:   Choice{Name: "group", Label: p.T("reports.group"), All: p.T("reports.group_none"), Options: []Option{{Value: "state", Label: p.Column("state")}}},
		},
	}
	v.Filters.More = []Choice{p.DidFilter(report.DidActive)}
	v.Filters.Period = p.periodFilter(report.Period{From: sampleDay - 30, To: sampleDay})
	for _, key := range []string{"learner", "email", "location", "activity", "state", "progress", "score", "due_on", "minutes_spent"} {
		number := key == "score" || key == "progress" || key == "minutes_spent"
		v.Columns = append(v.Columns, ReportColumn{Key: key, Name: p.Column(key), About: p.ColumnMeans(key), Number: number, Sort: "?sort=x"})
	}
	v.Columns[5].Sorted, v.Columns[2].Sort = "descending", ""
	for i, name := range sampleText {
		s := sampleStanding(i)
		due := p.Day(s.Due)
		v.Rows = append(v.Rows, ReportRow{Cells: []ReportCell{
			{Text: name, To: "#"},
			{Text: "person@northwind.example", Mail: true},
			{Text: []string{"Hamburg", "", "Oslo"}[i%3]},
			{Text: sampleCourses[i%len(sampleCourses)]},
			{Text: p.T(stateKey(s.State)), State: s.State, To: "#"},
			{Text: p.WholePercent(s.Progress), Meter: true, Share: s.Progress, Number: true},
			{Text: p.Hundredths(8750 - i), Number: true},
			{Text: due, Whole: true},
			{Text: p.Duration(45 * i), Number: true},
		}})
	}
	return v
}

func sampleRuns(p Page) []RunRow {
	var rows []RunRow
	for i, state := range []RunState{RunDone, RunRunning, RunWaiting, RunFailed, RunStopped, RunCancelled, RunExpired} {
		row := RunRow{
			To: p.Path("report-runs", "r"), Report: p.ReportName("enrollments"), Format: p.T("format.xlsx"), State: state,
			At: sampleNow.AddDate(0, 0, -i), Expires: sampleNow.AddDate(0, 0, 7-i), Percent: 43, Rows: 537_500, Learners: 1284, Size: p.FileSize(12_400_000),
		}
		if state == RunDone {
			row.File = "#"
		}
		if row.making() || state == RunDone {
			row.Cancel = "#"
		}
		rows = append(rows, row)
	}
	return rows
}

func sampleRun(p Page) RunView {
	return RunView{
		RunRow: sampleRuns(framed(p, "", PlaceReports))[0], SHA256: strings.Repeat("8f", 32), Manifest: "#", Verify: "#", Again: "#",
		Facts: factsOf(p, report.Manifest{
			Product: "Ambit", Report: report.EnrollmentsReport, Format: "xlsx", Person: "Grace Mbeki", Organization: "Northwind Academy",
			MadeAt: sampleNow, Learners: 412, ReachTotal: 1284, Places: []string{"Hamburg", "Ernst Handel: Version Control with Git"}, Zone: "Europe/Berlin",
			Filters: []report.Setting{{Key: "state", Name: p.Parameter("state"), Value: p.T("state.overdue")}}, Columns: []string{"learner", "email", "activity", "state"},
			Rows: 537_500, Bytes: 12_400_000,
		}),
	}
}
