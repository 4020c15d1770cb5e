package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
)

// castExamples makes a role that Otto holds in Europe, and one that nobody holds.
func (s *school) castExamples() {
	s.Helper()
	edit := s.asksOf("ada")(access.RoleEdit)
	for name, d := range map[string]management.RoleDraft{
		"role":       {Name: "Regional reader", Any: access.SetOf(access.LearnerView, access.ReportView), Nodes: []access.NodeKind{access.AtLocation}},
		"spare-role": {Name: "Team maker", Any: access.SetOf(access.TeamCreate), Nodes: []access.NodeKind{access.AtOrganization}},
	} {
		key, err := s.Roles.Add(s.Context(), edit, d)
		if err != nil {
			s.Fatal(err)
		}
		s.ids[name] = string(key)
	}
	europe, err := s.Locations.List(s.Context(), s.asksOf("ada")(access.LocationView), location.Query{Q: "Europe"})
	if err != nil || len(europe.Items) != 1 {
		s.Fatal(europe, err)
	}
	give := s.asksOf("ada")(access.GrantEdit)
	g := management.Giving{To: access.AccountID(s.ids["bert"]), Role: access.RoleKey(s.ids["role"]), At: management.Spot{Kind: access.AtLocation, ID: string(europe.Items[0].ID)}, Usual: true}
	g.From, g.Until = day.None, day.None
	looked, err := s.Management.PreviewGiving(s.Context(), give, g)
	if err != nil {
		s.Fatal(err)
	}
	if _, err := s.Management.Give(s.Context(), give, g, looked.Effect.Seen); err != nil {
		s.Fatal(err)
	}
}

// TestARoleIsMadeLookedAtEditedAndEnded goes through the life of a role.
func TestARoleIsMadeLookedAtEditedAndEnded(t *testing.T) {
	inSchool(t, func(s *school) {
		s.castExamples()
		const body = `{"name": "Regional reader", "permissions": ["report.view"], "node_kinds": ["location"], "version": 1`
		s.refused("ada", http.MethodPut, "/roles/{role}", body+`}`, http.StatusConflict)
		look := ask[struct {
			Changes []struct{ Permission string }
			Seen    string
		}]
		_, _, raw := s.send("ada", http.MethodPost, "/roles/{role}/preview", `{"name": "Regional reader", "permissions": ["report.view"], "node_kinds": ["location"]}`)
		if !strings.Contains(raw, `{"permission":"learner.view","gains":{"people":0,"learners":0},"loses":{"people":1,"learners":`) {
			t.Errorf("a preview says %s", raw)
		}
		_, seen, _ := strings.Cut(raw[strings.LastIndex(raw, `"seen"`):], `:"`)
		if status, _, raw := s.send("ada", http.MethodPut, "/roles/{role}", body+`, "seen": "`+strings.TrimRight(seen, "\"}\n")+`"}`); status != http.StatusNoContent {
			t.Errorf("the edit that was looked at: %d %s", status, raw)
		}
		if opened := ask[struct {
			Role     struct{ Version int }
			Versions []struct{ Version int }
			Holders  []struct{ Person struct{ Name string } }
		}](s, "ada", "/roles/{role}"); opened.Role.Version != 2 || len(opened.Versions) != 2 || len(opened.Holders) != 1 {
			t.Errorf("%+v", opened)
		}
		s.refused("ada", http.MethodPost, "/roles", `{"name": "", "permissions": [], "node_kinds": ["planet"]}`, http.StatusUnprocessableEntity, "name", "nodes", "permissions")
		s.refused("ada", http.MethodPost, "/roles", `{"name": "x", "permissions": ["client.edit"], "node_kinds": ["organization"]}`, http.StatusForbidden)
		s.refused("ada", http.MethodPost, "/roles", `{"name": "x", "permissions": ["fly"], "node_kinds": ["organization"]}`, http.StatusUnprocessableEntity, "permissions")
		s.refused("ada", http.MethodPut, "/roles/license_reporter", body+`}`, http.StatusNotFound)
		s.refused("otto", http.MethodGet, "/roles", "", http.StatusForbidden)
		end := look(s, "ada", "/roles/{role}/end")
		s.refused("ada", http.MethodDelete, "/roles/{role}", "", http.StatusConflict)
		if status, _, raw := s.send("ada", http.MethodDelete, "/roles/{role}?seen="+end.Seen, ""); status != http.StatusNoContent {
			t.Errorf("the end that was looked at: %d %s", status, raw)
		}
	})
}
