package store_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

func (w *world) selling() *license.Service {
	return license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now)
}

// anySale sells five seats of the program to a known buyer.
func anySale() license.Sale {
	return license.Sale{
		Product: "program", Seats: 5, Company: "Alfreds", Buyer: license.Buyer{Account: "eve"},
		Terms: license.Terms{RedeemBy: day.None, AccessUntil: day.None, CompleteBy: day.None},
	}
}

func (w *world) makeSale(t *testing.T, sale license.Sale) license.PurchaseID {
	t.Helper()
	id, err := w.selling().Sell(t.Context(), w.reach(t, "admin", access.LicenseSell), sale)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (w *world) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	w.db.Read(t, query, args, &n)
	return n
}

func TestSellingLicenses(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		sale := anySale()
		today := day.Of(w.now(), w.berlin)
		sale.Terms = license.Terms{RedeemBy: today.Add(10), AccessDays: 30, AccessUntil: today.Add(90), CompleteBy: today.Add(60)}
		sale.Company = "  Alfreds   Futterkiste "
		id := w.makeSale(t, sale)
		p, err := w.selling().Purchase(t.Context(), w.reach(t, "admin", access.LicenseView), id)
		if err != nil {
			t.Fatal(err)
		}
		if p.Seats != 5 || p.Free != 5 || p.Company != "Alfreds Futterkiste" || p.Buyer.Account != "eve" || p.Terms != sale.Terms || p.State != license.Open || !p.Reporter.IsNobody() {
			t.Errorf("%+v", p)
		}
		if n := w.count(t, `select count(*) from seat_ledger where purchase_id = $1 and movement = 'bought' and seats = 5`, string(id)); n != 1 {
			t.Errorf("%d lines in the ledger", n)
		}
		if n := w.count(t, `select count(*) from audit_event where subject_id = $1 and action = 'purchase.sold' and actor_id = 'admin'`, string(id)); n != 1 {
			t.Errorf("%d events", n)
		}
		// The buyer reaches it at once.
		if _, err := w.selling().Purchase(t.Context(), w.reach(t, "eve", access.LicenseView), id); err != nil {
			t.Errorf("the buyer: %v", err)
		}
	})
}

func TestANewBuyerIsInvitedAndAKnownAddressIsThatAccount(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		sale := anySale()
		sale.Buyer = license.Buyer{Name: account.Name{Given: "Nina", Family: "New"}, Email: "Nina@Example.org"}
		first := w.makeSale(t, sale)
		sale.Buyer.Email = "NINA@example.ORG "
		second := w.makeSale(t, sale)
		sale.Buyer.Email = "EVE@example.org"
		third := w.makeSale(t, sale)
		var a, b, c, status, role string
		w.db.Read(t, `select buyer_id from purchase where purchase_id = $1`, []any{string(first)}, &a)
		w.db.Read(t, `select buyer_id from purchase where purchase_id = $1`, []any{string(second)}, &b)
		w.db.Read(t, `select buyer_id from purchase where purchase_id = $1`, []any{string(third)}, &c)
		if a != b || c != "eve" {
			t.Errorf("buyers %q, %q and %q", a, b, c)
		}
		w.db.Read(t, `select status, base_role from account where account_id = $1`, []any{a}, &status, &role)
		if status != "invited" || role != "student" {
			t.Errorf("a new buyer is %s, %s", status, role)
		}
		if n := w.count(t, `select count(*) from job where kind = $1`, account.InvitationJob); n != 1 {
			t.Errorf("%d letters to the new buyer", n)
		}
	})
}

