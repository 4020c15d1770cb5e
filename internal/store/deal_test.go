package store_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// terms are none but what is said.
func terms(change func(t *license.Terms)) license.Terms {
	t := license.Terms{RedeemBy: day.None, AccessUntil: day.None, CompleteBy: day.None}
	if change != nil {
		change(&t)
	}
	return t
}

// aDeal is a deal of two licenses for somebody known.
func aDeal() license.NewDeal {
	return license.NewDeal{
		Name: "Framework", Company: "Ernst Handel", Buyer: license.Buyer{Email: "Buyer@Example.org"}, StartsOn: day.None, EndsOn: day.None, AutoReporter: true,
		Licenses: []license.NewLicense{{Product: "program", Seats: 5, Terms: terms(nil)}, {Product: "a4", Seats: 3, Terms: terms(func(t *license.Terms) { t.AccessDays = 30 })}},
	}
}

func (w *world) deals() *license.Service {
	return license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now)
}

func (w *world) deal(t *testing.T, id license.DealID) license.CustomDeal {
	t.Helper()
	d, err := w.deals().CustomDeal(t.Context(), w.reach(t, "admin", access.DealView), id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (w *world) mustDeal(t *testing.T, n license.NewDeal) license.DealID {
	t.Helper()
	id, err := w.deals().CreateDeal(t.Context(), w.reach(t, "admin", access.DealEdit), n)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Seed 000: a custom deal contains one or more license purchases, and its buyer
// becomes the reporter of each when it takes effect (M-002, M-020).
func TestADealBecomesPurchasesWithTheBuyerAsReporter(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		id := w.mustDeal(t, aDeal())
		draft := w.deal(t, id)
		if draft.State != license.DealDraft || draft.Buyer.Account != "buyer" || len(draft.Licenses) != 2 || len(draft.Purchases) != 0 || draft.Seats != 8 {
			t.Fatalf("%+v", draft)
		}
		if err := w.deals().ActivateDeal(t.Context(), w.reach(t, "admin", access.DealEdit), id, draft.Revision); err != nil {
			t.Fatal(err)
		}
		d := w.deal(t, id)
		if d.State != license.DealActive || len(d.Purchases) != 2 || len(d.Licenses) != 0 || d.ActivatedAt.IsZero() || d.Size != 2 || d.Seats != 8 {
			t.Fatalf("%+v", d)
		}
		for _, p := range d.Purchases {
			if p.Reporter.Account != "buyer" || p.Buyer.Account != "buyer" || p.Company != "Ernst Handel" || p.Deal.ID != id || p.Free != p.Seats {
				t.Errorf("%+v", p)
			}
		}
		if _, owned := w.reach(t, "buyer", access.LearnerView).CoversThing(access.Thing{Place: access.Root, Purchase: d.Purchases[0].ID}); owned || len(w.reach(t, "buyer", access.LearnerView).Blocks()) != 2 {
			t.Error("the buyer does not report on both")
		}
	})
}

// The deal's choice decides for the deal, whatever the general switch says (M-021).
func TestTheDealDecidesWhateverTheSwitchSays(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for _, on := range []bool{true, false} {
			w.db.Write(t, `update organization set auto_reporter = $1 where organization_id = 'north'`, on)
			if setup, err := w.deals().DealSetup(t.Context(), w.reach(t, "admin", access.DealEdit)); err != nil || setup.AutoReporter != on || len(setup.Products) != 6 {
				t.Errorf("a new deal begins with %+v, %v", setup, err)
			}
			n := aDeal()
			n.AutoReporter = !on
			id := w.mustDeal(t, n)
			if err := w.deals().ActivateDeal(t.Context(), w.reach(t, "admin", access.DealEdit), id, -1); err != nil {
				t.Fatal(err)
			}
			for _, p := range w.deal(t, id).Purchases {
				if got := !p.Reporter.IsNobody(); got == on {
					t.Errorf("the switch is %v, the deal says %v: reporter %v", on, !on, p.Reporter)
				}
			}
		}
	})
}

