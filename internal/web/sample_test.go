package web

import (
	"fmt"
	"time"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/license"
)

// sample is made-up content for every page, so that each can be looked at and
// checked without an organization behind it.

var (
	sampleNow  = time.Date(2025, 11, 21, 13, 5, 0, 0, time.UTC)
	sampleDay  = day.Of(sampleNow, time.UTC)
	sampleText = []string{
		"Amara Okafor", "Bjørn Lindqvist", "陈伟", "Daniela Ríos", "Elif Yılmaz", "فريد حداد", "Grace Mbeki", "田中 浩", "Иван Петров",
		"Κωνσταντίνος Παπαδόπουλος", "ישראל כהן", "Zoë van der Berg", "Nguyễn Thị Minh Khai", "José", "Wolfeschlegelsteinhausenbergerdorff Hubert",
	}
	sampleCourses = []string{
		"Fire safety basics", "GDPR essentials", "Forklift license", "Code of conduct", "First aid at work", "Cyber awareness",
		"Manual handling", "Anti-bribery", "Working at height", "Version Control with Git", "Programming with Python", "أساسيات السلامة",
	}
)

func samplePage(catalogue *language.Catalogue, assets *Assets, tag language.Tag, theme Theme) Page {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return Page{Printer: catalogue.Printer(tag, zone), Assets: assets, Theme: theme}
}

func framed(p Page, title string, place Place) Page {
	p.Title = title
	p.Shell = &Shell{
		Organization: "Northwind Academy", Slug: "northwind", Learners: 1284, Current: place, Demo: true,
		Person: Reader{Name: "Grace Mbeki", Email: "grace.mbeki@northwind.example", Role: p.T("role.organization_administrator")},
		Organizations: []Organization{
			{Name: "Northwind Academy", Slug: "northwind", Here: true}, {Name: "Alfreds Futterkiste", Slug: "alfreds"},
		},
		Can: func(access.Permission) bool { return true }, Manages: true,
	}
	return p
}

func sampleStanding(i int) Standing {
	s := Standing{State: States()[i%len(States())], On: sampleDay, Due: day.None, ValidUntil: day.None}
	switch s.State {
	case Completed, Failed:
		s.Progress, s.Score, s.Scored = 100, float64(60+i*7%41), i%4 != 1
	case InProgress:
		s.Progress = 5 + i*13%90
	case Overdue:
		s.Progress, s.Due = i%50, sampleDay-day.Day(1+i%30)
	case DueSoon:
		s.Progress, s.Due = i%60, sampleDay+day.Day(i%8)
	case ExpiresSoon:
		s.Progress, s.ValidUntil = 100, sampleDay+day.Day(i%30)
	case Expired:
		s.Progress, s.ValidUntil = 100, sampleDay-day.Day(1+i%300)
	}
	return s
}

func sampleFilters(p Page, place string) Filters {
	options := []Option{{Value: "p1", Label: "Ernst Handel · Version Control with Git"}, {Value: "p2", Label: "QUICK-Stop · Python", Chosen: place == "chosen"}}
	return Filters{
		Action: p.Path(place),
		Choices: []Choice{
			p.StateFilter(""), p.PurchaseFilter(options), p.SeatFilter(""),
			p.LocationFilter([]Option{{Value: "l", Label: "Europe / Germany / Hamburg"}}), p.TeamFilter([]Option{{Value: "t", Label: "Night shift"}}),
		},
	}
}

