package web

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/license"
)

// seatLedger is every movement of a purchase's seats, for who bought them and
// for administrators.
func (p *Pages) seatLedger(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, back, purchase, err := p.seatPlace(r, "ledger.title")
	if err != nil {
		return err
	}
	v, err := p.ledgerView(r, reach, purchase.ID)
	if err != nil {
		return err
	}
	return show(w, r, http.StatusOK, LedgerPage(page, back, v))
}

func (p *Pages) ledgerView(r *http.Request, reach access.Reach, id license.PurchaseID) (LedgerView, error) {
	before, err := strconv.Atoi(r.URL.Query().Get("cursor"))
	if err != nil || before < 0 {
		before = 0 // any other address is that of the first page
	}
	found, err := p.Licenses.SeatLedger(r.Context(), reach, id, license.LedgerQuery{Before: before})
	if err != nil {
		return LedgerView{}, err
	}
	next := ""
	if found.Next > 0 {
		next = strconv.Itoa(found.Next)
	}
	v := LedgerView{
		Purchase: string(id),
		Seats:    found.Balance.Seats, Pending: found.Balance.Pending, Used: found.Balance.Redeemed, Spent: found.Balance.Spent,
		Over: found.Over, Free: found.Free(), Total: found.Total, Pages: pages(r, templ.SafeURL(r.URL.Path), next),
	}
	for _, s := range found.Sums {
		v.Sums = append(v.Sums, LedgerSum{Movement: movementKey(s.Movement), Times: found.Times[s.Movement], Freed: s.Freed()})
	}
	for _, l := range found.Items {
		line := LedgerLine{
			No: l.No, At: l.At, Movement: movementKey(l.Movement), Who: l.Holder.Name, By: l.By.Name,
			Freed: l.Freed(), Left: l.Balance.Freed(), Pending: l.Pending, Redeemed: l.Redeemed, Spent: l.Spent,
		}
		if line.Who == "" {
			line.Who = l.Email
		}
		if line.By == "" {
			line.By = l.System
		}
		line.Hidden = line.Who == "" && l.Seat != ""
		v.Lines = append(v.Lines, line)
	}
	return v, nil
}

func movementKey(m license.Movement) string {
	switch m {
	case license.SeatsChanged:
		return "ledger.changed"
	case license.SeatAssigned:
		return "ledger.assigned"
	case license.SeatRedeemed:
		return "ledger.redeemed"
	case license.SeatReleased:
		return "ledger.released"
	case license.SeatRevoked:
		return "ledger.revoked"
	}
	return "ledger.bought"
}

// delta writes what a movement adds or takes; nothing where it does neither.
func (p Page) delta(n int) string {
	switch {
	case n > 0:
		return "+" + p.Number(n)
	case n < 0:
		return "−" + p.Number(-n)
	}
	return ""
}

// seatActWords are the words of the bulk act that assigns seats.
func seatActWords() actWords {
	return actWords{
		place: PlaceLicenses, title: "seats.add", subject: "seats.address",
		preview: func(p Page, a bulk.Act) string { return p.N("seats.act_preview", a.Plan.Effective()) },
		done:    func(p Page, a bulk.Act) string { return p.N("seats.act_done", a.Plan.Effective()) },
		confirm: func(p Page, a bulk.Act) string { return p.N("seats.act_confirm", a.Plan.Effective()) },
		undo:    func(p Page, a bulk.Act) string { return p.N("seats.act_undo", a.Plan.Effective()) },
		figures: []actFact{{"assigned", "seats.figure_assigned"}, {"revoked", "seats.figure_revoked"}, {"free_before", "seats.figure_before"}, {"free_after", "seats.figure_after"}},
		results: map[string]string{
			string(license.ResultAssigned): "seats.result_assigned", string(license.ResultHasSeat): "seats.result_has_seat",
			string(license.ResultNoAddress): "seats.result_no_address", string(license.ResultNobody): "seats.result_nobody",
			string(license.ResultTwice): "seats.result_twice", string(license.ResultNoSeat): "seats.result_no_seat",
			string(license.ResultTooMany): "seats.result_people_full", string(license.ResultClosed): "seats.result_closed",
			"revoked": "seats.result_revoked", "kept": "seats.result_kept",
		},
		back: func(p Page, a bulk.Act) ActLink {
			if p.Shell != nil && p.Shell.Can != nil && p.Can(access.LicenseView) {
				return ActLink{Label: p.T("nav.licenses"), To: p.Path("licenses", a.Subject)}
			}
			return ActLink{Label: p.T("nav.my_licenses"), To: p.Path("my-licenses", a.Subject)}
		},
	}
}
