package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
)

// enlist adds people whom the examples change, and no other answer tells of.
func (s *school) enlist() {
	s.Helper()
	for id, status := range map[string]account.Status{"fred": account.Active, "ivy": account.Invited, "sam": account.Active, "zoe": account.Active, "gone": account.Active} {
		name := strings.ToUpper(id[:1]) + id[1:]
		a, err := s.Accounts.Create(s.Context(), s.asksOf("ada")(access.AccountCreate), account.New{
			Organization: s.in.ID, Name: account.Name{Given: name, Family: "Extra"}, Email: id + "@north.example", ExternalID: id, Status: status,
		})
		if err != nil {
			s.Fatal(err)
		}
		s.ids[id] = string(a.ID)
	}
	if err := s.Accounts.Suspend(s.Context(), s.asksOf("ada")(access.AccountEdit), account.ID(s.ids["sam"]), "on leave"); err != nil {
		s.Fatal(err)
	}
	if err := s.Accounts.Delete(s.Context(), s.asksOf("ada")(access.AccountDelete), account.ID(s.ids["gone"]), "left the company"); err != nil {
		s.Fatal(err)
	}
}

// What the operations refuse they refuse in the words of the pages, and change nothing.
func TestAccountsAreLookedAfter(t *testing.T) {
	inSchool(t, func(s *school) {
		s.enlist()
		for _, tt := range []struct {
			who, method, path, body string
			want                    int
		}{
			{"carl", http.MethodGet, "/accounts/{fred}", "", http.StatusForbidden},
			{"otto", http.MethodPost, "/accounts", `{"given_name": "X"}`, http.StatusForbidden},
			{"ada", http.MethodPost, "/accounts", `{"given_name": "X", "role": "purchaser"}`, http.StatusUnprocessableEntity},
			{"ada", http.MethodPost, "/accounts", `{"given_name": "X", "role": "local_administrator"}`, http.StatusUnprocessableEntity},
			{"ada", http.MethodPost, "/accounts", `{"given_name": "X", "role": "master_administrator"}`, http.StatusForbidden},
			{"ada", http.MethodPost, "/accounts", `{"given_name": "X", "invite": true}`, http.StatusUnprocessableEntity},
			{"ada", http.MethodPost, "/accounts", `{"given_name": "X", "email": "fred@north.example"}`, http.StatusUnprocessableEntity},
			{"ada", http.MethodDelete, "/accounts/{fred}", "", http.StatusUnprocessableEntity}, // no reason
			{"ada", http.MethodDelete, "/accounts/{ada}?reason=tired", "", http.StatusConflict},
			{"ada", http.MethodPut, "/accounts/{ada}/role", `{"role": "student"}`, http.StatusConflict}, // the last one
			{"ada", http.MethodPut, "/accounts/{fred}/role", `{"role": "student", "seen": "something else"}`, http.StatusOK},
			{"ada", http.MethodPut, "/accounts/{fred}/role", `{"role": "organization_administrator", "seen": "something else"}`, http.StatusConflict},
			{"ada", http.MethodPost, "/accounts/{ivy}/reactivate", `{}`, http.StatusConflict},
			{"ada", http.MethodPost, "/accounts/nobody/suspend", `{}`, http.StatusNotFound},
			{"ada", http.MethodGet, "/learners?role=sorcerer", "", http.StatusUnprocessableEntity},
			{"carl", http.MethodGet, "/learners?role=student", "", http.StatusUnprocessableEntity}, // a reporter sees nobody's role
		} {
			path := tt.path
			for id, is := range s.ids {
				path = strings.ReplaceAll(path, "{"+id+"}", is)
			}
			if status, _, body := s.send(tt.who, tt.method, path, tt.body); status != tt.want {
				s.Errorf("%s %s %s as %s = %d, want %d: %s", tt.method, tt.path, tt.body, tt.who, status, tt.want, body)
			}
		}
		suspended := ask[struct{ Items []named }](s, "ada", "/learners?status=suspended").Items
		if len(suspended) != 1 || suspended[0].ExternalID != "sam" {
			s.Errorf("suspended: %+v, want Sam", suspended)
		}
		administrators := ask[struct{ Items []named }](s, "ada", "/learners?role=organization_administrator").Items
		if len(administrators) != 1 || administrators[0].ExternalID != "ada" {
			s.Errorf("Organization Administrators: %+v, want Ada", administrators)
		}
	})
}
