package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// The size of the benchmark: everybody is enrolled in a tenth of the activities
// and a member of one small team; some teams are large and overlap.
const (
	analyzedLearners   = 100_000
	analyzedActivities = 200
	analyzedTeams      = 5_000
	overlapping        = 20
	overlappingSize    = 150
)

// BenchmarkAnalytics measures the tabs of analytics for 100,000 learners, 5,000
// teams and 200 activities: of one team of 500, of twenty teams that overlap,
// and of everybody.
func BenchmarkAnalytics(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			w := newWorld(b, engine)
			w.analyzed(b)
			reports := report.NewService(w.db, w.now)
			for _, tt := range []struct {
				name string
				who  access.AccountID
			}{{"team of 500", "ann"}, {"20 overlapping teams", "ben"}, {"everybody", "admin"}} {
				reach, teams := w.reach(b, tt.who, access.ReportView), w.reach(b, tt.who, access.TeamList)
				f := report.Filter{}
				measure(b, "overview/"+tt.name, func() error {
					_, err := reports.Overview(b.Context(), reach, report.OverviewQuery{Filter: f})
					return err
				})
				measure(b, "users/"+tt.name, func() error {
					_, err := reports.UserAnalytics(b.Context(), reach, f)
					return err
				})
				measure(b, "activities/"+tt.name, func() error {
					_, err := reports.ActivityAnalytics(b.Context(), reach, f)
					return err
				})
				measure(b, "participation/"+tt.name, func() error {
					_, err := reports.ParticipationAnalytics(b.Context(), reach, f)
					return err
				})
				measure(b, "risk/"+tt.name, func() error {
					_, err := reports.AtRisk(b.Context(), reach, report.RiskQuery{Filter: f})
					return err
				})
				measure(b, "teams/"+tt.name, func() error {
					_, err := reports.TeamAnalytics(b.Context(), reach, teams, report.TeamQuery{Filter: f})
					return err
				})
			}
			all := w.reach(b, "admin", access.ReportView)
			measure(b, "users/everybody, narrowed to a team of 500", func() error {
				u, err := reports.UserAnalytics(b.Context(), all, report.Filter{Team: "big"})
				if err == nil && u.Learners != 500 {
					err = fmt.Errorf("%d learners in a team of 500", u.Learners)
				}
				return err
			})
			measure(b, "locations/everybody", func() error {
				_, err := reports.LocationAnalytics(b.Context(), all, report.Filter{})
				return err
			})
		})
	}
}

// analyzed fills the world.
func (w *world) analyzed(b *testing.B) {
	b.Helper()
	g := &globe{world: w}
	draw := rand.New(rand.NewPCG(1, 6))
	name := func(i int) string { return fmt.Sprintf("m%06d", i) }
	no := func(i int) int { return 1000 + i }
	g.rows(b, "product", "product_id, organization_id, kind, title, title_folded, created_at", analyzedActivities, func(i int) []any {
		return []any{fmt.Sprint("b", i), "north", "activity", fmt.Sprintf("Course %d", i), fmt.Sprintf("course %d", i), 0}
	})
	g.rows(b, "activity", "activity_id, activity, kind, url, self_complete", analyzedActivities, func(i int) []any {
		return []any{fmt.Sprint("b", i), 100 + i, "course", "https://learn.example.org", true}
	})
	g.rows(b, "account", "account_id, organization_id, learner, given_name, family_name, name, name_folded, search_text, status, base_role, home, created_at", analyzedLearners, func(i int) []any {
		return []any{name(i), "north", no(i), name(i), "", name(i), name(i), name(i), "active", "student", "o000001", 0}
	})
	today := day.Of(w.now(), w.berlin)
	g.rows(b, "transcript", "learner, version, change_no, entries", analyzedLearners, func(i int) []any {
		return []any{no(i), 1, i + 1, transcript.Encode(someYear(draw, today))}
	})
	type member struct {
		team string
		who  int
	}
	var teams []string
	var members []member
	for i := range analyzedTeams {
		id := fmt.Sprintf("t%04d", i)
		teams = append(teams, id)
		for n := range analyzedLearners / analyzedTeams {
			members = append(members, member{id, i*analyzedLearners/analyzedTeams + n})
		}
	}
	for i := range overlapping {
		id := fmt.Sprintf("over%02d", i)
		teams = append(teams, id)
		for n := range overlappingSize {
			members = append(members, member{id, i*100 + n}) // a third is in the next one, too
		}
	}
	teams = append(teams, "big")
	for n := range 500 {
		members = append(members, member{"big", 7 * n})
	}
	g.rows(b, "team", "team_id, organization_id, name, name_folded, created_at", len(teams), func(i int) []any {
		return []any{teams[i], "north", teams[i], teams[i], 0}
	})
	g.rows(b, "team_member", "organization_id, team_id, account_id, learner, from_at", len(members), func(i int) []any {
		return []any{"north", members[i].team, name(members[i].who), no(members[i].who), 0}
	})
	for _, role := range []access.RoleKey{access.AnalyticsReader, access.ListTeams} {
		w.on(b, "ann", role, "big")
		for i := range overlapping {
			w.on(b, "ben", role, fmt.Sprintf("over%02d", i))
		}
	}
	w.db.Write(b, `update realm set nodes = 100000, learners = 200000`)
	w.db.Write(b, `analyze`)
}

// someYear draws what somebody did in a tenth of the activities.
func someYear(draw *rand.Rand, today day.Day) []transcript.Entry {
	var out []transcript.Entry
	for i := range analyzedActivities {
		if draw.IntN(10) > 0 {
			continue
		}
		e := transcript.Empty(access.ActivityNo(100 + i))
		e.Enrolled = today.Add(-draw.IntN(365))
		if draw.IntN(2) == 0 {
			e.Due = e.Enrolled.Add(30 + draw.IntN(200))
		}
		if draw.IntN(3) > 0 {
			e.Started = min(today, e.Enrolled.Add(draw.IntN(30)))
			e.LastActive = min(today, e.Started.Add(draw.IntN(60)))
			e.Progress, e.Minutes = uint8(draw.IntN(100)), uint32(draw.IntN(300))
			if draw.IntN(2) == 0 {
				e.Completed, e.Progress, e.Score = e.LastActive, 100, int32(draw.IntN(10001))
			}
		}
		out = append(out, e)
	}
	return out
}
