package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func checkMe(s *school) {
	type me struct {
		named
		Email, Name  string
		BaseRole     string `json:"base_role"`
		Organization struct{ Slug, Zone string }
		Permissions  []string
		Learners     int `json:"learners_total"`
		Reporting    []struct{ ID, Company string }
		Bought       []struct{ ID, Company string }
	}
	carl := ask[me](s, "carl", "/me")
	if carl.ExternalID != "carl" || carl.Email != "carl@acme.example" || carl.BaseRole != "Student" || carl.Organization.Slug != "north" || carl.Organization.Zone != "Europe/Berlin" ||
		carl.Learners != 3 || len(carl.Reporting) != 1 || carl.Reporting[0].ID != s.ids["p-acme"] || len(carl.Bought) != 1 || carl.Bought[0].Company != "Acme" {
		s.Errorf("carl: %+v", carl)
	}
	if !slices.Contains(carl.Permissions, "matrix.view") || slices.Contains(carl.Permissions, "enrollment.edit") {
		s.Errorf("carl may %v", carl.Permissions)
	}
	reading := ask[me](s, "ada, reading", "/me")
	if reading.Learners != 9 || slices.Contains(reading.Permissions, "reporter.assign") || !slices.Contains(reading.Permissions, "license.view") {
		s.Errorf("a read-only token: %+v", reading)
	}
	if lone := ask[me](s, "lone", "/me"); lone.Learners != 0 || !slices.Equal(lone.Permissions, []string{"self.view", "self.edit"}) {
		s.Errorf("lone: %+v", lone)
	}
}

func checkPagesHoldEverybodyOnce(s *school) {
	all := ask[learners](s, "ada", "/learners")
	if all.Total != 9 || len(all.Items) != 9 || all.NextCursor != nil {
		s.Fatalf("ada sees %d: %s", all.Total, all.names())
	}
	for _, list := range []string{"/learners?limit=2", "/matrix?limit=2"} {
		var names []string
		cursor := ""
		for {
			page := ask[learners](s, "ada", list+cursor)
			rows := ask[matrix](s, "ada", strings.Replace(list, "learners", "matrix", 1)+cursor)
			for _, row := range rows.Rows {
				names = append(names, row.Learner.ExternalID)
			}
			if page.NextCursor == nil || page.Total != 9 {
				break
			}
			cursor = "&cursor=" + *page.NextCursor
		}
		if slices.Sort(names); len(slices.Compact(slices.Clone(names))) != 9 || len(names) != 9 {
			s.Errorf("%s: %v", list, names)
		}
	}
	s.refused("ada", "GET", "/learners?q=ann&limit=1&cursor="+*ask[learners](s, "ada", "/learners?limit=1").NextCursor, "", http.StatusUnprocessableEntity, "cursor")
}

func checkFiltersNarrow(s *school) {
	for _, tt := range []struct{ filter, want string }{
		{"q=ANN@acme", "Ann One"},
		{"location=eu", "Ann One, Ben Two, Bob Three, Carl Contact, Lone Self"},
		{"location=de", "Ann One, Bob Three, Lone Self"},
		{"team=sales", "Ann One"},
		{"purchase=p-bolt", "Bob Three, Cam Both"},
		{"purchase=p-bolt&location=de", "Bob Three"},
		{"activity=rust", "Ann One"},
		{"activity=excel&state=overdue", "Ben Two"},
		{"state=withdrawn", "Bob Three"},
		{"seat=ended", ""},
	} {
		got := ask[learners](s, "ada", "/learners?"+tt.filter)
		var names []string
		for _, item := range got.Items {
			names = append(names, item.Name)
		}
		slices.Sort(names)
		if strings.Join(names, ", ") != tt.want || got.Total != len(names) || got.ReachTotal != 9 {
			s.Errorf("%s: %q of %d, want %q", tt.filter, names, got.Total, tt.want)
		}
	}
}

func checkCard(s *school) {
	type card struct {
		named
		Location    *struct{ Name string }
		Enrollments []cell
	}
	activities := func(c card) (out []string) {
		for _, e := range c.Enrollments {
			out = append(out, e.Activity.ExternalID)
		}
		slices.Sort(out)
		return out
	}
	if got := ask[card](s, "carl", "/learners/{ann}"); !slices.Equal(activities(got), []string{"excel", "word"}) || got.Location != nil {
		s.Errorf("carl sees of ann %+v", got)
	}
	if got := ask[card](s, "ada", "/learners/{ann}"); !slices.Equal(activities(got), []string{"excel", "rust", "word"}) || got.Location.Name != "Germany" {
		s.Errorf("ada sees of ann %+v", got)
	}
}

