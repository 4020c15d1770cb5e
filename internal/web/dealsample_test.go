package web

import (
	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
)

// sampleDeal is a deal in a state.
func sampleDeal(p Page, state DealState) DealView {
	v := DealView{
		DealRow: DealRow{
			ID: "d", Name: "Ernst Handel, framework agreement", Company: "Ernst Handel", Buyer: sampleText[1], State: state,
			StartsOn: sampleDay - 30, EndsOn: sampleDay + 335, Size: 2, Seats: 32,
		},
		Email: "buyer@ernsthandel.example", Notes: "Agreed by telephone.\nInvoice in two parts.", ExternalID: "EH-2025", Reusable: true, MaxPeople: 60,
		AutoReporter: true, CreatedAt: sampleNow, Edit: true,
	}
	if state == StateDraft {
		v.Licenses = []DealLicenseRow{
			{Product: sampleCourses[9], Seats: 20, RedeemBy: sampleDay + 90, AccessDays: 365, AccessUntil: day.None, CompleteBy: day.None, Reporter: v.Buyer},
			{Product: sampleCourses[11], Seats: 12, RedeemBy: day.None, AccessUntil: sampleDay + 335, CompleteBy: day.None, Reporter: v.Buyer},
		}
		return v
	}
	other := samplePurchase().PurchaseRow
	other.Reporter = ""
	v.Purchases, v.ActivatedAt = []PurchaseRow{samplePurchase().PurchaseRow, other}, sampleNow
	v.Redeemed, v.Pending, v.Free = 21, 4, 7
	if state == StateEnded {
		v.EndedAt = sampleNow
	}
	return v
}

// dealGallery is the pages of custom deals with sample content.
func dealGallery() map[string]func(p Page) templ.Component {
	return map[string]func(p Page) templ.Component{
		"deals": func(p Page) templ.Component {
			v := DealsView{Filters: Filters{Action: p.Path("deals")}, Count: 3, Edit: true}
			for _, state := range []DealState{StateDraft, StateActive, StateEnded} {
				v.Rows = append(v.Rows, sampleDeal(p, state).DealRow)
			}
			v.Rows[0].EndsOn = day.None
			return Deals(framed(p, p.T("nav.deals"), PlaceDeals), v)
		},
		"deals-none": func(p Page) templ.Component {
			return Deals(framed(p, p.T("nav.deals"), PlaceDeals), DealsView{Edit: true})
		},
		"deal-draft": func(p Page) templ.Component {
			v := sampleDeal(p, StateDraft)
			return Deal(framed(p, v.Name, PlaceDeals), v)
		},
		"deal": func(p Page) templ.Component {
			v := sampleDeal(p, StateActive)
			return Deal(framed(p, v.Name, PlaceDeals), v)
		},
		"deal-activate": func(p Page) templ.Component {
			v := sampleDeal(p, StateDraft)
			return DealStep(framed(p, p.T("deals.activate_title", "Deal", v.Name), PlaceDeals), DealStepView{Deal: v, Says: []string{
				p.N("deals.says_purchases", 2), p.T("deals.says_buyer", "Name", v.Buyer), p.T("deals.says_reporter", "Name", v.Buyer),
			}})
		},
		"deal-end": func(p Page) templ.Component {
			v := sampleDeal(p, StateActive)
			return DealStep(framed(p, p.T("deals.end_title", "Deal", v.Name), PlaceDeals), DealStepView{Deal: v, Ends: true, Says: []string{
				p.N("deals.says_free", 7), p.N("deals.says_pending", 4), p.N("deals.says_redeemed", 21),
			}})
		},
		"deal-form": func(p Page) templ.Component {
			now := sampleDeal(p, StateDraft)
			products := []Option{{Label: p.T("deals.choose")}, {Value: "a", Label: sampleCourses[9]}}
			return DealForm(framed(p, p.T("deals.edit"), PlaceDeals), DealFormView{
				Name: now.Name, Company: now.Company, Email: now.Email, AutoReporter: true, Products: products, Now: &now,
				Licenses: []DealLicenseForm{{Product: "a", Seats: "20"}, {}},
				Faults:   Faults{"licenses[1].seats": "Enter at least one seat.", "licenses[1].product_id": "Choose what is sold."},
			})
		},
		"deal-form-active": func(p Page) templ.Component {
			v := sampleDeal(p, StateActive)
			return DealForm(framed(p, p.T("deals.edit"), PlaceDeals), DealFormView{Active: true, Name: v.Name, Notes: v.Notes, Licenses: []DealLicenseForm{{}}})
		},
	}
}
