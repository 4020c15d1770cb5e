package invitation

import (
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
)

// The kinds of letters that bring a link to accept an invitation.
const (
	PlatformLetter = "invitation.platform"
	ProductLetter  = "invitation.product"
)

// Letters are the kinds of letters of this package; each has a secret.
func Letters() []string { return []string{PlatformLetter, ProductLetter} }

// About is the kind of thing that these letters name.
const About = "invitation"

// AcceptPath is where the page behind a link is; the secret follows.
const AcceptPath = "/invitation/"

// Letter is what the letter of an invitation is written from.
type Letter struct {
	ID           ID
	Kind         Kind
	Realm        access.RealmID
	Organization access.OrgID
	School       string
	Title        string
	InvitedBy    string
	To           string
	Locale       string
	Account      access.AccountID // behind the address, if there is one
	Until        time.Time
	Zone         *time.Location
}

func (s *Service) write(l Letter) (mail.Message, string) {
	secret := access.NewSecret()
	tag, _ := language.Parse(l.Locale)
	facts := map[string]string{
		"organization": l.School, "product": l.Title, "who": l.InvitedBy, "day": language.Day(tag, day.Of(l.Until.Add(-time.Microsecond), l.Zone)),
	}
	kind := ProductLetter
	if l.Kind == Platform {
		kind = PlatformLetter
	}
	m := mail.Compose(kind, l.Locale, words[kind], facts, strings.TrimSuffix(s.settings.PublicURL, "/")+AcceptPath+secret)
	m.Realm, m.Organization, m.To, m.Recipient, m.Facts = l.Realm, l.Organization, l.To, l.Account, facts
	m.About = mail.About{Kind: About, ID: string(l.ID)}
	return m, LinkHash(secret)
}

var words = map[string]map[language.Tag]mail.Words{
	PlatformLetter: {
		language.English: {
			Subject: "{who} invites you to {organization}",
			Body:    []string{"{who} invites you to learn at {organization}.", "Open the link to accept. If you have no account there yet, you make one."},
			Button:  "Accept the invitation",
			Note:    "The link works once, until {day}.",
			Ignore:  "If you do not know {who}, ignore this letter: nothing happens.",
		},
		language.German: {
			Subject: "{who} lädt Sie zu {organization} ein",
			Body:    []string{"{who} lädt Sie ein, bei {organization} zu lernen.", "Öffnen Sie den Link, um anzunehmen. Wenn Sie dort noch kein Konto haben, legen Sie eines an."},
			Button:  "Einladung annehmen",
			Note:    "Der Link gilt einmal, bis {day}.",
			Ignore:  "Wenn Sie {who} nicht kennen, können Sie diese Nachricht ignorieren: Es geschieht nichts.",
		},
		language.Arabic: {
			Subject: "يدعوك {who} إلى {organization}",
			Body:    []string{"يدعوك {who} إلى التعلّم لدى {organization}.", "افتح الرابط لقبول الدعوة. وإن لم يكن لديك حساب هناك بعد فستنشئ واحدًا."},
			Button:  "قبول الدعوة",
			Note:    "يعمل الرابط مرة واحدة، حتى {day}.",
			Ignore:  "إن كنت لا تعرف {who} فتجاهل هذه الرسالة، ولن يحدث شيء.",
		},
	},
	ProductLetter: {
		language.English: {
			Subject: "You are invited to {product}",
			Body:    []string{"{who} invites you to take part in {product} at {organization}.", "Open the link to accept: you are enrolled then. If you have no account there yet, you make one."},
			Button:  "Accept the invitation",
			Note:    "The link works once, until {day}.",
			Ignore:  "If you do not know {who}, ignore this letter: nothing happens.",
		},
		language.German: {
			Subject: "Einladung zu {product}",
			Body:    []string{"{who} lädt Sie ein, an {product} bei {organization} teilzunehmen.", "Öffnen Sie den Link, um anzunehmen: Damit sind Sie eingeschrieben. Wenn Sie dort noch kein Konto haben, legen Sie eines an."},
			Button:  "Einladung annehmen",
			Note:    "Der Link gilt einmal, bis {day}.",
			Ignore:  "Wenn Sie {who} nicht kennen, können Sie diese Nachricht ignorieren: Es geschieht nichts.",
		},
		language.Arabic: {
			Subject: "دعوة إلى {product}",
			Body:    []string{"يدعوك {who} إلى المشاركة في {product} لدى {organization}.", "افتح الرابط لقبول الدعوة فتصبح مسجَّلًا. وإن لم يكن لديك حساب هناك بعد فستنشئ واحدًا."},
			Button:  "قبول الدعوة",
			Note:    "يعمل الرابط مرة واحدة، حتى {day}.",
			Ignore:  "إن كنت لا تعرف {who} فتجاهل هذه الرسالة، ولن يحدث شيء.",
		},
	},
}
