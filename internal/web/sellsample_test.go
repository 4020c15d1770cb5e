package web

import (
	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/license"
)

// sampleSell is the form half filled in.
func sampleSell() SellView {
	return SellView{
		Once: "x", Products: []Option{{Label: "Choose"}, {Value: "a", Label: sampleCourses[1], Chosen: true}}, Seats: "20", Company: "Ernst Handel",
		Companies: []string{"Ernst Handel", "Alfreds Futterkiste"}, Search: "ma", Searched: true, Buyer: "b",
		Found:   []BuyerOption{{ID: "b", Name: sampleText[1], Email: "maria@ernsthandel.example"}, {ID: "c", Name: sampleText[5], Email: "another.person.with.a.long.name@ernsthandel.example"}},
		Reports: "The buyer becomes the License Reporter of this purchase at once, as set up.",
	}
}

// sampleAct is an act of giving earlier purchases reporters, in a state.
func sampleAct(p Page, state bulk.State) ActView {
	words := buyersActWords()
	act := bulk.Act{ID: "act", Kind: license.AppointBuyersAct, State: state, Plan: bulk.Plan{Lines: []bulk.Line{{OK: true}, {OK: true}}}}
	v := ActView{
		Intro: words.preview(p, act), Back: words.back(p, act), Subject: p.T(words.subject), Expires: sampleNow, UndoUntil: sampleNow.AddDate(0, 0, 7),
		Figures: []ActFigure{{p.T("sales.figure_purchases"), 2}, {p.T("sales.figure_managers"), 9}, {p.T("sales.figure_limit"), 10}},
		Lines: []ActLine{
			{Subject: sampleText[1] + " · " + sampleCourses[0], Result: p.T("sales.result_appointed"), OK: true},
			{Subject: sampleText[5] + " · " + sampleCourses[2], Result: p.T("sales.result_limit")},
		},
	}
	switch state {
	case bulk.Previewed:
		v.Confirm, v.ConfirmAt = words.confirm(p, act), "#"
	case bulk.Done:
		v.Intro, v.Undo, v.UndoAt = words.done(p, act), words.undo(p, act), "#"
	case bulk.Undone:
		v.UndoneAt = sampleNow
	}
	return v
}

// sellGallery is the pages of selling with sample content.
func sellGallery() map[string]func(p Page) templ.Component {
	act := func(state bulk.State) func(p Page) templ.Component {
		return func(p Page) templ.Component {
			return ActPage(framed(p, p.T("sales.act"), PlaceLicenses), sampleAct(p, state))
		}
	}
	return map[string]func(p Page) templ.Component{
		"sell": func(p Page) templ.Component {
			return Sell(framed(p, p.T("sell.title"), PlaceLicenses), sampleSell())
		},
		"sell-refused": func(p Page) templ.Component {
			v := sampleSell()
			v.Found, v.Buyer = nil, ""
			v.Faults = Faults{"seats": "Enter at least one seat.", "buyer_id": "Choose who buys, or enter a name and an address.", "redeem_by": "Choose today or a later day.", "company": "Use at most 200 characters."}
			return Sell(framed(p, p.T("sell.title"), PlaceLicenses), v)
		},
		"purchase-edit": func(p Page) templ.Component {
			v := PurchaseEditView{ID: "p", About: "Version Control with Git · Ernst Handel", Seats: "3", Used: 46, Company: "Ernst Handel", AccessDays: "365"}
			v.Faults = Faults{"seats": "46 seats are in use. Enter at least as many."}
			return PurchaseEdit(framed(p, p.T("sell.edit_title"), PlaceLicenses), v)
		},
		"purchase-history": func(p Page) templ.Component {
			return HistoryPage(framed(p, p.T("history.title"), PlaceLicenses), HistoryView{ID: "p", About: "Version Control with Git · Ernst Handel", Lines: []HistoryLine{
				{At: sampleNow, What: "Ada changed the purchase Version Control with Git.", Changes: []EventChange{{"Seats", "40", "50"}, {"Complete by", "", "31 Dec 2026"}}},
				{At: sampleNow.AddDate(0, -1, 0), What: "Ada sold the licenses Version Control with Git.", Reason: "By telephone"},
			}})
		},
		"purchase-history-none": func(p Page) templ.Component {
			return HistoryPage(framed(p, p.T("history.title"), PlaceLicenses), HistoryView{ID: "p", About: "Version Control with Git"})
		},
		"company": func(p Page) templ.Component {
			return CompanyPage(framed(p, "Ernst Handel", PlaceLicenses), CompanyView{
				Purchases: 2, Seats: 100, Pending: 8, Redeemed: 80, Spent: 2, Free: 10, Reported: 1, Rows: []PurchaseRow{samplePurchase().PurchaseRow}, Sell: "#",
			})
		},
		"sales-setup": func(p Page) templ.Component {
			return SalesSetup(framed(p, p.T("sales.title"), PlaceLicenses), SalesSetupView{AutoReporter: true, Unreported: 12, Managers: 9, Limit: 10})
		},
		"act-preview": act(bulk.Previewed),
		"act-done":    act(bulk.Done),
		"act-undone":  act(bulk.Undone),
	}
}
