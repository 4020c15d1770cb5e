package web

import (
	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// sampleSum is the sum of so many enrollments of each kind.
func sampleSum(done, running, overdue, expiring int) transcript.Sum {
	var s transcript.Sum
	add := func(n int, e transcript.Entry, state transcript.State) {
		for range n {
			s.Add(&e, state)
		}
	}
	started := sampleDay - 60
	add(done, transcript.Entry{Progress: 100, Score: 8710, Minutes: 95, Started: started}, transcript.Completed)
	add(running, transcript.Entry{Progress: 40, Score: -1, Minutes: 30, Started: started}, transcript.InProgress)
	add(overdue, transcript.Entry{Score: -1, Started: day.None}, transcript.Overdue)
	add(expiring, transcript.Entry{Progress: 100, Score: 7700, Minutes: 80, Started: started}, transcript.ExpiresSoon)
	return s
}

// sampleSums is an overview with something of everything, over so many steps.
func sampleSums(step report.Step, steps int) report.Overview {
	o := report.Overview{
		Learners: 1284, ReachTotal: 1284, Seats: report.SeatFigures{Purchases: 7, Invited: 14, Redeemed: 212, Ended: 9},
		Work: sampleSum(2140, 402, 47, 31), Active: 877, Begun: 210, Finished: 241, BegunBefore: 190, FinishedBefore: 229,
		From: sampleDay - 29, To: sampleDay, Today: report.Organization{Today: sampleDay, Windows: transcript.DefaultWindows},
	}
	for i := range steps {
		from := sampleDay.Add(-7 * (steps - 1 - i))
		if step == report.Months {
			t := sampleDay.Time().AddDate(0, i+1-steps, 1-sampleDay.Time().Day())
			from = day.Date(t.Year(), t.Month(), 1)
		}
		o.Series = append(o.Series, report.StepFigure{From: from, To: from + 6, Begun: 38 + (i*i*7)%23, Finished: 40 + i*100/steps + (i*31)%17, Erased: i % 9 / 8})
	}
	for i, title := range append(sampleCourses, "Wolfeschlegelsteinhausenbergerdorff’s introduction to very long titles of courses") {
		a := report.ActivityFigure{Finished: i * 2}
		a.Column, a.Sum = report.Column{ID: "a" + string(rune('a'+i)), Title: title}, sampleSum(240-i*19, 20+i, i%4, i)
		o.ByActivity = append(o.ByActivity, a)
	}
	for i, name := range []string{"Hamburg", "Oslo", "Singapore", "Madrid", "Ankara"} {
		o.Places = append(o.Places, report.LocationFigure{Named: report.Named{ID: name, Name: name, Depth: 1}, Learners: 412 - 66*i, Work: sampleSum(90-i*9, 10+i, i, 0)})
	}
	return o
}

func sampleLists() lists { return lists{slug: "northwind"} }

// sampleHead is what the parts of the analytics begin with.
func sampleHead(p Page, tab report.Tab) AnalyticsView {
	v := AnalyticsView{
		Title: p.tabName(tab), Tally: Tally{Found: 412, All: 1284}, From: sampleDay - 29, To: sampleDay, BeforeFrom: sampleDay - 59, BeforeTo: sampleDay - 30,
		At: sampleNow, Range: p.rangeOf(p.Path("reports"), nil, usualSpan, report.Period{From: sampleDay - 29, To: sampleDay}), Filters: sampleFilters(p, "reports"),
	}
	v.Filters.Choices = v.Filters.Choices[1:2]
	for _, t := range []report.Tab{"", report.UsersTab, report.ActivitiesTab, report.ProgramsTab, report.TeamsTab, report.LocationsTab, report.ParticipationTab} {
		v.Tabs = append(v.Tabs, TabLink{Label: p.tabName(t), To: "#", Here: t == tab})
	}
	for _, name := range []string{p.T("analytics.file_enrollment"), p.T("analytics.file_progress"), p.T("analytics.file_participation")} {
		v.Downloads = append(v.Downloads, DownloadView{Name: name, About: p.T("analytics.file_progress_about"), Run: "#"})
	}
	return v
}

func sampleOverview(p Page) OverviewView {
	o := sampleSums(report.Months, 12)
	v := OverviewView{
		Head:    sampleHead(p, ""),
		Figures: p.overviewFigures(o, sampleLists(), true), Steps: p.stepsChart(o.Series, report.Months), Activities: p.activitiesChart(o.ByActivity, sampleLists()),
	}
	v.Steps.Height = beside(v.Activities)
	return v
}

func sampleEmptyOverview(p Page) OverviewView {
	o := sampleSums(report.Months, 12)
	empty := report.Overview{ReachTotal: 48, From: o.From, To: o.To, Series: o.Series, Today: o.Today}
	for i := range empty.Series {
		empty.Series[i] = report.StepFigure{From: o.Series[i].From, To: o.Series[i].To}
	}
	head := sampleHead(p, "")
	head.Filters, head.Tally = Filters{Action: p.Path("reports"), Search: "xyzzy"}, Tally{All: 48}
	return OverviewView{
		Head:    head,
		Figures: p.overviewFigures(empty, sampleLists(), false), Steps: p.stepsChart(empty.Series, report.Months), Activities: p.activitiesChart(nil, sampleLists()),
	}
}

func sampleDashboard(p Page) DashboardView {
	o := sampleSums(report.Weeks, 26)
	v := DashboardView{
		Filters: sampleFilters(p, "dashboard"), Tally: Tally{Found: 1284, All: 1284}, At: sampleNow,
		Figures: p.dashboardFigures(o, sampleLists()), Steps: p.stepsChart(o.Series, report.Weeks),
		ShowPlaces: true, PlacesTo: "#", Matrix: sampleMatrix(p), MatrixTo: p.Path("matrix"), ShowMatrix: true, ShowDue: true, Due: "#",
	}
	v.Filters.Choices = v.Filters.Choices[1:]
	v.Places = p.places(o, sampleLists())
	v.Matrix.Rows = v.Matrix.Rows[:matrixLearners]
	for i, name := range sampleText[:5] {
		v.Attention = append(v.Attention, AttentionRow{LearnerID: "l", Learner: name, Activity: sampleCourses[i], Details: "#", Standing: sampleStanding(3)})
	}
	return v
}

func overviewGallery(p Page, name string) Page {
	return framed(p, map[string]string{"dashboard": p.T("nav.dashboard"), "reports": p.T("nav.reports")}[name], Place(name))
}

// onlyDashboards is a person who opens dashboards and nothing else.
func onlyDashboards(permission access.Permission) bool { return permission == access.DashboardView }
