package demo_test

import (
	"maps"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/naive"
	"github.com/ambit-lms/ambit/internal/demo/openuni"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// university is the Open University's bundle and what was computed from its
// files alone, once for both engines.
type university struct {
	files  map[string][]byte
	school *naive.School
	people int
}

var theUniversity = sync.OnceValues(func() (*university, error) {
	bundle, err := openuni.Build(openuni.DataDir(".", os.Getenv), openuni.Defaults())
	if err != nil {
		return nil, err
	}
	u := &university{people: len(bundle.People)}
	if u.files, err = bundle.Files(); err != nil {
		return nil, err
	}
	folder, err := sheet.FS(u.files)
	if err != nil {
		return nil, err
	}
	u.school, err = naive.Read(folder, day.ZoneOr("Europe/London"))
	return u, err
})

// TestEveryReporterSeesTheirOwn imports 17,779 real learners and holds what
// every reporter is shown, over all of their purchases and by each alone,
// against an independent computation from the files.
func TestEveryReporterSeesTheirOwn(t *testing.T) {
	if openuni.DataDir(".", os.Getenv) == "" {
		t.Skip("skipped: no folder shared/data beside the project and no AMBIT_DATA")
	}
	if testing.Short() || underRace {
		t.Skip("skipped: a whole university takes too long here; make proofs imports it")
	}
	u, err := theUniversity()
	if err != nil {
		t.Fatal(err)
	}
	words, err := language.Load()
	if err != nil {
		t.Fatal(err)
	}
	noon := openuni.Today.Start(day.ZoneOr("Europe/London")).Add(12 * time.Hour)
	storetest.EachAt(t, func() time.Time { return noon }, func(t *testing.T, db *store.DB) {
		t.Parallel() // minutes each, and nothing is shared but what was read
		c := comparison{T: t, university: u, db: db, now: noon, words: words, reports: report.NewService(db, func() time.Time { return noon })}
		c.found(t)
		c.everybody()
		reporters := c.school.Reporters()
		several := 0
		for nth, reporter := range slices.Sorted(maps.Keys(reporters)) {
			if len(reporters[reporter]) > 1 {
				several++
			}
			c.reporter(reporter, reporters[reporter], nth)
			if t.Failed() {
				t.Fatalf("reporter %s", reporter)
			}
		}
		c.everySurface()
		t.Logf("%d reporters, %d of several purchases; compared: %v", len(reporters), several, c.seen)
		if len(reporters) < 200 || several < 10 || c.seen["cells"] < 10_000 || c.seen["ended seats"] < 100 || c.seen["program cells"] < 100 || c.seen["rows of enrollments"] < 8_000 || c.seen["jsonl files"] < 1000 || c.seen["xlsx files"] < 100 {
			t.Error("that is too little to tell anything")
		}
		found, err := db.Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Errorf("verify: %s (%s): %s", f.Check, f.Rule, f.Where)
		}
	})
}

// comparison asks one database.
type comparison struct {
	*testing.T
	*university
	db      *store.DB
	now     time.Time
	home    org.Organization
	reports *report.Service
	words   *language.Catalogue
	account map[string]access.AccountID // by the customer's id
	seen    map[string]int
}

