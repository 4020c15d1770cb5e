package license

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
)

// InvitationLetter is the kind of the letter that brings a link to redeem a seat.
const InvitationLetter = "seat.invitation"

// AboutSeat is the kind of thing that letters about a seat name.
const AboutSeat = "seat"

// RedeemPath is where the page behind a seat's link is; the secret follows.
const RedeemPath = "/redeem/"

// Invitation is what the letter of a pending seat is written from.
type Invitation struct {
	Realm        access.RealmID
	Organization access.OrgID
	Seat         SeatID
	Purchase     PurchaseID
	Account      access.AccountID // behind the address, if there is one
	To           string           // the address
	Locale       string           // the account's; empty: the organization's
	House        House
}

// House is what all invitations of a purchase say the same.
type House struct {
	Name    string // of the organization
	Locale  string
	Product string
	Buyer   string
	Company string
	LastDay day.Day // to redeem; None: there is none
}

// Invite writes the letter of a pending seat and gives the hash of its link's
// secret. Each letter has a link of its own.
type Invite func(Invitation) (letter mail.Message, link string)

// SeatLinkHash is what is kept of the secret of a seat's link.
func SeatLinkHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func (s *Service) invite(i Invitation) (mail.Message, string) {
	secret := access.NewSecret()
	locale := i.Locale
	if _, ok := language.Parse(locale); !ok || locale == "" {
		locale = i.House.Locale
	}
	tag, _ := language.Parse(locale)
	facts := map[string]string{
		"organization": i.House.Name, "product": i.House.Product, "buyer": i.House.Buyer, "company": i.House.Company,
		"day": language.Day(tag, i.House.LastDay),
	}
	m := mail.Compose(InvitationLetter, locale, sayable(invitationWords, facts), facts, strings.TrimSuffix(s.settings.PublicURL, "/")+RedeemPath+secret)
	m.Realm, m.Organization, m.To, m.Recipient, m.Facts = i.Realm, i.Organization, i.To, i.Account, facts
	m.About = mail.About{Kind: AboutSeat, ID: string(i.Seat)}
	return m, SeatLinkHash(secret)
}

// sayable leaves out the paragraphs about facts that there are not: a seat
// without a last day, a purchase for no company.
func sayable(words map[language.Tag]mail.Words, facts map[string]string) map[language.Tag]mail.Words {
	out := maps.Clone(words)
	for tag, w := range out {
		w.Body = slices.DeleteFunc(slices.Clone(w.Body), func(paragraph string) bool {
			for name, fact := range facts {
				if fact == "" && strings.Contains(paragraph, "{"+name+"}") {
					return true
				}
			}
			return false
		})
		out[tag] = w
	}
	return out
}
