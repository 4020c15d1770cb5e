package web

import (
	"net/http"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// mailLog lists the letters of the organizations that the visitor looks after.
func (p *Pages) mailLog(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, err := p.framed(r, PlaceMail, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.mail")
	query := r.URL.Query()
	q := mail.LogQuery{Q: query.Get("q"), State: mail.State(query.Get("state")), Kind: query.Get("kind"), Cursor: query.Get("cursor")}
	found, err := p.Mail.Letters(r.Context(), reach, q)
	if err != nil {
		return err
	}
	action := here(r, "mail")
	v := MailView{
		Filters: Filters{Action: action, Search: q.Q, Hint: page.T("mail.search_hint"), Choices: []Choice{page.letterStates(q.State), page.letterKinds(found.Kinds, q.Kind)}},
		Pages:   pages(r, action, found.Next), Count: found.Total,
	}
	again := !server.VisitOf(r.Context()).Reach(access.MailResend).IsEmpty()
	for _, e := range found.Items {
		row := MailRow{
			To: e.To, Kind: page.LetterName(e.Kind), Subject: e.Subject, About: e.Title, State: string(e.State), At: e.Created, Ended: e.Ended,
			Reason: strings.ReplaceAll(e.Reason, e.To, "…"), Attempts: e.Attempt,
		}
		if e.Purchase != "" && e.Slug == r.PathValue("organization") {
			row.AboutTo = here(r, "licenses", string(e.Purchase))
		}
		if again && e.State != mail.Waiting && p.Mail.Again(e) {
			row.Resend = here(r, "mail", e.ID, "resend")
		}
		v.Rows = append(v.Rows, row)
	}
	return show(w, r, http.StatusOK, MailLog(page, v))
}

// resendLetter writes a letter again and posts it.
func (p *Pages) resendLetter(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	if err := p.Mail.Resend(r.Context(), server.VisitOf(r.Context()).Reach, r.PathValue("letter")); err != nil {
		return err
	}
	return see(w, r, with(here(r, "mail"), "done", string(DoneLetter)))
}

// mailRoutes are the pages of the log of letters.
func (p *Pages) mailRoutes() []server.Route {
	return []server.Route{
		{Pattern: "GET /o/{organization}/mail", Permission: access.MailView, Handle: countingOnce(p.mailLog)},
		{Pattern: "POST /o/{organization}/mail/{letter}/resend", Permission: access.MailResend, Handle: p.resendLetter},
	}
}

func (p Page) letterStates(chosen mail.State) Choice {
	c := Choice{Name: "state", Label: p.T("field.state"), All: p.T("filter.all_states")}
	for _, s := range []mail.State{mail.Waiting, mail.Sent, mail.Failed, mail.NotWanted} {
		c.Options = append(c.Options, Option{Value: string(s), Label: p.T(letterState(string(s))), Chosen: s == chosen})
	}
	return c
}

func (p Page) letterKinds(kinds []string, chosen string) Choice {
	c := Choice{Name: "kind", Label: p.T("mail.kind"), All: p.T("mail.all_kinds")}
	for _, k := range kinds {
		c.Options = append(c.Options, Option{Value: k, Label: p.LetterName(k), Chosen: k == chosen})
	}
	return c
}

// LetterName is a kind of letter in words.
func (p Page) LetterName(kind string) string {
	key, ok := map[string]string{
		"password.reset":           "letter.password_reset",
		"account.readdressed":      "letter.account_readdressed",
		"password.offered":         "letter.password_offered",
		"account.invitation":       "letter.account_invitation",
		"account.access":           "letter.account_access",
		license.InvitationLetter:   "letter.seat_invitation",
		license.ReminderLetter:     "letter.seat_reminder",
		license.LastDaysLetter:     "letter.seat_last_days",
		license.RedeemedLetter:     "letter.seat_redeemed",
		license.LetterAppointed:    "letter.reporter_appointed",
		license.LetterNamed:        "letter.reporter_named",
		license.LetterReplaced:     "letter.reporter_replaced",
		license.LetterTransferred:  "letter.reporter_transferred",
		license.LetterRevoked:      "letter.reporter_revoked",
		license.LetterSeatEnded:    "letter.reporter_seat_ended",
		license.LetterWithdrawn:    "letter.reporter_withdrawn",
		license.LetterLeft:         "letter.reporter_left",
		license.LetterAccountEnded: "letter.reporter_account_over",
		license.LetterLimit:        "letter.reporter_limit",

		invitation.PlatformLetter: "letter.invitation_platform",
		invitation.ProductLetter:  "letter.invitation_product",

		management.EndingLetter:      "letter.grant_ending",
		management.EndingGivenLetter: "letter.grant_ending_given",
	}[kind]
	if !ok {
		return kind
	}
	return p.T(key)
}
