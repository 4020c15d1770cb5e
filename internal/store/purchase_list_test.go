package store_test

import (
	"slices"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

func TestPurchasesAreFiltered(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		today := day.Of(w.now(), w.berlin)
		w.purchase(t, "full", "a5", "buyer", 1, w.now())
		w.seat(t, "full", "eve", w.now())
		w.purchase(t, "closed", "a5", "buyer", 3, w.now())
		w.purchase(t, "ended", "a5", "buyer", 3, w.now())
		w.purchase(t, "running", "a5", "buyer", 3, w.now())
		w.db.Write(t, `update purchase set redeem_by = $1 where purchase_id = 'closed'`, int64(today-1))
		w.db.Write(t, `update purchase set redeem_by = $1, access_days = 9 where purchase_id = 'ended'`, int64(today-10))
		w.db.Write(t, `update purchase set redeem_by = $1, access_days = 10 where purchase_id = 'running'`, int64(today-10))
		w.db.Write(t, `update purchase set company = 'Ünder GmbH', company_folded = 'under gmbh' where purchase_id in ('closed', 'ended')`)
		for id, to := range map[license.PurchaseID]access.AccountID{"acme": "buyer", "bolt": "other"} {
			if err := w.selling().AssignReporter(t.Context(), w.reach(t, "admin", access.ReporterAssign), id, to); err != nil {
				t.Fatal(err)
			}
		}
		w.db.Write(t, `update account set last_seen_at = 1 where account_id = 'buyer'`)
		w.db.Write(t, `update purchase set reporter_waiting_at = 1 where purchase_id = 'full'`)
		for _, tt := range []struct {
			name  string
			query license.PurchaseQuery
			want  []license.PurchaseID
		}{
			{"all", license.PurchaseQuery{}, []license.PurchaseID{"acme", "bolt", "closed", "ended", "full", "running"}},
			{"open", license.PurchaseQuery{State: license.Open}, []license.PurchaseID{"acme", "bolt"}},
			{"full", license.PurchaseQuery{State: license.Full}, []license.PurchaseID{"full"}},
			{"closed", license.PurchaseQuery{State: license.Closed}, []license.PurchaseID{"closed", "running"}},
			{"ended", license.PurchaseQuery{State: license.Ended}, []license.PurchaseID{"ended"}},
			{"no such state", license.PurchaseQuery{State: "x"}, nil},
			{"company", license.PurchaseQuery{Company: "UNDER gmbh"}, []license.PurchaseID{"closed", "ended"}},
			{"product", license.PurchaseQuery{Product: "program"}, []license.PurchaseID{"acme"}},
			{"without reporter", license.PurchaseQuery{Reporter: license.WithoutReporter}, []license.PurchaseID{"closed", "ended", "full", "running"}},
			{"reporter never signed in", license.PurchaseQuery{Reporter: license.ReporterAbsent}, []license.PurchaseID{"bolt"}},
			{"waiting", license.PurchaseQuery{Reporter: license.ReporterWaiting}, []license.PurchaseID{"full"}},
			{"two at once", license.PurchaseQuery{State: license.Closed, Company: "Under GmbH"}, []license.PurchaseID{"closed"}},
		} {
			found, err := w.selling().Purchases(t.Context(), w.reach(t, "admin", access.LicenseView), tt.query)
			if err != nil {
				t.Fatal(err)
			}
			var got []license.PurchaseID
			for _, p := range found.Items {
				got = append(got, p.ID)
				if tt.query.State != "" && p.State != tt.query.State {
					t.Errorf("%s: %s is %s", tt.name, p.ID, p.State)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) || found.Total != len(tt.want) {
				t.Errorf("%s: %v of %d, want %v", tt.name, got, found.Total, tt.want)
			}
		}
	})
}

func TestCursorsOfPurchasesAreForTheirViewerAndList(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ask := func(who access.AccountID, query license.PurchaseQuery) (license.PurchasePage, error) {
			query.Limit = 1
			return w.selling().Purchases(t.Context(), w.reach(t, who, access.LicenseView), query)
		}
		first, err := ask("admin", license.PurchaseQuery{})
		if err != nil || first.Next == "" {
			t.Fatalf("%+v, %v", first, err)
		}
		for name, err := range map[string]error{
			"somebody else": func() error { _, err := ask("master", license.PurchaseQuery{Cursor: first.Next}); return err }(),
			"another list":  func() error { _, err := ask("admin", license.PurchaseQuery{Cursor: first.Next, Q: "a"}); return err }(),
			"made up":       func() error { _, err := ask("admin", license.PurchaseQuery{Cursor: "MTIgYWNtZQ"}); return err }(),
			"cut":           func() error { _, err := ask("admin", license.PurchaseQuery{Cursor: first.Next[:10]}); return err }(),
		} {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if second, err := ask("admin", license.PurchaseQuery{Cursor: first.Next}); err != nil || second.Items[0].ID != "acme" {
			t.Errorf("%+v, %v", second, err)
		}
	})
}

func TestACompanyGathersItsPurchases(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.db.Write(t, `update purchase set company = 'Álfreds', company_folded = 'alfreds' where purchase_id in ('acme', 'bolt')`)
		c, err := w.selling().Company(t.Context(), w.reach(t, "admin", access.LicenseView), "ALFREDS")
		if err != nil {
			t.Fatal(err)
		}
		if want := (license.Company{Name: "Álfreds", Purchases: 2, Seats: 8, Pending: 1, Redeemed: 5}); c != want || c.Free() != 2 {
			t.Errorf("%+v, %d free; want %+v", c, c.Free(), want)
		}
		if c, err := w.selling().Company(t.Context(), w.reach(t, "buyer", access.LicenseView), "alfreds"); err != nil || c.Purchases != 1 {
			t.Errorf("the buyer of one sees %+v, %v", c, err)
		}
		for _, name := range []string{"", "nobody"} {
			if _, err := w.selling().Company(t.Context(), w.reach(t, "admin", access.LicenseView), name); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%q: %v", name, err)
			}
		}
		names, err := w.selling().Companies(t.Context(), w.reach(t, "admin", access.LicenseView), license.CandidateQuery{Q: "ALF"})
		if err != nil || !slices.Equal(names, []string{"Álfreds"}) {
			t.Errorf("%v, %v", names, err)
		}
		offered, err := w.selling().Offerings(t.Context(), w.reach(t, "admin", access.LicenseSell))
		if err != nil || len(offered) != 6 || offered[len(offered)-1].Title != "Program" || offered[len(offered)-1].Activities != 3 {
			t.Errorf("%+v, %v", offered, err)
		}
		buyers, err := w.selling().Buyers(t.Context(), w.reach(t, "admin", access.LicenseSell), license.CandidateQuery{Q: "eve@"})
		if err != nil || len(buyers) != 1 || buyers[0].Account != "eve" {
			t.Errorf("%+v, %v", buyers, err)
		}
		if buyers, err := w.selling().Buyers(t.Context(), w.reach(t, "admin", access.LicenseSell), license.CandidateQuery{Q: "sue"}); err != nil || len(buyers) != 0 {
			t.Errorf("somebody suspended could buy: %+v, %v", buyers, err)
		}
	})
}