func sampleUsers(p Page) UsersView {
	v := UsersView{
		Filters: sampleFilters(p, "users"), Tally: Tally{Found: 1284, All: 1284, Invited: 4},
		Pages:   Pager{Next: "?cursor=x"},
		Tabs:    UsersTabs{Learners: p.Path("users"), Invited: p.Path("users", "invited")},
		Columns: LearnerColumns{Email: true, Location: true, Purchases: true, LastActive: true},
	}
	for i, name := range sampleText {
		row := LearnerRow{
			ID: fmt.Sprintf("l%d", i), Name: name, Email: fmt.Sprintf("person%d@northwind.example", i), Location: []string{"Hamburg", "Oslo", "Singapore"}[i%3],
			Completed: i % 9, Enrolled: 9 + i%4, LastActive: sampleDay.Add(-i * 3 / 2), SeatEnded: day.None,
		}
		if i%3 == 0 {
			row.Purchases = []string{"Ernst Handel"}
		}
		if i%2 == 0 {
			s := sampleStanding(i)
			row.Attention = &s
		}
		if i == 4 {
			row.SeatEnded = sampleDay - 20
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func sampleEnrollments() []EnrollmentRow {
	var rows []EnrollmentRow
	for i := range States()[:10] {
		row := EnrollmentRow{Title: sampleCourses[i], Kind: "Course", Standing: sampleStanding(i), EnrolledOn: sampleDay - 90, CompletedOn: day.None, Details: "#"}
		if row.Standing.Progress == 100 {
			row.CompletedOn = sampleDay - 40
		}
		if i%4 == 1 {
			row.Program = "Safety induction"
		}
		rows = append(rows, row)
	}
	return rows
}

func sampleLearner() LearnerView {
	return LearnerView{
		ID: "l1", Name: "Bjørn Lindqvist", Email: "bjorn@northwind.example", Location: "Europe / Norway / Oslo", Teams: []LearnerTeam{{Name: "Night shift", To: "#", From: sampleNow}, {Name: "Company A Team", From: sampleNow.Add(-2000 * time.Hour), Until: sampleNow}},
		LastActive: sampleDay.Add(-1), Enrollments: sampleEnrollments(), Completed: 4, Enrolled: 10,
		Purchases: []LearnerPurchase{
			{Label: "Ernst Handel · Version Control with Git", To: "#", Redeemed: sampleNow.AddDate(0, -2, 0), Until: sampleDay + 100},
			{Label: "QUICK-Stop · Python", Redeemed: sampleNow.AddDate(-1, 0, 0), Until: sampleDay - 10, Ended: true},
		},
		ShowViewers: true,
		Viewers: []Viewer{
			{Name: "Grace Mbeki", Ways: []ViewerWay{{Why: "Organization Administrator: Northwind Academy"}}},
			{Name: "Maria Anders", Ways: []ViewerWay{{Why: "License Reporter: Ernst Handel", Until: sampleNow.AddDate(0, 1, 0)}}},
		},
	}
}

func sampleMatrix(p Page) MatrixView {
	v := MatrixView{
		Filters: sampleFilters(p, "matrix"), Tally: Tally{Found: 412, All: 1284},
		Activities: p.Path("matrix"), ProgramsURL: "?columns=programs", Export: p.Path("matrix", "runs"), More: p.Path("more"), LaterColumns: "?c=2",
		FirstColumn: 1, AllColumns: 73, Cell: p.Path("matrix", "cell"),
		Totals: MatrixTotals{Learners: 412, Completed: 2013, Enrolled: 3120, Rate: .645, Rated: true},
	}
	v.Filters.Search = "a"
	var picks []Option
	for i, title := range sampleCourses {
		picks = append(picks, Option{Value: fmt.Sprint(i), Label: title, Chosen: i < 2})
		v.Columns = append(v.Columns, MatrixColumn{ID: fmt.Sprintf("a%d", i), Title: title, Completed: 200 + i, Enrolled: 300, Rate: float64(200+i) / 300, Rated: true})
	}
	v.Filters.Picks = p.ActivityPicks(picks)
	for i, name := range sampleText {
		row := MatrixRow{ID: fmt.Sprintf("l%d", i), Name: name, Below: []string{"Hamburg", "Oslo", ""}[i%3], Completed: i, Enrolled: 16}
		for c := range v.Columns {
			row.Cells = append(row.Cells, sampleStanding(i*5+c*3))
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func samplePurchase() PurchaseView {
	v := PurchaseView{
		PurchaseRow: PurchaseRow{
			ID: "p1", Product: "Version Control with Git", Company: "Ernst Handel", Buyer: "Roland Mendel", PurchasedAt: sampleNow.AddDate(0, -3, 0), Seats: 50, Redeemed: 46, Pending: 4, Reporter: "Maria Anders",
			State: license.Full, RedeemBy: sampleDay + 60, AccessDays: 365, AccessUntil: day.None, ReporterNew: true,
		},
		Deal: "Autumn 2025", DealTo: "#", Edit: "#", CompleteBy: sampleDay + 90, Reusable: true, MaxPeople: 60, Activities: sampleCourses[:4],
		Learners: "#", Matrix: "#", Impact: Impact{Rate: .812, Rated: true, Complete: 37},
	}
	v.Given = sampleSeats()
	return v
}

func sampleLearning() LearningView {
	v := LearningView{Completed: 3, Overdue: 1, DueSoon: 1}
	for i, row := range sampleEnrollments() {
		l := LearningRow{ID: fmt.Sprint(i), Title: row.Title, Kind: row.Kind, Minutes: i * 20, Program: row.Program, Standing: row.Standing, CompletedOn: row.CompletedOn, SelfComplete: i%2 == 0}
		if i%3 != 2 {
			l.Launch = templ.SafeURL("https://courses.example/" + l.ID)
		}
		v.Activities = append(v.Activities, l)
	}
	return v
}

func sampleProfile() ProfileView {
	return ProfileView{
		GivenName: "Grace", FamilyName: "", Email: "grace.mbeki@northwind.example", NewToken: "ambit_4k3j5h2g6f7d8s9a0q1w2e3r4t5y6u7i",
		Locales: []Option{{Value: "en", Label: "English", Chosen: true}, {Value: "de", Label: "Deutsch"}, {Value: "ar", Label: "العربية"}},
		Zones:   []Option{{Value: "Europe/Berlin", Label: "Europe/Berlin"}},
		Faults:  Faults{"family_name": "Enter a family name."},
		Sessions: []SessionRow{
			{ID: "s1", Device: "Firefox, Linux", Since: sampleNow.AddDate(0, 0, -3), LastSeen: sampleNow, Here: true},
			{ID: "s2", Device: "Safari, iPhone", Since: sampleNow.AddDate(0, 0, -9), LastSeen: sampleNow.AddDate(0, 0, -1)},
		},
		Tokens: []TokenRow{{ID: "t1", Name: "Nightly export", ReadOnly: true, Since: sampleNow.AddDate(0, -1, 0), LastUsed: sampleNow}, {ID: "t2", Name: "HR sync", Since: sampleNow}},
	}
}

func sampleAccess() AccessView {
	return AccessView{Learners: 61, Reasons: []AccessReason{
		{Place: "Ernst Handel", As: "License Reporter", May: []string{"see learners", "see the Training Matrix", "download files"}, Learners: 48, Only: "Version Control with Git", Since: sampleNow.AddDate(0, -2, 0), To: "#"},
		{Place: "Oslo", As: "Local Administrator", Learners: 13, Since: sampleNow.AddDate(-1, 0, 0), Until: sampleNow.AddDate(0, 1, 0)},
	}, Past: []AccessReason{{Place: "QUICK-Stop", As: "License Reporter", Until: sampleNow.AddDate(0, 0, -4)}}}
}

func sampleDemo() *DemoView {
	return &DemoView{Organization: "Northwind Academy", Groups: []DemoGroup{
		{Key: "licenses", People: []DemoPerson{
			{Account: "1", Name: "Maria Anders", Role: "License Reporter", Story: "She answers for Ernst Handel's 48 seats, and for nobody else.", Try: []string{"Open the Training Matrix", "Search for somebody of another company", "Take the matrix away as CSV"}},
		}}, {Key: "ladder", People: []DemoPerson{
			{Account: "2", Name: "Grace Mbeki", Role: "Organization Administrator", Story: "She runs the school.", Try: []string{"Open Licenses", "See who can see a learner", "Filter by location"}},
		}}, {Key: "learners", People: []DemoPerson{
			{Account: "3", Name: "فريد حداد", Role: "Student", Story: "He learns.", Try: []string{"Mark an activity as done", "Change the language", "Download your own report"}},
		}},
	}}
}

func noPermission(access.Permission) bool { return false }
