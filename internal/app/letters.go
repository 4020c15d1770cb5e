package app

import (
	"context"
	"net/url"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/mail"
)

// rewriting says how each kind of letter is written again.
func rewriting(publicURL string, licenses *license.Service) mail.Rewriting {
	return mail.Rewriting{
		Words: license.Letters(),
		Seats: license.SeatLetters(),
		Page:  func(e mail.Entry) string { return strings.TrimSuffix(publicURL, "/") + letterPath(e) },
		Job:   func(e mail.Entry) (string, any, bool) { return account.LetterJob(e.Kind, e.Realm, e.Recipient) },
		Seat: func(ctx context.Context, asks func(access.Permission) access.Reach, e mail.Entry) error {
			return licenses.ResendSeat(ctx, asks(access.SeatAssign), e.Purchase, license.SeatID(e.About.ID))
		},
	}
}

// letterPath is the page that the button of a letter without a secret leads to.
func letterPath(e mail.Entry) string {
	switch e.Kind {
	case license.RedeemedLetter:
		return "/o/" + url.PathEscape(e.Slug) + "/my-licenses/" + url.PathEscape(string(e.Purchase))
	case license.LetterLeft, license.LetterAccountEnded, license.LetterLimit:
		return license.ReporterLetter{Kind: e.Kind, Administrators: e.Recipient != e.Buyer}.Address(e.Slug, e.Purchase)
	}
	return license.ReporterLetter{Kind: e.Kind}.Address(e.Slug, e.Purchase)
}
