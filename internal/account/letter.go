package account

import (
	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/mail"
)

// The letters of this package, by kind.
const (
	resetLetterKind      = "password.reset"
	offeredLetterKind    = "password.offered"
	readdressedKind      = "account.readdressed"
	invitationLetterKind = "account.invitation"
	accessLetterKind     = "account.access"
)

func resetLetter(locale, url string) mail.Message {
	return mail.Compose(resetLetterKind, locale, letters[resetLetterKind], nil, url)
}

func offeredResetLetter(locale, organization, url string) mail.Message {
	return mail.Compose(offeredLetterKind, locale, letters[offeredLetterKind], map[string]string{"organization": organization}, url)
}

// readdressedLetter goes to the address that an account had until now.
func readdressedLetter(locale, organization string) mail.Message {
	return mail.Compose(readdressedKind, locale, letters[readdressedKind], map[string]string{"organization": organization}, "")
}

func invitationLetter(locale, organization, url string) mail.Message {
	return mail.Compose(invitationLetterKind, locale, letters[invitationLetterKind], map[string]string{"organization": organization}, url)
}

func accessLetter(locale, organization, url string) mail.Message {
	return mail.Compose(accessLetterKind, locale, letters[accessLetterKind], map[string]string{"organization": organization}, url)
}

// LetterJob is the job that writes a letter of this package again, with a link
// of its own; ok is false for letters that only their reader can ask for.
func LetterJob(kind string, realm access.RealmID, to ID) (job string, payload any, ok bool) {
	switch kind {
	case invitationLetterKind, accessLetterKind:
		return InvitationJob, Invitation{Realm: realm, Account: to}, to != ""
	}
	return "", nil, false
}
