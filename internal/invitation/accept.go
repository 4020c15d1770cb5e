package invitation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Why an invitation is not accepted.
var (
	ErrLink     = fault.New(fault.NotFound, "This link is not known. Copy it whole from the letter, or ask for a new one.")
	ErrUsed     = fault.New(fault.Conflict, "This invitation has been accepted already. Please sign in.")
	ErrTaken    = fault.New(fault.Conflict, "This invitation was taken back. Ask the person who sent it.")
	ErrExpired  = fault.New(fault.Conflict, "This invitation is too old. Ask for a new letter.")
	ErrClosed   = fault.New(fault.Conflict, "This organization is closed at the moment.")
	ErrShut     = fault.New(fault.Conflict, "Your account here is not active. Ask an administrator of the organization.")
	ErrNotYours = fault.New(fault.Forbidden, "This invitation is for somebody else. Sign in as the person whose address it was sent to.")
	ErrAddress  = fault.New(fault.Conflict, "This link went to another address than the one of your account. Ask for a new invitation.")
)

// Offer is an invitation as its person sees it before accepting.
type Offer struct {
	ID        ID
	Kind      Kind
	Email     string
	Name      account.Name // as it was typed
	State     State
	Accepted  time.Time
	ExpiresAt time.Time

	Realm        access.RealmID
	Organization access.OrgID
	Slug         string
	School       string
	Open         bool // people can work in the organization now
	Title        string
	Activities   []string // titles, of a program
	InvitedBy    string
	Location     access.LocationID

	For account.Guest
}

// Stands tells why the offer cannot be accepted any more; nil: it can.
func (o Offer) Stands() error {
	switch {
	case o.State == Accepted:
		return ErrUsed
	case o.State == Revoked:
		return ErrTaken
	case o.State == Expired:
		return ErrExpired
	case !o.Open:
		return ErrClosed
	case o.For.Status == account.Suspended || o.For.Status == account.Erased:
		return ErrShut
	}
	return nil
}

// StandsFor tells the same to a visitor who came by the link.
func (o Offer) StandsFor(visitor account.IdentityID) error {
	if err := o.Stands(); err != nil {
		return err
	}
	switch o.For.WayOf(visitor) {
	case account.AsSomebodyElse:
		return ErrNotYours
	case account.BySignIn:
		if !o.For.HasPassword {
			return ErrAddress
		}
	}
	return nil
}

// Acceptance is what is asked of the store: which invitation, and who says they
// are the person it was sent to.
type Acceptance struct {
	Link    string             // the digest of a link's secret
	Visitor account.IdentityID // who has proven to be signed in; empty: the link alone speaks
	Name    account.Name       // of a new account
	Hash    string             // of a first password
}

// Joined is an invitation that was accepted.
type Joined struct {
	Account  access.AccountID
	Identity account.IdentityID
	Slug     string
}

// Newcomer is what somebody says of themselves on the page behind a link.
type Newcomer struct {
	Name     account.Name
	Password string // a new one, or the one they sign in with
}

// LinkHash is what is kept of the secret of a link.
func LinkHash(secret string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(secret)))
	return hex.EncodeToString(sum[:])
}

// Open tells what stands behind a link. Whoever holds its secret may know, so
// it takes no reach; ErrLink where there is no such link.
func (s *Service) Open(ctx context.Context, secret string) (Offer, error) {
	o, err := s.store.OfferOfInvitation(ctx, LinkHash(secret))
	if errors.Is(err, fault.ErrNotFound) {
		err = ErrLink
	}
	return o, err
}

// Accept accepts for the visitor who is signed in, or, where nobody is, for the
// person whom the password proves or who chooses their first one. The session
// it gives is empty for those who have one. It takes no reach: the link's
// secret is what is shown.
func (s *Service) Accept(ctx context.Context, secret string, visitor account.IdentityID, in Newcomer, c account.Client) (Joined, account.Opened, error) {
	o, err := s.Open(ctx, secret)
	if err == nil {
		err = o.StandsFor(visitor)
	}
	if err != nil {
		return Joined{}, account.Opened{}, err
	}
	way := o.For.WayOf(visitor)
	a := Acceptance{Link: LinkHash(secret), Visitor: visitor}
	if o.For.Account == "" || way == account.ByFirstPassword {
		if a.Name, a.Hash, err = s.accounts.Introduce(ctx, in.Name, in.Password, way == account.ByFirstPassword); err != nil {
			return Joined{}, account.Opened{}, err
		}
	}
	if way == account.BySignIn {
		a.Visitor = o.For.Identity
		if err := s.accounts.Prove(ctx, o.For.Identity, in.Password, c); err != nil {
			return Joined{}, account.Opened{}, err
		}
	}
	done, err := s.store.AcceptInvitation(ctx, a)
	if err != nil || way == account.AsSignedIn {
		return done, account.Opened{}, err
	}
	opened, err := s.accounts.Open(ctx, done.Identity, c)
	return done, opened, err
}

// Mine lists the invitations that wait for the asker and can be accepted.
func (s *Service) Mine(ctx context.Context, reach access.Reach) ([]Offer, error) {
	if err := reach.For(access.SelfView); err != nil {
		return nil, err
	}
	all, err := s.store.OffersToMe(ctx, reach)
	if err != nil {
		return nil, err
	}
	var open []Offer
	for _, o := range all {
		if o.Stands() == nil {
			open = append(open, o)
		}
	}
	return open, nil
}

// AcceptOwn accepts an invitation that waits for the asker.
func (s *Service) AcceptOwn(ctx context.Context, reach access.Reach, id ID) error {
	if err := reach.For(access.SelfEdit); err != nil {
		return err
	}
	return s.store.AcceptOwnInvitation(ctx, reach, id)
}
