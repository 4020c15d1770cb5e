package management

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
)

// The letters about access that ends by its day, by kind.
const (
	EndingLetter      = "grant.ending"       // to who holds it
	EndingGivenLetter = "grant.ending_given" // to who gave it, or to administrators
)

// Warnings lists, the last one first, how many days before its end somebody is
// warned of access that ends. Access for a shorter time has fewer warnings.
func Warnings() []int { return []int{3, 14} }

// Warning is some access that ends soon, of which nobody was told yet.
type Warning struct {
	Realm        access.RealmID
	Organization access.OrgID // of who holds it
	Slug         string
	Site         string // where people open this installation
	Grant        access.GrantID
	Until        time.Time
	Zone         *time.Location
	Days         int // which of the warnings it is
	Role         access.Role
	Place        string
	Holder       WarnedPerson
	// Others are who can extend it: its giver, or else the administrators.
	Others []WarnedPerson
}

// WarnedPerson is a reader of these letters.
type WarnedPerson struct {
	Person
	Locale string
}

// RoleNamer says what a role is called in a language.
type RoleNamer func(locale string, role access.Role) string

// Warn posts the warnings that are due: to who holds the access and to who gave
// it, each once. It is done from time to time, for nobody in particular, so it
// takes no reach.
func (s *Service) Warn(ctx context.Context, named RoleNamer) error {
	const atOnce = 100
	for {
		due, err := s.store.DueWarnings(ctx, s.now(), atOnce)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, w := range due {
			if err := s.store.PostWarning(ctx, w, w.letters(named)); err != nil {
				return err
			}
		}
	}
}

// letters are those of a warning. Somebody without an address gets none.
func (w Warning) letters(named RoleNamer) []mail.Message {
	var out []mail.Message
	if w.Holder.Email != "" {
		out = append(out, w.letter(EndingLetter, w.Holder, named))
	}
	for _, other := range w.Others {
		if other.ID != w.Holder.ID && other.Email != "" {
			out = append(out, w.letter(EndingGivenLetter, other, named))
		}
	}
	return out
}

func (w Warning) letter(kind string, to WarnedPerson, named RoleNamer) mail.Message {
	tag, _ := language.Parse(to.Locale)
	m := mail.Compose(kind, to.Locale, endingWords[kind], map[string]string{
		"person": w.Holder.Name, "role": named(to.Locale, w.Role), "place": w.Place, "day": language.Day(tag, day.Of(w.Until.Add(-time.Microsecond), w.Zone)),
	}, strings.TrimSuffix(w.Site, "/")+LetterPage(kind, w.Slug, w.Holder.ID))
	m.Realm, m.Organization, m.To, m.Recipient = w.Realm, w.Organization, to.Email, to.ID
	m.About = mail.About{Kind: "account", ID: string(w.Holder.ID)}
	return m
}

// LetterPage is the page that such a letter leads to, below the public address.
func LetterPage(kind, slug string, holder access.AccountID) string {
	at := "/o/" + url.PathEscape(slug)
	if kind == EndingLetter {
		return at + "/access"
	}
	return at + "/users/" + url.PathEscape(string(holder)) + "/access"
}

// Letters are the letters that can be written again, by kind.
func Letters() map[string]map[language.Tag]mail.Words { return endingWords }

var endingWords = map[string]map[language.Tag]mail.Words{
	EndingLetter: {
		language.English: {
			Subject: "Your access as {role} ends on {day}",
			Body:    []string{"{day} is the last day of your access as {role} at {place}. From the day after you no longer see what it shows you.", "If you still need it, ask whoever gave it to you to extend it."},
			Button:  "See what I can see",
		},
		language.German: {
			Subject: "Ihr Zugang als {role} endet am {day}",
			Body:    []string{"{day} ist der letzte Tag Ihres Zugangs als {role} bei {place}. Ab dem Tag danach sehen Sie nicht mehr, was er Ihnen zeigt.", "Wenn Sie ihn noch brauchen, bitten Sie die Person, die ihn gegeben hat, ihn zu verlängern."},
			Button:  "Was kann ich sehen?",
		},
		language.Arabic: {
			Subject: "ينتهي وصولك بصفة {role} في {day}",
			Body:    []string{"{day} هو آخر يوم لوصولك بصفة {role} في {place}. وبعده لن ترى ما يُظهره لك.", "إن كنت لا تزال بحاجة إليه فاطلب ممن منحك إياه تمديده."},
			Button:  "ماذا يمكنني أن أرى؟",
		},
	},
	EndingGivenLetter: {
		language.English: {
			Subject: "The access of {person} ends on {day}",
			Body:    []string{"{day} is the last day on which {person} has access as {role} at {place}.", "If it is still needed, it can be extended with one click. If not, there is nothing to do."},
			Button:  "Look at the access",
		},
		language.German: {
			Subject: "Der Zugang von {person} endet am {day}",
			Body:    []string{"{day} ist der letzte Tag, an dem {person} als {role} bei {place} Zugang hat.", "Wird er noch gebraucht, lässt er sich mit einem Klick verlängern. Wenn nicht, ist nichts zu tun."},
			Button:  "Zugang ansehen",
		},
		language.Arabic: {
			Subject: "ينتهي وصول {person} في {day}",
			Body:    []string{"{day} هو آخر يوم لوصول {person} بصفة {role} في {place}.", "إن كان لا يزال لازمًا فيمكن تمديده بنقرة واحدة. وإلا فلا شيء مطلوب."},
			Button:  "عرض الوصول",
		},
	},
}
