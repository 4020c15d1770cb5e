package web

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
)

// sampleGroup is what some learners did together.
func sampleGroup(n int) report.Group {
	return report.Group{
		Learners: 40 + 7*n, Work: sampleSum(90-9*n, 20+n, 3+n%4, 2), AtRisk: 4 + n,
		Joined: report.Change{Now: 30 + n, Before: 20}, Active: report.Change{Now: 31 - n, Before: 25}, Begun: report.Change{Now: 12, Before: 12},
		Finished: report.Change{Now: 18, Before: 9 + 3*n}, Overdue: report.Change{Now: 3 + n%4, Before: 5},
	}
}

// sampleSteps is a series of days.
func sampleSteps(n int) []report.TimeStep {
	var out []report.TimeStep
	for i := range n {
		d := sampleDay.Add(i + 1 - n)
		then := d.Add(-n)
		out = append(out, report.TimeStep{
			Period: report.Period{From: d, To: d}, Before: report.Period{From: then, To: then},
			Now:  report.Counts{Joined: 4 + (i*7)%11, Active: 30 + (i*13)%29, Begun: 3 + i%5, Finished: 2 + (i*5)%9 + i/4, Overdue: 40 - i/2},
			Then: report.Counts{Joined: 5 + (i*3)%7, Active: 26 + (i*11)%21, Begun: 2 + i%4, Finished: 1 + (i*3)%8, Overdue: 38 + i%4},
		})
	}
	out[3].Erased.Finished = 1
	return out
}

func sampleFrame() report.Frame {
	return report.Frame{Period: report.Period{From: sampleDay - 29, To: sampleDay}, Before: report.Period{From: sampleDay - 59, To: sampleDay - 30}, Learners: 412, ReachTotal: 1284}
}

func anyList(report.List) templ.SafeURL { return "#" }

func sampleUserAnalytics(p Page) UserAnalyticsView {
	a := report.UserAnalytics{Frame: sampleFrame(), All: sampleGroup(3), Step: report.Days, Series: sampleSteps(30), Late: 12, Failing: 3, Inactive: 31}
	a.All.Work = sampleSum(214, 80, 47, 9)
	for i, n := range []int{31, 44, 60, 39, 22, 154} {
		a.Progress = append(a.Progress, report.Band{From: []int{0, 1, 25, 50, 75, 100}[i], To: []int{0, 24, 49, 74, 99, 100}[i], Count: n})
	}
	for i, n := range []int{8, 21, 60, 47} {
		a.Score = append(a.Score, report.Band{From: []int{0, 50, 70, 85}[i], To: []int{49, 69, 84, 100}[i], Count: n})
	}
	a.Took = report.Durations{Measured: 214, Quartile: 6, Median: 15, UpperQuartile: 41, Longest: 180}
	v := p.userAnalyticsView(a, anyList)
	v.RiskTo, v.Risk = "#", sampleRisks()
	return v
}

func sampleRisks() []RiskRow {
	var out []RiskRow
	for i, name := range sampleText[:6] {
		row := RiskRow{Name: name, Location: "Hamburg", To: "#", Reasons: []RiskReason{{State: Overdue, Name: "Overdue", Activity: sampleCourses[i], Text: strconv.Itoa(60-i*7) + " days", More: i % 3, Since: day.None}}}
		if i%2 == 0 {
			row.Reasons = append(row.Reasons, RiskReason{State: Failed, Name: "Failed", Activity: sampleCourses[i+1], Text: "3 days ago"}, RiskReason{State: DueSoon, Name: "Inactive", Activity: sampleCourses[i], Text: "for 34 days"})
		}
		out = append(out, row)
	}
	return out
}

func sampleActivityAnalytics(p Page, tab report.Tab) ActivityAnalyticsView {
	var groups []report.ActivityGroup
	for i, title := range append(sampleCourses, "Wolfeschlegelsteinhausenbergerdorff’s introduction to very long titles of courses") {
		g := report.ActivityGroup{Column: report.Column{ID: "a", Title: title}, Group: sampleGroup(i)}
		g.Took = report.Durations{Measured: 90 - 9*i, Shortest: 1, Quartile: 3 + i, Median: 9 + 2*i, UpperQuartile: 25 + 4*i, Longest: 90}
		groups = append(groups, g)
	}
	v := p.activityAnalyticsView(tab, sampleFrame(), groups, anyList)
	v.AllTo = "#"
	return v
}

