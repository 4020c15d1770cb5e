package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/report"
)

// invites is the world with people who hold links to seats.
type invites struct {
	*world
	accounts *account.Service
	redeem   *license.Redemptions
}

var somewhere = account.Client{Address: "192.0.2.7", Agent: "test"}

func amongInvites(t *testing.T, test func(t *testing.T, w *invites)) {
	inWorld(t, func(t *testing.T, w *world) { test(t, newInvites(w)) })
}

func newInvites(w *world) *invites {
	settings := account.Settings{PublicURL: "https://lms.example"}
	accounts := account.NewService(w.db, settings, w.now)
	return &invites{w, accounts, license.NewRedemptions(w.db, accounts, license.Settings{PublicURL: settings.PublicURL}, w.now)}
}

// offer assigns a pending seat to an address and gives the secret of its link.
func (w *invites) offer(t testing.TB, purchase license.PurchaseID, email string) (license.SeatID, string) {
	t.Helper()
	id, secret := license.SeatID(access.NewID()), access.NewSecret()
	w.db.Write(t, `insert into seat (realm_id, seat_id, organization_id, purchase_id, email, email_folded, state, assigned_at, sent_at, letters)
		values (1, $1, 'north', $2, $3, $4, 'pending', $5, $5, 1)`, string(id), string(purchase), email, fold.Email(email), w.now().UnixMicro())
	w.db.Write(t, `update purchase set seats_used = seats_used + 1 where purchase_id = $1`, string(purchase))
	moved, _ := license.Moved(id, "", license.Pending)
	if err := w.db.Ledger(t.Context(), w.actor("admin"), purchase, w.now(), moved); err != nil {
		t.Fatal(err)
	}
	w.link(t, id, secret)
	return id, secret
}

func (w *invites) link(t testing.TB, seat license.SeatID, secret string) {
	t.Helper()
	w.db.Write(t, `insert into seat_link (token_hash, realm_id, seat_id, created_at) values ($1, 1, $2, $3)`, license.SeatLinkHash(secret), string(seat), w.now().UnixMicro())
}

// identity gives an address a sign-in; a password where one is named.
func (w *invites) identity(t testing.TB, email, hash string) account.IdentityID {
	t.Helper()
	id := account.IdentityID("i-" + email)
	w.db.Write(t, `insert into identity (identity_id, email, email_folded, password_hash, created_at) values ($1, $2, $3, nullif($4, ''), 0)`, string(id), email, fold.Email(email), hash)
	return id
}

func (w *invites) state(t testing.TB, seat license.SeatID) (state, who string) {
	t.Helper()
	w.db.Read(t, `select state, coalesce(account_id, '') from seat where seat_id = $1`, []any{string(seat)}, &state, &who)
	return state, who
}

func (w *invites) count(t testing.TB, what string, args ...any) int {
	t.Helper()
	var n int
	w.db.Read(t, `select count(*) from `+what, args, &n)
	return n
}

var ada = license.Newcomer{Name: account.Name{Given: "Ada", Family: "Byron"}, Password: "correct horse battery"}

