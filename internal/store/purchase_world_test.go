package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// world is a master organization "north" with a client "south". north sold
// "acme" five seats of a program of activities 1 and 2 (3 is optional in it)
// and "bolt" two seats of activity 4.
type world struct {
	*testing.T
	db *store.DB
	*clock
	learners map[access.AccountID]access.LearnerNo
	berlin   *time.Location
}

const worldRealm access.RealmID = 1

// inWorld runs a test in a fresh world on each engine.
func inWorld(t *testing.T, test func(t *testing.T, w *world)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := newWorld(t, engine)
			w.T = t
			test(t, w)
			w.isSound(t)
		})
	}
}

// newWorld makes it. Of acme's seats, ann's and ben's are redeemed, sue's too
// (her account is suspended), old's access is over, pia's is pending and gone's
// was released. bolt has one for ann.
func newWorld(tb testing.TB, engine string) *world {
	return newWorldAt(tb, storetest.Address(tb, engine))
}

func newWorldAt(tb testing.TB, address string) *world {
	c := &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	w := &world{clock: c, learners: map[access.AccountID]access.LearnerNo{}, berlin: day.ZoneOr("Europe/Berlin")}
	w.db = storetest.Open(tb, address, c.now)
	at := c.now().Add(-100 * 24 * time.Hour)
	w.db.Write(tb, `insert into realm (realm_id, nodes, learners, activities, created_at) values (1, 2, 0, 0, 0)`)
	w.organization(tb, "north", "", "o000001")
	w.organization(tb, "south", "north", "o000001o000002")
	for _, name := range []access.AccountID{"admin", "master", "buyer", "other", "ann", "ben", "pia", "sue", "old", "gone", "eve"} {
		w.account(tb, name, "north", "o000001", map[access.AccountID]access.RoleKey{"admin": access.OrganizationAdministrator, "master": access.MasterAdministrator}[name])
	}
	w.account(tb, "south-admin", "south", "o000001o000002", access.OrganizationAdministrator)
	w.account(tb, "south-ann", "south", "o000001o000002", "")
	for i, title := range []string{"Alpha", "Beta", "Gamma", "Delta", "Epsilon"} {
		w.activity(tb, "north", i+1, title)
	}
	w.activity(tb, "south", 6, "Alpha")
	w.db.Write(tb, `insert into product (realm_id, product_id, organization_id, kind, external_id, title, title_folded, created_at) values (1, 'program', 'north', 'program', 'P', 'Program', 'program', 0)`)
	for i, required := range []bool{true, true, false} {
		w.db.Write(tb, `insert into program_activity (realm_id, program_id, activity, position, required, from_at) values (1, 'program', $1, $2, $3, 0)`, i+1, i, required)
	}
	w.purchase(tb, "acme", "program", "buyer", 6, at)
	w.purchase(tb, "bolt", "a4", "other", 2, at.Add(time.Hour))
	for _, who := range []access.AccountID{"ann", "ben", "sue", "old", "pia", "gone"} {
		w.seat(tb, "acme", who, at)
	}
	w.seat(tb, "bolt", "ann", at)
	for _, who := range []access.AccountID{"ann", "ben", "sue", "old", "gone"} {
		w.redeem(tb, "acme", who, at.Add(24*time.Hour))
	}
	w.redeem(tb, "bolt", "ann", at.Add(24*time.Hour))
	w.db.Write(tb, `update account set status = 'suspended' where account_id = 'sue'`)
	yesterday := day.Of(c.now(), w.berlin).Add(-1)
	w.db.Write(tb, `update seat set access_until = $1 where seat_id = 'acme-old'`, int64(yesterday))
	w.db.Write(tb, `update seat set state = 'released', ended_at = $1 where seat_id = 'acme-gone'`, at.Add(48*time.Hour).UnixMicro())
	w.db.Write(tb, `update enrollment_source set until_at = $1 where ref = 'acme-gone'`, at.Add(48*time.Hour).UnixMicro())
	w.db.Write(tb, `update enrollment_source set until_at = $1 where ref = 'acme-old'`, yesterday.Add(1).Start(w.berlin).UnixMicro())
	w.db.Write(tb, `update purchase set seats_used = seats_used - 1 where purchase_id = 'acme'`)
	if moved, ok := license.Moved("acme-gone", license.Redeemed, license.Released); !ok {
		tb.Fatal("a released seat moves nothing")
	} else if err := w.db.Ledger(tb.Context(), w.actor("admin"), "acme", at.Add(48*time.Hour), moved); err != nil {
		tb.Fatal(err)
	}
	w.pack(tb, "gone", "old")
	return w
}

func (w *world) organization(tb testing.TB, id, parent, path string) {
	var above any
	if parent != "" {
		above = parent
	}
	w.db.Write(tb, `insert into organization (realm_id, organization_id, slug, parent_id, path, name, name_folded, zone, locale, may_have_clients, status, revision, hide_pending,
			due_soon_days, expires_soon_days, locations_enabled, hierarchies_enabled, auto_reporter, created_at)
		values (1, $1, $1, $2, $3, $1, $1, 'Europe/Berlin', 'en', $4, 'active', 1, $5, 7, 30, $4, $4, $5, 0)`, id, above, path, true, false)
}

