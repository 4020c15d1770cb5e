package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/mail"
)

// Edit is what administrators change about somebody else's account.
type Edit struct {
	Name       Name
	Email      string // empty: the person cannot sign in
	ExternalID string
	Locale     string // empty: the organization's
	Zone       string // empty: the organization's

	// Version is that of the account which the edit was made from; where it is
	// another by now the edit is refused. Empty: whatever it is.
	Version string
}

// Version names what an Edit changes of an account as it is. Two people who edit
// it at the same time are told apart by it.
func (a Account) Version() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q %q %q %q %q", a.GivenName, a.FamilyName, a.Email, a.ExternalID, a.Locale, a.Zone)
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// ErrStale tells somebody that the account they edited is another by now.
var ErrStale = fault.New(fault.Conflict, "Somebody else has edited this person since you opened the form. Look at what is saved now, then save again.")

// ErrTheirAddress refuses to lead an account to another sign-in that holds more
// than the asker could give: whoever has the new address gets all of it (I-06).
var ErrTheirAddress = fault.New(fault.Forbidden, "This person has access that yours does not include, so their e-mail address is for somebody who has it too.")

// ErrOwnAddress refuses it for one's own account, which one typing error would lock.
var ErrOwnAddress = fault.Field("email", "Somebody else has to change the address that you sign in with.")

// Edit changes an account in the asker's access that does not stand above them.
// With another address the account is another sign-in's: what the old one could
// do with it, by API tokens too, is over, and the old one is written to.
func (s *Service) Edit(ctx context.Context, reach access.Reach, id ID, e Edit) error {
	if err := reach.For(access.AccountEdit); err != nil {
		return err
	}
	e, err := e.check()
	if err != nil {
		return err
	}
	return s.store.EditAccount(ctx, reach, id, e, func(was Membership) mail.Message {
		letter := readdressedLetter(was.Locale(), was.Organization.Name)
		letter.Realm, letter.Organization, letter.To = was.Account.Realm, was.Organization.ID, was.Account.Email
		letter.About, letter.Recipient = mail.About{Kind: "account", ID: string(id)}, id
		return letter
	})
}

func (e Edit) check() (Edit, error) {
	var problems []fault.Problem
	e.Name, problems = e.Name.check()
	if e.Email != "" {
		email, err := CheckEmail("email", e.Email)
		e.Email, problems = email, append(problems, fault.Fields(err)...)
	}
	e.ExternalID, problems = checkExternalID(e.ExternalID, problems)
	e.Locale, e.Zone, problems = checkPlace(e.Locale, e.Zone, problems)
	if len(problems) > 0 {
		return e, fault.Invalidf(problems...)
	}
	return e, nil
}

// checkExternalID tidies the customer's own id of somebody.
func checkExternalID(id string, problems []fault.Problem) (string, []fault.Problem) {
	if id = tidy(id); utf8.RuneCountInString(id) > 200 {
		problems = append(problems, fault.Problem{Field: "external_id", Sentence: "Use at most 200 characters."})
	}
	return id, problems
}