// TestALinkMakesTheAccountThatItsPersonLacks follows somebody unknown from the
// letter into the reporter's sight.
func TestALinkMakesTheAccountThatItsPersonLacks(t *testing.T) {
	amongInvites(t, func(t *testing.T, w *invites) {
		w.mustAssign(t, "admin", "acme", "buyer")
		w.db.Write(t, `update purchase set seats = 9, access_days = 30 where purchase_id = 'acme'`)
		w.db.Write(t, `update seat_ledger set seats = 9 where purchase_id = 'acme' and movement = 'bought'`)
		seat, secret := w.offer(t, "acme", "Ada@Example.ORG")
		o, err := w.redeem.Open(t.Context(), secret)
		if err != nil || o.WayOf("") != account.ByFirstPassword || o.Stands() != nil {
			t.Fatalf("%+v, %v", o, err)
		}
		if o.School != "north" || o.Company != "acme" || o.Buyer != "buyer name" || o.Reporter != "buyer name" || !o.BuyerSees || len(o.Activities) != 3 || o.Product.Title != "Program" {
			t.Errorf("the page would say %+v", o)
		}
		before := w.count(t, `mail`)
		if _, _, err := w.redeem.Redeem(t.Context(), secret, "", license.Newcomer{Password: "short"}, somewhere); len(fault.Fields(err)) != 2 {
			t.Errorf("a name and a password are asked for: %v", err)
		}
		done, opened, err := w.redeem.Redeem(t.Context(), secret, "", ada, somewhere)
		if err != nil || opened.Token == "" || done.Slug != "north" || done.Seat != seat {
			t.Fatalf("%+v %+v %v", done, opened, err)
		}
		var role, status, location, email, name string
		w.db.Read(t, `select base_role, status, coalesce(location_id, ''), email, name from account where account_id = $1`, []any{string(done.Account)}, &role, &status, &location, &email, &name)
		if role != "student" || status != "active" || location != "" || email != "Ada@Example.ORG" || name != "Ada Byron" {
			t.Errorf("account %s %s %q %s %s", role, status, location, email, name)
		}
		if _, err := w.accounts.SignIn(t.Context(), "ada@example.org", ada.Password, somewhere); err != nil {
			t.Error(err)
		}
		if state, who := w.state(t, seat); state != "redeemed" || who != string(done.Account) {
			t.Errorf("seat %s of %q", state, who)
		}
		var until int64
		w.db.Read(t, `select access_until from seat where seat_id = $1`, []any{string(seat)}, &until)
		if want := day.Of(w.now(), w.berlin).Add(30); day.Day(until) != want {
			t.Errorf("access until %s, want %s", day.Day(until), want)
		}
		if n := w.count(t, `enrollment_source where kind = 'seat' and ref = $1`, string(seat)); n != 3 {
			t.Errorf("%d enrollments", n)
		}
		if n := w.count(t, `mail`); n != before+1 {
			t.Errorf("%d letters", n-before)
		}
		var to, subject string
		w.db.Read(t, `select recipient, subject from mail where kind = $1`, []any{license.RedeemedLetter}, &to, &subject)
		if to != "buyer@example.org" || !strings.Contains(subject, "Ada Byron") {
			t.Errorf("letter to %s: %s", to, subject)
		}
		seen, err := report.NewService(w.db, w.now).Learners(t.Context(), w.reach(t, "buyer", access.LearnerView), report.LearnerQuery{Filter: report.Filter{Query: "byron"}})
		if err != nil || len(seen.Items) != 1 {
			t.Errorf("the reporter finds %+v, %v", seen.Items, err)
		}
		if _, _, err := w.redeem.Redeem(t.Context(), secret, "", ada, somewhere); !errors.Is(err, license.ErrRedeemed) {
			t.Errorf("a used link: %v", err)
		}
		if n := w.count(t, `account where email_folded = 'ada@example.org'`); n != 1 {
			t.Errorf("%d accounts", n)
		}
	})
}

// TestALinkGivesAnImportedAccountItsSignIn: whoever was imported without a
// sign-in gets one by the letter to their address, and keeps all they have.
func TestALinkGivesAnImportedAccountItsSignIn(t *testing.T) {
	amongInvites(t, func(t *testing.T, w *invites) {
		secret := access.NewSecret()
		w.link(t, "acme-pia", secret)
		done, opened, err := w.redeem.Redeem(t.Context(), secret, "", ada, somewhere)
		if err != nil || done.Account != "pia" || opened.Token == "" {
			t.Fatalf("%+v %v", done, err)
		}
		var name string
		w.db.Read(t, `select name from account where account_id = 'pia'`, nil, &name)
		if name != "pia name" {
			t.Errorf("the link renamed the account: %q", name)
		}
		if _, err := w.accounts.SignIn(t.Context(), "pia@example.org", ada.Password, somewhere); err != nil {
			t.Error(err)
		}
	})
}