func (w *world) account(tb testing.TB, id access.AccountID, organization, path string, role access.RoleKey) {
	w.db.Write(tb, `update realm set learners = learners + 1`)
	no := access.LearnerNo(len(w.learners) + 1)
	w.learners[id] = no
	base := string(role)
	if base == "" {
		base = "student"
	}
	name, email := string(id)+" name", string(id)+"@example.org"
	w.db.Write(tb, `insert into account (realm_id, account_id, organization_id, learner, external_id, email, email_folded, given_name, family_name, name, name_folded, search_text, status, base_role, home, created_at)
		values (1, $1, $2, $3, $4, $5, $5, $1, 'name', $6, $7, $8, 'active', $9, $10, 0)`,
		string(id), organization, int64(no), "X-"+string(id), email, name, fold.Text(name), fold.Search(name, email), base, path)
	w.db.Write(tb, `insert into account_home (realm_id, account_id, from_at) values (1, $1, 0)`, string(id))
	if role == "" {
		return
	}
	extent := "within"
	if role == access.MasterAdministrator {
		extent = "beyond"
	}
	w.db.Write(tb, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
		values (1, $1, $2, $3, $4, 'organization', $2, $5, 0, $6, '', '')`, "base-"+string(id), organization, string(id), base, extent, true)
}

func (w *world) activity(tb testing.TB, organization string, no int, title string) {
	id := "a" + string(rune('0'+no))
	w.db.Write(tb, `update realm set activities = activities + 1`)
	w.db.Write(tb, `insert into product (realm_id, product_id, organization_id, kind, external_id, title, title_folded, created_at) values (1, $1, $2, 'activity', $3, $3, $4, 0)`,
		id, organization, title, fold.Text(title))
	w.db.Write(tb, `insert into activity (realm_id, activity_id, activity, kind, url, self_complete) values (1, $1, $2, 'course', $3, $4)`,
		id, no, "https://learn.example.org/"+title, no%2 == 1)
}

func (w *world) purchase(tb testing.TB, id license.PurchaseID, product, buyer string, seats int, at time.Time) {
	w.db.Write(tb, `insert into purchase (realm_id, purchase_id, organization_id, product_id, buyer_id, company, company_folded, seats, seats_over, seats_used, purchased_at, created_at)
		values (1, $1, 'north', $2, $3, $1, $1, $4, 0, 0, $5, $5)`, string(id), product, buyer, seats, at.UnixMicro())
	if err := w.db.Ledger(tb.Context(), w.actor("admin"), id, at, license.Entry{Movement: license.SeatsBought, Seats: seats}); err != nil {
		tb.Fatal(err)
	}
}

// seat assigns a pending seat to an account.
func (w *world) seat(tb testing.TB, purchase license.PurchaseID, who access.AccountID, at time.Time) {
	id := license.SeatID(string(purchase) + "-" + string(who))
	w.db.Write(tb, `insert into seat (realm_id, seat_id, organization_id, purchase_id, account_id, email, email_folded, state, assigned_at)
		values (1, $1, 'north', $2, $3, $4, $4, 'pending', $5)`, string(id), string(purchase), string(who), string(who)+"@example.org", at.UnixMicro())
	w.db.Write(tb, `update purchase set seats_used = seats_used + 1 where purchase_id = $1`, string(purchase))
	moved, _ := license.Moved(id, "", license.Pending)
	if err := w.db.Ledger(tb.Context(), w.actor("admin"), purchase, at, moved); err != nil {
		tb.Fatal(err)
	}
}

func (w *world) redeem(tb testing.TB, purchase license.PurchaseID, who access.AccountID, at time.Time) {
	tb.Helper()
	if err := w.db.RedeemSeat(tb.Context(), w.actor(who), license.SeatID(string(purchase)+"-"+string(who)), who, at); err != nil {
		tb.Fatal(err)
	}
}

// pack packs transcripts whose rows a test has written itself.
func (w *world) pack(tb testing.TB, who ...access.AccountID) {
	tb.Helper()
	for _, id := range who {
		if err := w.db.Enroll(tb.Context(), worldRealm, w.learners[id], w.now(), time.Time{}); err != nil {
			tb.Fatal(err)
		}
	}
}

func (w *world) actor(id access.AccountID) access.Actor {
	return access.Actor{Realm: worldRealm, Account: id, Learner: w.learners[id], Organization: "north"}
}

// reach asks anew what an account gets for a permission.
func (w *world) reach(tb testing.TB, id access.AccountID, p access.Permission) access.Reach {
	tb.Helper()
	facts, err := w.db.Facts(tb.Context(), worldRealm, id)
	if err != nil {
		tb.Fatal(err)
	}
	return facts.For(p, w.now())
}

// reporter tells who holds the role of a purchase now; empty: nobody.
func (w *world) reporter(tb testing.TB, id license.PurchaseID) access.AccountID {
	tb.Helper()
	p, err := license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now).Purchase(tb.Context(), w.reach(tb, "admin", access.LicenseView), id)
	if err != nil {
		tb.Fatal(err)
	}
	return p.Reporter.Account
}

// isSound runs every invariant over the database.
func (w *world) isSound(tb testing.TB) {
	tb.Helper()
	found, err := w.db.Verify(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range found {
		tb.Errorf("%s (%s): %s", f.Check, f.Rule, f.Where)
	}
}
