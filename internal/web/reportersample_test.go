package web

import (
	"context"
	"io"
	"maps"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
)

func sampleReading() ReadingView {
	return ReadingView{Product: "Version Control with Git", Learners: 42, Ended: 3, Invited: 4, Sample: []string{"Klara Vogel", "Νικόλαος Παππάς", "سلمى الحداد"}}
}

func sampleSeen() SeenView {
	return SeenView{Known: true, Ways: []SeenWay{{Reason: "Local Administrator: Berlin", Learners: 12}}}
}

func sampleReporter() ReporterView {
	revoke := sampleRevoke()
	return ReporterView{
		Product: "Version Control with Git", Company: "Ernst Handel", Holder: "Klara Vogel", Email: "klara.vogel@ernsthandel.example", Since: sampleNow,
		SeatEnded: day.None, Buyer: "Roland Mendel", Managers: Managers{Count: 7, Limit: 8}, Assign: "/assign", AppointBuyer: "/assign?to=b", Revoke: &revoke,
	}
}

func sampleRevoke() RevokeView {
	return RevokeView{Holder: "Klara Vogel", Action: "/revoke", Page: "/revoke", Back: "/back", Reading: sampleReading(), Keeps: sampleSeen(), IsBuyer: true}
}

// reporterGallery is the pages about who reports on a purchase.
func reporterGallery() map[string]func(p Page) templ.Component {
	panel := func(change func(*ReporterView)) func(p Page) templ.Component {
		return func(p Page) templ.Component {
			v := sampleReporter()
			change(&v)
			p = framed(p, v.Product, PlaceLicenses)
			return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
				return Framed(p).Render(templ.WithChildren(ctx, templ.Join(header(p, ""), ReporterPanel(p, v))), w)
			})
		}
	}
	assign := func(change func(*AssignView)) func(p Page) templ.Component {
		return func(p Page) templ.Component {
			v := AssignView{ReporterView: sampleReporter(), Back: "/back", Action: "/assign", GoOn: "/assign?change=1"}
			change(&v)
			return AssignReporter(framed(p, p.T("reporter.assign"), PlaceLicenses), v)
		}
	}
	preview := ReporterPreview{To: "Νικόλαος Παππάς", ToID: "n", Shown: "k", Reading: sampleReading(), Sees: sampleSeen(), Keeps: SeenView{Known: true}, Another: "/assign?change=1"}
	out := map[string]func(p Page) templ.Component{
		"reporter-taken": assign(func(*AssignView) {}),
		"reporter-choice": assign(func(v *AssignView) {
			v.Choice = &ReporterChoice{Full: true, People: []ReporterCandidate{
				{ID: "b", Name: "Roland Mendel", Email: "roland@ernsthandel.example", As: "The buyer"},
				{ID: "n", Name: "Νικόλαος Παππάς", Email: "n.pappas@ernsthandel.example", As: "Has an active seat"},
				{Email: "waiting@ernsthandel.example", Not: "This person's seat is pending. They can become the reporter once they have redeemed it."},
			}}
		}),
		"reporter-choice-none": assign(func(v *AssignView) { v.Choice = &ReporterChoice{Search: "xyzzy"} }),
		"reporter-preview":     assign(func(v *AssignView) { v.Preview = &preview }),
		"reporter-refused": assign(func(v *AssignView) {
			refused := preview
			refused.Refused = "8 people already hold a managing role here, and the limit is 8."
			v.Holder, v.Preview = "", &refused
		}),
		"reporter-revoke": func(p Page) templ.Component {
			return RevokeReporter(framed(p, p.T("reporter.revoke_title", "Name", "Klara Vogel"), PlaceLicenses), sampleRevoke())
		},
		"reporter-revoke-nobody": func(p Page) templ.Component {
			return RevokeReporter(framed(p, p.T("reporter.revoke"), PlaceLicenses), RevokeView{Back: "/back"})
		},
	}
	maps.Copy(out, map[string]func(p Page) templ.Component{
		"reporter-panel":         panel(func(*ReporterView) {}),
		"reporter-panel-history": panel(func(v *ReporterView) { v.SeatEnded, v.ReadsUntil = sampleDay-30, sampleNow.AddDate(1, 0, 0) }),
		"reporter-panel-none":    panel(func(v *ReporterView) { v.Holder, v.Revoke = "", nil }),
		"reporter-panel-waiting": panel(func(v *ReporterView) { v.Holder, v.Revoke, v.Waiting = "", nil, sampleNow }),
		"reporter-panel-own":     panel(func(v *ReporterView) { v.Holder, v.Revoke, v.Owned = "", nil, true }),
		"licenses-waiting": func(p Page) templ.Component {
			row := WaitingRow{Product: "Version Control with Git", Company: "Ernst Handel", Buyer: "Roland Mendel", Since: sampleNow, To: "/p", Appoint: "/a"}
			return Licenses(framed(p, p.T("nav.licenses"), PlaceLicenses), LicensesView{Filters: Filters{Action: p.Path("licenses")}, Waiting: WaitingView{Items: []WaitingRow{row}, Managers: Managers{8, 8}}})
		},
	})
	return out
}
