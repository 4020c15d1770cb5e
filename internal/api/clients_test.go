package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/org"
)

// takeClients makes a master beside the school, with Mona for its
// administrator, and three clients: one is open, one suspended, one to be ended.
func (s *school) takeClients() {
	s.Helper()
	m, link, err := s.Accounts.Found(s.Context(), org.New{Slug: "south", Name: "South", Zone: "Europe/Berlin", MayHaveClients: true}, "mona@south.example")
	if err != nil {
		s.Fatal(err)
	}
	secret := link.URL[strings.LastIndexByte(link.URL, '/')+1:]
	if _, _, err := s.Accounts.CompleteSetup(s.Context(), secret, account.SetupInput{Name: account.Name{Given: "Mona", Family: "Master"}, Password: "correct horse"}, account.Client{Address: "192.0.2.1"}); err != nil {
		s.Fatal(err)
	}
	operator := func(p access.Permission) access.Reach { return account.AsOperator(m.Organization, p, noon) }
	if _, s.tokens["mona"], err = s.Accounts.TokenFor(s.Context(), operator(access.AccountSession), m.Organization.ID, "mona@south.example", "test", false); err != nil {
		s.Fatal(err)
	}
	for _, c := range []org.New{{Slug: "contoso", Name: "Contoso", ClientID: "C-17"}, {Slug: "litware", Name: "Litware"}, {Slug: "tailspin", Name: "Tailspin"}} {
		made, err := s.Organizations.CreateClient(s.Context(), operator(access.ClientEdit), m.Organization.ID, c)
		if err != nil {
			s.Fatal(err)
		}
		s.ids[c.Slug] = string(made.ID)
	}
	if _, err := s.Organizations.Suspend(s.Context(), operator(access.ClientEdit), org.ID(s.ids["litware"]), "unpaid"); err != nil {
		s.Fatal(err)
	}
}

// TestClientsAreTheirMasters: what the operations refuse, and to whom.
func TestClientsAreTheirMasters(t *testing.T) {
	inSchool(t, func(s *school) {
		s.takeClients()
		for _, tt := range []struct {
			who, method, path, body string
			want                    int
		}{
			{"ada", http.MethodGet, "/clients", "", http.StatusForbidden},
			{"mona", http.MethodGet, "/clients?standing=open", "", http.StatusUnprocessableEntity},
			{"mona", http.MethodGet, "/clients/{ann}", "", http.StatusNotFound},
			{"mona", http.MethodPost, "/clients", `{"slug": "contoso", "name": "Other", "given_name": "A", "family_name": "B", "email": "a@b.example"}`, http.StatusUnprocessableEntity},
			{"mona", http.MethodPut, "/clients/{contoso}", `{"name": "Contoso", "client_id": "9", "expires_on": "", "may_have_clients": false}`, http.StatusUnprocessableEntity},
			{"mona", http.MethodPut, "/clients/{contoso}", `{"name": "Contoso", "client_id": "", "expires_on": "soon", "may_have_clients": false}`, http.StatusUnprocessableEntity},
			{"mona", http.MethodPost, "/clients/{contoso}/suspend", `{"reason": ""}`, http.StatusUnprocessableEntity},
			{"mona", http.MethodPost, "/clients/{tailspin}/end", `{"reason": "over"}`, http.StatusCreated},
			{"mona", http.MethodPost, "/clients/{tailspin}/reopen", `{"reason": ""}`, http.StatusConflict},
			{"mona", http.MethodPut, "/clients/{tailspin}", `{"name": "Tail", "client_id": "", "expires_on": "", "may_have_clients": false}`, http.StatusConflict},
		} {
			if status, _, raw := s.send(tt.who, tt.method, tt.path, tt.body); status != tt.want {
				s.Errorf("%s %s as %s: %d, want %d: %s", tt.method, tt.path, tt.who, status, tt.want, raw)
			}
		}
		page := ask[struct {
			Items []struct{ Slug, Standing string }
			Total int
		}](s, "mona", "/clients?standing=suspended")
		if page.Total != 1 || page.Items[0].Slug != "litware" || page.Items[0].Standing != "suspended" {
			s.Errorf("suspended: %+v", page)
		}
	})
}
