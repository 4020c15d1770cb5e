package license

import (
	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/mail"
)

// The letters about a purchase's reporter, by kind.
const (
	LetterAppointed    = "reporter.appointed"    // to who can report now
	LetterNamed        = "reporter.named"        // to the buyer: somebody else can
	LetterReplaced     = "reporter.replaced"     // to who could until now
	LetterTransferred  = "reporter.transferred"  // to the buyer: from one to another
	LetterRevoked      = "reporter.revoked"      // to who could until now
	LetterSeatEnded    = "reporter.seat_ended"   // likewise, because their seat ended
	LetterWithdrawn    = "reporter.withdrawn"    // to the buyer: nobody can
	LetterLeft         = "reporter.left"         // to buyer and administrators: their seat ended
	LetterAccountEnded = "reporter.account_over" // likewise: their account did
	LetterLimit        = "reporter.limit"        // to administrators: there was no room
)

// ReporterLetter says who gets which letter about a purchase's reporter.
type ReporterLetter struct {
	Kind           string
	To             access.AccountID
	Administrators bool // in place of To
}

// Arriving are the letters of an appointment: to who loses the role, who gets
// it, and the buyer.
func Arriving(from, to, buyer access.AccountID) []ReporterLetter {
	out := []ReporterLetter{{Kind: LetterAppointed, To: to}}
	told := LetterNamed
	if from != "" {
		told = LetterTransferred
		out = append(out, ReporterLetter{Kind: LetterReplaced, To: from})
	}
	return append(out, ReporterLetter{Kind: told, To: buyer})
}

// Parting are the letters where a role ends and nobody follows. The first is to
// who held it; administrators are told of what they did not do themselves.
func Parting(kind string, from, buyer access.AccountID) []ReporterLetter {
	out := []ReporterLetter{{Kind: kind, To: from}}
	switch kind {
	case LetterSeatEnded:
		return append(out, ReporterLetter{Kind: LetterLeft, To: buyer}, ReporterLetter{Kind: LetterLeft, Administrators: true})
	case LetterAccountEnded:
		return append(out, ReporterLetter{Kind: kind, To: buyer}, ReporterLetter{Kind: kind, Administrators: true})
	}
	return append(out, ReporterLetter{Kind: LetterWithdrawn, To: buyer})
}

// Address is the page that the letter leads to, below the public address.
func (l ReporterLetter) Address(slug string, id PurchaseID) string {
	at := "/o/" + slug
	switch {
	case l.Administrators:
		return at + "/licenses/" + string(id)
	case l.Kind == LetterAppointed:
		return at + "/reports"
	case l.Kind == LetterReplaced, l.Kind == LetterRevoked, l.Kind == LetterSeatEnded:
		return at + "/me"
	}
	return at + "/my-licenses/" + string(id)
}

// WriteReporterLetter writes one in the language of its reader.
func WriteReporterLetter(kind, locale string, facts map[string]string, url string) mail.Message {
	m := mail.Compose(kind, locale, reporterWords[kind], facts, url)
	m.Facts = facts
	return m
}
