package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/mail"
)

// TestRedemptionsAreOnesOwn: who asks accepts what is offered to them, by its id
// or by the token of its letter, and nothing that is offered to others.
func TestRedemptionsAreOnesOwn(t *testing.T) {
	inSchool(t, func(s *school) {
		seat, token := s.offer("p-bolt", "lone@example.org")
		for _, tt := range []struct {
			name, who, body string
			want            int
		}{
			{"another's seat", "ann", `{"seat_id": "` + seat + `"}`, http.StatusNotFound},
			{"another's token", "ann", `{"token": "` + token + `"}`, http.StatusNotFound},
			{"an altered token", "lone", `{"token": "` + token[1:] + `"}`, http.StatusNotFound},
			{"neither", "lone", `{}`, http.StatusUnprocessableEntity},
			{"both", "lone", `{"seat_id": "` + seat + `", "token": "` + token + `"}`, http.StatusUnprocessableEntity},
			{"a read-only token", "lone, reading", `{"seat_id": "` + seat + `"}`, http.StatusForbidden},
			{"one's own by token", "lone", `{"token": "` + token + `"}`, http.StatusCreated},
			{"twice", "lone", `{"seat_id": "` + seat + `"}`, http.StatusConflict},
		} {
			if status, _, raw := s.send(tt.who, http.MethodPost, "/redemptions", tt.body); status != tt.want {
				s.Errorf("%s: %d, want %d: %s", tt.name, status, tt.want, raw)
			}
		}
	})
}

// offer buys one more seat for a purchase and offers it to an address; token is that of the letter.
func (s *school) offer(purchase, email string) (seat, token string) {
	s.Helper()
	id := license.PurchaseID(s.ids[purchase])
	p, err := s.Licenses.Purchase(s.Context(), s.operator(access.LicenseView), id)
	if err != nil {
		s.Fatal(err)
	}
	if err := s.Licenses.ChangePurchase(s.Context(), s.operator(access.LicenseSell), id, license.Change{Seats: p.Seats + 1, Company: p.Company, Terms: p.Terms}); err != nil {
		s.Fatal(err)
	}
	given, err := s.Licenses.AssignSeat(s.Context(), s.operator(access.SeatAssign), id, license.Invitee{Email: email})
	if err != nil {
		s.Fatal(err)
	}
	letters, err := s.Outbox.List(s.Context(), mail.Query{Waiting: true})
	if err != nil {
		s.Fatal(err)
	}
	for _, l := range letters {
		if _, secret, ok := strings.Cut(l.Text, license.RedeemPath); ok && l.To == email {
			return string(given), strings.Fields(secret)[0]
		}
	}
	s.Fatalf("no letter went to %s", email)
	return "", ""
}