func TestADealForSomebodyNewMakesTheirAccountOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		n := aDeal()
		n.Buyer = license.Buyer{Email: "new@ernsthandel.example", Name: account.Name{Given: "Roland", Family: "Mendel"}}
		id := w.mustDeal(t, n)
		if d := w.deal(t, id); !d.Buyer.IsNobody() || d.NewBuyer.Email != n.Buyer.Email || d.NewBuyer.Name != n.Buyer.Name {
			t.Fatalf("%+v", d)
		}
		start, err := w.deals().DealStart(t.Context(), w.reach(t, "admin", access.DealEdit), id)
		if err != nil || start.Refused != nil || !start.Known.IsNobody() || start.Waits {
			t.Fatalf("%+v, %v", start, err)
		}
		if err := w.deals().ActivateDeal(t.Context(), w.reach(t, "admin", access.DealEdit), id, 0); err != nil {
			t.Fatal(err)
		}
		d := w.deal(t, id)
		if d.Buyer.Name != "Roland Mendel" || d.Purchases[0].Buyer.Account != d.Purchases[1].Buyer.Account || d.NewBuyer.Email != "" {
			t.Errorf("%+v", d)
		}
		if found := w.db.Texts(t, `select status from account where email_folded = 'new@ernsthandel.example'`); !slices.Equal(found, []string{"invited"}) {
			t.Errorf("accounts: %v", found)
		}
	})
}

func TestDealsRefuseWhatCannotBe(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		today := day.Of(w.now(), w.berlin)
		edit := w.reach(t, "admin", access.DealEdit)
		for _, tt := range []struct {
			name, field string
			change      func(n *license.NewDeal)
		}{
			{"no name", "name", func(n *license.NewDeal) { n.Name = " " }},
			{"no buyer", "email", func(n *license.NewDeal) { n.Buyer = license.Buyer{} }},
			{"a new buyer without a name", "given_name", func(n *license.NewDeal) { n.Buyer = license.Buyer{Email: "x@y.example"} }},
			{"a buyer of a client", "buyer_id", func(n *license.NewDeal) { n.Buyer = license.Buyer{Account: "south-ann"} }},
			{"a suspended buyer", "buyer_id", func(n *license.NewDeal) { n.Buyer = license.Buyer{Account: "sue"} }},
			{"ends first", "ends_on", func(n *license.NewDeal) { n.StartsOn, n.EndsOn = today, today-1 }},
			{"people without reuse", "max_people", func(n *license.NewDeal) { n.Plan.MaxPeople = 3 }},
			{"no product", "licenses[1].product_id", func(n *license.NewDeal) { n.Licenses[1].Product = "" }},
			{"a product of a client", "licenses[1].product_id", func(n *license.NewDeal) { n.Licenses[1].Product = "a6" }},
			{"no seats", "licenses[0].seats", func(n *license.NewDeal) { n.Licenses[0].Seats = 0 }},
			{"redeemed after access", "licenses[0].redeem_by", func(n *license.NewDeal) {
				n.Licenses[0].Terms.RedeemBy, n.Licenses[0].Terms.AccessUntil = today+9, today+8
			}},
		} {
			n := aDeal()
			tt.change(&n)
			_, err := w.deals().CreateDeal(t.Context(), edit, n)
			if fields := fault.Fields(err); len(fields) == 0 || fields[0].Field != tt.field {
				t.Errorf("%s: %v %v", tt.name, err, fields)
			}
		}
		for _, tt := range []struct {
			name   string
			change func(n *license.NewDeal)
			want   string // the field that is wrong
		}{
			{"no licenses", func(n *license.NewDeal) { n.Licenses = nil }, "licenses"},
			{"before its first day", func(n *license.NewDeal) { n.StartsOn = today + 1 }, "starts_on"},
			{"after its last day", func(n *license.NewDeal) { n.EndsOn = today - 1 }, "ends_on"},
			{"a license that is over", func(n *license.NewDeal) { n.Licenses[1].Terms.AccessUntil = today - 1 }, "licenses[1].access_until"},
		} {
			n := aDeal()
			tt.change(&n)
			id := w.mustDeal(t, n)
			err := w.deals().ActivateDeal(t.Context(), edit, id, -1)
			if fields := fault.Fields(err); len(fields) == 0 || fields[0].Field != tt.want {
				t.Errorf("%s: %v %v", tt.name, err, fields)
			}
			if d := w.deal(t, id); d.State != license.DealDraft || len(d.Purchases) != 0 {
				t.Errorf("%s: half of it was sold: %+v", tt.name, d)
			}
			if start, err := w.deals().DealStart(t.Context(), edit, id); err != nil || start.Refused == nil {
				t.Errorf("%s: the preview says nothing, %v", tt.name, err)
			}
		}
		for who, want := range map[access.AccountID]fault.Kind{"buyer": fault.Forbidden, "ann": fault.Forbidden} {
			if _, err := w.deals().CreateDeal(t.Context(), w.reach(t, who, access.DealEdit), aDeal()); fault.KindOf(err) != want {
				t.Errorf("%s: %v", who, err)
			}
		}
		id := w.mustDeal(t, aDeal())
		if err := w.deals().ActivateDeal(t.Context(), w.reach(t, "south-admin", access.DealEdit), id, -1); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a client's administrator: %v", err)
		}
	})
}

