package web

import (
	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/mail"
)

// redeemGallery is the pages around one's own seats and purchases, and the log of letters.
func redeemGallery() map[string]func(p Page) templ.Component {
	redeem := func(change func(p Page, v *RedeemView)) func(p Page) templ.Component {
		return func(p Page) templ.Component {
			v := sampleRedeem()
			change(p, &v)
			p.Title = p.T("redeem.title", "Product", v.Product)
			return Redeem(p, v)
		}
	}
	out := map[string]func(p Page) templ.Component{
		"redeem": redeem(func(_ Page, v *RedeemView) { v.Way, v.AskName = string(account.ByFirstPassword), true }),
		"redeem-refused": redeem(func(_ Page, v *RedeemView) {
			v.Way, v.AskName, v.Faults = string(account.ByFirstPassword), true, Faults{"password": "Use at least 8 characters.", "given_name": "Enter a name."}
		}),
		"redeem-known": redeem(func(_ Page, v *RedeemView) {
			v.Way, v.Reporter, v.Purchaser, v.Activities = string(account.BySignIn), "", "Roland Mendel", nil
		}),
		"redeem-accept": redeem(func(_ Page, v *RedeemView) {
			v.Way, v.LastDay, v.AccessDays, v.AccessUntil = string(account.AsSignedIn), day.None, 0, day.None
		}),
		"redeem-other": redeem(func(_ Page, v *RedeemView) {
			v.Way, v.Visitor = string(account.AsSomebodyElse), "grace.mbeki@northwind.example"
		}),
		"redeem-used": redeem(func(p Page, v *RedeemView) {
			v.Closed, v.UsedAt = p.Sentence("This seat has been redeemed already. Please sign in."), sampleNow
		}),
		"offers": func(p Page) templ.Component {
			v := sampleLearning()
			v.Offers = []OfferRow{
				{Accept: "#", Product: "Version Control with Git", Giver: "Ernst Handel", LastDay: sampleDay + 60, Reporter: "Maria Anders"},
				{Accept: "#", Product: "Safety induction", Giver: "مدرسة الشمال", LastDay: day.None, Purchaser: "Roland Mendel"},
			}
			return Learning(framed(p, p.T("nav.learning"), PlaceLearning), v)
		},
		"my-licenses": func(p Page) templ.Component {
			p = buying(p, p.T("nav.my_licenses"))
			a, b := sampleMyLicense(), sampleMyLicense()
			b.State, b.Reporter, b.Company, b.RedeemBy = "ended", "", "", day.None
			return MyLicenses(p, MyLicensesView{Rows: []MyLicense{a, b}, Count: 2})
		},
		"my-licenses-none": func(p Page) templ.Component { return MyLicenses(buying(p, p.T("nav.my_licenses")), MyLicensesView{}) },
		"my-license": func(p Page) templ.Component {
			p = buying(p, "Version Control with Git")
			seats := SeatsView{
				Filters: Filters{Action: p.Path("my-licenses", "p1")}, Count: 2, Free: 2, Waiting: 1, Add: "#", Ledger: "#",
				Lines: []SeatLine{
					{ID: "s1", Name: "Bjørn Lindqvist", Email: "bjorn@ernsthandel.example", State: SeatRedeemed, AssignedAt: sampleNow, RedeemedAt: sampleNow, AccessUntil: sampleDay + 200},
					{ID: "s2", Email: "new.colleague@ernsthandel.example", State: SeatPending, AssignedAt: sampleNow, SentAt: sampleNow, Letters: 1, AccessUntil: day.None, Resend: "#"},
				},
			}
			return MyLicensePage(p, MyLicenseView{MyLicense: sampleMyLicense(), Take: "#", Panels: []templ.Component{SeatsPanel(p, seats), ReporterPanel(p, sampleReporter())}})
		},
		"mail": func(p Page) templ.Component {
			return MailLog(framed(p, p.T("nav.mail"), PlaceMail), sampleMail(p))
		},
		"mail-none": func(p Page) templ.Component {
			return MailLog(framed(p, p.T("nav.mail"), PlaceMail), MailView{Filters: Filters{Action: p.Path("mail")}})
		},
	}
	return out
}

// buying is the frame of a plain learner who bought something.
func buying(p Page, title string) Page {
	p = framed(p, title, PlaceMyLicenses)
	p.Shell.Can, p.Shell.Buys, p.Shell.Learners = noPermission, true, 0
	return p
}

func sampleRedeem() RedeemView {
	return RedeemView{
		Action: "/redeem/x", School: "Northwind Academy", Product: "Version Control with Git", Activities: sampleCourses[:4], Company: "Ernst Handel", Buyer: "Roland Mendel",
		LastDay: sampleDay + 60, AccessDays: 365, AccessUntil: sampleDay + 500, Reporter: "Maria Anders", Email: "new.colleague@ernsthandel.example",
	}
}

func sampleMyLicense() MyLicense {
	return MyLicense{
		ID: "p1", Product: "Version Control with Git", Company: "Ernst Handel", PurchasedAt: sampleNow.AddDate(0, -3, 0), Seats: 50, Redeemed: 43, Pending: 4, Spent: 1, Free: 2,
		RedeemBy: sampleDay + 60, AccessDays: 365, AccessUntil: day.None, State: "open", Reporter: "Maria Anders",
	}
}

func sampleMail(p Page) MailView {
	v := MailView{Filters: Filters{Action: p.Path("mail"), Choices: []Choice{p.letterStates(mail.Failed), p.letterKinds([]string{license.InvitationLetter}, "")}}, Count: 4}
	for i, state := range []mail.State{mail.Waiting, mail.Sent, mail.Failed, mail.NotWanted} {
		row := MailRow{
			To: "new.colleague@ernsthandel.example", Kind: p.LetterName(license.InvitationLetter), Subject: "You are invited to Version Control with Git", About: sampleCourses[i],
			AboutTo: "#", State: string(state), At: sampleNow, Ended: sampleNow,
		}
		if state != mail.Waiting {
			row.Resend = "#"
		}
		if state == mail.Failed {
			row.Reason = "550 5.1.1 no such mailbox"
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}
