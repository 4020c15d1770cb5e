package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

func inWords(list []license.Activity) string {
	var out []string
	for _, a := range list {
		out = append(out, a.Title)
	}
	return strings.Join(out, " ")
}

// TestReleasingASeatEndsOnlyWhatNothingElseGives and says so first.
func TestReleasingASeatEndsOnlyWhatNothingElseGives(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sell(t, "deal", 3)
		// Ann has activities 1 to 3 by acme and by deal, and 4 by bolt.
		w.give(t, "buyer", "deal", addresses("ann@example.org")...)
		deal := w.seatOf(t, "deal", "ann@example.org")
		if err := w.db.RedeemSeat(t.Context(), w.actor("ann"), deal, "ann", w.now()); err != nil {
			t.Fatal(err)
		}
		w.move(time.Hour)
		release := func(id license.PurchaseID, seat license.SeatID) (license.Ending, error) {
			ending, err := w.licenses().SeatEnding(t.Context(), w.reach(t, "admin", access.SeatRelease), id, seat)
			if err != nil {
				return ending, err
			}
			return ending, w.licenses().ReleaseSeat(t.Context(), w.reach(t, "admin", access.SeatRelease), id, seat, "left the company")
		}
		has := func() string {
			return fmt.Sprint(w.db.Texts(t, `select cast(activity as text) from enrollment_source where learner = $1 and (until_at is null or until_at > $2) group by activity order by activity`,
				int64(w.learners["ann"]), w.now().UnixMicro()))
		}
		ending, err := release("acme", "acme-ann")
		if err != nil || inWords(ending.Ends) != "" || inWords(ending.Stays) != "Alpha Beta Gamma" || !ending.Spent || ending.Seat.Holder.Name != "ann name" || ending.Reporter {
			t.Errorf("%+v, %v", ending, err)
		}
		if has() != "[1 2 3 4]" {
			t.Errorf("ann has %s", has())
		}
		ending, err = release("deal", deal)
		if err != nil || inWords(ending.Ends) != "Alpha Beta Gamma" || inWords(ending.Stays) != "" || !ending.CanReassign {
			t.Errorf("%+v, %v", ending, err)
		}
		if has() != "[4]" {
			t.Errorf("ann has %s", has())
		}
		if got, want := w.counts(t, "deal"), [5]int{3, 0, 0, 1, 2}; got != want {
			t.Errorf("%v, want %v", got, want)
		}
		if _, err := release("deal", deal); fault.KindOf(err) != fault.Conflict {
			t.Errorf("released twice: %v", err)
		}
		// She can be given another one; the spent one stays spent.
		if got := w.give(t, "buyer", "deal", addresses("ann@example.org")...); got[0] != license.ResultAssigned {
			t.Error(got)
		}
		if _, err := release("deal", w.seatOf(t, "deal", "ann@example.org")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a pending seat was released: %v", err)
		}
	})
}

// TestReleasingTheReportersSeatEndsTheRole unless they bought the seats (Q-04, M-056).
func TestReleasingTheReportersSeatEndsTheRole(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		ending, err := w.licenses().SeatEnding(t.Context(), w.reach(t, "admin", access.SeatRelease), "acme", "acme-ann")
		if err != nil || !ending.Reporter {
			t.Errorf("%+v, %v", ending, err)
		}
		if err := w.licenses().ReleaseSeat(t.Context(), w.reach(t, "admin", access.SeatRelease), "acme", "acme-ann", ""); err != nil {
			t.Fatal(err)
		}
		if who := w.reporter(t, "acme"); who != "" {
			t.Errorf("%s still is the reporter", who)
		}
		// The buyer needs no seat.
		w.sell(t, "deal", 2)
		w.give(t, "buyer", "deal", addresses("buyer@example.org")...)
		seat := w.seatOf(t, "deal", "buyer@example.org")
		if err := w.db.RedeemSeat(t.Context(), w.actor("buyer"), seat, "buyer", w.now()); err != nil {
			t.Fatal(err)
		}
		w.mustAssign(t, "admin", "deal", "buyer")
		if ending, err = w.licenses().SeatEnding(t.Context(), w.reach(t, "admin", access.SeatRelease), "deal", seat); err != nil || ending.Reporter {
			t.Errorf("%+v, %v", ending, err)
		}
		if err := w.licenses().ReleaseSeat(t.Context(), w.reach(t, "admin", access.SeatRelease), "deal", seat, ""); err != nil {
			t.Fatal(err)
		}
		if who := w.reporter(t, "deal"); who != "buyer" {
			t.Errorf("the reporter is %q", who)
		}
	})
}

