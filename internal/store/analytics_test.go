package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// team makes a team of north with members; the owner may be empty.
func (w *world) team(tb testing.TB, id, owner string, members ...access.AccountID) {
	tb.Helper()
	var by any
	if owner != "" {
		by = owner
	}
	w.db.Write(tb, `insert into team (realm_id, team_id, organization_id, name, name_folded, owner_id, created_at) values (1, $1, 'north', $1, $1, $2, 0)`, id, by)
	for _, m := range members {
		w.db.Write(tb, `insert into team_member (realm_id, organization_id, team_id, account_id, learner, from_at) values (1, 'north', $1, $2, $3, 0)`, id, string(m), int64(w.learners[m]))
	}
}

// on gives somebody a role at a team.
func (w *world) on(tb testing.TB, who access.AccountID, role access.RoleKey, team string) {
	tb.Helper()
	w.db.Write(tb, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, team_id, extent, from_at, follows_home, given_by, reason)
		values (1, $1, 'north', $2, $3, 'team', $4, 'here', 0, $5, '', '')`, string(who)+"-"+string(role)+"-"+team, string(who), string(role), team, false)
}

// busy lets things happen to ann, ben, sue and eve that every figure counts something of.
func (w *world) busy(tb testing.TB) {
	tb.Helper()
	today := int(day.Of(w.now(), w.berlin))
	w.completed(tb, "ann", 1, w.now().Add(-40*24*time.Hour))
	w.completed(tb, "ann", 2, w.now().Add(-5*24*time.Hour))
	w.completed(tb, "ben", 1, w.now().Add(-3*24*time.Hour))
	w.db.Write(tb, `update enrollment set progress = 40, score = 5550, minutes_spent = 30, started_at = $1, last_active_at = $1 where learner = $2 and activity = 2`, w.now().Add(-20*24*time.Hour).UnixMicro(), int64(w.learners["ben"]))
	w.db.Write(tb, `update enrollment set due_on = $1 where learner = $2 and activity = 3`, today-12, int64(w.learners["ben"]))
	w.db.Write(tb, `update enrollment set outcome = 'failed', outcome_on = $1, score = 2000 where learner = $2 and activity = 3`, today-8, int64(w.learners["sue"]))
	w.pack(tb, "ann", "ben", "sue")
}

// TestEveryFigureOfAnalyticsLeadsToItsList (N-04, N-16): each figure of each tab
// is the total of the list that it opens, for everybody who may see it.
func TestEveryFigureOfAnalyticsLeadsToItsList(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		w.busy(t)
		w.team(t, "red", "admin", "ann", "ben")
		w.team(t, "blue", "", "ben", "sue")
		w.on(t, "other", access.AnalyticsReader, "red")
		w.on(t, "other", access.ListTeams, "red")
		reports := report.NewService(w.db, w.now)
		today := day.Of(w.now(), w.berlin)
		found := map[string]int{}
		for _, who := range []access.AccountID{"admin", "master", "buyer", "other"} {
			reach, teams := w.reach(t, who, access.ReportView), w.reach(t, who, access.TeamList)
			check := func(figure string, got int, l report.List) {
				t.Helper()
				table, err := reports.Table(t.Context(), reach, report.Request{Report: l.Report, Filter: l.Filter}, 1, "")
				if err != nil {
					t.Fatalf("%s, %s: %v", who, figure, err)
				}
				if found[figure] += got; got != table.Total {
					t.Errorf("%s: %s is %d, and %d in its list", who, figure, got, table.Total)
				}
			}
			group := func(of string, f report.Frame, g report.Group, narrow func(report.List) report.List) {
				t.Helper()
				for _, x := range []struct {
					figure string
					got    int
					m      report.Measure
				}{
					{"learners", g.Learners, report.Learners},
					{"enrollments", g.Work.Enrolled(), report.Enrollments},
					{"counted", g.Work.Counted(), report.CountedOnes},
					{"started", g.Work.Started(), report.StartedOnes},
					{"completed", g.Work.Done(), report.CompletedOnes},
					{"at risk", g.AtRisk, report.AtRiskOnes},
				} {
					check(of+x.figure, x.got, narrow(f.List(x.m)))
				}
				for _, x := range []struct {
					figure string
					got    report.Change
					m      report.Measure
				}{
					{"joined", g.Joined, report.Joined},
					{"active", g.Active, report.ActiveOnes},
					{"begun", g.Begun, report.Begun},
					{"finished", g.Finished, report.Finished},
					{"overdue then", g.Overdue, report.OverdueThen},
				} {
					check(of+x.figure, x.got.Now, narrow(f.List(x.m)))
					check(of+x.figure+" before", x.got.Before, narrow(f.List(x.m).During(f.Before)))
				}
			}
			whole := func(l report.List) report.List { return l }
			for _, period := range []report.Period{{}, {From: today.Add(-6), To: today}, {From: today.Add(-60), To: today.Add(-10)}} {
				u, err := reports.UserAnalytics(t.Context(), reach, report.Filter{Period: period})
				if err != nil {
					t.Fatal(err)
				}
				group("", u.Frame, u.All, whole)
				check("late", u.Late, u.List(report.LateOnes))
				check("failing", u.Failing, u.List(report.FailingOnes))
				check("inactive", u.Inactive, u.List(report.InactiveOnes))
				for _, b := range slices.Concat(u.Progress, u.Score) {
					check(string(b.Did), b.Count, u.Band(b))
				}
				for _, s := range u.Series {
					check("step joined", s.Now.Joined, u.List(report.Joined).During(s.Period))
					check("step active", s.Now.Active, u.List(report.ActiveOnes).During(s.Period))
					check("step finished", s.Now.Finished, u.List(report.Finished).During(s.Period))
					check("step overdue", s.Now.Overdue, u.List(report.OverdueThen).During(s.Period))
					check("step before, finished", s.Then.Finished, u.List(report.Finished).During(s.Before))
				}
			}
			a, err := reports.ActivityAnalytics(t.Context(), reach, report.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range a.Activities {
				group("activity ", a.Frame, x.Group, func(l report.List) report.List { return l.Activity(x.Column.ID) })
			}
			p, err := reports.ProgramAnalytics(t.Context(), reach, report.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range p.Programs {
				group("program ", p.Frame, x.Group, func(l report.List) report.List { return l.Activity(x.Column.ID) })
			}
			if reach.Carries().Location {
				l, err := reports.LocationAnalytics(t.Context(), reach, report.Filter{})
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range l.Organizations {
					group("organization ", l.Frame, x.Group, func(l report.List) report.List { return l.Organization(x.Organization.ID) })
				}
			} else if _, err := reports.LocationAnalytics(t.Context(), reach, report.Filter{}); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s, who is shown no locations, is told of them: %v", who, err)
			}
			side, err := reports.TeamAnalytics(t.Context(), reach, teams, report.TeamQuery{})
			if who == "buyer" {
				if fault.KindOf(err) != fault.Forbidden {
					t.Errorf("who may not list teams is told of them: %v", err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			var ids []access.TeamID
			for _, x := range side.Teams {
				ids = append(ids, x.ID)
				group("team ", side.Frame, x.Group, func(l report.List) report.List { return l.Team(x.ID) })
			}
			group("together ", side.Frame, side.Together, func(l report.List) report.List { return l.Team(ids...) })
			want := map[access.AccountID]string{"admin": "[red blue] 3", "master": "[blue red] 3", "other": "[red] 2"}[who]
			if got := fmt.Sprint(ids, " ", side.Together.Learners); got != want {
				t.Errorf("%s sees the teams %s, want %s: each person once, and one's own first", who, got, want)
			}
		}
		for figure, n := range found {
			if n == 0 && !slices.Contains([]string{"score_70_84", "score_85_100", "progress_1_24", "progress_50_74", "progress_75_99", "program at risk"}, figure) {
				t.Logf("%s is nothing anywhere", figure)
			}
		}
		for _, figure := range []string{"joined before", "active", "active before", "finished", "finished before", "overdue then", "at risk", "late", "failing", "inactive", "step overdue", "score_50_69", "team finished", "program completed"} {
			if found[figure] == 0 {
				t.Errorf("%s is nothing anywhere, which proves nothing", figure)
			}
		}
	})
}

// TestTeamsOutsideAreNeverNamed: whoever sees one team is told of no other, in
// the list of teams, by search or by asking for it; and of a member whom they
// see by that team alone not that they are in another one.
func TestTeamsOutsideAreNeverNamed(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.busy(t)
		w.team(t, "red", "", "ann", "ben")
		w.team(t, "blue", "", "ben", "sue")
		w.on(t, "other", access.AnalyticsReader, "red")
		w.db.Write(t, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
			values (1, 'lists', 'north', 'other', 'list_teams', 'organization', 'north', 'within', 0, $1, '', '')`, false)
		reports := report.NewService(w.db, w.now)
		reach, teams := w.reach(t, "other", access.ReportView), w.reach(t, "other", access.TeamList)
		for _, q := range []report.TeamQuery{{}, {Search: "b"}, {Filter: report.Filter{Team: "blue"}}, {Filter: report.Filter{Team: "red,blue"}}} {
			side, err := reports.TeamAnalytics(t.Context(), reach, teams, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range side.Teams {
				if x.ID != "red" || x.Learners != 2 {
					t.Errorf("%+v: team %s with %d learners", q, x.ID, x.Learners)
				}
			}
			if side.Total > 1 || side.Together.Learners > 2 {
				t.Errorf("%+v: %d teams with %d learners", q, side.Total, side.Together.Learners)
			}
		}
	})
}

