package license

import (
	"errors"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/mail/mailtest"
)

func TestLettersAreCompleteInEveryLanguage(t *testing.T) {
	mailtest.Complete(t, Letters())
	mailtest.Complete(t, redeemLetters)
	mailtest.Complete(t, map[string]map[language.Tag]mail.Words{InvitationLetter: invitationWords})
}

// TestWhoeverHoldsALink goes on by who they are, not by what they hold.
func TestWhoeverHoldsALink(t *testing.T) {
	unknown := account.Guest{Proven: true}
	imported := account.Guest{Account: "a", Status: account.Active, Proven: true}
	known := account.Guest{Account: "a", Status: account.Active, Identity: "i", HasPassword: true, Proven: true}
	fresh := account.Guest{Identity: "i", Proven: true}
	elsewhere := account.Guest{Account: "a", Status: account.Active}
	for _, tt := range []struct {
		name    string
		who     account.Guest
		visitor account.IdentityID
		way     account.Way
		want    error
	}{
		{"unknown address", unknown, "", account.ByFirstPassword, nil},
		{"imported account", imported, "", account.ByFirstPassword, nil},
		{"identity without a password", fresh, "", account.ByFirstPassword, nil},
		{"identity with a password", known, "", account.BySignIn, nil},
		{"signed in as that identity", known, "i", account.AsSignedIn, nil},
		{"signed in as somebody else", known, "x", account.AsSomebodyElse, ErrNotYours},
		{"signed in, unknown address", unknown, "x", account.AsSomebodyElse, ErrNotYours},
		{"another address, no password", elsewhere, "", account.BySignIn, ErrOtherAddress},
		{"suspended", account.Guest{Account: "a", Status: account.Suspended, Identity: "i", HasPassword: true, Proven: true}, "i", account.AsSignedIn, ErrOfferShut},
	} {
		o := Offer{Seat: Seat{State: Pending}, Open: true, Today: today, Terms: Terms{RedeemBy: today, AccessUntil: day.None}, For: tt.who}
		if got := o.WayOf(tt.visitor); got != tt.way {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.way)
		}
		if err := o.StandsFor(tt.visitor); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestLastDayToAccept(t *testing.T) {
	for _, tt := range []struct{ redeemBy, until, want day.Day }{
		{day.None, day.None, day.None}, {today, day.None, today}, {day.None, today, today}, {today, today + 5, today}, {today + 5, today, today},
	} {
		if got := (Offer{Terms: Terms{RedeemBy: tt.redeemBy, AccessUntil: tt.until}}).LastDay(); got != tt.want {
			t.Errorf("%v: %s", tt, got)
		}
	}
}

// TestRemindersAreDue in the organization's zone: the day begins there earlier.
func TestRemindersAreDue(t *testing.T) {
	now := time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC) // the third of March in Berlin
	on := day.Of(now, day.ZoneOr("Europe/Berlin"))
	none := Terms{RedeemBy: day.None, AccessUntil: day.None}
	for _, tt := range []struct {
		name   string
		terms  Terms
		sent   time.Duration
		posted string
		want   string
	}{
		{"a week ago", none, 7 * 24 * time.Hour, "", ReminderLetter},
		{"less than a week", none, 7*24*time.Hour - 1, "", ""},
		{"reminded already", none, 30 * 24 * time.Hour, ReminderLetter, ""},
		{"three days before the last", Terms{RedeemBy: on + 3, AccessUntil: day.None}, 25 * time.Hour, "", LastDaysLetter},
		{"four days before the last", Terms{RedeemBy: on + 4, AccessUntil: day.None}, 25 * time.Hour, "", ""},
		{"last day of access", Terms{RedeemBy: day.None, AccessUntil: on}, 25 * time.Hour, "", LastDaysLetter},
		{"the last days come first", Terms{RedeemBy: on + 1, AccessUntil: day.None}, 8 * 24 * time.Hour, "", LastDaysLetter},
		{"nothing after the last days", Terms{RedeemBy: on + 1, AccessUntil: day.None}, 8 * 24 * time.Hour, LastDaysLetter, ""},
		{"over", Terms{RedeemBy: on - 1, AccessUntil: day.None}, 8 * 24 * time.Hour, "", ""},
		{"a letter yesterday", Terms{RedeemBy: on + 1, AccessUntil: day.None}, 23 * time.Hour, "", ""},
	} {
		r := Reminder{Zone: "Europe/Berlin", Terms: tt.terms, SentAt: now.Add(-tt.sent), Posted: map[string]bool{tt.posted: true}}
		if got := r.kindOn(now); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	a, b := Reminder{Kind: ReminderLetter, Realm: 1, Seat: "s"}, Reminder{Kind: ReminderLetter, Realm: 2, Seat: "s"}
	if again := a; again.id() != a.id() || a.id() == b.id() || len(a.id()) != 26 {
		t.Errorf("ids %q, %q", a.id(), b.id())
	}
}
