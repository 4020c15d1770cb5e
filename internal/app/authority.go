package app

import (
	"context"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/store"
)

// authority tells the server who asks: package account knows sessions and
// tokens, the store what an account holds.
type authority struct {
	accounts *account.Service
	orgs     *org.Service
	db       *store.DB
	now      func() time.Time
}

var _ server.Authority = authority{}

func (a authority) Session(ctx context.Context, secret string) (server.Session, error) {
	s, err := a.accounts.Authenticate(ctx, secret)
	return server.Session{ID: string(s.ID), Identity: string(s.Identity), Expires: s.ExpiresAt}, err
}

func (a authority) Token(ctx context.Context, secret string) (server.Token, error) {
	t, err := a.accounts.AuthenticateToken(ctx, secret)
	if err != nil {
		return server.Token{}, err
	}
	return server.Token{ID: string(t.Token), ReadOnly: t.ReadOnly, Account: visitor(t.Membership)}, nil
}

func (a authority) Account(ctx context.Context, identity, slug string) (server.Account, error) {
	m, err := a.accounts.Resolve(ctx, account.IdentityID(identity), slug)
	if err != nil {
		return server.Account{}, err
	}
	return visitor(m), nil
}

func (a authority) Accounts(ctx context.Context, identity string) ([]server.Account, error) {
	all, err := a.accounts.Accounts(ctx, account.IdentityID(identity))
	out := make([]server.Account, len(all))
	for i, m := range all {
		out[i] = visitor(m)
	}
	return out, err
}

// Client lets an account whose access goes beyond its organization work in a
// client below it. The client need not be open to its own people.
func (a authority) Client(ctx context.Context, of server.Account, slug string) (server.Account, error) {
	client, err := a.orgs.BySlug(ctx, slug)
	if err != nil {
		return server.Account{}, err
	}
	own := of.Organization
	if client.Realm != of.Realm || client.Path == own.Path || !strings.HasPrefix(string(client.Path), string(own.Path)) {
		return server.Account{}, fault.ErrNotFound
	}
	facts, err := a.db.Facts(ctx, of.Realm, of.ID)
	if err != nil {
		return server.Account{}, err
	}
	if !facts.Inside(client.ID, client.Path).Holds(a.now()) {
		return server.Account{}, fault.ErrNotFound
	}
	of.Own, of.Organization = &own, place(client)
	of.Organization.Shut = !client.OpenAt(a.now())
	return of, nil
}

func (a authority) Facts(ctx context.Context, realm access.RealmID, id access.AccountID) (access.Facts, error) {
	return a.db.Facts(ctx, realm, id)
}

// visitor is an account as far as a request needs to know.
func visitor(m account.Membership) server.Account {
	return server.Account{
		Realm: m.Account.Realm, ID: m.Account.ID, Name: m.Account.Name, Locale: m.Account.Locale, Zone: m.Account.Zone,
		Organization: place(m.Organization),
	}
}

// place is an organization as far as a request needs to know.
func place(o org.Organization) server.Organization {
	return server.Organization{ID: o.ID, Slug: o.Slug, Name: o.Name, Path: o.Path, Locale: o.Locale, Zone: o.Zone, Accent: string(o.Brand.Accent), AccentDark: string(o.Brand.AccentDark), Logo: o.Brand.Logo, Ended: o.Status == org.Ended}
}