func TestADraftIsEditedByOneAtATime(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		edit := w.reach(t, "admin", access.DealEdit)
		id := w.mustDeal(t, aDeal())
		n := aDeal()
		n.Name, n.Licenses, n.Plan = "Second thoughts", n.Licenses[:1], license.Plan{Reusable: true, MaxPeople: 9}
		if err := w.deals().EditDeal(t.Context(), edit, id, 0, n); err != nil {
			t.Fatal(err)
		}
		if err := w.deals().EditDeal(t.Context(), edit, id, 0, aDeal()); !errors.Is(err, license.ErrDealEdited) {
			t.Errorf("the second editor: %v", err)
		}
		if err := w.deals().ActivateDeal(t.Context(), edit, id, 0); !errors.Is(err, license.ErrDealEdited) {
			t.Errorf("who saw it as it was activates it: %v", err)
		}
		if d := w.deal(t, id); d.Name != "Second thoughts" || len(d.Licenses) != 1 || d.Plan != n.Plan || d.Revision != 1 {
			t.Errorf("%+v", d)
		}
		if err := w.deals().ActivateDeal(t.Context(), edit, id, 1); err != nil {
			t.Fatal(err)
		}
		if p := w.deal(t, id).Purchases; len(p) != 1 || !p[0].Reusable || p[0].MaxPeople != 9 {
			t.Errorf("%+v", p)
		}
		if err := w.deals().EditDeal(t.Context(), edit, id, 2, aDeal()); !errors.Is(err, license.ErrDealActive) {
			t.Errorf("an active deal is edited as a draft: %v", err)
		}
	})
}

func TestAnActiveDealTakesMoreLicensesAndEnds(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		edit := func() access.Reach { return w.reach(t, "admin", access.DealEdit) }
		today := day.Of(w.now(), w.berlin)
		n := aDeal()
		n.EndsOn = today + 10
		id := w.mustDeal(t, n)
		extension := license.DealExtension{Name: "Framework, extended", Notes: "By telephone", Licenses: []license.NewLicense{{Product: "a5", Seats: 2, Terms: terms(nil)}}}
		if err := w.deals().ExtendDeal(t.Context(), edit(), id, -1, extension); !errors.Is(err, license.ErrDealDraft) {
			t.Errorf("a draft is extended: %v", err)
		}
		if err := w.deals().EndDeal(t.Context(), edit(), id, -1); !errors.Is(err, license.ErrDealDraft) {
			t.Errorf("a draft ends: %v", err)
		}
		if err := w.deals().ActivateDeal(t.Context(), edit(), id, -1); err != nil {
			t.Fatal(err)
		}
		if err := w.deals().ExtendDeal(t.Context(), edit(), id, -1, extension); err != nil {
			t.Fatal(err)
		}
		d := w.deal(t, id)
		if d.Name != extension.Name || d.Notes != extension.Notes || len(d.Purchases) != 3 || d.Size != 3 || d.Seats != 10 || d.Purchases[2].Reporter.Account != "buyer" {
			t.Errorf("%+v", d)
		}
		for _, p := range d.Purchases {
			if p.Terms.RedeemBy != today+10 {
				t.Errorf("%s can be redeemed until %s, the deal ends on %s", p.Product.Title, p.Terms.RedeemBy, d.EndsOn)
			}
		}
		if err := w.deals().EndDeal(t.Context(), edit(), id, d.Revision); err != nil {
			t.Fatal(err)
		}
		for _, p := range w.deal(t, id).Purchases {
			if p.State != license.Closed && p.State != license.Ended || p.Reporter.Account != "buyer" || p.Seats == 0 {
				t.Errorf("%+v", p)
			}
		}
		for name, err := range map[string]error{
			"ended again": w.deals().EndDeal(t.Context(), edit(), id, -1), "extended": w.deals().ExtendDeal(t.Context(), edit(), id, -1, extension),
			"activated": w.deals().ActivateDeal(t.Context(), edit(), id, -1),
		} {
			if !errors.Is(err, license.ErrDealEnded) {
				t.Errorf("an ended deal is %s: %v", name, err)
			}
		}
		other := w.mustDeal(t, n)
		if err := w.deals().ActivateDeal(t.Context(), edit(), other, -1); err != nil {
			t.Fatal(err)
		}
		w.move(11 * 24 * time.Hour)
		if d := w.deal(t, other); d.State != license.DealEnded || d.Purchases[0].State != license.Closed {
			t.Errorf("after its last day: %s, %s", d.State, d.Purchases[0].State)
		}
	})
}

func TestADealIsActivatedOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		id := w.mustDeal(t, aDeal())
		reach := w.reach(t, "admin", access.DealEdit)
		said := make([]error, 16)
		var all sync.WaitGroup
		for i := range said {
			all.Go(func() { said[i] = w.deals().ActivateDeal(t.Context(), reach, id, 0) })
		}
		all.Wait()
		done := 0
		for _, err := range said {
			switch {
			case err == nil:
				done++
			case !errors.Is(err, license.ErrDealActive) && fault.KindOf(err) != fault.Unavailable:
				t.Error(err)
			}
		}
		if d := w.deal(t, id); done != 1 || len(d.Purchases) != 2 {
			t.Errorf("activated %d times, %d purchases", done, len(d.Purchases))
		}
	})
}

func TestDealsAreListedAndFound(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		today := day.Of(w.now(), w.berlin)
		edit := w.reach(t, "admin", access.DealEdit)
		for i, name := range []string{"Ärmel", "Bolt", "Corr", "Dent"} {
			n := aDeal()
			n.Name, n.Company = name, "Company "+name
			if i > 0 {
				n.EndsOn = today + day.Day(i)
			}
			w.move(time.Second)
			id := w.mustDeal(t, n)
			if i > 0 {
				if err := w.deals().ActivateDeal(t.Context(), edit, id, -1); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.move(2 * 24 * time.Hour) // Bolt is over
		for _, tt := range []struct {
			query license.DealQuery
			want  string
		}{
			{license.DealQuery{}, "Dent Corr Bolt Ärmel"},
			{license.DealQuery{Limit: 1}, "Dent Corr Bolt Ärmel"},
			{license.DealQuery{Q: "armel"}, "Ärmel"},
			{license.DealQuery{Q: "company b"}, "Bolt"},
			{license.DealQuery{Q: "buyer@"}, "Dent Corr Bolt Ärmel"},
			{license.DealQuery{State: license.DealDraft}, "Ärmel"},
			{license.DealQuery{State: license.DealActive, Limit: 1}, "Dent Corr"},
			{license.DealQuery{State: license.DealEnded}, "Bolt"},
		} {
			var got []string
			for {
				page, err := w.deals().CustomDeals(t.Context(), w.reach(t, "admin", access.DealView), tt.query)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range page.Items {
					got = append(got, d.Name)
				}
				if tt.query.Cursor = page.Next; page.Next == "" {
					break
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%+v: %v, want %s", tt.query, got, tt.want)
			}
		}
		if _, err := w.deals().CustomDeals(t.Context(), w.reach(t, "ann", access.DealView), license.DealQuery{}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a learner lists deals: %v", err)
		}
	})
}