// found founds the organization and imports the bundle into it; a second import changes nothing.
func (c *comparison) found(t *testing.T) {
	t.Helper()
	c.seen, c.account = map[string]int{}, map[string]access.AccountID{}
	clock := func() time.Time { return c.now }
	var err error
	if c.home, err = org.NewService(c.db, clock).Found(t.Context(), org.New{Slug: "openuni", Name: "The Open University", Zone: "Europe/London"}); err != nil {
		t.Fatal(err)
	}
	// Reporters whose own seat ended long before the university's last day read on all the same.
	months := 120
	if _, err = org.NewService(c.db, clock).Set(t.Context(), c.system(access.OrganizationConfigure), c.home.ID, org.Settings{HistoryMonths: &months}); err != nil {
		t.Fatal(err)
	}
	folder, err := sheet.FS(c.files)
	if err != nil {
		t.Fatal(err)
	}
	for again := range 2 {
		began := time.Now()
		summary, err := roster.NewService(c.db).Import(t.Context(), c.system(roster.Permission), c.home.ID, folder, roster.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if summary.IsChange() != (again == 0) {
			t.Errorf("import %d: %+v", again+1, summary.Files)
		}
		t.Logf("imported %d rows in %s", summary.Rows(), time.Since(began).Round(time.Millisecond))
	}
}

func (c *comparison) system(p access.Permission) access.Reach {
	return access.System("test", c.home.Realm, c.home.Path, p).For(p, c.now)
}

// everybody reads the whole organization, page by page.
func (c *comparison) everybody() {
	q := report.LearnerQuery{Limit: 200}
	for {
		page, err := c.reports.Learners(c.Context(), c.system(access.LearnerView), q)
		if err != nil {
			c.Fatal(err)
		}
		if page.Total != c.people || page.ReachTotal != c.people {
			c.Fatalf("%d of %d people, want all %d", page.Total, page.ReachTotal, c.people)
		}
		for _, l := range page.Items {
			if c.account[l.ExternalID] != "" {
				c.Fatalf("%s stands on two pages", l.ExternalID)
			}
			c.account[l.ExternalID] = l.ID
		}
		if q.Cursor = page.NextCursor; q.Cursor == "" {
			break
		}
	}
	if len(c.account) != c.people {
		c.Fatalf("%d people on all pages, want %d", len(c.account), c.people)
	}
}

// reporter asks as one reporter: for everything, and by each purchase, as the
// customer and as Ambit calls it, with the learners of ended seats too.
func (c *comparison) reporter(id string, purchases []string, nth int) {
	today := openuni.Today.String()
	facts, err := c.db.Facts(c.Context(), c.home.Realm, c.account[id])
	if err != nil {
		c.Fatal(err)
	}
	c.view(facts, id, report.Filter{}, c.school.View(id, today))
	c.everyReport(facts, id, purchases, nth)
	ended := map[string]bool{}
	for _, p := range purchases {
		c.view(facts, id, report.Filter{Purchase: p}, c.school.ViewOf([]string{p}, today))
		for _, person := range c.school.Ended(p, today) {
			ended[person] = true
		}
	}
	got := c.learners(facts, report.Filter{Seat: report.EndedSeat}, len(ended))
	if want := slices.Sorted(maps.Keys(ended)); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		c.Errorf("%s: seats ended of %v, want %v", id, got, want)
	}
	c.seen["ended seats"] += len(ended)
}

// learners lists everybody on all pages; the count must say as many.
func (c *comparison) learners(facts access.Facts, f report.Filter, want int) (ids []string) {
	q := report.LearnerQuery{Filter: f, States: facts.For(access.EnrollmentView, c.now), Limit: 20}
	for {
		page, err := c.reports.Learners(c.Context(), facts.For(access.LearnerView, c.now), q)
		if err != nil {
			c.Fatal(err)
		}
		if page.Total != want {
			c.Errorf("%+v: %d learners, want %d", f, page.Total, want)
		}
		for _, l := range page.Items {
			ids = append(ids, l.ExternalID)
		}
		if q.Cursor = page.NextCursor; q.Cursor == "" || len(ids) > want {
			return ids
		}
	}
}

// view compares the list, the matrix by activity and by program, and the dashboard.
func (c *comparison) view(facts access.Facts, reporter string, f report.Filter, want naive.View) {
	got := c.learners(facts, f, len(want.Learners))
	slices.Sort(got)
	if !slices.Equal(got, want.Learners) {
		c.Errorf("%s, %+v: learners %v, want %v", reporter, f, got, want.Learners)
	}
	c.seen["learners"] += len(got)
	cells, columns := c.matrix(facts, f, report.Activities)
	if !slices.Equal(columns, want.Activities) {
		c.Errorf("%s, %+v: activities %v, want %v", reporter, f, columns, want.Activities)
	}
	c.same(reporter, f, cells, want.Cells)
	c.seen["cells"] += len(cells)
	programs, _ := c.matrix(facts, f, report.Programs)
	// Who bought every activity of a program sees how learners stand in it, though it was not sold as one.
	maps.DeleteFunc(programs, func(at naive.Cell, _ naive.Fact) bool {
		_, sold := want.Programs[at]
		return !sold
	})
	for at, fact := range want.Programs { // the files say nothing of a program's score
		fact.Score = programs[at].Score
		want.Programs[at] = fact
	}
	c.same(reporter, f, programs, want.Programs)
	c.seen["program cells"] += len(programs)
	c.dashboard(facts, reporter, f, want)
}