// TestTheBuyerRevokesWhilePendingAndReleasesNothing.
func TestTheBuyerRevokesWhilePendingAndReleasesNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		end := func(who access.AccountID, seat license.SeatID) error {
			return w.licenses().EndSeat(t.Context(), w.asks(t, who), "acme", seat, "")
		}
		if err := end("buyer", "acme-pia"); err != nil {
			t.Error(err)
		}
		if got, want := w.counts(t, "acme"), [5]int{6, 0, 4, 0, 2}; got != want {
			t.Errorf("%v, want %v", got, want)
		}
		if err := end("buyer", "acme-ben"); err == nil || fault.Sentence(err) != fault.Sentence(license.ErrSeatTaken) {
			t.Errorf("a redeemed one: %v", err)
		}
		if err := end("buyer", "acme-pia"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		if err := end("buyer", "bolt-ann"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("of another purchase: %v", err)
		}
		if err := w.licenses().ReleaseSeat(t.Context(), w.reach(t, "buyer", access.SeatRelease), "acme", "acme-ben", ""); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("released by the buyer: %v", err)
		}
		if err := end("admin", "acme-old"); err != nil { // ended by date, and still a seat
			t.Error(err)
		}
	})
}

// TestASeatIsGivenToSomebodyElse where the plan gives it back or one is free.
func TestASeatIsGivenToSomebodyElse(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sell(t, "deal", 1)
		w.give(t, "buyer", "deal", addresses("ann@example.org")...)
		give := func(who access.AccountID, from, to string) error {
			_, err := w.licenses().ReassignSeat(t.Context(), w.asks(t, who), "deal", w.seatOf(t, "deal", from), license.Invitee{Email: to}, "")
			return err
		}
		if err := give("buyer", "ann@example.org", "ben@example.org"); err != nil { // pending: by the buyer
			t.Fatal(err)
		}
		if err := w.db.RedeemSeat(t.Context(), w.actor("ben"), w.seatOf(t, "deal", "ben@example.org"), "ben", w.now()); err != nil {
			t.Fatal(err)
		}
		if err := give("buyer", "ben@example.org", "pia@example.org"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a redeemed one by the buyer: %v", err)
		}
		before := w.counts(t, "deal")
		if err := give("admin", "ben@example.org", "pia@example.org"); err == nil || fault.Sentence(err) != fault.Sentence(license.ErrNotGiven) {
			t.Errorf("the only one of a named plan: %v", err)
		}
		if got := w.counts(t, "deal"); got != before {
			t.Errorf("half of it was done: %v, want %v", got, before)
		}
		w.db.Write(t, `update purchase set reusable = $1 where purchase_id = 'deal'`, true)
		if err := give("admin", "ben@example.org", "not an address"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("to nobody: %v", err)
		}
		if err := give("admin", "ben@example.org", "pia@example.org"); err != nil {
			t.Error(err)
		}
		if got, want := w.counts(t, "deal"), [5]int{1, 1, 0, 0, 0}; got != want {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

// TestTheLedgerAnswersWhySoManyAreLeft: its lines summed by movement give the
// numbers that are shown (N-09).
func TestTheLedgerAnswersWhySoManyAreLeft(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sell(t, "deal", 9)
		w.give(t, "buyer", "deal", addresses("a@example.com", "ann@example.org", "ben@example.org")...)
		for _, who := range []access.AccountID{"ann", "ben"} {
			if err := w.db.RedeemSeat(t.Context(), w.actor(who), w.seatOf(t, "deal", string(who)+"@example.org"), who, w.now()); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.licenses().EndSeat(t.Context(), w.asks(t, "admin"), "deal", w.seatOf(t, "deal", "ann@example.org"), ""); err != nil {
			t.Fatal(err)
		}
		if err := w.licenses().EndSeat(t.Context(), w.asks(t, "buyer"), "deal", w.seatOf(t, "deal", "a@example.com"), ""); err != nil {
			t.Fatal(err)
		}
		reach := w.reach(t, "buyer", access.LicenseView)
		all, err := w.licenses().SeatLedger(t.Context(), reach, "deal", license.LedgerQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := [5]int{all.Balance.Seats, all.Balance.Pending, all.Balance.Redeemed, all.Balance.Spent, all.Free()}, w.counts(t, "deal"); got != want || all.Total != 8 {
			t.Errorf("%v of %d lines, want %v", got, all.Total, want)
		}
		var said []string
		free := 0
		for _, e := range all.Sums {
			free += e.Freed()
			said = append(said, fmt.Sprintf("%s %d: %+d", e.Movement, all.Times[e.Movement], e.Freed()))
		}
		if want := []string{"bought 1: +9", "assigned 3: -3", "redeemed 2: +0", "released 1: +0", "revoked 1: +1"}; !slices.Equal(said, want) || free != 7 {
			t.Errorf("%v make %d, want %v", said, free, want)
		}
		top := all.Items[0]
		if top.Movement != license.SeatRevoked || top.Email != "a@example.com" || top.By.Name != "buyer name" || top.Balance.Freed() != 7 {
			t.Errorf("%+v", top)
		}
		// Page by page it is the same.
		var paged []license.LedgerLine
		for query := (license.LedgerQuery{Limit: 3}); ; {
			page, err := w.licenses().SeatLedger(t.Context(), reach, "deal", query)
			if err != nil {
				t.Fatal(err)
			}
			paged = append(paged, page.Items...)
			if query.Before = page.Next; page.Next == 0 {
				break
			}
		}
		if !slices.Equal(paged, all.Items) {
			t.Errorf("%v, want %v", paged, all.Items)
		}
	})
}

// TestSeatsAreFoundByAddressNameAndState, and nothing is found by what is hidden.
func TestSeatsAreFoundByAddressNameAndState(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		find := func(who access.AccountID, q license.SeatQuery) string {
			t.Helper()
			page, err := w.licenses().Seats(t.Context(), w.reach(t, who, access.LicenseView), "acme", q)
			if err != nil || page.Total != len(page.Items) {
				t.Fatalf("%+v, %v", page, err)
			}
			var out []string
			for _, s := range page.Items {
				out = append(out, string(s.ID)+" "+s.Email)
			}
			slices.Sort(out)
			return strings.Join(out, ", ")
		}
		for _, tt := range []struct {
			q    license.SeatQuery
			want string
		}{
			{license.SeatQuery{Q: "PIA@"}, "acme-pia pia@example.org"},
			{license.SeatQuery{Q: "ann name"}, "acme-ann ann@example.org"},
			{license.SeatQuery{Q: "pia name"}, ""}, // nobody is told who stands behind an address
			{license.SeatQuery{State: license.Pending}, "acme-pia pia@example.org"},
			{license.SeatQuery{State: license.Expired}, "acme-old old@example.org"},
			{license.SeatQuery{State: license.Redeemed}, "acme-ann ann@example.org, acme-ben ben@example.org, acme-sue sue@example.org"},
			{license.SeatQuery{State: license.Released}, "acme-gone gone@example.org"},
		} {
			if got := find("buyer", tt.q); got != tt.want {
				t.Errorf("%+v: %s, want %s", tt.q, got, tt.want)
			}
		}
		w.db.Write(t, `update organization set hide_pending = $1 where organization_id = 'north'`, true)
		w.db.Write(t, `insert into custom_role (realm_id, role_id, organization_id, name, name_folded, description, any_permissions, own_permissions, node_kinds, reports_only, created_at)
			values (1, 'auditor', 'north', 'Auditor', 'auditor', '', 'license.view', '', 'organization', $1, 0)`, false)
		w.db.Write(t, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
			values (1, 'audit', 'north', 'eve', 'auditor', 'organization', 'north', 'within', 0, $1, '', '')`, false)
		for who, want := range map[access.AccountID]string{"buyer": "acme-pia pia@example.org", "admin": "acme-pia pia@example.org", "eve": "acme-pia "} {
			if got := find(who, license.SeatQuery{State: license.Pending}); got != want {
				t.Errorf("%s: %s, want %s", who, got, want)
			}
		}
		if got := find("eve", license.SeatQuery{Q: "pia"}); got != "" {
			t.Errorf("a hidden address was found: %s", got)
		}
	})
}

// TestAListOfSeatsIsPreviewedConfirmedAndTakenBack through the one mechanism for bulk acts.
func TestAListOfSeatsIsPreviewedConfirmedAndTakenBack(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sell(t, "deal", 3)
		acts := bulk.NewService(w.db, w.now, license.Acts(w.licenses())...)
		self, asks := w.reach(t, "buyer", access.SelfView), bulk.Asks(w.asks(t, "buyer"))
		people := license.SeatInput{People: addresses("ann@example.org", "x@example.com", "ANN@example.org", "oops")}
		act, err := acts.Preview(t.Context(), self, asks, license.SeatAct, "deal", people)
		if err != nil || act.Plan.Effective() != 2 || act.Plan.Lines[2].Result != "twice" || act.Plan.Lines[3].Result != "no_address" || act.Plan.Facts["free_after"] != 1 {
			t.Fatalf("%+v, %v", act, err)
		}
		if got := w.counts(t, "deal"); got != [5]int{3, 0, 0, 0, 3} {
			t.Errorf("a preview changed %v", got)
		}
		// Somebody else takes a seat: what was shown does not hold any more.
		w.give(t, "admin", "deal", addresses("pia@example.org")...)
		act, err = acts.Confirm(t.Context(), self, asks, act.ID)
		if fault.Sentence(err) != fault.Sentence(bulk.ErrChanged) || act.State != bulk.Previewed || act.Plan.Facts["free_after"] != 0 {
			t.Fatalf("%+v, %v", act, err)
		}
		for range 2 { // confirmed twice, done once
			if act, err = acts.Confirm(t.Context(), self, asks, act.ID); err != nil || act.State != bulk.Done {
				t.Fatalf("%+v, %v", act, err)
			}
		}
		if got := w.counts(t, "deal"); got != [5]int{3, 3, 0, 0, 0} {
			t.Errorf("confirmed: %v", got)
		}
		if err := w.db.RedeemSeat(t.Context(), w.actor("ann"), w.seatOf(t, "deal", "ann@example.org"), "ann", w.now()); err != nil {
			t.Fatal(err)
		}
		if act, err = acts.Undo(t.Context(), self, asks, act.ID); err != nil || act.State != bulk.Undone {
			t.Fatalf("%+v, %v", act, err)
		}
		if l := act.TakenBack.Lines; len(l) != 2 || l[0].Result != "kept" || l[1].Result != "revoked" || !l[1].OK {
			t.Errorf("%+v", act.TakenBack)
		}
		if got := w.counts(t, "deal"); got != [5]int{3, 1, 1, 0, 1} {
			t.Errorf("taken back: %v", got)
		}
	})
}
