package invitation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/mail"
)

// Store keeps invitations; each write is one whole change, letters included.
type Store interface {
	InvitationPlaces(ctx context.Context, reach access.Reach) (Places, error)
	InvitationProducts(ctx context.Context, reach access.Reach, kind Kind) ([]Product, error)
	Invitations(ctx context.Context, reach, view access.Reach, query Query) (Page, error)
	PlanInviting(ctx context.Context, reach, view access.Reach, in Inviting) (bulk.Plan, error)
	Invite(ctx context.Context, reach, view access.Reach, in Inviting, write Writer, act *bulk.Act) (Done, error)
	TakeInvitationsBack(ctx context.Context, reach access.Reach, act bulk.Act) (bulk.Act, error)
	ResendInvitation(ctx context.Context, reach access.Reach, kind Kind, id ID, write Writer) error
	EndInvitation(ctx context.Context, reach access.Reach, kind Kind, id ID) error
	OfferOfInvitation(ctx context.Context, digest string) (Offer, error)
	OffersToMe(ctx context.Context, reach access.Reach) ([]Offer, error)
	AcceptInvitation(ctx context.Context, a Acceptance) (Joined, error)
	AcceptOwnInvitation(ctx context.Context, reach access.Reach, id ID) error
}

// Writer writes the letter of an invitation and gives the hash of its link's
// secret. Each letter has a link of its own.
type Writer func(Letter) (letter mail.Message, link string)

// Done is what inviting came to.
type Done struct {
	Lines []Line
	Act   bulk.Act
}

// Settings of the installation.
type Settings struct{ PublicURL string }

// Service invites people, and lets them accept.
type Service struct {
	store    Store
	accounts *account.Service
	settings Settings
	now      func() time.Time
}

// NewService makes the service. It asks package account for all that has to do
// with passwords.
func NewService(store Store, accounts *account.Service, settings Settings, now func() time.Time) *Service {
	return &Service{store: store, accounts: accounts, settings: settings, now: now}
}

// may looks at a reach for one of the rights to invite and tells to what.
func may(reach access.Reach) (Kind, error) {
	kind := kindOf(reach.Permission())
	if kind == "" {
		return "", reach.For(access.InvitePlatform)
	}
	return kind, reach.For(kind.Permission())
}

// Places lists where the asker may place people whom they invite.
func (s *Service) Places(ctx context.Context, reach access.Reach) (Places, error) {
	if _, err := may(reach); err != nil {
		return Places{}, err
	}
	return s.store.InvitationPlaces(ctx, reach)
}

// Products lists the activities, or the programs, that the asker may invite to:
// ids and titles, no more.
func (s *Service) Products(ctx context.Context, reach access.Reach) ([]Product, error) {
	kind, err := may(reach)
	if err != nil {
		return nil, err
	}
	return s.store.InvitationProducts(ctx, reach, kind)
}

// List gives a page of the invitations of the reach's kind. view is the asker's
// sight of learners: accounts and inviters outside of it are not told.
func (s *Service) List(ctx context.Context, reach, view access.Reach, query Query) (Page, error) {
	kind, err := may(reach)
	if err != nil {
		return Page{}, err
	}
	query.Kind = kind
	return s.store.Invitations(ctx, reach, view, query)
}

// Invite invites people at once and says of each what came of it.
func (s *Service) Invite(ctx context.Context, reach, view access.Reach, in Inviting) ([]Line, error) {
	kind, err := may(reach)
	if err != nil {
		return nil, err
	}
	in.Kind = kind
	if err := in.check(kind); err != nil {
		return nil, err
	}
	done, err := s.store.Invite(ctx, reach, view, in, s.write, nil)
	return done.Lines, err
}

// Resend sends an invitation again. It can be accepted for as long again; the
// links of earlier letters keep working.
func (s *Service) Resend(ctx context.Context, reach access.Reach, id ID) error {
	kind, err := may(reach)
	if err != nil {
		return err
	}
	return s.store.ResendInvitation(ctx, reach, kind, id, s.write)
}

// Revoke takes an invitation back that was not accepted.
func (s *Service) Revoke(ctx context.Context, reach access.Reach, id ID) error {
	kind, err := may(reach)
	if err != nil {
		return err
	}
	return s.store.EndInvitation(ctx, reach, kind, id)
}

// Acts are the bulk acts of this package.
func Acts(s *Service) []bulk.Handler { return []bulk.Handler{inviteAct{s}} }

type inviteAct struct{ *Service }

func (inviteAct) Kind() bulk.Kind { return InviteAct }

func (a inviteAct) Plan(ctx context.Context, asks bulk.Asks, _ string, input json.RawMessage) (bulk.Plan, error) {
	in, reach, err := readInviting(asks, input)
	if err != nil {
		return bulk.Plan{}, err
	}
	return a.store.PlanInviting(ctx, reach, asks(access.LearnerView), in)
}

func (a inviteAct) Do(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	in, reach, err := readInviting(asks, act.Input)
	if err != nil {
		return bulk.Act{}, err
	}
	done, err := a.store.Invite(ctx, reach, asks(access.LearnerView), in, a.write, &act)
	return done.Act, err
}

func (a inviteAct) Undo(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	_, reach, err := readInviting(asks, act.Input)
	if err != nil {
		return bulk.Act{}, err
	}
	return a.store.TakeInvitationsBack(ctx, reach, act)
}

func readInviting(asks bulk.Asks, raw json.RawMessage) (in Inviting, reach access.Reach, err error) {
	if err := json.Unmarshal(raw, &in); err != nil {
		return in, reach, fmt.Errorf("input of an act: %w", err)
	}
	reach = asks(in.Kind.Permission())
	kind, err := may(reach)
	if err != nil {
		return in, reach, err
	}
	return in, reach, in.check(kind)
}
