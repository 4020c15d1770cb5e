package web

import (
	"net/url"
	"time"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
)

// teamGallery is the pages of the teams with sample content.
func teamGallery() map[string]func(p Page) templ.Component {
	page := func(p Page, title string) Page {
		out := framed(p, title, PlaceTeams)
		out.Shell.Manages = true
		return out
	}
	rows := func(p Page) (out []TeamMemberRow) {
		for i, name := range sampleText {
			row := TeamMemberRow{ID: name, Name: name, Email: "somebody@northwind.example", To: p.Path("users", "x"), Location: "Norway", From: sampleNow.Add(-time.Duration(i) * 700 * time.Hour), Member: i == 2}
			if i%4 == 1 {
				row.Until = sampleNow
			}
			out = append(out, row)
		}
		return out
	}
	filters := func(p Page, search string) Filters { return Filters{Action: p.Path("teams"), Search: search} }
	team := func(p Page) TeamView {
		at := p.Path("teams", "x")
		return TeamView{
			TeamHead: TeamHead{
				TeamRow: TeamRow{Name: "Company A Team", Owner: p.T("team.you"), Mine: true, Members: 15, Created: sampleNow, To: at},
				Page:    at, History: at, Add: at, Edit: at, Remove: at, End: at, Share: at, CSV: at, XLSX: at,
				Links: []ActLink{{p.T("team.see_users"), at}, {p.T("team.see_reports"), at}, {p.T("team.see_matrix"), at}},
			},
			Filters: filters(p, ""), Rows: rows(p), Count: 15, Located: true,
			Shares: []ShareRow{
				{With: "Grace Mbeki", As: p.T("team.as_analyst"), Last: sampleDay.Add(30), End: at},
				{With: "نور حداد", As: p.T("team.as_reader"), Begins: sampleNow, Last: day.None, End: at},
				{With: "Account executives", People: p.N("team.group_people", 4), As: p.T("team.as_editor"), Last: day.None, ByPolicy: true},
			},
		}
	}
	share := func(p Page) ShareFormView {
		return ShareFormView{
			Team: "Company A Team", Back: p.Path("teams"), Action: p.Path("teams"),
			Targets: []ShareOption{{"group:g", "Account executives", p.N("team.group_people", 4), false}, {"account:a", "Grace Mbeki", "grace@northwind.example", true}},
			Roles:   []ShareOption{{"team_reader", p.T("team.as_reader"), p.T("team.as_reader_hint"), false}, {"team_analyst", p.T("team.as_analyst"), p.T("team.as_analyst_hint"), true}},
		}
	}
	sight := func() SightView {
		return SightView{Rows: []SightRow{{Name: "Grace Mbeki", Gains: 12, Sample: sampleText[:3], More: 9, At: []SightPlace{{Name: "Norway", Gains: 12}}}}, Others: 1}
	}
	return map[string]func(p Page) templ.Component{
		"teams": func(p Page) templ.Component {
			p = page(p, p.T("nav.teams"))
			return Teams(p, TeamsView{
				Filters: filters(p, ""), Count: 3, Elsewhere: true, Add: p.Path("teams", "new"), CSV: p.Path("teams"), XLSX: p.Path("teams"),
				Rows: []TeamRow{
					{Name: "Company A Team", Owner: p.T("team.you"), Mine: true, Members: 15, Created: sampleNow, To: p.Path("teams", "x")},
					{Name: "فريق التوصيل", Owner: "نور حداد", Members: 1204, Created: sampleNow, To: p.Path("teams", "x"), ReadOnly: true, Organization: "Alfreds Futterkiste"},
					{Name: "Wolfeschlegelsteinhausenbergerdorff & Sons", Members: 0, Created: sampleNow, ReadOnly: true},
				},
			})
		},
		"teams-none": func(p Page) templ.Component {
			p = page(p, p.T("nav.teams"))
			return Teams(p, TeamsView{Filters: filters(p, ""), Add: p.Path("teams", "new")})
		},
		"teams-none-found": func(p Page) templ.Component {
			p = page(p, p.T("nav.teams"))
			return Teams(p, TeamsView{Filters: filters(p, "x")})
		},
		"team": func(p Page) templ.Component { p = page(p, "Company A Team"); return Team(p, team(p)) },
		"team-history": func(p Page) templ.Component {
			p = page(p, "Company A Team")
			v := team(p)
			v.Past, v.ReadOnly, v.Located = true, true, false
			return Team(p, v)
		},
		"team-empty": func(p Page) templ.Component {
			p = page(p, "Company A Team")
			v := team(p)
			v.Rows, v.Shares = nil, nil
			return Team(p, v)
		},
		"team-new": func(p Page) templ.Component {
			p = page(p, p.T("team.add"))
			return TeamForm(p, TeamFormView{
				Action: p.Path("teams"), Back: p.Path("teams"), Button: p.T("team.add"), Intro: p.N("team.of_filter", 12), Keep: url.Values{"team": {"x"}},
				Faults: Faults{"name": "There is a team of this name already."},
			})
		},
		"team-rename": func(p Page) templ.Component {
			p = page(p, p.T("team.rename_title", "Name", "Company A Team"))
			return TeamForm(p, TeamFormView{Action: p.Path("teams"), Back: p.Path("teams"), Button: p.T("team.rename"), Name: "Company A Team", Trail: "Company A Team"})
		},
		"team-add": func(p Page) templ.Component {
			p = page(p, p.T("team.add_title", "Name", "Company A Team"))
			return TeamAdd(p, TeamAddView{Team: "Company A Team", Back: p.Path("teams"), Action: p.Path("teams"), Filters: filters(p, ""), Rows: rows(p), Located: true, Tally: Tally{Found: 15, All: 15}})
		},
		"team-add-refused": func(p Page) templ.Component {
			p = page(p, p.T("team.add_title", "Name", "Company A Team"))
			return TeamAdd(p, TeamAddView{Team: "Company A Team", Back: p.Path("teams"), Action: p.Path("teams"), Filters: filters(p, "x"), Pasted: "x", Faults: Faults{"people": "Choose at least one person."}})
		},
		"team-share": func(p Page) templ.Component {
			p = page(p, p.T("team.share_title", "Name", "Company A Team"))
			return ShareForm(p, share(p))
		},
		"team-share-nobody": func(p Page) templ.Component {
			p = page(p, p.T("team.share_title", "Name", "Company A Team"))
			v := share(p)
			v.Targets, v.Search = nil, "x"
			return ShareForm(p, v)
		},
		"team-share-change": func(p Page) templ.Component {
			p = page(p, p.T("team.share_title", "Name", "Company A Team"))
			return ShareChange(p, ShareChangeView{
				Team: "Company A Team", TeamTo: p.Path("teams"), Back: p.Path("teams"), Action: p.Path("teams"), Button: p.T("team.share_with", "Name", "Grace Mbeki"),
				Intro: p.T("team.share_intro", "Team", "Company A Team", "Name", "Grace Mbeki", "As", p.T("team.as_reader")), Sight: sight(), Managers: Managers{Count: 4, Limit: 10},
			})
		},
		"team-act": func(p Page) templ.Component {
			p = page(p, p.T("team.act_add"))
			return ActPage(p, ActView{
				Back: ActLink{p.T("team.back"), p.Path("teams")}, Intro: p.N("team.add_preview", 2), Subject: p.T("team.person"), Sight: sight(), Sights: true,
				Lines:   []ActLine{{Subject: "Grace Mbeki", Result: p.T("team.line_added"), OK: true}, {Subject: "x@y.example", Result: p.T("team.line_unknown")}, {Subject: "z", Result: p.T("team.line_more")}},
				Confirm: p.N("team.add_confirm", 1), ConfirmAt: p.Path("acts"), Expires: sampleNow,
			})
		},
	}
}
