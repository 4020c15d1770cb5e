package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/server"
)

// dealRoutes are the pages of custom deals.
func (p *Pages) dealRoutes() []server.Route {
	return []server.Route{
		{Pattern: "GET /o/{organization}/deals", Permission: access.DealView, Handle: countingOnce(p.deals)},
		{Pattern: "POST /o/{organization}/deals", Permission: access.DealEdit, Handle: countingOnce(p.createDeal)},
		{Pattern: "GET /o/{organization}/deals/new", Permission: access.DealEdit, Handle: countingOnce(p.newDeal)},
		{Pattern: "GET /o/{organization}/deals/{deal}", Permission: access.DealView, Handle: countingOnce(p.deal)},
		{Pattern: "POST /o/{organization}/deals/{deal}", Permission: access.DealEdit, Handle: countingOnce(p.saveDeal)},
		{Pattern: "GET /o/{organization}/deals/{deal}/edit", Permission: access.DealEdit, Handle: countingOnce(p.editDeal)},
		{Pattern: "GET /o/{organization}/deals/{deal}/activate", Permission: access.DealEdit, Handle: countingOnce(p.beforeActivation)},
		{Pattern: "POST /o/{organization}/deals/{deal}/activate", Permission: access.DealEdit, Handle: countingOnce(p.activateDeal)},
		{Pattern: "GET /o/{organization}/deals/{deal}/end", Permission: access.DealEdit, Handle: countingOnce(p.beforeEnd)},
		{Pattern: "POST /o/{organization}/deals/{deal}/end", Permission: access.DealEdit, Handle: countingOnce(p.endDeal)},
	}
}

func (p *Pages) deals(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, err := p.framed(r, PlaceDeals, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.deals")
	query := r.URL.Query()
	state := license.DealState(query.Get("state"))
	found, err := p.Licenses.CustomDeals(r.Context(), reach, license.DealQuery{Q: query.Get("q"), State: state, Cursor: license.Cursor(query.Get("cursor"))})
	if err != nil {
		return err
	}
	action := here(r, "deals")
	choice := Choice{Name: "state", Label: page.T("field.state"), All: page.T("deals.all_states")}
	for _, s := range []license.DealState{license.DealDraft, license.DealActive, license.DealEnded} {
		choice.Options = append(choice.Options, Option{Value: string(s), Label: page.T(dealStateKey(DealState(s))), Chosen: s == state})
	}
	v := DealsView{
		Filters: Filters{Action: action, Search: query.Get("q"), Hint: page.T("deals.search_hint"), Choices: []Choice{choice}},
		Pages:   pages(r, action, string(found.Next)), Count: found.Total, Edit: page.Can(access.DealEdit),
	}
	for _, d := range found.Items {
		v.Rows = append(v.Rows, dealRowOf(d))
	}
	return show(w, r, http.StatusOK, Deals(page, v))
}

func dealRowOf(d license.CustomDeal) DealRow {
	row := DealRow{
		ID: string(d.ID), Name: d.Name, Company: d.Company, Buyer: d.Buyer.Name, State: DealState(d.State),
		StartsOn: d.StartsOn, EndsOn: d.EndsOn, Size: d.Size, Seats: d.Seats,
	}
	if d.Buyer.IsNobody() {
		row.Buyer = d.NewBuyer.Name.Full()
	}
	return row
}

// dealViewOf is a deal with its licenses and purchases.
func (p Page) dealViewOf(d license.CustomDeal) DealView {
	v := DealView{
		DealRow: dealRowOf(d), Email: d.Buyer.Email, Notes: d.Notes, ExternalID: d.ExternalID, Reusable: d.Plan.Reusable, MaxPeople: d.Plan.MaxPeople,
		AutoReporter: d.AutoReporter, CreatedAt: d.CreatedAt, ActivatedAt: d.ActivatedAt, EndedAt: d.EndedAt, Edit: p.Can(access.DealEdit),
	}
	if d.Buyer.IsNobody() {
		v.Email = d.NewBuyer.Email
	}
	for _, l := range d.Licenses {
		v.Licenses = append(v.Licenses, DealLicenseRow{
			Product: l.Product.Title, Seats: l.Seats, RedeemBy: l.Terms.RedeemBy, AccessDays: l.Terms.AccessDays, AccessUntil: l.Terms.AccessUntil, CompleteBy: l.Terms.CompleteBy,
		})
	}
	for _, bought := range d.Purchases {
		v.Purchases = append(v.Purchases, purchaseRowOf(bought))
		v.Redeemed, v.Pending, v.Free = v.Redeemed+bought.Redeemed, v.Pending+bought.Pending, v.Free+bought.Free
	}
	return v
}

func (p *Pages) deal(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	d, err := p.Licenses.CustomDeal(r.Context(), reach, license.DealID(r.PathValue("deal")))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceDeals, d.Name)
	if err != nil {
		return err
	}
	return show(w, r, http.StatusOK, Deal(page, page.dealViewOf(d)))
}