func TestWhatCannotBeSoldSaysWhichField(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		today := day.Of(w.now(), w.berlin)
		before := w.count(t, `select count(*) from purchase`)
		for _, tt := range []struct {
			name   string
			change func(*license.Sale)
			fields string
		}{
			{"nothing said", func(s *license.Sale) { *s = license.Sale{Terms: s.Terms} }, "product_id seats buyer_id"},
			{"no such product", func(s *license.Sale) { s.Product = "a9" }, "product_id"},
			{"another organization's product", func(s *license.Sale) { s.Product = "a6" }, "product_id"},
			{"no seat", func(s *license.Sale) { s.Seats = 0 }, "seats"},
			{"too many seats", func(s *license.Sale) { s.Seats = 1_000_001 }, "seats"},
			{"long company", func(s *license.Sale) { s.Company = strings.Repeat("x", 201) }, "company"},
			{"no such person", func(s *license.Sale) { s.Buyer.Account = "nobody" }, "buyer_id"},
			{"a person of another organization", func(s *license.Sale) { s.Buyer.Account = "south-ann" }, "buyer_id"},
			{"suspended", func(s *license.Sale) { s.Buyer.Account = "sue" }, "buyer_id"},
			{"suspended, by address", func(s *license.Sale) {
				s.Buyer = license.Buyer{Name: account.Name{Given: "Sue"}, Email: "SUE@example.org"}
			}, "buyer_id"},
			{"a name without address", func(s *license.Sale) { s.Buyer = license.Buyer{Name: account.Name{Given: "Nina"}} }, "email"},
			{"an address without name", func(s *license.Sale) { s.Buyer = license.Buyer{Email: "nina@example.org"} }, "given_name"},
			{"no address", func(s *license.Sale) { s.Buyer = license.Buyer{Name: account.Name{Given: "Nina"}, Email: "nina"} }, "email"},
			{"days over", func(s *license.Sale) {
				s.Terms.RedeemBy, s.Terms.AccessUntil, s.Terms.CompleteBy = today-1, today-1, today-2
			}, "redeem_by access_until complete_by"},
			{"redeem after access", func(s *license.Sale) { s.Terms.RedeemBy, s.Terms.AccessUntil = today+9, today+8 }, "redeem_by"},
			{"complete after access", func(s *license.Sale) { s.Terms.CompleteBy, s.Terms.AccessUntil = today+9, today+8 }, "complete_by"},
			{"negative days", func(s *license.Sale) { s.Terms.AccessDays = -1 }, "access_days"},
		} {
			sale := anySale()
			tt.change(&sale)
			_, err := w.selling().Sell(t.Context(), w.reach(t, "admin", access.LicenseSell), sale)
			var fields []string
			for _, p := range fault.Fields(err) {
				fields = append(fields, p.Field)
			}
			if got := strings.Join(fields, " "); got != tt.fields {
				t.Errorf("%s: fields %q (%v), want %q", tt.name, got, err, tt.fields)
			}
		}
		if n := w.count(t, `select count(*) from purchase`); n != before {
			t.Errorf("%d purchases were made", n-before)
		}
		for who, want := range map[access.AccountID]fault.Kind{"buyer": fault.Forbidden, "ann": fault.Forbidden} {
			if _, err := w.selling().Sell(t.Context(), w.reach(t, who, access.LicenseSell), anySale()); fault.KindOf(err) != want {
				t.Errorf("%s sells: %v", who, err)
			}
		}
		elsewhere := anySale()
		elsewhere.Organization = "north"
		if _, err := w.selling().Sell(t.Context(), w.reach(t, "south-admin", access.LicenseSell), elsewhere); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a client sells in its master's name: %v", err)
		}
	})
}

// M-014, M-015: with the switch on the buyer of a later purchase is its
// reporter at once; earlier purchases stay as they are.
func TestTheSwitchIsForLaterPurchases(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		licenses, reach := w.selling(), w.reach(t, "admin", access.OrganizationConfigure)
		setup, err := licenses.Setup(t.Context(), reach)
		if err != nil || setup.AutoReporter || setup.Unreported != 2 {
			t.Fatalf("setup = %+v, %v", setup, err)
		}
		before := w.makeSale(t, anySale())
		if err := licenses.SwitchAutoReporter(t.Context(), reach, true); err != nil {
			t.Fatal(err)
		}
		after := w.makeSale(t, anySale())
		never, always := anySale(), anySale()
		never.AutoReporter = license.NeverReport
		not := w.makeSale(t, never)
		if err := licenses.SwitchAutoReporter(t.Context(), w.reach(t, "admin", access.OrganizationConfigure), false); err != nil {
			t.Fatal(err)
		}
		always.AutoReporter = license.AlwaysReport
		anyway := w.makeSale(t, always)
		off := w.makeSale(t, anySale())
		for id, want := range map[license.PurchaseID]access.AccountID{"acme": "", before: "", after: "eve", not: "", anyway: "eve", off: ""} {
			if got := w.reporter(t, id); got != want {
				t.Errorf("reporter of %s is %q, want %q", id, got, want)
			}
		}
		if n := w.count(t, `select count(*) from audit_event where action = 'organization.auto_reporter'`); n != 2 {
			t.Errorf("%d events of the switch", n)
		}
		if err := licenses.SwitchAutoReporter(t.Context(), w.reach(t, "buyer", access.OrganizationConfigure), true); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a buyer turns the switch: %v", err)
		}
	})
}

