package web

import (
	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
)

// sampleSeats is a seat in every state, with all that can be done about it.
func sampleSeats() SeatsView {
	v := SeatsView{
		Filters: Filters{Action: "#", Choices: []Choice{{Name: "state", Label: "State", All: "All states", Options: []Option{{Value: "pending", Label: "Pending"}}}}},
		Count:   50, Free: 3, Waiting: 4, Add: "#", Ledger: "#",
	}
	for i, state := range []SeatState{SeatRedeemed, SeatPending, SeatReleased, SeatRevoked, SeatExpired} {
		s := SeatLine{ID: string(state), Name: sampleText[i], Email: "somebody@ernsthandel.example", State: state, AssignedAt: sampleNow.AddDate(0, -2, i), AccessUntil: day.None}
		if state == SeatPending {
			s.Name, s.Email, s.Letters, s.SentAt, s.Resend = "", "new.colleague@ernsthandel.example", 2, sampleNow.AddDate(0, 0, -1), "#"
			s.Acts = []SeatAct{{"Give to somebody else", "#"}, {"Revoke", "#"}}
		} else {
			s.To, s.RedeemedAt, s.AccessUntil = "#", sampleNow.AddDate(0, -1, i), sampleDay+200
		}
		if state == SeatReleased {
			s.Spent, s.EndedAt = true, sampleNow.AddDate(0, 0, -3)
		}
		v.Lines = append(v.Lines, s)
	}
	return v
}

// seatsGallery is the pages of a purchase's seats with sample content.
func seatsGallery() map[string]func(p Page) templ.Component {
	back := ActLink{Label: "Version Control with Git", To: "#"}
	ending := SeatEndView{
		Back: back, Who: "Maria Anders", Action: "#", Redeemed: true, Ends: sampleCourses[:2], Stays: sampleCourses[2:4], Reporter: true,
		Title: "Release the seat of Maria Anders", Button: "Release the seat",
	}
	end := func(change func(v *SeatEndView)) func(p Page) templ.Component {
		v := ending
		change(&v)
		return func(p Page) templ.Component { return SeatEndPage(framed(p, v.Title, PlaceLicenses), v) }
	}
	return map[string]func(p Page) templ.Component{
		"seats-hidden": func(p Page) templ.Component {
			purchase := samplePurchase()
			purchase.Given.Hidden, purchase.Given.Lines[1].Email = true, ""
			return Purchase(framed(p, "Version Control with Git", PlaceLicenses), purchase)
		},
		"seats-none": func(p Page) templ.Component {
			purchase := samplePurchase()
			purchase.Given.Lines = nil
			return Purchase(framed(p, "Version Control with Git", PlaceLicenses), purchase)
		},
		"seat-release": end(func(*SeatEndView) {}),
		"seat-revoke":  end(func(v *SeatEndView) { v.Redeemed, v.Title = false, "Revoke the seat of new@example.com" }),
		"seat-reassign": end(func(v *SeatEndView) {
			v.Reassign, v.Faults = true, Faults{"email": "Enter an e-mail address such as ann@example.com."}
		}),
		"seat-not-given": end(func(v *SeatEndView) { v.Reassign, v.NotGiven = true, true }),
		"seat-over": end(func(v *SeatEndView) {
			v.Over, v.Faults = true, Faults{"": "This seat has already ended."}
		}),
		"seats-add": func(p Page) templ.Component {
			return SeatAdd(framed(p, p.T("seats.add"), PlaceLicenses), SeatAddView{
				Back: back, Action: "#", Free: 3, People: 20, LastDay: sampleDay + 30, Pasted: "somebody", Faults: Faults{"people": "Enter at least one e-mail address."},
			})
		},
		"seat-ledger": func(p Page) templ.Component {
			v := LedgerView{
				Sums:  []LedgerSum{{"ledger.bought", 1, 9}, {"ledger.assigned", 4, -4}, {"ledger.redeemed", 2, 0}, {"ledger.revoked", 1, 1}},
				Seats: 9, Pending: 1, Used: 1, Spent: 1, Over: 1, Free: 7, Total: 8,
			}
			for i, movement := range []string{"ledger.assigned", "ledger.redeemed", "ledger.released", "ledger.revoked", "ledger.changed"} {
				v.Lines = append(v.Lines, LedgerLine{No: i, At: sampleNow, Movement: movement, Who: sampleText[i], By: "Ada Foundress", Freed: i - 2, Left: i, Pending: 1 - i, Redeemed: i - 1, Spent: i % 2})
			}
			v.Lines[3].Who, v.Lines[3].Hidden, v.Lines[4].Who = "", true, ""
			return LedgerPage(framed(p, p.T("ledger.title"), PlaceLicenses), back, v)
		},
	}
}
