package app

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/management"
)

// ErrNoMailServer tells that no letter can be sent.
var ErrNoMailServer = errors.New("no mail server is set: letters wait in the outbox (see --smtp-host)")

// sender brings letters to the mail server of the settings.
func (a *App) sender() (*mail.Sender, error) {
	if a.settings.SMTPHost == "" {
		return nil, ErrNoMailServer
	}
	return mail.NewSender(a.Store, mail.Settings{
		Host: a.settings.SMTPHost, Port: a.settings.SMTPPort, User: a.settings.SMTPUser, Password: a.settings.SMTPPassword,
		From: a.settings.SMTPFrom, TLS: mail.TLS(a.settings.SMTPTLS),
	}, a.now, a.log)
}

// TryMail sends a letter to an address at once, past the outbox, and tells
// which server took it, or would not.
func (a *App) TryMail(ctx context.Context, to string) (server string, err error) {
	to, err = account.CheckEmail("address", to)
	if err != nil {
		return "", err
	}
	sender, err := a.sender()
	if err != nil {
		return "", err
	}
	m := mail.Compose("mail.test", "", map[language.Tag]mail.Words{language.English: {
		Subject: "A test letter from Ambit",
		Body:    []string{"This letter was sent by hand to find out whether Ambit can send mail. It can."},
		Ignore:  "There is nothing to do.",
	}}, nil, "")
	m.To = to
	return sender.Server(), sender.Try(ctx, m)
}

// rewriting says how each kind of letter is written again.
func rewriting(publicURL string, licenses *license.Service, invitations *invitation.Service) mail.Rewriting {
	return mail.Rewriting{
		Words: letterWords(),
		Seats: slices.Concat(license.SeatLetters(), invitation.Letters()),
		Page:  func(e mail.Entry) string { return strings.TrimSuffix(publicURL, "/") + letterPath(e) },
		Job:   func(e mail.Entry) (string, any, bool) { return account.LetterJob(e.Kind, e.Realm, e.Recipient) },
		Seat: func(ctx context.Context, asks func(access.Permission) access.Reach, e mail.Entry) error {
			if e.About.Kind == invitation.About {
				return resendInvitation(ctx, invitations, asks, invitation.ID(e.About.ID))
			}
			return licenses.ResendSeat(ctx, asks(access.SeatAssign), e.Purchase, license.SeatID(e.About.ID))
		},
	}
}

// resendInvitation sends an invitation again for whoever may send those of its kind.
func resendInvitation(ctx context.Context, invitations *invitation.Service, asks func(access.Permission) access.Reach, id invitation.ID) error {
	var err error = fault.ErrForbidden
	for _, kind := range invitation.Kinds() {
		reach := asks(kind.Permission())
		if reach.IsEmpty() {
			continue
		}
		if err = invitations.Resend(ctx, reach, id); fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return err
}

// letterWords are the letters that hold no secret, by kind.
func letterWords() map[string]map[language.Tag]mail.Words {
	out := maps.Clone(license.Letters())
	maps.Copy(out, management.Letters())
	return out
}

// roleName says what a role is called, for letters.
func (a *App) roleName(locale string, role access.Role) string {
	tag, _ := language.Parse(locale)
	return a.words.Printer(tag, time.UTC).Role(string(role.Key), role.Name)
}

// letterPath is the page that the button of a letter without a secret leads to.
func letterPath(e mail.Entry) string {
	switch e.Kind {
	case management.EndingLetter, management.EndingGivenLetter:
		return management.LetterPage(e.Kind, e.Slug, access.AccountID(e.About.ID))
	case license.RedeemedLetter:
		return "/o/" + url.PathEscape(e.Slug) + "/my-licenses/" + url.PathEscape(string(e.Purchase))
	case license.LetterLeft, license.LetterAccountEnded, license.LetterLimit:
		return license.ReporterLetter{Kind: e.Kind, Administrators: e.Recipient != e.Buyer}.Address(e.Slug, e.Purchase)
	}
	return license.ReporterLetter{Kind: e.Kind}.Address(e.Slug, e.Purchase)
}