// TestALinkNeverTakesOverASignIn tries to get at an identity that has a
// password, by every way there is behind a link.
func TestALinkNeverTakesOverASignIn(t *testing.T) {
	amongInvites(t, func(t *testing.T, w *invites) {
		// Eve has a password; she got it by a link of her own.
		w.db.Write(t, `update purchase set seats = 9 where purchase_id = 'acme'`)
		w.db.Write(t, `update seat_ledger set seats = 9 where purchase_id = 'acme' and movement = 'bought'`)
		_, first := w.offer(t, "bolt", "eve@example.org")
		if _, _, err := w.redeem.Redeem(t.Context(), first, "", ada, somewhere); err != nil {
			t.Fatal(err)
		}
		var eve, hash string
		w.db.Read(t, `select i.identity_id, i.password_hash from identity i where i.email_folded = 'eve@example.org'`, nil, &eve, &hash)
		stranger := w.identity(t, "mallory@example.org", "")
		seat, secret := w.offer(t, "acme", "EVE@example.org")
		for name, try := range map[string]func() error{
			"another password": func() error {
				_, _, err := w.redeem.Redeem(t.Context(), secret, "", license.Newcomer{Name: ada.Name, Password: "another long password"}, somewhere)
				return err
			},
			"no password": func() error {
				_, _, err := w.redeem.Redeem(t.Context(), secret, "", license.Newcomer{Name: ada.Name}, somewhere)
				return err
			},
			"signed in as somebody else": func() error {
				_, _, err := w.redeem.Redeem(t.Context(), secret, stranger, ada, somewhere)
				return err
			},
			"a first password, straight to the store": func() error {
				_, err := w.db.RedeemByLink(t.Context(), license.Redemption{Link: license.SeatLinkHash(secret), Name: ada.Name, Hash: "$argon2id$forged"})
				return err
			},
			"as somebody else, straight to the store": func() error {
				_, err := w.db.RedeemByLink(t.Context(), license.Redemption{Link: license.SeatLinkHash(secret), Visitor: stranger, Name: ada.Name})
				return err
			},
			"a link to her account that went to another address": func() error {
				w.db.Write(t, `update seat set account_id = 'eve', email = 'mallory@example.org', email_folded = 'mallory@example.org' where seat_id = $1`, string(seat))
				_, _, err := w.redeem.Redeem(t.Context(), secret, stranger, ada, somewhere)
				_, _, alone := w.redeem.Redeem(t.Context(), secret, "", license.Newcomer{Password: "another long password"}, somewhere)
				w.db.Write(t, `update seat set account_id = null, email = 'eve@example.org', email_folded = 'eve@example.org' where seat_id = $1`, string(seat))
				if alone == nil {
					t.Error("another address opened her account")
				}
				return err
			},
		} {
			if err := try(); err == nil {
				t.Errorf("%s: redeemed", name)
			}
		}
		var now string
		w.db.Read(t, `select password_hash from identity where identity_id = $1`, []any{eve}, &now)
		if now != hash {
			t.Error("the password was changed")
		}
		if state, _ := w.state(t, seat); state != "pending" {
			t.Errorf("the seat is %s", state)
		}
		done, opened, err := w.redeem.Redeem(t.Context(), secret, "", license.Newcomer{Password: ada.Password}, somewhere)
		if err != nil || done.Account != "eve" || opened.Session.Identity != account.IdentityID(eve) {
			t.Errorf("by her own password: %+v, %v", done, err)
		}
	})
}

// TestAnAccountOfAnotherAddressIsNotOpenedByALink: the account has no sign-in
// yet, and the letter went elsewhere than to its address.
func TestAnAccountOfAnotherAddressIsNotOpenedByALink(t *testing.T) {
	amongInvites(t, func(t *testing.T, w *invites) {
		seat, secret := w.offer(t, "bolt", "mallory@example.org")
		w.db.Write(t, `update seat set account_id = 'eve' where seat_id = $1`, string(seat))
		if _, _, err := w.redeem.Redeem(t.Context(), secret, "", ada, somewhere); !errors.Is(err, license.ErrOtherAddress) {
			t.Errorf("%v", err)
		}
		if n := w.count(t, `account where account_id = 'eve' and identity_id is not null`); n != 0 {
			t.Error("it got a sign-in")
		}
	})
}

