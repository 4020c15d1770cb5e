package web

import "github.com/a-h/templ"

// auditGallery is the audit log with sample content.
func auditGallery() map[string]func(p Page) templ.Component {
	return map[string]func(p Page) templ.Component{
		"audit": func(p Page) templ.Component {
			return Audit(framed(p, p.T("nav.audit"), PlaceAudit), sampleAudit(p))
		},
		"audit-none": func(p Page) templ.Component {
			return Audit(framed(p, p.T("nav.audit"), PlaceAudit), AuditView{Filters: Filters{Action: p.Path("audit")}})
		},
	}
}

func sampleAudit(p Page) AuditView {
	return AuditView{
		Organizations: true,
		Filters: Filters{
			Action: p.Path("audit"), Hint: p.T("audit.search_hint"), Choices: []Choice{p.areas("reporter."), p.subjects("")},
			Period: &Period{From: "2026-03-01", To: "2026-03-31", Words: p.T("audit.between", "From", "1 March", "To", "31 March")},
		},
		Files: []EventLink{{Label: p.T("format.csv"), To: "#"}, {Label: p.T("format.xlsx"), To: "#"}, {Label: p.T("format.jsonl"), To: "#"}},
		Pages: Pager{Next: "#"},
		Rows: []EventView{
			{
				At: sampleNow, Said: p.Told("reporter.transferred", "Grace Mbeki", "Ernst Handel · Version Control with Git", "Maria Anders"), Organization: "Northwind Academy",
				Changes: []EventChange{{p.EventField("reporter"), "فريد حداد", "Maria Anders"}, {p.EventField("from"), "", p.Instant(sampleNow)}},
				Links:   []EventLink{{p.T("audit.by", "Name", "Grace Mbeki"), "#"}, {p.T("audit.same_action"), "#"}},
			},
			{
				At: sampleNow.AddDate(0, 0, -1), Said: p.Told("account.role_changed", p.T("audit.somebody"), "Bjørn Lindqvist", ""), Organization: "Alfreds Futterkiste",
				Token: true, Reason: "Moved to the night shift", Changes: []EventChange{{p.EventField("role"), p.T("role.student"), p.T("role.local_administrator")}},
			},
			{At: sampleNow.AddDate(0, 0, -2), Said: p.Told("report.expired", p.T("audit.system", "Name", "report-sweep"), "", "")},
		},
	}
}