func sampleTeamAnalytics(p Page) TeamAnalyticsView {
	a := report.TeamAnalytics{Frame: sampleFrame(), Total: 5, Together: sampleGroup(1)}
	for i, name := range []string{"Company A Team", "Ernst Handel, first half of the year", "فريق الشمال", "Save-a-lot", "Apprentices 2026"} {
		a.Teams = append(a.Teams, report.TeamGroup{Name: name, Owner: "Robert King", Mine: i == 0, Group: sampleGroup(i), Trend: []int{3, 5, 4 + i, 8, 6, 9 - i, 12}})
	}
	v := p.teamAnalyticsView(a, anyList)
	v.Action = "#"
	return v
}

func samplePlaceAnalytics(p Page) PlaceAnalyticsView {
	a := report.LocationAnalytics{Frame: sampleFrame(), Within: report.Named{ID: "eu", Name: "Europe"}, More: 3, Others: sampleGroup(2)}
	for i, name := range []string{"Hamburg", "Oslo", "Singapore", "Madrid", "Ankara"} {
		a.Places = append(a.Places, report.PlaceGroup{Named: report.Named{ID: name, Name: name}, Deeper: i < 2, Group: sampleGroup(i)})
	}
	return p.placeAnalyticsView(a, anyList, func(string) templ.SafeURL { return "#" })
}

func sampleParticipation(p Page) ParticipationView {
	a := report.ParticipationAnalytics{Frame: sampleFrame(), All: sampleGroup(3), Step: report.Days, Series: sampleSteps(30), Days: sampleSteps(87), Weekdays: [7]int{310, 342, 298, 301, 255, 61, 48}}
	return p.participationView(a, anyList)
}

// analyticsGallery is every part of the analytics with sample content.
func analyticsGallery() map[string]func(p Page) templ.Component {
	part := func(tab report.Tab, show func(Page, AnalyticsView) templ.Component) func(p Page) templ.Component {
		return func(p Page) templ.Component {
			p = overviewGallery(p, "reports")
			return show(p, sampleHead(p, tab))
		}
	}
	return map[string]func(p Page) templ.Component{
		"analytics-users": part(report.UsersTab, func(p Page, head AnalyticsView) templ.Component {
			return UserAnalytics(p, head, sampleUserAnalytics(p))
		}),
		"guide": func(p Page) templ.Component { return Guide(framed(p, p.T("guide.title"), "")) },
		"analytics-quiet": part(report.UsersTab, func(p Page, head AnalyticsView) templ.Component {
			a := report.UserAnalytics{Frame: sampleFrame(), Step: report.Days}
			a.Empty, a.All.Work = report.NothingHappens, sampleSum(3, 0, 0, 0)
			return UserAnalytics(p, head, p.userAnalyticsView(a, anyList))
		}),
		"analytics-empty": part(report.UsersTab, func(p Page, head AnalyticsView) templ.Component {
			return UserAnalytics(p, head, UserAnalyticsView{Empty: report.NoEnrollments})
		}),
		"analytics-risks": func(p Page) templ.Component {
			p = overviewGallery(p, "reports")
			p.Title = p.T("analytics.at_risk")
			return Risks(p, RisksView{Back: "#", Filters: sampleFilters(p, "reports"), Tally: Tally{Found: 412, All: 1284}, Rows: sampleRisks(), Total: 41, Pages: Pager{Next: "#"}, At: sampleNow})
		},
		"analytics-activities": part(report.ActivitiesTab, func(p Page, head AnalyticsView) templ.Component {
			return ActivityAnalytics(p, head, sampleActivityAnalytics(p, report.ActivitiesTab))
		}),
		"analytics-programs-none": part(report.ProgramsTab, func(p Page, head AnalyticsView) templ.Component {
			return ActivityAnalytics(p, head, p.activityAnalyticsView(report.ProgramsTab, sampleFrame(), nil, anyList))
		}),
		"analytics-teams": part(report.TeamsTab, func(p Page, head AnalyticsView) templ.Component {
			return TeamAnalytics(p, head, sampleTeamAnalytics(p))
		}),
		"analytics-locations": part(report.LocationsTab, func(p Page, head AnalyticsView) templ.Component {
			return PlaceAnalytics(p, head, samplePlaceAnalytics(p))
		}),
		"analytics-participation": part(report.ParticipationTab, func(p Page, head AnalyticsView) templ.Component {
			return ParticipationAnalytics(p, head, sampleParticipation(p))
		}),
	}
}
