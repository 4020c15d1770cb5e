package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Faults of the nearest system of this kind, each as a test.

// peers is the world with a third purchase: "cube" bought activity 1 for ann,
// who also holds it by acme's program. other reports on cube, buyer on acme.
type peers struct {
	*world
	reports *report.Service
}

func amongPeers(t *testing.T, test func(t *testing.T, p *peers)) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.now().Add(-10 * 24 * time.Hour)
		w.purchase(t, "cube", "a1", "other", 3, at)
		w.db.Write(t, `update purchase set external_id = 'CUBE-7', company = 'Cube Ltd', company_folded = 'cube ltd' where purchase_id = 'cube'`)
		w.db.Write(t, `update purchase set external_id = 'ACME-1', company = 'Acme Inc', company_folded = 'acme inc' where purchase_id = 'acme'`)
		w.seat(t, "cube", "ann", at)
		w.redeem(t, "cube", "ann", at.Add(time.Hour))
		w.mustAssign(t, "admin", "cube", "other")
		w.mustAssign(t, "admin", "acme", "buyer")
		test(t, &peers{w, report.NewService(w.db, w.now)})
	})
}

// look collects every list that somebody is answered under a filter, as JSON,
// and the learners who are named in it; unfiltered also what opens by id.
func (p *peers) look(t *testing.T, who access.AccountID, f report.Filter, pick ...string) (said string, learners []access.AccountID) {
	t.Helper()
	ctx, lq := t.Context(), report.LearnerQuery{Filter: f}
	people, matrix := p.reach(t, who, access.LearnerView), p.reach(t, who, access.MatrixView)
	seen := map[access.AccountID]bool{}
	var all []any
	keep := func(answer any, err error) {
		if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.NotFound && kind != fault.Forbidden {
			t.Fatal(err)
		}
		if err == nil {
			all = append(all, answer)
		}
	}
	lq.States = p.reach(t, who, access.EnrollmentView)
	list, err := p.reports.Learners(ctx, people, lq)
	keep(list, err)
	for _, l := range list.Items {
		seen[l.ID] = true
	}
	m, err := p.reports.Matrix(ctx, matrix, report.MatrixQuery{LearnerQuery: lq, Pick: pick, WithTotals: true})
	keep(m, err)
	for _, row := range m.Rows {
		seen[row.Learner.ID] = true
	}
	programs, err := p.reports.Matrix(ctx, matrix, report.MatrixQuery{LearnerQuery: lq, Pick: pick, Columns: report.Programs, WithTotals: true})
	keep(programs, err)
	dashboard, err := p.reports.Dashboard(ctx, p.reach(t, who, access.ReportView), f)
	keep(dashboard, err)
	err = p.reports.ExportMatrix(ctx, matrix, p.reach(t, who, access.ReportExport), report.MatrixQuery{LearnerQuery: lq, Pick: pick}, func(m report.Matrix) error {
		keep(m, nil)
		return nil
	}, func(_ access.Carries, row report.MatrixRow) error {
		keep(row, nil)
		seen[row.Learner.ID] = true
		return nil
	})
	keep(nil, err)
	p.tables(t, who, f, keep, seen)
	invitations, err := p.reports.Invitations(ctx, people, report.InvitationQuery{Purchase: f.Purchase})
	keep(invitations, err)
	if f == (report.Filter{}) {
		p.open(t, who, seen, keep)
	}
	raw, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw), slices.Sorted(maps.Keys(seen))
}