// knownDeal reads a deal for somebody who is about to change it.
func (p *Pages) knownDeal(r *http.Request) (license.CustomDeal, error) {
	reach := server.VisitOf(r.Context()).Reach(access.DealView)
	return p.Licenses.CustomDeal(r.Context(), reach, license.DealID(r.PathValue("deal")))
}

func (p *Pages) beforeActivation(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showActivation(w, r, reach, nil)
}

// showActivation tells what activating a deal would do, after a refusal with its sentence.
func (p *Pages) showActivation(w http.ResponseWriter, r *http.Request, reach access.Reach, refusal error) error {
	start, err := p.Licenses.DealStart(r.Context(), reach, license.DealID(r.PathValue("deal")))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceDeals, "")
	if err != nil {
		return err
	}
	page.Title = page.T("deals.activate_title", "Deal", start.Name)
	v := DealStepView{Deal: page.dealViewOf(start.CustomDeal), Action: here(r, "deals", string(start.ID), "activate"), Revision: start.Revision, Refused: start.Refused != nil}
	status := http.StatusOK
	if refusal == nil {
		refusal = start.Refused
	} else {
		status = http.StatusUnprocessableEntity
	}
	if refusal != nil {
		v.Faults = page.inOne(refusal)
	}
	buyer := v.Deal.Buyer
	v.Says = append(v.Says, page.N("deals.says_purchases", len(start.Licenses)))
	if start.Known.IsNobody() {
		v.Says = append(v.Says, page.T("deals.says_new_buyer", "Name", buyer, "Email", v.Deal.Email))
	} else {
		buyer = start.Known.Name
		v.Says = append(v.Says, page.T("deals.says_buyer", "Name", buyer))
	}
	reporter := page.T("licenses.no_reporter")
	switch {
	case start.Waits:
		reporter = page.T("deals.waits")
		v.Says = append(v.Says, page.T("deals.says_waits", "Name", buyer, "Count", start.Managers.Count, "Limit", start.Managers.Limit))
	case start.AutoReporter:
		reporter = buyer
		v.Says = append(v.Says, page.T("deals.says_reporter", "Name", buyer))
	default:
		v.Says = append(v.Says, page.T("deals.says_no_reporter"))
	}
	if start.AutoReporter && start.Managers.Limit > 0 && !start.Waits {
		v.Says = append(v.Says, page.T("deals.says_limit", "Count", start.Managers.Count, "Limit", start.Managers.Limit))
	}
	for i := range v.Deal.Licenses {
		v.Deal.Licenses[i].Reporter = reporter
	}
	return show(w, r, status, DealStep(page, v))
}

func (p *Pages) activateDeal(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id := license.DealID(r.PathValue("deal"))
	if err := p.Licenses.ActivateDeal(r.Context(), reach, id, max(revisionOf(form), 0)); err != nil {
		if !refused(err) {
			return err
		}
		return p.showActivation(w, r, reach, err)
	}
	return see(w, r, with(here(r, "deals", string(id)), "done", string(DoneDealActivated)))
}

// inOne is everything that is wrong, where no field stands beside it.
func (p Page) inOne(err error) Faults {
	faults := p.FaultsOf(err)
	var said []string
	for _, field := range slices.Sorted(maps.Keys(faults)) {
		if !slices.Contains(said, faults[field]) {
			said = append(said, faults[field])
		}
	}
	return Faults{"": strings.Join(said, " ")}
}

func (p *Pages) beforeEnd(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showEnd(w, r, nil)
}

// showEnd tells what ending a deal would end, and what stays.
func (p *Pages) showEnd(w http.ResponseWriter, r *http.Request, refusal error) error {
	d, err := p.knownDeal(r)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceDeals, "")
	if err != nil {
		return err
	}
	page.Title = page.T("deals.end_title", "Deal", d.Name)
	v := DealStepView{Ends: true, Deal: page.dealViewOf(d), Action: here(r, "deals", string(d.ID), "end"), Revision: d.Revision, Refused: d.State != license.DealActive}
	status := http.StatusOK
	switch {
	case refusal != nil:
		status = http.StatusUnprocessableEntity
	case d.State == license.DealDraft:
		refusal = license.ErrDealDraft
	case d.State == license.DealEnded:
		refusal = license.ErrDealEnded
	}
	if refusal != nil {
		v.Faults = page.inOne(refusal)
	}
	v.Says = []string{
		page.N("deals.says_free", v.Deal.Free), page.N("deals.says_pending", v.Deal.Pending),
		page.N("deals.says_redeemed", v.Deal.Redeemed), page.T("deals.says_reporters_stay"),
	}
	return show(w, r, status, DealStep(page, v))
}

func (p *Pages) endDeal(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id := license.DealID(r.PathValue("deal"))
	if err := p.Licenses.EndDeal(r.Context(), reach, id, max(revisionOf(form), 0)); err != nil {
		if !refused(err) {
			return err
		}
		return p.showEnd(w, r, err)
	}
	return see(w, r, with(here(r, "deals", string(id)), "done", string(DoneDealEnded)))
}