// TestWhatCannotBeRedeemed changes nothing and says why.
func TestWhatCannotBeRedeemed(t *testing.T) {
	for _, tt := range []struct {
		name string
		make string
		want error
	}{
		{"revoked", `update seat set state = 'revoked', ended_at = 1 where seat_id = 'acme-pia'`, license.ErrOfferEnded},
		{"released", `update seat set state = 'released', ended_at = 1 where seat_id = 'acme-pia'`, license.ErrOfferEnded},
		{"over", `update purchase set redeem_by = 20513 where purchase_id = 'acme'`, license.ErrRedeemOver}, // the day before, in Berlin
		{"access over", `update purchase set access_until = 20513 where purchase_id = 'acme'`, license.ErrRedeemOver},
		{"suspended account", `update account set status = 'suspended' where account_id = 'pia'`, license.ErrOfferShut},
		{"closed organization", `update organization set status = 'suspended' where organization_id = 'north'`, license.ErrOrganization},
		{"last day", `update purchase set redeem_by = 20514, access_until = 20514 where purchase_id = 'acme'`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newInvites(newWorld(t, "sqlite"))
			secret := access.NewSecret()
			w.link(t, "acme-pia", secret)
			w.db.Write(t, tt.make)
			before, mails := w.count(t, `audit_event`), w.count(t, `mail`)
			_, _, err := w.redeem.Redeem(t.Context(), secret, "", ada, somewhere)
			if !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
			_, direct := w.db.RedeemByLink(t.Context(), license.Redemption{Link: license.SeatLinkHash(secret), Hash: "x"})
			if tt.want == nil {
				return
			}
			if !errors.Is(direct, tt.want) {
				t.Errorf("in the transaction: %v, want %v", direct, tt.want)
			}
			if w.count(t, `audit_event`) != before || w.count(t, `mail`) != mails || w.count(t, `identity`) != 0 {
				t.Error("something was done")
			}
		})
	}
	w := newInvites(newWorld(t, "sqlite"))
	_, secret := w.offer(t, "bolt", "new@example.org")
	for _, bad := range []string{"", "x", secret[1:] + "a", strings.ToUpper(secret), "../" + secret, "\x00"} {
		if _, err := w.redeem.Open(t.Context(), bad); !errors.Is(err, license.ErrOfferLink) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestOffersAreOnesOwn: an account sees and accepts what is offered to it or to
// its address, and nothing else exists for it.
func TestOffersAreOnesOwn(t *testing.T) {
	amongInvites(t, func(t *testing.T, w *invites) {
		seat, secret := w.offer(t, "bolt", "EVE@example.org")
		offers := func(who access.AccountID) (out []license.SeatID) {
			all, err := w.redeem.Offers(t.Context(), w.reach(t, who, access.SelfView))
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range all {
				out = append(out, o.Seat.ID)
			}
			return out
		}
		if got := offers("eve"); len(got) != 1 || got[0] != seat {
			t.Errorf("eve is offered %v", got)
		}
		if got := offers("pia"); len(got) != 1 || got[0] != "acme-pia" {
			t.Errorf("pia is offered %v", got)
		}
		if got := offers("ann"); len(got) != 0 {
			t.Errorf("ann is offered %v", got)
		}
		accept := func(who access.AccountID, seat license.SeatID, secret string) error {
			_, err := w.redeem.Accept(t.Context(), w.reach(t, who, access.SelfEdit), seat, secret)
			return err
		}
		for name, err := range map[string]error{
			"the seat of another":               accept("pia", seat, ""),
			"the token of another":              accept("pia", "", secret),
			"an unknown seat":                   accept("pia", "x", ""),
			"an unknown token":                  accept("pia", "", "x"),
			"from another realm's organization": accept("south-ann", seat, ""),
		} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		if fault.KindOf(accept("eve", seat, secret)) != fault.Invalid || fault.KindOf(accept("eve", "", "")) != fault.Invalid {
			t.Error("one of both is asked for")
		}
		if err := accept("eve", "", secret); err != nil {
			t.Error(err)
		}
		if err := accept("pia", "acme-pia", ""); err != nil {
			t.Error(err)
		}
		if err := accept("pia", "acme-pia", ""); !errors.Is(err, license.ErrRedeemed) {
			t.Errorf("twice: %v", err)
		}
		if len(offers("eve"))+len(offers("pia")) != 0 {
			t.Error("what was accepted is still offered")
		}
	})
}

// TestBuyersTakeASeatThemselves: one, of their own purchase, while one is free.
func TestBuyersTakeASeatThemselves(t *testing.T) {
	amongInvites(t, func(t *testing.T, w *invites) {
		take := func(who access.AccountID, id license.PurchaseID) error {
			_, err := w.redeem.Take(t.Context(), w.reach(t, who, access.SeatAssign), id)
			return err
		}
		mails := w.count(t, `mail`)
		if err := take("other", "acme"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another's purchase: %v", err)
		}
		if err := take("ann", "acme"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("no buyer: %v", err)
		}
		if err := take("buyer", "acme"); err != nil {
			t.Error(err)
		}
		if err := take("buyer", "acme"); !errors.Is(err, license.ErrHasSeat) {
			t.Errorf("twice: %v", err)
		}
		if n := w.count(t, `seat where purchase_id = 'acme' and account_id = 'buyer' and state = 'redeemed'`); n != 1 {
			t.Errorf("%d seats", n)
		}
		if w.count(t, `mail`) != mails {
			t.Error("they were written to about what they did themselves")
		}
		// The one that is offered to them already is the one they take.
		seat, _ := w.offer(t, "bolt", "other@example.org")
		if err := take("other", "bolt"); err != nil {
			t.Error(err)
		}
		if state, who := w.state(t, seat); state != "redeemed" || who != "other" {
			t.Errorf("the offered seat is %s of %q", state, who)
		}
		if err := take("admin", "bolt"); !errors.Is(err, license.ErrNoSeatFree) {
			t.Errorf("a full purchase: %v", err)
		}
	})
}

// TestPeopleAreRemindedOnce: a week after the invitation, and three days before
// the last day, of what they have not accepted, and of nothing else.
func TestPeopleAreRemindedOnce(t *testing.T) {
	amongInvites(t, func(t *testing.T, w *invites) {
		w.db.Write(t, `update purchase set redeem_by = $1 where purchase_id = 'bolt'`, int64(day.Of(w.now(), w.berlin).Add(20)))
		seat, secret := w.offer(t, "bolt", "new@example.org")
		letters := func() (kinds []string) {
			for _, kind := range []string{license.ReminderLetter, license.LastDaysLetter} {
				for range w.count(t, `mail where about_id = $1 and kind = $2`, string(seat), kind) {
					kinds = append(kinds, kind)
				}
			}
			return kinds
		}
		for _, tt := range []struct {
			after time.Duration // since the step before
			want  int
		}{{0, 0}, {6 * 24 * time.Hour, 0}, {25 * time.Hour, 1}, {time.Hour, 1}, {9 * 24 * time.Hour, 1}, {2 * 24 * time.Hour, 2}, {24 * time.Hour, 2}, {30 * 24 * time.Hour, 2}} {
			w.move(tt.after)
			for range 2 {
				if err := w.redeem.Remind(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if got := letters(); len(got) != tt.want {
				t.Fatalf("after %s more: %v", tt.after, got)
			}
		}
		if got := letters(); got[0] != license.ReminderLetter || got[1] != license.LastDaysLetter {
			t.Errorf("%v", got)
		}
		if n := w.count(t, `mail where about_id = 'acme-pia'`); n != 0 {
			t.Error("somebody was reminded of an invitation that was never sent")
		}
		if n := w.count(t, `mail where facts_json like '%/redeem/%'`); n != 0 {
			t.Error("the secret of a link is kept with its letter")
		}
		if n := w.count(t, `seat_link where seat_id = $1`, string(seat)); n != 3 {
			t.Errorf("%d links: each reminder brings one", n)
		}
		w.db.Write(t, `update purchase set redeem_by = null where purchase_id = 'bolt'`)
		if _, _, err := w.redeem.Redeem(t.Context(), secret, "", ada, somewhere); err != nil {
			t.Fatal(err)
		}
		if n := w.count(t, `mail where about_id = $1 and sent_at is null and failed_at is null`, string(seat)); n != 0 {
			t.Errorf("%d letters still ask for it", n)
		}
	})
}
