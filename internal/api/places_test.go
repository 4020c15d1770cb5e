package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestLocationsOfTheAPI leads the tree of a school from one shape to another:
// what changes who sees whom goes on only after its preview.
func TestLocationsOfTheAPI(t *testing.T) {
	inSchool(t, func(s *school) {
		type place struct {
			ID         string  `json:"id"`
			ExternalID string  `json:"external_id"`
			Name       string  `json:"name"`
			ParentID   *string `json:"parent_id"`
			Children   int     `json:"children"`
			MergedInto *string `json:"merged_into"`
			People     int     `json:"people_within"`
		}
		type page struct {
			Items []place
			Next  *string `json:"next_cursor"`
		}
		names := func(path string) string {
			s.Helper()
			var out []string
			for _, p := range ask[page](s, "ada", path).Items {
				s.ids[p.ExternalID] = p.ID
				out = append(out, p.Name)
			}
			return strings.Join(out, ", ")
		}
		if got := names("/locations") + " | " + names("/locations?below={eu}") + " | " + names("/locations?q=GER"); got != "Europe | Germany | Germany" {
			t.Error(got)
		}
		for _, body := range []string{`{"name": "France", "external_id": "fr", "parent_id": "<eu>"}`, `{"name": "Asia", "external_id": "as"}`} {
			if status, _, raw := s.send("ada", http.MethodPost, "/locations", body); status != http.StatusCreated {
				t.Fatalf("%d %s", status, raw)
			}
		}
		if got := names("/locations?limit=1") + " | " + names("/locations?below={eu}"); got != "Asia | France, Germany" {
			t.Error(got)
		}
		s.refused("ada", http.MethodPost, "/locations", `{"name": "", "external_id": "xx"}`, http.StatusUnprocessableEntity, "name")
		s.refused("ada", http.MethodPost, "/locations", `{"name": "x", "external_id": "de"}`, http.StatusUnprocessableEntity, "external_id")
		s.refused("otto", http.MethodGet, "/locations", "", http.StatusForbidden)
		s.refused("ada, reading", http.MethodPost, "/locations", `{"name": "x"}`, http.StatusForbidden)
		s.refused("ada", http.MethodGet, "/locations/{ann}", "", http.StatusNotFound)
		// Three people are in Germany; nobody sees them by their place but who sees all.
		type preview struct {
			People int    `json:"people"`
			Seen   string `json:"seen"`
		}
		moves := ask[preview](s, "ada", "/locations/{de}/move?parent_id={as}")
		if moves.People != 3 || moves.Seen == "" {
			t.Errorf("%+v", moves)
		}
		s.refused("ada", http.MethodPost, "/locations/{de}/move", `{"parent_id": "<as>", "seen": "something else"}`, http.StatusConflict)
		s.refused("ada", http.MethodPost, "/locations/{eu}/move", `{"parent_id": "<de>"}`, http.StatusUnprocessableEntity, "to")
		s.refused("ada", http.MethodPost, "/locations/{de}/move", `{"parent_id": "<as>", "seen": "`+moves.Seen+`"}`, http.StatusCreated)
		s.refused("ada", http.MethodPost, "/locations/{as}/retire", "", http.StatusConflict)
		s.refused("ada", http.MethodPost, "/locations/{as}/merge", `{"into_id": "<fr>"}`, http.StatusCreated)
		if got := ask[place](s, "ada", "/locations/{de}"); got.ParentID == nil || *got.ParentID != s.ids["fr"] || got.People != 3 {
			t.Errorf("%+v", got)
		}
		if got := ask[place](s, "ada", "/locations/{as}"); got.MergedInto == nil || *got.MergedInto != s.ids["fr"] {
			t.Errorf("%+v", got)
		}
		s.refused("ada", http.MethodPut, "/locations/{fr}", `{"name": "La France", "external_id": "fr", "type_id": "nothing"}`, http.StatusUnprocessableEntity, "type")
		s.refused("ada", http.MethodPut, "/location-settings", `{"locations": true, "hierarchies": true}`, http.StatusOK)
		s.refused("ada", http.MethodDelete, "/location-types/{ann}", "", http.StatusNotFound)
	})
}
