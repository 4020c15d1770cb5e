package license

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
)

// The letters about redeeming, by kind.
const (
	RedeemedLetter = "seat.redeemed"  // to the buyer
	ReminderLetter = "seat.reminder"  // a week after the last letter
	LastDaysLetter = "seat.last_days" // shortly before the last day to redeem
)

// When people are reminded of a seat that they have not redeemed.
const (
	remindAfter      = 7 * 24 * time.Hour // since the last letter about the seat
	remindBefore     = 3                  // days before the last day to redeem
	remindNotSoon    = 24 * time.Hour     // after another letter about the seat
	remindersAtATime = 200
)

// Redeeming is what the letter about a redeemed seat says.
type Redeeming struct {
	Realm        access.RealmID
	Organization access.OrgID
	Slug, School string
	Purchase     PurchaseID
	Product      string
	Company      string
	To           Person
	Locale       string // of the reader
	Who          string // has redeemed
	Pending      int    // afterwards
	Free         int
}

func (s *Redemptions) redeemedLetter(r Redeeming) mail.Message {
	page := strings.TrimSuffix(s.settings.PublicURL, "/") + "/o/" + url.PathEscape(r.Slug) + "/my-licenses/" + url.PathEscape(string(r.Purchase))
	m := mail.Compose(RedeemedLetter, r.Locale, redeemLetters[RedeemedLetter], map[string]string{
		"who": r.Who, "product": r.Product, "company": r.Company, "organization": r.School,
		"pending": strconv.Itoa(r.Pending), "free": strconv.Itoa(r.Free),
	}, page)
	m.Realm, m.Organization, m.To, m.Recipient = r.Realm, r.Organization, r.To.Email, r.To.Account
	m.About = mail.About{Kind: "purchase", ID: string(r.Purchase)}
	return m
}

// Reminder is a pending seat that may have to be called to mind.
type Reminder struct {
	Kind         string // of the letter
	Realm        access.RealmID
	Organization access.OrgID
	Seat         SeatID
	School       string
	Giver        string // the company, or the buyer
	Product      string
	To           Person
	Locale, Zone string // the zone is the organization's
	Terms        Terms
	SentAt       time.Time       // when the last letter about the seat was posted
	Posted       map[string]bool // the kinds that were posted before
}

// kindOn tells which reminder is due at an instant; empty: none.
func (r Reminder) kindOn(now time.Time) string {
	today := day.Of(now, day.ZoneOr(r.Zone))
	last := Offer{Terms: r.Terms}.LastDay()
	switch {
	case !r.Terms.Redeemable(today) || now.Sub(r.SentAt) < remindNotSoon:
		return ""
	case !last.IsNone() && today >= last.Add(-remindBefore) && !r.Posted[LastDaysLetter]:
		return LastDaysLetter
	case now.Sub(r.SentAt) >= remindAfter && !r.Posted[ReminderLetter] && !r.Posted[LastDaysLetter]:
		return ReminderLetter
	}
	return ""
}

// id is the same for the same reminder, so that one who runs again posts none twice.
func (r Reminder) id() string {
	sum := sha256.Sum256([]byte(r.Kind + " " + strconv.FormatInt(int64(r.Realm), 10) + " " + string(r.Seat)))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

func (r Reminder) letter(link string) mail.Message {
	tag, _ := language.Parse(r.Locale)
	m := mail.Compose(r.Kind, r.Locale, redeemLetters[r.Kind], map[string]string{
		"giver": r.Giver, "product": r.Product, "organization": r.School, "last_day": language.Day(tag, Offer{Terms: r.Terms}.LastDay()),
	}, link)
	m.ID, m.Realm, m.Organization = r.id(), r.Realm, r.Organization
	m.To, m.Recipient, m.About = r.To.Email, r.To.Account, mail.About{Kind: AboutSeat, ID: string(r.Seat)}
	return m
}

// Remind posts the reminders that are due: a week after the invitation, and
// three days before the last day to redeem, each once. It is done from time to
// time, for nobody in particular, so it takes no reach.
func (s *Redemptions) Remind(ctx context.Context) error {
	now, after := s.now(), ""
	for {
		due, err := s.store.DueReminders(ctx, now, after, remindersAtATime)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, r := range due {
			after = strconv.FormatInt(int64(r.Realm), 10) + " " + string(r.Seat)
			if r.Kind = r.kindOn(now); r.Kind == "" {
				continue
			}
			secret := access.NewSecret()
			link := strings.TrimSuffix(s.settings.PublicURL, "/") + RedeemPath + secret
			if err := s.store.PostReminder(ctx, r, digest(secret), r.letter(link)); err != nil {
				return err
			}
		}
	}
}