// TestErasureLeavesThePastOfAnalytics (I-21): what was told of a past step stays,
// and how much of it is in no list any more is told beside it.
func TestErasureLeavesThePastOfAnalytics(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.busy(t)
		reports := report.NewService(w.db, w.now)
		ask := func() report.UserAnalytics {
			u, err := reports.UserAnalytics(t.Context(), w.reach(t, "admin", access.ReportView), report.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		before := ask()
		w.db.Write(t, `update account set status = 'erased', name = 'Erased', name_folded = 'erased', search_text = '', email = null, email_folded = null where account_id = 'ben'`)
		after := ask()
		erased := report.Counts{}
		last := len(before.Series) - 1
		for i, s := range after.Series {
			if i < last && s.Now != before.Series[i].Now {
				t.Errorf("%s: %+v after the erasure, %+v before", s.Period.From, s.Now, before.Series[i].Now)
			}
			erased.Finished += s.Erased.Finished
			erased.Overdue = max(erased.Overdue, s.Erased.Overdue)
		}
		if erased.Finished != 1 || erased.Overdue != 1 || after.Series[last].Erased.Overdue != 0 {
			t.Errorf("erased %+v, today %+v", erased, after.Series[last].Erased)
		}
		if after.All.Finished.Now != before.All.Finished.Now-1 || after.Learners != before.Learners-1 {
			t.Errorf("today's lists have %d completions of %d learners, had %d of %d", after.All.Finished.Now, after.Learners, before.All.Finished.Now, before.Learners)
		}
		w.db.Write(t, `update account set status = 'active', name = 'ben name', name_folded = 'ben name', search_text = 'ben name', email = 'ben@example.org', email_folded = 'ben@example.org' where account_id = 'ben'`)
	})
}