// M-052: at the manager limit the sale stands and its reporter waits.
func TestALimitNeverFailsASale(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.db.Write(t, `update organization set manager_limit = 2, auto_reporter = $1 where organization_id = 'north'`, true)
		id := w.makeSale(t, anySale())
		p, err := w.selling().Purchase(t.Context(), w.reach(t, "admin", access.LicenseView), id)
		if err != nil || !p.Reporter.IsNobody() || p.WaitingSince.IsZero() || p.Free != 5 {
			t.Errorf("%+v, %v", p, err)
		}
		found, err := w.selling().Purchases(t.Context(), w.reach(t, "admin", access.LicenseView), license.PurchaseQuery{Reporter: license.ReporterWaiting})
		if err != nil || len(found.Items) != 1 || found.Items[0].ID != id {
			t.Errorf("waiting: %+v, %v", found, err)
		}
	})
}

func TestReportersOfEarlierPurchasesArePreviewedFirst(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		acts := bulk.NewService(w.db, w.now, license.Acts(w.selling())...)
		as := func(who access.AccountID) (access.Reach, bulk.Asks) {
			return w.reach(t, who, access.SelfView), func(p access.Permission) access.Reach { return w.reach(t, who, p) }
		}
		self, asks := as("admin")
		w.db.Write(t, `update organization set manager_limit = 3 where organization_id = 'north'`) // admin, master, and one more
		third := anySale()
		third.Buyer.Account = "buyer"
		w.move(time.Minute)
		again := w.makeSale(t, third)
		act, err := acts.Preview(t.Context(), self, asks, license.AppointBuyersAct, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		// acme and the third are buyer's, who takes one place for both; bolt's buyer would be one too many.
		var results []string
		for _, l := range act.Plan.Lines {
			results = append(results, l.Detail["purchase"]+" "+l.Result)
		}
		if want := "acme appointed, bolt limit, " + string(again) + " appointed"; strings.Join(results, ", ") != want || act.Plan.Facts["limit"] != 3 {
			t.Fatalf("preview %q, want %q; %v", strings.Join(results, ", "), want, act.Plan.Facts)
		}
		done, err := acts.Confirm(t.Context(), self, asks, act.ID)
		if err != nil || done.State != bulk.Done {
			t.Fatal(done, err)
		}
		for id, want := range map[license.PurchaseID]access.AccountID{"acme": "buyer", "bolt": "", again: "buyer"} {
			if got := w.reporter(t, id); got != want {
				t.Errorf("reporter of %s is %q, want %q", id, got, want)
			}
		}
		w.move(time.Hour)
		if err := w.selling().AssignReporter(t.Context(), w.reach(t, "admin", access.ReporterAssign), "acme", "admin"); err == nil {
			t.Error("an administrator without a seat became the reporter")
		}
		undone, err := acts.Undo(t.Context(), self, asks, act.ID)
		if err != nil || undone.TakenBack.Facts["purchases"] != 2 || w.reporter(t, "acme") != "" || w.reporter(t, again) != "" {
			t.Errorf("undone: %+v, %v", undone.TakenBack, err)
		}
		self, asks = as("buyer")
		if _, err := acts.Preview(t.Context(), self, asks, license.AppointBuyersAct, "", nil); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a buyer appoints everybody: %v", err)
		}
	})
}

