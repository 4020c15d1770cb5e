package api_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// keyed sends a request with a key and gives its status, its body and whether
// it was answered before.
func (s *school) keyed(who, key, method, path, body string) (status int, raw, location string, again bool) {
	s.Helper()
	for name, id := range s.ids {
		path, body = strings.ReplaceAll(path, "{"+name+"}", id), strings.ReplaceAll(body, "{"+name+"}", id)
	}
	r, err := http.NewRequestWithContext(s.Context(), method, s.http.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token(who))
	r.Header.Set("Idempotency-Key", key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := s.http.Client().Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header.Get("Location"), answer.Header.Get("Idempotency-Replayed") == "true"
}

// learnProducts asks for the ids of what can be sold.
func (s *school) learnProducts() {
	for _, p := range ask[struct{ Items []struct{ Product named } }](s, "ada", "/purchases").Items {
		s.ids["product-"+p.Product.ExternalID] = p.Product.ID
	}
}

const sale = `{"product_id": "{product-excel}", "seats": 4, "company": "Cole", "given_name": "Cleo", "family_name": "Cole", "email": "cleo@cole.example", "redeem_by": "2026-12-31"}`

func TestARequestWithAKeyIsAnsweredAsItWas(t *testing.T) {
	inSchool(t, func(s *school) {
		s.learnProducts()
		before := ask[struct{ Total int }](s, "ada", "/purchases").Total
		status, first, at, again := s.keyed("ada", "order-1", http.MethodPost, "/purchases", sale)
		if status != http.StatusCreated || again || !strings.HasPrefix(at, "/api/v1/purchases/") {
			t.Fatalf("%d %s at %q", status, first, at)
		}
		status, second, where, again := s.keyed("ada", "order-1", http.MethodPost, "/purchases", sale)
		if status != http.StatusCreated || second != first || where != at || !again {
			t.Errorf("again: %d %s at %q, replayed %t", status, second, where, again)
		}
		for name, got := range map[string]int{
			"another body":      firstOf(s.keyed("ada", "order-1", http.MethodPost, "/purchases", strings.Replace(sale, "4", "5", 1))),
			"another operation": firstOf(s.keyed("ada", "order-1", http.MethodDelete, "/purchases/{p-bolt}/reporter", "")),
			"too long a key":    firstOf(s.keyed("ada", strings.Repeat("k", 201), http.MethodPost, "/purchases", sale)),
			"a field is wrong":  firstOf(s.keyed("ada", "order-2", http.MethodPost, "/purchases", strings.Replace(sale, "4", "0", 1))),
		} {
			if got != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d, want 422", name, got)
			}
		}
		if status, raw, _, _ := s.keyed("ada", "order-2", http.MethodPost, "/purchases", sale); status != http.StatusCreated {
			t.Errorf("a corrected request with its key: %d %s", status, raw)
		}
		if n := ask[struct{ Total int }](s, "ada", "/purchases").Total; n != before+2 {
			t.Errorf("%d purchases, want %d", n, before+2)
		}
		if status, _, _, _ := s.keyed("carl", "order-3", http.MethodPost, "/purchases", sale); status != http.StatusForbidden {
			t.Errorf("a buyer sells: %d", status)
		}
		if status, _, _, _ := s.keyed("ada, reading", "order-4", http.MethodPost, "/purchases", sale); status != http.StatusForbidden {
			t.Errorf("a read-only token sells: %d", status)
		}
	})
}

func firstOf(status int, _, _ string, _ bool) int { return status }

func TestTheSameKeyAtOnce(t *testing.T) {
	inSchool(t, func(s *school) {
		s.learnProducts()
		before := ask[struct{ Total int }](s, "ada", "/purchases").Total
		s.token("ada")
		var group sync.WaitGroup
		statuses, bodies := make([]int, 16), make([]string, 16)
		for i := range statuses {
			group.Go(func() { statuses[i], bodies[i], _, _ = s.keyed("ada", "at once", http.MethodPost, "/purchases", sale) })
		}
		group.Wait()
		answer := ""
		for i, status := range statuses {
			switch {
			case status == http.StatusConflict:
			case status != http.StatusCreated:
				t.Errorf("%d %s", status, bodies[i])
			case answer != "" && bodies[i] != answer:
				t.Errorf("two answers: %s and %s", answer, bodies[i])
			default:
				answer = bodies[i]
			}
		}
		if n := ask[struct{ Total int }](s, "ada", "/purchases").Total; answer == "" || n != before+1 {
			t.Errorf("%d purchases, want %d", n, before+1)
		}
	})
}

func TestPurchasesAreFilteredAndSold(t *testing.T) {
	inSchool(t, func(s *school) {
		s.learnProducts()
		for query, want := range map[string]int{
			"?reporter=none": 1, "?reporter=never_signed_in": 1, "?reporter=waiting": 0, "?state=open": 1, "?state=full": 1, "?state=ended": 0, "?company=BOLT": 1,
			"?product=" + s.ids["product-excel"]: 1,
		} {
			if got := ask[struct{ Total int }](s, "ada", "/purchases"+query).Total; got != want {
				t.Errorf("%s finds %d, want %d", query, got, want)
			}
		}
		s.refused("ada", http.MethodGet, "/purchases?state=broken", "", http.StatusUnprocessableEntity, "state")
		s.refused("ada", http.MethodPost, "/purchases", `{"product_id": "x", "seats": 0}`, http.StatusUnprocessableEntity, "seats", "buyer_id")
		s.refused("ada", http.MethodPost, "/purchases", `{"product_id": "x", "seats": 1, "buyer_id": "<carl>", "redeem_by": "2026-13-01"}`, http.StatusUnprocessableEntity, "redeem_by")
		s.refused("ada", http.MethodPost, "/purchases", `{"product_id": "<product-excel>", "seats": 1, "buyer_id": "<carl>", "redeem_by": "2026-01-01"}`, http.StatusUnprocessableEntity, "redeem_by")
		s.refused("carl", http.MethodPost, "/purchases", `{"product_id": "<product-excel>", "seats": 1, "buyer_id": "<carl>"}`, http.StatusForbidden)
	})
}
