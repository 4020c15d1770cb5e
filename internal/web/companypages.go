package web

import (
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/server"
)

func (p *Pages) company(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	name := r.PathValue("company")
	c, err := p.Licenses.Company(r.Context(), reach, name)
	if err != nil {
		return err
	}
	found, err := p.Licenses.Purchases(r.Context(), reach, license.PurchaseQuery{Company: name, Cursor: license.Cursor(r.URL.Query().Get("cursor"))})
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceLicenses, c.Name)
	if err != nil {
		return err
	}
	v := CompanyView{
		Purchases: c.Purchases, Seats: c.Seats, Pending: c.Pending, Redeemed: c.Redeemed, Spent: c.Spent, Free: c.Free(), Reported: c.Reported,
		Pages: pages(r, here(r, "companies", name), string(found.Next)),
	}
	for _, purchase := range found.Items {
		v.Rows = append(v.Rows, purchaseRowOf(purchase))
	}
	if page.Can(access.LicenseSell) {
		v.Sell = with(here(r, "licenses", "buy"), "company", c.Name)
	}
	return show(w, r, http.StatusOK, CompanyPage(page, v))
}

func (p *Pages) salesSetup(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showSalesSetup(w, r, http.StatusOK, reach, nil)
}

func (p *Pages) showSalesSetup(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, faults Faults) error {
	setup, err := p.Licenses.Setup(r.Context(), reach)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceLicenses, "")
	if err != nil {
		return err
	}
	page.Title = page.T("sales.title")
	return show(w, r, status, SalesSetup(page, SalesSetupView{
		AutoReporter: setup.AutoReporter, Unreported: setup.Unreported, Managers: setup.Managers, Limit: setup.ManagerLimit, Faults: faults,
	}))
}

// saveSalesSetup turns the switch. It is saved explicitly, and for later purchases.
func (p *Pages) saveSalesSetup(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	if err := p.Licenses.SwitchAutoReporter(r.Context(), reach, form.Get("auto_reporter") != ""); err != nil {
		return err
	}
	return see(w, r, with(here(r, "licenses", "setup"), "done", string(DoneSetup)))
}

// applySalesSetup previews the appointment of the buyers of earlier purchases.
func (p *Pages) applySalesSetup(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.beginAct(w, r, license.AppointBuyersAct, "", nil)
}

// buyersActWords is what the pages say about that act.
func buyersActWords() actWords {
	return actWords{
		place: PlaceLicenses, title: "sales.act", subject: "sales.act_subject",
		preview: func(p Page, a bulk.Act) string { return p.N("sales.act_preview", a.Plan.Effective()) },
		done:    func(p Page, a bulk.Act) string { return p.N("sales.act_done", a.Plan.Effective()) },
		confirm: func(p Page, a bulk.Act) string { return p.N("sales.act_confirm", a.Plan.Effective()) },
		undo:    func(p Page, a bulk.Act) string { return p.N("sales.act_undo", a.Plan.Effective()) },
		figures: []actFact{{"purchases", "sales.figure_purchases"}, {"managers", "sales.figure_managers"}, {"limit", "sales.figure_limit"}, {"left", "sales.figure_left"}},
		results: map[string]string{
			license.BuyerAppointed: "sales.result_appointed", license.BuyerOverLimit: "sales.result_limit", license.BuyerNotActive: "sales.result_suspended",
			license.BuyerTakenBack: "sales.result_taken_back", license.ReporterReplaced: "sales.result_replaced",
		},
		back: func(p Page, _ bulk.Act) ActLink {
			return ActLink{Label: p.T("sales.title"), To: p.Path("licenses", "setup")}
		},
	}
}

// purchaseTab is one of the pages of a purchase.
type purchaseTab struct {
	Key, Label string
	To         templ.SafeURL
}

// purchaseTabsOf are the pages of a purchase that the reader may open.
func purchaseTabsOf(p Page, id string) []purchaseTab {
	out := []purchaseTab{{"seats", p.T("licenses.seats"), p.Path("licenses", id)}}
	if p.Can(access.LearnerView) {
		out = append(out, purchaseTab{"people", p.T("licenses.people"), with(p.Path("users"), "purchase", id)})
	}
	if p.Can(access.ReporterAssign) {
		out = append(out, purchaseTab{"reporter", p.T("licenses.reporter"), p.Path("licenses", id, "reporter")})
	}
	return append(
		out,
		purchaseTab{"ledger", p.T("licenses.ledger"), p.Path("licenses", id, "seats", "ledger")},
		purchaseTab{"history", p.T("history.title"), p.Path("licenses", id, "history")},
	)
}

func (p *Pages) purchaseHistory(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	id := license.PurchaseID(r.PathValue("purchase"))
	purchase, err := p.Licenses.Purchase(r.Context(), reach, id)
	if err != nil {
		return err
	}
	found, err := p.Licenses.History(r.Context(), reach, id, license.Cursor(r.URL.Query().Get("cursor")))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceLicenses, "")
	if err != nil {
		return err
	}
	page.Title = page.T("history.title")
	v := HistoryView{ID: string(id), About: aboutPurchase(purchase), Pages: pages(r, here(r, "licenses", string(id), "history"), string(found.Next))}
	for _, h := range found.Items {
		v.Lines = append(v.Lines, page.happening(h, purchase.Product.Title))
	}
	if page.Can(access.AuditView) {
		v.Events = with(here(r, "audit"), "kind", "purchase", "subject", string(id))
	}
	return show(w, r, http.StatusOK, HistoryPage(page, v))
}

// happening tells an event in words, with what it changed.
func (p Page) happening(h license.Happening, subject string) HistoryLine {
	by, whom := h.By.Name, h.Whom.Name
	switch {
	case by == "" && h.System != "":
		by = p.T("audit.system", "Name", h.System)
	case h.Hidden:
		by = p.T("audit.somebody")
	case by == "":
		by = p.T("audit.ambit")
	}
	if whom == "" {
		whom = p.T("audit.somebody")
	}
	line := HistoryLine{At: h.At, What: p.Told(h.Action, by, subject, whom), Reason: h.Reason}
	if h.Action != "purchase.changed" {
		return line
	}
	keys := maps.Clone(h.After)
	maps.Copy(keys, h.Before)
	for _, field := range slices.Sorted(maps.Keys(keys)) {
		if !reflect.DeepEqual(h.Before[field], h.After[field]) {
			line.Changes = append(line.Changes, EventChange{p.EventField(field), p.dayOrValue(field, h.Before[field]), p.dayOrValue(field, h.After[field])})
		}
	}
	return line
}

// dayOrValue is a value of an event as people read it.
func (p Page) dayOrValue(field string, value any) string {
	if text, ok := value.(string); ok {
		if d, err := day.Parse(text); err == nil {
			return p.Day(d)
		}
	}
	return p.valueOf(field, value, nil)
}