func TestChangingAPurchase(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		licenses := w.selling()
		today := day.Of(w.now(), w.berlin)
		none := license.Terms{RedeemBy: day.None, AccessUntil: day.None, CompleteBy: day.None}
		change := func(c license.Change) error {
			return licenses.ChangePurchase(t.Context(), w.reach(t, "admin", access.LicenseSell), "acme", c)
		}
		acme := func() license.Purchase {
			p, err := licenses.Purchase(t.Context(), w.reach(t, "admin", access.LicenseView), "acme")
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		w.move(time.Minute)
		p := acme()
		used := p.Seats - p.Free
		err := change(license.Change{Seats: used - 1, Company: p.Company, Terms: none})
		if len(fault.Fields(err)) != 1 || fault.Fields(err)[0].Field != "seats" || !strings.Contains(fault.Fields(err)[0].Sentence, "5") {
			t.Errorf("fewer than in use: %v", err)
		}
		terms := license.Terms{RedeemBy: today.Add(3), AccessUntil: today.Add(30), CompleteBy: today.Add(20), AccessDays: 9}
		if err := change(license.Change{Seats: 9, Company: "Acme Two", Terms: terms, Was: p.Edition()}); err != nil {
			t.Fatal(err)
		}
		if got := acme(); got.Seats != 9 || got.Free != 9-used || got.Company != "Acme Two" || got.Terms != terms {
			t.Errorf("changed to %+v", got)
		}
		if err := change(license.Change{Seats: 10, Company: "x", Terms: none, Was: p.Edition()}); !errors.Is(err, license.ErrPurchaseEdited) {
			t.Errorf("changed from what it is no more: %v", err)
		}
		if err := change(license.Change{Seats: used, Company: "Acme Two", Terms: terms}); err != nil {
			t.Errorf("as many as in use: %v", err)
		}
		if n := w.count(t, `select coalesce(sum(seats), 0) from seat_ledger where purchase_id = 'acme'`); n != used {
			t.Errorf("the ledger sums to %d seats, want %d", n, used)
		}
		if err := change(license.Change{Seats: used, Company: "Acme Two", Terms: license.Terms{RedeemBy: today - 1, AccessUntil: day.None, CompleteBy: day.None}}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a day that is over: %v", err)
		}
		for who, want := range map[access.AccountID]fault.Kind{"buyer": fault.Forbidden, "south-admin": fault.NotFound} {
			if err := licenses.ChangePurchase(t.Context(), w.reach(t, who, access.LicenseSell), "acme", license.Change{Seats: 50, Terms: none}); fault.KindOf(err) != want {
				t.Errorf("%s changes it: %v", who, err)
			}
		}
		history, err := licenses.History(t.Context(), w.reach(t, "buyer", access.LicenseView), "acme", "")
		if err != nil || len(history.Items) < 2 || history.Items[0].Action != "purchase.changed" || history.Items[0].By.Name != "admin name" {
			t.Errorf("history: %+v, %v", history, err)
		}
		if _, err := licenses.History(t.Context(), w.reach(t, "other", access.LicenseView), "acme", ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another buyer reads its history: %v", err)
		}
		// What somebody of another organization did is told without their name.
		w.move(time.Minute)
		if err := licenses.AssignReporter(t.Context(), w.reach(t, "admin", access.ReporterAssign), "acme", "buyer"); err != nil {
			t.Fatal(err)
		}
		w.db.Write(t, `update audit_event set actor_id = 'south-admin' where action = 'reporter.appointed'`)
		for who, want := range map[access.AccountID]license.Happening{
			"admin": {Hidden: true, Whom: license.Person{Account: "buyer", Name: "buyer name"}},
			"buyer": {Hidden: true, Whom: license.Person{Account: "buyer", Name: "buyer name"}},
		} {
			history, err := licenses.History(t.Context(), w.reach(t, who, access.LicenseView), "acme", "")
			if err != nil {
				t.Fatal(err)
			}
			if got := history.Items[0]; got.Action != "reporter.appointed" || got.Hidden != want.Hidden || got.By != want.By || got.Whom != want.Whom {
				t.Errorf("%s is told of %+v", who, got)
			}
		}
	})
}

// The enrollments that redeeming makes are due when the purchase says; one that
// the learner had before keeps its own day.
func TestSeatsAreCompletedByTheDayOfTheSale(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		sale := anySale()
		sale.Terms.CompleteBy = day.Of(w.now(), w.berlin).Add(20)
		id := w.makeSale(t, sale)
		if err := w.db.Enroll(t.Context(), worldRealm, w.learners["eve"], w.now(), time.Time{}, 1); err != nil {
			t.Fatal(err)
		}
		w.seat(t, id, "eve", w.now())
		w.redeem(t, id, "eve", w.now())
		var had, made sql.NullInt64
		w.db.Read(t, `select due_on from enrollment where learner = $1 and activity = 1`, []any{int64(w.learners["eve"])}, &had)
		w.db.Read(t, `select due_on from enrollment where learner = $1 and activity = 2`, []any{int64(w.learners["eve"])}, &made)
		if had.Valid || made.Int64 != int64(sale.Terms.CompleteBy) {
			t.Errorf("due on %v and %v, want none and %d", had, made, sale.Terms.CompleteBy)
		}
	})
}