// matrix reads all pages into cells by the customer's ids.
func (c *comparison) matrix(facts access.Facts, f report.Filter, kind report.ColumnKind) (map[naive.Cell]naive.Fact, []string) {
	cells := map[naive.Cell]naive.Fact{}
	q := report.MatrixQuery{LearnerQuery: report.LearnerQuery{Filter: f, Limit: 50}, Columns: kind}
	for {
		m, err := c.reports.Matrix(c.Context(), facts.For(access.MatrixView, c.now), q)
		if err != nil {
			c.Fatal(err)
		}
		for _, row := range m.Rows {
			for i, cell := range row.Cells {
				at := naive.Cell{Learner: row.Learner.ExternalID, Activity: m.Columns[i].ExternalID}
				if _, twice := cells[at]; twice {
					c.Errorf("%v stands twice", at)
				}
				if cell.Shown {
					cells[at] = fact(cell)
				}
			}
		}
		if q.Cursor = m.NextCursor; q.Cursor == "" {
			var columns []string
			for _, column := range m.AllColumns {
				columns = append(columns, column.ExternalID)
			}
			slices.Sort(columns)
			return cells, columns
		}
	}
}

func fact(cell report.Cell) naive.Fact {
	f := naive.Fact{
		State: cell.State.String(), Progress: int(cell.Entry.Progress), Score: int(cell.Entry.Score),
		Due: cell.Entry.Due.String(), Completed: cell.Entry.Completed.String(),
	}
	if f.Score > 0 {
		f.Score /= 100 // the files know whole points
	}
	return f
}

func (c *comparison) same(reporter string, f report.Filter, got, want map[naive.Cell]naive.Fact) {
	if len(got) != len(want) {
		c.Errorf("%s, %+v: %d cells, want %d", reporter, f, len(got), len(want))
	}
	for at, w := range want {
		if g, shown := got[at]; !shown || g != w {
			c.Errorf("%s, %+v: %v is %+v (shown: %v), want %+v", reporter, f, at, g, shown, w)
		}
	}
}

// dashboard compares a count per state, completion rate and means of each activity.
func (c *comparison) dashboard(facts access.Facts, reporter string, f report.Filter, want naive.View) {
	d, err := c.reports.Dashboard(c.Context(), facts.For(access.ReportView, c.now), f)
	if err != nil {
		c.Fatal(err)
	}
	sums := want.Sums()
	if d.Total != len(want.Learners) || len(d.ByActivity) != len(sums) {
		c.Errorf("%s, %+v: the dashboard is over %d learners in %d activities, want %d in %d", reporter, f, d.Total, len(d.ByActivity), len(want.Learners), len(sums))
	}
	for _, by := range d.ByActivity {
		w := sums[by.Column.ExternalID]
		g := naive.Sum{States: map[string]int{}}
		for state, n := range by.Sum.Count {
			if n > 0 {
				g.States[transcript.State(state).String()] = n
			}
		}
		g.CompletionRate, _ = by.Sum.CompletionRate()
		g.MeanProgress, _ = by.Sum.MeanProgress()
		g.MeanScore, _ = by.Sum.MeanScore()
		if !maps.Equal(g.States, w.States) || !near(g.CompletionRate, w.CompletionRate) || !near(g.MeanProgress, w.MeanProgress) || !near(g.MeanScore, w.MeanScore) {
			c.Errorf("%s, %+v: %s sums to %+v, want %+v", reporter, f, by.Column.ExternalID, g, w)
		}
		c.seen["sums"]++
	}
}

func near(a, b float64) bool { return max(a-b, b-a) < 1e-9 }
