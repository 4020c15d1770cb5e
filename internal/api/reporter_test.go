package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

type learners struct {
	Items []struct {
		named
		Name      string
		Email     *string
		Location  *struct{ ID, Name string }
		Purchases []named
	}
	NextCursor *string `json:"next_cursor"`
	Total      int
	ReachTotal int `json:"reach_total"`
	Invited    int
}

func (l learners) names() string {
	var out []string
	for _, item := range l.Items {
		out = append(out, item.Name)
	}
	return strings.Join(out, ", ")
}

type matrix struct {
	Activities []named
	Rows       []struct {
		Learner named
		Cells   []cell
	}
	NextCursor     *string `json:"next_cursor"`
	NextActivities *string `json:"next_activities"`
	Total          int
	ReachTotal     int `json:"reach_total"`
}

type cell struct {
	Activity    struct{ named }
	State       string
	Progress    int
	Score       *float64
	DueOn       *string `json:"due_on"`
	StartedOn   *string `json:"started_on"`
	CompletedOn *string `json:"completed_on"`
	Minutes     int     `json:"minutes_spent"`
}

// cells tells each learner's states, as in "ann excel completed".
func (m matrix) cells() string {
	var out []string
	for _, row := range m.Rows {
		for _, c := range row.Cells {
			out = append(out, row.Learner.ExternalID+" "+c.Activity.ExternalID+" "+c.State)
		}
	}
	return strings.Join(out, ", ")
}

func checkReporterSeesExactlyTheirLearners(s *school) {
	got := ask[learners](s, "carl", "/learners")
	if got.names() != "Cam Both, Ann One, Ben Two" && got.names() != "Ann One, Ben Two, Cam Both" || got.Total != 3 || got.ReachTotal != 3 || got.Invited != 1 {
		s.Errorf("carl sees %q: %+v", got.names(), got)
	}
	for _, item := range got.Items {
		if item.Location != nil || len(item.Purchases) != 1 || item.Purchases[0].ExternalID != "p-acme" {
			s.Errorf("of %s carl sees %+v", item.Name, item)
		}
	}
	// Bob holds a seat of another purchase, Lone of none.
	for _, other := range []string{"bob", "lone", "carl", "ada"} {
		s.refused("carl", "GET", "/learners/{"+other+"}", "", http.StatusNotFound)
	}
	m := ask[matrix](s, "carl", "/matrix")
	states := strings.Split(m.cells(), ", ")
	slices.Sort(states)
	want := "ann excel completed, ann word not_started, ben excel overdue, ben word not_started, cam excel not_started, cam word not_started"
	if strings.Join(states, ", ") != want || len(m.Activities) != 2 || m.Total != 3 {
		s.Errorf("matrix: %s of %v", m.cells(), m.Activities)
	}
	programs := ask[matrix](s, "carl", "/matrix?columns=programs")
	if len(programs.Activities) != 1 || programs.Activities[0].ExternalID != "office" || len(programs.Rows) != 3 {
		s.Errorf("programs: %+v", programs)
	}
	for _, none := range []string{"/learners?purchase=p-bolt", "/matrix?purchase={p-bolt}", "/learners?activity=rust", "/learners?q=bob", "/learners?purchase=unknown"} {
		if got := ask[learners](s, "carl", none); got.Total != 0 || got.ReachTotal != 3 {
			s.Errorf("%s: %+v", none, got)
		}
	}
	s.refused("carl", "GET", "/learners?location=eu&team=sales", "", http.StatusUnprocessableEntity, "location", "team")
	s.refused("carl", "GET", "/matrix?location=eu", "", http.StatusUnprocessableEntity, "location")
	s.refused("carl", "GET", "/dashboard?team=sales", "", http.StatusUnprocessableEntity, "team")
}

func checkCellsTellWhatHappened(s *school) {
	for _, row := range ask[matrix](s, "carl", "/matrix?activity=excel").Rows {
		c := row.Cells[0]
		if row.Learner.ExternalID != "ann" {
			continue
		}
		if c.Score == nil || *c.Score != 87.5 || c.Progress != 100 || *c.StartedOn != "2026-01-09" || *c.CompletedOn != "2026-01-20" || c.DueOn != nil || c.Minutes != 95 {
			s.Errorf("ann's cell: %+v", c)
		}
	}
}