func checkPurchases(s *school) {
	type purchase struct {
		named
		Seats, Pending, Redeemed, Free int
		State                          string
		Reporter                       *named
		Product                        struct{ Kind string }
	}
	type page struct {
		Items      []purchase
		NextCursor *string `json:"next_cursor"`
		Total      int
	}
	got := ask[page](s, "ada", "/purchases?limit=1")
	if got.Total != 2 || len(got.Items) != 1 || got.Items[0].ExternalID != "p-bolt" || got.NextCursor == nil || got.Items[0].Reporter != nil {
		s.Fatalf("first page: %+v", got)
	}
	got = ask[page](s, "ada", "/purchases?limit=1&cursor="+url.QueryEscape(*got.NextCursor))
	if len(got.Items) != 1 || got.Items[0].ExternalID != "p-acme" || got.NextCursor != nil {
		s.Errorf("second page: %+v", got)
	}
	acme := ask[purchase](s, "carl", "/purchases/{p-acme}")
	if acme.Seats != 5 || acme.Pending != 1 || acme.Redeemed != 3 || acme.Free != 1 || acme.State != "open" || acme.Product.Kind != "program" || acme.Reporter.ID != s.ids["carl"] {
		s.Errorf("acme: %+v", acme)
	}
	if got := ask[page](s, "bert", "/purchases"); got.Total != 1 || got.Items[0].ExternalID != "p-bolt" {
		s.Errorf("bert bought %+v", got)
	}
	s.refused("bert", "GET", "/purchases/{p-acme}", "", http.StatusNotFound)
	s.refused("bert", "GET", "/purchases/{p-acme}/seats", "", http.StatusNotFound)
	s.refused("ann", "GET", "/purchases/{p-acme}", "", http.StatusForbidden)
	seats := ask[struct {
		Total int
		Items []struct {
			State  string
			Holder *named
			Email  *string
		}
	}](s, "carl", "/purchases/{p-acme}/seats")
	for _, seat := range seats.Items {
		if (seat.State == "pending") != (seat.Holder == nil) || seat.Holder == nil && *seat.Email != "pia@acme.example" {
			s.Errorf("seat %+v", seat)
		}
	}
	if seats.Total != 4 || len(seats.Items) != 4 {
		s.Errorf("%d of %d seats", len(seats.Items), seats.Total)
	}
}

func checkExplain(s *school) {
	type way struct {
		Role string
		At   struct{ Kind, ID string }
	}
	type explanation struct {
		Allowed bool
		Because []way
		Nearest *struct {
			Missing string
			Way     *way
		}
	}
	got := ask[explanation](s, "ada", "/access/explain?actor={carl}&learner={ann}")
	if !got.Allowed || len(got.Because) != 1 || got.Because[0].Role != "License Reporter" || got.Because[0].At.ID != s.ids["p-acme"] || got.Nearest != nil {
		s.Errorf("carl and ann: %+v", got)
	}
	if got := ask[explanation](s, "ada", "/access/explain?actor={carl}&learner={bob}&permission=matrix.view"); got.Allowed || got.Nearest == nil || got.Nearest.Missing != "place" {
		s.Errorf("carl and bob: %+v", got)
	}
	if got := ask[explanation](s, "ada", "/access/explain?actor={lone}&learner={bob}"); got.Allowed || got.Nearest == nil || got.Nearest.Missing != "no_access" || got.Nearest.Way != nil {
		s.Errorf("lone and bob: %+v", got)
	}
	s.refused("ada", "GET", "/access/explain?actor={carl}&learner=unknown", "", http.StatusNotFound)
	s.refused("carl", "GET", "/access/explain?actor={carl}&learner={ann}", "", http.StatusForbidden)
	viewers := ask[struct {
		Items []struct {
			Person named
			Ways   []way
		}
		Others int
	}](s, "ada", "/learners/{ann}/viewers")
	seen := map[string]bool{}
	for _, v := range viewers.Items {
		seen[v.Person.ID] = len(v.Ways) > 0
	}
	if len(seen) != 3 || !seen[s.ids["ada"]] || !seen[s.ids["otto"]] || !seen[s.ids["carl"]] || viewers.Others != 0 {
		s.Errorf("ann is seen by %+v", viewers)
	}
}

func TestRecordProgress(t *testing.T) {
	inSchool(t, func(s *school) {
		batch := `{"items":[
			{"learner":"ben","activity":"<excel>","occurred_at":"2026-03-01T10:00:00Z","completed_at":"2026-03-01T09:00:00Z","score":66.66,"minutes_spent":70},
			{"learner":"<ben>","activity":"word","occurred_at":"2026-03-01T10:00:00Z","progress":50},
			{"learner":"lone","activity":"excel","occurred_at":"2026-03-01T10:00:00Z","progress":50},
			{"learner":"unknown","activity":"excel","occurred_at":"2026-03-01T10:00:00Z"},
			{"learner":"ben","activity":"word","occurred_at":"2026-03-01T10:00:00Z","progress":101,"score":1e300}]}`
		status, _, raw := s.send("ada", "PUT", "/enrollments", batch)
		want := `{"results":[{"status":"ok"},{"status":"ok"},{"status":"not_found"},{"status":"not_found"},{"status":"invalid","errors":[{"field":"progress"`
		if status != http.StatusOK || !strings.HasPrefix(raw, want) || !strings.Contains(raw, `{"field":"score"`) {
			s.Fatalf("%d %s", status, raw)
		}
		for _, row := range ask[matrix](s, "carl", "/matrix?q=ben").Rows {
			if c := row.Cells[0]; c.State != "completed" || *c.Score != 66.66 || *c.CompletedOn != "2026-03-01" || c.Minutes != 70 {
				s.Errorf("Excel: %+v", c)
			}
			if c := row.Cells[1]; c.State != "in_progress" || c.Progress != 50 {
				s.Errorf("Word: %+v", c)
			}
		}
		older := `{"items":[{"learner":"ben","activity":"excel","occurred_at":"2026-02-01T10:00:00Z","progress":10}]}`
		if _, _, raw := s.send("ada", "PUT", "/enrollments", older); raw != "{\"results\":[{\"status\":\"stale\"}]}\n" {
			s.Errorf("something older: %s", raw)
		}
		for _, who := range []string{"carl", "otto", "lone", "ada, reading"} {
			s.refused(who, "PUT", "/enrollments", batch, http.StatusForbidden)
		}
	})
}
