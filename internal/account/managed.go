package account

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// Managed is an account as those see it who look after it.
type Managed struct {
	Account
	Organization org.Organization
	LocationName string
	// Above tells that the account stands above the asker, who may look at it and change nothing (M-207).
	Above bool
	// Self tells that it is the asker's own.
	Self bool
	// HasPassword tells that its person signed in, or could.
	HasPassword bool
	InvitedAt   time.Time     // when the last invitation was asked for
	Offered     []access.Role // base roles that the asker may give its person where they are
}

// LookingAfter lists the permissions to do something with other people's
// accounts; whoever has one of them may open the accounts it is for.
func LookingAfter() []access.Permission {
	return []access.Permission{
		access.AccountEdit, access.AccountDelete, access.AccountMove, access.AccountRole, access.AccountSession, access.InvitePlatform,
	}
}

// What is in the way of doing something with an account.
var (
	ErrOwnAccount   = fault.New(fault.Conflict, "This is your own account. Somebody else has to do this.")
	ErrAbove        = fault.New(fault.Forbidden, "This person stands above you, or has access that yours does not include.")
	ErrNoAddress    = fault.New(fault.Conflict, "This account has no e-mail address.")
	ErrNotSuspended = fault.New(fault.Conflict, "This account is not suspended.")
	ErrNotActive    = fault.New(fault.Conflict, "Only an active account can get a new password.")
	ErrNoReason     = fault.Field("reason", "Say why in at most 500 characters.")
)

// Managed opens an account that the asker may look after, with any of the
// permissions of LookingAfter.
func (s *Service) Managed(ctx context.Context, reach access.Reach, id ID) (Managed, error) {
	for _, p := range LookingAfter() {
		if reach.Permission() == p {
			if err := reach.For(p); err != nil {
				return Managed{}, err
			}
			return s.store.ManagedAccount(ctx, reach, id)
		}
	}
	return Managed{}, reach.For(access.AccountEdit)
}

// ManagedForChange opens it for somebody who is about to change something, and
// refuses what the change would be refused for: an account that stands above them.
func (s *Service) ManagedForChange(ctx context.Context, reach access.Reach, id ID) (Managed, error) {
	m, err := s.Managed(ctx, reach, id)
	if err == nil && m.Above {
		return Managed{}, ErrAbove
	}
	return m, err
}

// MaySuspend tells what keeps the asker from suspending the account, if anything.
func (m *Managed) MaySuspend() error { return m.somebodyElse() }

// MayDelete is the same for deleting it.
func (m *Managed) MayDelete() error { return m.somebodyElse() }

// MayReinstate is the same for opening it again.
func (m *Managed) MayReinstate() error {
	if m.Status != Suspended {
		return ErrNotSuspended
	}
	return nil
}

// MayRevoke is the same for taking its invitation back.
func (m *Managed) MayRevoke() error {
	if m.Status != Invited {
		return ErrNotInvited
	}
	return nil
}

// MayReset is the same for sending a link for a new password.
func (m *Managed) MayReset() error {
	switch {
	case m.Identity == "":
		return ErrNoAddress
	case m.Status != Active:
		return ErrNotActive
	}
	return nil
}

func (m *Managed) somebodyElse() error {
	if m.Self {
		return ErrOwnAccount
	}
	return nil
}

// Places are where somebody new could be put, and which base roles they could have.
type Places struct {
	Conditions Conditions
	Roles      []access.Role
	Everywhere bool // also without a location
}

// Places tells what a form for somebody new offers.
func (s *Service) Places(ctx context.Context, reach access.Reach, organization access.OrgID) (Places, error) {
	if err := reach.For(access.AccountCreate); err != nil {
		return Places{}, err
	}
	o, conditions, err := s.store.ConditionsOf(ctx, reach.Actor().Realm, organization)
	if err != nil {
		return Places{}, err
	}
	covered, _ := reach.CoversThing(access.Thing{Place: o.Path})
	return Places{Conditions: conditions, Roles: OfferedSomewhere(reach, conditions, o.Path), Everywhere: covered}, nil
}

// Standing is how an account stands, as a list of people shows it.
type Standing struct {
	Role   access.RoleKey
	Status Status
}

// Standings tells it of those of some accounts that the asker may look after.
func (s *Service) Standings(ctx context.Context, reach access.Reach, ids []ID) (map[ID]Standing, error) {
	if err := reach.For(access.AccountEdit); err != nil {
		return nil, err
	}
	return s.store.AccountStandings(ctx, reach, ids)
}

// reasonFor tidies what somebody said about why; needed tells that they must.
func reasonFor(reason string, needed bool) (string, error) {
	reason = tidy(reason)
	if len([]rune(reason)) > 500 || needed && reason == "" {
		return "", ErrNoReason
	}
	return reason, nil
}