func TestReporterLosesEverythingOnTheNextRequest(t *testing.T) {
	inSchool(t, func(s *school) {
		if got := ask[learners](s, "carl", "/learners"); got.Total != 3 {
			s.Fatalf("carl sees %d learners", got.Total)
		}
		s.refused("ada", "PUT", "/purchases/{p-acme}/reporter", `{"account_id":"<ann>"}`, http.StatusNoContent)
		for _, path := range []string{"/learners", "/matrix", "/dashboard", "/activities", "/invitations", "/learners/{ann}", "/learners/unknown"} {
			s.refused("carl", "GET", path, "", http.StatusForbidden)
		}
		if got := ask[learners](s, "ann", "/learners"); got.Total != 3 {
			s.Errorf("ann sees %q", got.names())
		}
		// The buyer moves the role on, once more; nobody else may.
		s.refused("ann", "PUT", "/purchases/{p-acme}/reporter", `{"account_id":"<ben>"}`, http.StatusForbidden)
		s.refused("carl", "DELETE", "/purchases/{p-acme}/reporter", "", http.StatusForbidden)
		s.refused("carl", "PUT", "/purchases/{p-acme}/reporter", `{"account_id":"<bob>"}`, http.StatusConflict)
		s.refused("carl", "PUT", "/purchases/{p-acme}/reporter", `{"account_id":"unknown"}`, http.StatusConflict)
		s.refused("carl", "PUT", "/purchases/{p-acme}/reporter", `{"account_id":"<carl>"}`, http.StatusNoContent)
		s.refused("carl", "PUT", "/purchases/{p-bolt}/reporter", `{"account_id":"<carl>"}`, http.StatusNotFound)
		s.refused("ada, reading", "DELETE", "/purchases/{p-acme}/reporter", "", http.StatusForbidden)
		s.refused("ada", "DELETE", "/purchases/{p-acme}/reporter", "", http.StatusNoContent)
		s.refused("ada", "DELETE", "/purchases/unknown/reporter", "", http.StatusNotFound)
		s.refused("carl", "GET", "/learners", "", http.StatusForbidden)
	})
}

func checkInvitations(s *school) {
	type invitations struct {
		Items []struct {
			Email, State string
			Purchase     named
		}
		Total int
	}
	got := ask[invitations](s, "carl", "/invitations")
	if got.Total != 1 || len(got.Items) != 1 || got.Items[0].Email != "pia@acme.example" || got.Items[0].State != "pending" || got.Items[0].Purchase.ExternalID != "p-acme" {
		s.Errorf("carl's invitations: %+v", got)
	}
	if got := ask[invitations](s, "carl", "/invitations?purchase=p-bolt"); got.Total != 0 {
		s.Errorf("of another purchase: %+v", got)
	}
	if got := ask[invitations](s, "ada", "/invitations"); got.Total != 2 || got.Items[0].Email != "pit@bolt.example" {
		s.Errorf("ada's, the newest first: %+v", got)
	}
}

func checkDashboardIsTheSumOfTheMatrix(s *school) {
	type dashboard struct {
		ByActivity []struct {
			Activity       named
			Counts         map[string]int
			Enrolled       int
			CompletionRate *float64 `json:"completion_rate"`
			MeanProgress   *float64 `json:"mean_progress"`
			MeanScore      *float64 `json:"mean_score"`
		} `json:"by_activity"`
		Total int
	}
	for _, who := range []string{"carl", "ada", "otto"} {
		counts := map[string]map[string]int{}
		for _, row := range ask[matrix](s, who, "/matrix").Rows {
			for _, c := range row.Cells {
				if counts[c.Activity.ExternalID] == nil {
					counts[c.Activity.ExternalID] = map[string]int{}
				}
				counts[c.Activity.ExternalID][c.State]++
			}
		}
		got := ask[dashboard](s, who, "/dashboard")
		if len(got.ByActivity) != len(counts) {
			s.Errorf("%s: %d activities added up, %d in the matrix", who, len(got.ByActivity), len(counts))
		}
		for _, sum := range got.ByActivity {
			for state, n := range sum.Counts {
				if n != counts[sum.Activity.ExternalID][state] {
					s.Errorf("%s: %d learners %s in %s, the matrix has %d", who, n, state, sum.Activity.ExternalID, counts[sum.Activity.ExternalID][state])
				}
			}
			if len(sum.Counts) != 11 {
				s.Errorf("%d states are counted", len(sum.Counts))
			}
			if who == "carl" && sum.Activity.ExternalID == "excel" &&
				(sum.Enrolled != 3 || *sum.CompletionRate != 0.3333 || *sum.MeanProgress != 46.6667 || *sum.MeanScore != 87.5) {
				s.Errorf("Excel: %+v", sum)
			}
		}
	}
}
