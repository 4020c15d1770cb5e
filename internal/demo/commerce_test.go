package demo_test

import (
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/demo"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// TestEveryStateOfSellingIsThere loads the school and looks for a purchase and
// a deal in each state that the issue of licenses speaks of.
func TestEveryStateOfSellingIsThere(t *testing.T) {
	db, s := loaded(t)
	o, err := s.Organizations.BySlug(t.Context(), demo.Academy.Slug)
	if err != nil {
		t.Fatal(err)
	}
	who := func(email string) func(access.Permission) access.Reach {
		m, err := db.MembershipByEmail(t.Context(), o.Realm, o.ID, fold.Email(email))
		if err != nil {
			t.Fatal(email, err)
		}
		facts, err := db.Facts(t.Context(), o.Realm, m.Account.ID)
		if err != nil {
			t.Fatal(err)
		}
		return func(p access.Permission) access.Reach { return facts.For(p, noon()) }
	}
	steven, hanna, jonas := who("steven.buchanan@northwind.example"), who("hanna.moos@blaus.example"), who("jonas.weber@blaus.example")

	for filter, least := range map[license.ReporterFilter]int{license.WithoutReporter: 2, license.ReporterAbsent: 1, license.ReporterWaiting: 1} {
		found, err := s.Licenses.Purchases(t.Context(), steven(access.LicenseView), license.PurchaseQuery{Reporter: filter})
		if err != nil || found.Total < least || found.Total > 20 {
			t.Errorf("%s: %d purchases, %v", filter, found.Total, err)
		}
	}
	for _, state := range []license.State{license.Open, license.Full, license.Ended} {
		if found, err := s.Licenses.Purchases(t.Context(), steven(access.LicenseView), license.PurchaseQuery{State: state}); err != nil || found.Total == 0 {
			t.Errorf("%s: %d purchases, %v", state, found.Total, err)
		}
	}
	for state, name := range map[license.DealState]string{license.DealDraft: "Frankenversand, next year", license.DealActive: "QUICK-Stop, flexible seats"} {
		found, err := s.Licenses.CustomDeals(t.Context(), steven(access.DealView), license.DealQuery{State: state, Q: name})
		if err != nil || found.Total != 1 {
			t.Fatalf("%s: %d deals, %v", state, found.Total, err)
		}
		if state == license.DealDraft {
			continue
		}
		deal, err := s.Licenses.CustomDeal(t.Context(), steven(access.DealView), found.Items[0].ID)
		if err != nil || len(deal.Purchases) != 2 {
			t.Fatal(deal, err)
		}
		if p := deal.Purchases[0]; !p.Reusable || p.Redeemed != 1 || p.Pending != 2 || p.Reporter.Name != "Horst Kloss" {
			t.Errorf("%+v", p)
		}
	}
	bought, err := s.Licenses.Purchases(t.Context(), hanna(access.LicenseView), license.PurchaseQuery{})
	if err != nil || bought.Total != 2 || bought.Items[0].WaitingSince.IsZero() || !bought.Items[0].Reporter.IsNobody() {
		t.Errorf("%+v, %v", bought, err)
	}
	if p := bought.Items[1]; p.Pending != 2 || p.Redeemed != 4 || p.Free != 2 || !p.Reporter.IsNobody() {
		t.Errorf("%+v", p)
	}
	offers, err := s.Redemptions.Offers(t.Context(), jonas(access.SelfView))
	if err != nil || len(offers) != 1 {
		t.Errorf("%+v, %v", offers, err)
	}
	if now, err := s.Licenses.Reporter(t.Context(), steven(access.ReporterAssign), bought.Items[0].ID); err != nil || now.Managers.Room() != nil {
		t.Errorf("there is no room to confirm who waits: %+v, %v", now.Managers, err)
	}
}