// tables asks every report, and writes the file of it.
func (p *peers) tables(t *testing.T, who access.AccountID, f report.Filter, keep func(any, error), seen map[access.AccountID]bool) {
	t.Helper()
	for _, rep := range report.Catalogue() {
		if rep.Key == report.MatrixReport || rep.Key == report.OwnReport {
			continue
		}
		groups := []string{""}
		if f == (report.Filter{}) {
			groups = append(groups, rep.Groups...)
		}
		for _, group := range groups {
			rq := report.Request{Report: rep.Key, Filter: f, Group: group}
			view := p.reach(t, who, rep.Permission())
			table, err := p.reports.Table(t.Context(), view, rq, 0, "")
			keep(table, err)
			shown := []report.Row{}
			for _, row := range table.Rows {
				if row.Learner != "" {
					seen[row.Learner] = true
				}
				shown = append(shown, row)
			}
			if err != nil {
				continue
			}
			written := []report.Row{}
			if err := p.reports.Each(t.Context(), view, p.reach(t, who, rep.ExportPermission()), rq, func(report.Head) error { return nil }, func(row report.Row) error {
				row.Values = slices.Clone(row.Values) // they are good until the next row
				written = append(written, row)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(shown, written, cmpopts.IgnoreUnexported(report.Row{})); diff != "" {
				t.Errorf("%s of %s by %q: the page differs from the file:\n%s", rep.Key, who, group, diff)
			}
		}
	}
	overview, err := p.reports.Overview(t.Context(), p.reach(t, who, access.ReportView), report.OverviewQuery{Filter: f, ByLocation: true})
	keep(overview, err)
}

// open tries everybody's card and every cell by id.
func (p *peers) open(t *testing.T, who access.AccountID, seen map[access.AccountID]bool, keep func(any, error)) {
	t.Helper()
	people, matrix := p.reach(t, who, access.LearnerView), p.reach(t, who, access.MatrixView)
	facets, err := p.reports.Facets(t.Context(), people)
	keep(facets, err)
	for id := range p.learners {
		card, err := p.reports.Learner(t.Context(), people, p.reach(t, who, access.EnrollmentView), id)
		keep(card, err)
		if err == nil {
			seen[card.ID] = true
		}
		for _, column := range []string{"a1", "a2", "a3", "a4", "program"} {
			cell, err := p.reports.Cell(t.Context(), matrix, id, column)
			keep(cell, err)
			if err == nil {
				seen[cell.Learner.ID] = true
			}
		}
	}
}

// TestAFilterNeverWidens: there, the scope was only the default of a parameter,
// and a number edited in the address showed the whole company. Here every id of
// the database, as ours and as the customer's, stands in every filter: what is
// seen stays a part of what is seen without.
func TestAFilterNeverWidens(t *testing.T) {
	amongPeers(t, func(t *testing.T, p *peers) {
		p.db.Write(t, `insert into location (realm_id, location_id, organization_id, path, name, name_folded, external_id, created_at) values (1, 'house', 'north', 'o000001l000003', 'House', 'house', 'L-1', 0)`)
		p.db.Write(t, `insert into location_place (realm_id, location_id, from_at) values (1, 'house', 0)`)
		p.db.Write(t, `update realm set nodes = 3`)
		p.db.Write(t, `insert into team (realm_id, team_id, organization_id, name, name_folded, external_id, created_at) values (1, 'crew', 'north', 'Crew', 'crew', 'T-1', 0)`)
		for _, id := range []access.AccountID{"ben", "eve"} {
			p.db.Write(t, `insert into team_member (realm_id, organization_id, team_id, account_id, learner, from_at) values (1, 'north', 'crew', $1, $2, 0)`, string(id), int64(p.learners[id]))
		}
		before, all := p.look(t, "other", report.Filter{})
		if want := []access.AccountID{"ann"}; !slices.Equal(all, want) || !strings.Contains(before, "Cube Ltd") {
			t.Fatalf("unfiltered other sees %v, want %v", all, want)
		}
		var filters []report.Filter
		done := transcript.NotStarted
		for _, id := range []string{
			"acme", "ACME-1", "bolt", "cube", "CUBE-7", "house", "L-1", "crew", "T-1", "north", "south", "program", "P", "a1", "a2", "Alpha", "Beta", "Delta",
			"ben", "X-ben", "*", "%", "' or 1=1 --", "",
		} {
			filters = append(
				filters, report.Filter{Purchase: id}, report.Filter{Location: id}, report.Filter{Team: id}, report.Filter{Activity: id},
				report.Filter{Query: id}, report.Filter{Purchase: id, Seat: report.EndedSeat}, report.Filter{Activity: id, State: &done},
				report.Filter{Seat: report.Seat(id)}, report.Filter{Purchase: id, Activity: id, Query: "ann"},
				report.Filter{Organization: id}, report.Filter{Organization: "north", Location: id}, report.Filter{Activity: id, Did: report.DidCount},
			)
		}
		filters = append(filters, report.Filter{Seat: "every"}) // the word of the badge is nobody's to ask
		for i, f := range filters {
			if i%askOneIn > 0 {
				continue
			}
			for _, pick := range [][]string{nil, {"a2", "a4", "program"}} {
				said, learners := p.look(t, "other", f, pick...)
				if len(learners) > 0 && !slices.Equal(learners, all) {
					t.Errorf("%+v %v shows %v", f, pick, learners)
				}
				for _, secret := range []string{"Acme", "ben@", "old@", "pia@", "Beta", "Delta", "Program"} {
					if strings.Contains(said, secret) {
						t.Errorf("%+v %v tells of %q", f, pick, secret)
					}
				}
			}
		}
		// The other way round too: an administrator's cursor opens nothing.
		admins, err := p.reports.Learners(t.Context(), p.reach(t, "admin", access.LearnerView), report.LearnerQuery{Limit: 1})
		if err != nil || admins.NextCursor == "" {
			t.Fatalf("the administrator's list: %+v, %v", admins, err)
		}
		page, err := p.reports.Learners(t.Context(), p.reach(t, "other", access.LearnerView), report.LearnerQuery{Cursor: admins.NextCursor})
		if fault.KindOf(err) != fault.Invalid || len(page.Items) > 0 {
			t.Errorf("with the administrator's cursor: %+v, %v", page, err)
		}
		// Nor do learners who are handed in from elsewhere.
		standings, err := p.reports.Standings(t.Context(), p.reach(t, "other", access.EnrollmentView), report.Filter{}, []report.Learner{{No: p.learners["ben"]}})
		if err != nil || len(standings) > 0 {
			t.Errorf("ben's standing: %v, %v", standings, err)
		}
	})
}

// TestASharedLearnerShowsOneCompany: there, the report joined by person and
// showed another company's license. Here two companies share a learner in one
// course; each reporter sees its state, and of seats, companies and dates only
// their own purchase's.
func TestASharedLearnerShowsOneCompany(t *testing.T) {
	amongPeers(t, func(t *testing.T, p *peers) {
		p.db.Write(t, `update enrollment set progress = 60, score = 7500, started_at = $1 where activity = 1 and learner = $2`,
			p.now().Add(-24*time.Hour).UnixMicro(), int64(p.learners["ann"]))
		p.pack(t, "ann")
		seats := map[string][2]string{} // of each purchase the days of ann's seat
		for _, purchase := range []string{"acme", "cube", "bolt"} {
			var redeemed int64
			p.db.Read(t, `select redeemed_at from seat where purchase_id = $1 and account_id = 'ann'`, []any{purchase}, &redeemed)
			at := time.UnixMicro(redeemed)
			seats[purchase] = [2]string{at.In(p.berlin).Format(time.DateOnly), at.UTC().Format(time.DateOnly)}
		}
		for _, tt := range []struct {
			who, own string
			not      []string
		}{
			{"other", "Cube Ltd", []string{"Acme", "acme", "bolt", "Delta", "Beta", seats["acme"][0], seats["acme"][1]}},
			{"buyer", "Acme Inc", []string{"Cube", "cube", "CUBE", "bolt", "Delta", seats["cube"][0], seats["cube"][1]}},
		} {
			said, learners := p.look(t, access.AccountID(tt.who), report.Filter{})
			if !slices.Contains(learners, "ann") || !strings.Contains(said, tt.own) {
				t.Fatalf("%s sees %v: %s", tt.who, learners, said)
			}
			for _, secret := range tt.not {
				if strings.Contains(said, secret) {
					t.Errorf("%s is told of %q: …%s…", tt.who, secret, around(said, secret))
				}
			}
			m, err := p.reports.Matrix(t.Context(), p.reach(t, access.AccountID(tt.who), access.MatrixView), report.MatrixQuery{Pick: []string{"a1"}})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(m.Rows, func(r report.MatrixRow) bool { return r.Learner.ID == "ann" })
			if c := m.Rows[i].Cells[0]; c.State != transcript.InProgress || c.Entry.Progress != 60 || c.Entry.Score != 7500 {
				t.Errorf("%s sees ann in the shared course as %+v", tt.who, c)
			}
		}
		// Ending acme's seat takes nothing from cube, and does not show there.
		p.db.Write(t, `update seat set access_until = 1 where seat_id = 'acme-ann'`)
		p.db.Write(t, `update enrollment_source set until_at = from_at where ref = 'acme-ann'`)
		p.pack(t, "ann")
		if said, learners := p.look(t, "other", report.Filter{}); !slices.Equal(learners, []access.AccountID{"ann"}) || strings.Contains(said, "1970-01") {
			t.Errorf("after acme's seat ended other sees %v: %s", learners, said)
		}
		if said, _ := p.look(t, "buyer", report.Filter{Seat: report.EndedSeat}); !strings.Contains(said, "ann@") || strings.Contains(said, "Cube") {
			t.Errorf("of the ended seat buyer is told %s", said)
		}
		if _, err := p.reports.Cell(t.Context(), p.reach(t, "other", access.MatrixView), "ann", "a2"); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("ann in the other activity of acme's program: %v", err)
		}
	})
}

func around(text, part string) string {
	i := strings.Index(text, part)
	return text[max(0, i-80):min(len(text), i+80)]
}

// TestTwoOrganizationsOneAddress: there, the matrix took the latest record of a
// person from any organization. Here the same address, the same external id and
// the same course title stand in two organizations; neither sees the other's.
func TestTwoOrganizationsOneAddress(t *testing.T) {
	amongPeers(t, func(t *testing.T, p *peers) {
		// south-ann is ann in another organization, and did everything later and better there.
		p.db.Write(t, `update account set email = 'ann@example.org', email_folded = 'ann@example.org', external_id = 'X-ann', name = 'ann name', name_folded = 'ann name' where account_id = 'south-ann'`)
		p.db.Write(t, `update account set search_text = $1 where account_id in ('ann', 'south-ann')`, "ann name\nann@example.org\nx-ann")
		p.db.Write(t, `insert into identity (identity_id, email, email_folded, created_at) values ('ann', 'ann@example.org', 'ann@example.org', 0)`)
		p.db.Write(t, `update account set identity_id = 'ann' where account_id in ('ann', 'south-ann')`)
		for _, e := range []struct {
			who      access.AccountID
			activity access.ActivityNo
			progress int
			done     any
		}{{"ann", 1, 20, nil}, {"south-ann", 6, 100, p.now().UnixMicro()}} {
			if err := p.db.Enroll(t.Context(), worldRealm, p.learners[e.who], p.now(), time.Time{}, e.activity); err != nil {
				t.Fatal(err)
			}
			p.db.Write(t, `update enrollment set progress = $1, completed_at = $2 where learner = $3 and activity = $4`, e.progress, e.done, int64(p.learners[e.who]), int64(e.activity))
			p.pack(t, e.who)
		}
		for _, tt := range []struct {
			who, sees access.AccountID
			column    string
			progress  uint8
			state     transcript.State
		}{
			{"other", "ann", "a1", 20, transcript.InProgress},
			{"buyer", "ann", "a1", 20, transcript.InProgress},
			{"admin", "ann", "a1", 20, transcript.InProgress},
			{"south-admin", "south-ann", "a6", 100, transcript.Completed},
		} {
			// By the address, by the customer's id, and by the title that both have.
			for _, q := range []string{"ann@example.org", "X-ann", "ann name"} {
				m, err := p.reports.Matrix(t.Context(), p.reach(t, tt.who, access.MatrixView), report.MatrixQuery{LearnerQuery: report.LearnerQuery{Filter: report.Filter{Query: q, Activity: "Alpha"}}})
				if err != nil {
					t.Fatal(err)
				}
				if len(m.Rows) != 1 || m.Total != 1 || m.Rows[0].Learner.ID != tt.sees || len(m.Columns) != 1 || m.Columns[0].ID != tt.column {
					t.Errorf("%s asks for %q and gets %d rows of %d, columns %v", tt.who, q, len(m.Rows), m.Total, m.Columns)
					continue
				}
				if c := m.Rows[0].Cells[0]; c.State != tt.state || c.Entry.Progress != tt.progress {
					t.Errorf("%s sees %+v, want %s at %d", tt.who, c, tt.state, tt.progress)
				}
			}
			foreign := map[access.AccountID]access.AccountID{"ann": "south-ann", "south-ann": "ann"}[tt.sees]
			if _, err := p.reports.Learner(t.Context(), p.reach(t, tt.who, access.LearnerView), p.reach(t, tt.who, access.EnrollmentView), foreign); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("%s opens %s: %v", tt.who, foreign, err)
			}
		}
		// The master sees both, each with their own record.
		m, err := p.reports.Matrix(t.Context(), p.reach(t, "master", access.MatrixView), report.MatrixQuery{LearnerQuery: report.LearnerQuery{Filter: report.Filter{Query: "ann@example.org"}}})
		if err != nil || len(m.Rows) != 2 {
			t.Fatalf("the master sees %d rows, %v", len(m.Rows), err)
		}
		for _, row := range m.Rows {
			got := map[string]string{}
			for i, c := range m.Columns {
				if s := row.Cells[i].State; s != transcript.NotEnrolled && (c.ID == "a1" || c.ID == "a6") {
					got[c.ID] = fmt.Sprint(s, " ", row.Cells[i].Entry.Progress)
				}
			}
			want := map[access.AccountID]map[string]string{"ann": {"a1": "in_progress 20"}, "south-ann": {"a6": "completed 100"}}[row.Learner.ID]
			if !maps.Equal(got, want) {
				t.Errorf("the master sees %s as %v, want %v", row.Learner.ID, got, want)
			}
		}
	})
}
