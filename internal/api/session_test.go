package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/server"
)

// A person of several organizations says in a header which one they ask in;
// nothing of the other one shows.
func TestSessionNamesItsOrganization(t *testing.T) {
	inSchool(t, func(s *school) {
		south, _, err := s.Accounts.Found(s.Context(), org.New{Slug: "south", Name: "South"}, "sue@south.example")
		if err != nil {
			s.Fatal(err)
		}
		people := fstest.MapFS{"people.csv": file("id,email,given_name", "c2,carl@acme.example,Carl")}
		reach := account.AsOperator(south.Organization, roster.Permission, noon)
		if _, err := s.Rosters.Import(s.Context(), reach, south.Organization.ID, people, roster.Options{}); err != nil {
			s.Fatal(err)
		}
		cookie := s.session("carl")
		for _, tt := range []struct {
			organization string
			status       int
			learners     int
		}{
			{"north", http.StatusOK, 3},
			{"south", http.StatusOK, 0},
			{"west", http.StatusNotFound, 0},
			{"", http.StatusUnprocessableEntity, 0},
		} {
			status, me := s.meBySession(cookie, tt.organization)
			if status != tt.status || me.Learners != tt.learners || me.Organization.Slug != tt.organization && status == http.StatusOK {
				s.Errorf("in %q: %d %+v", tt.organization, status, me)
			}
			if status == http.StatusOK && len(me.Organizations) != 2 {
				s.Errorf("in %q: %+v", tt.organization, me.Organizations)
			}
		}
	})
}

// session signs a person of north in and gives the cookie.
func (s *school) session(who string) *http.Cookie {
	m, err := s.Store.Membership(s.Context(), s.in.Realm, access.AccountID(s.ids[who]))
	if err != nil {
		s.Fatal(err)
	}
	opened, err := s.Accounts.Open(s.Context(), m.Account.Identity, account.Client{})
	if err != nil {
		s.Fatal(err)
	}
	return &http.Cookie{Name: "ambit", Value: opened.Token}
}

type sessionMe struct {
	Organization  struct{ Slug string }
	Organizations []struct{ Slug string }
	Learners      int `json:"learners_total"`
}

func (s *school) meBySession(cookie *http.Cookie, organization string) (status int, me sessionMe) {
	r, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.http.URL+"/api/v1/me", nil)
	if err != nil {
		s.Fatal(err)
	}
	r.AddCookie(cookie)
	if organization != "" {
		r.Header.Set(server.OrganizationHeader, organization)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	isDescribed(s.TB, r, res, body)
	if err := json.Unmarshal(body, &me); err != nil {
		s.Fatal(err)
	}
	return res.StatusCode, me
}
