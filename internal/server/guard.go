package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// OrganizationHeader names the account that a session asks the API with, where
// an identity has several.
const OrganizationHeader = "Ambit-Organization"

// guard finds out who asks and gives what they get for the route's permission.
// A missing permission is answered before anything is looked up, so that every
// id gets the same answer.
func (s *Server) guard(r *http.Request, route Route, v *Visit) (access.Reach, error) {
	if route.Kind == Asset {
		return access.Reach{}, nil
	}
	if route.Permission == access.Public {
		return access.Reach{}, s.greet(r, route, v)
	}
	if err := s.identify(r, route, v); err != nil {
		return access.Reach{}, err
	}
	if route.Permission == access.SignedIn {
		return access.Reach{}, nil
	}
	if err := s.place(r, route, v); err != nil {
		return access.Reach{}, err
	}
	facts, err := s.authority.Facts(r.Context(), v.Account.Realm, v.Account.ID)
	if err != nil {
		return access.Reach{}, err
	}
	facts = facts.Asked(v.RequestID, v.Token.ID)
	if at := v.Account.Organization; v.Account.Own != nil {
		facts = facts.Inside(at.ID, at.Path)
	}
	if v.Token.ReadOnly || v.Account.Organization.Ended {
		facts = facts.Narrow(access.Reading())
	}
	v.Facts = facts
	reach := facts.For(route.Permission, v.Now)
	return reach, reach.For(route.Permission)
}

// greet recognizes a visitor of a public page, who may also be nobody.
func (s *Server) greet(r *http.Request, route Route, v *Visit) error {
	if route.Kind != Page {
		return nil
	}
	err := s.session(r.Context(), s.cookie.read(r), v)
	if fault.KindOf(err) == fault.Unauthenticated {
		return nil
	}
	return err
}

// identify takes a token or a session, never both: a request with a token is
// not helped by a cookie, and pages know no tokens.
func (s *Server) identify(r *http.Request, route Route, v *Visit) error {
	header := r.Header.Values("Authorization")
	if route.Kind != API || len(header) == 0 {
		return s.session(r.Context(), s.cookie.read(r), v)
	}
	scheme, secret, _ := strings.Cut(header[0], " ")
	if len(header) > 1 || !strings.EqualFold(scheme, "Bearer") || strings.TrimSpace(secret) == "" {
		return fault.ErrUnauthenticated
	}
	token, err := s.authority.Token(r.Context(), strings.TrimSpace(secret))
	if err != nil {
		return err
	}
	v.Token = token
	return nil
}

func (s *Server) session(ctx context.Context, secret string, v *Visit) error {
	if secret == "" {
		return fault.ErrUnauthenticated
	}
	session, err := s.authority.Session(ctx, secret)
	if err != nil {
		return err
	}
	v.Session, v.Identity = session, session.Identity
	return nil
}

// place finds the account that asks: the one of the organization in the
// address, of the header, of the token, or the only one there is.
func (s *Server) place(r *http.Request, route Route, v *Visit) (err error) {
	named := r.Header.Get(OrganizationHeader)
	switch {
	case v.Token.ID != "":
		v.Account = v.Token.Account
		if named != "" && named != v.Account.Organization.Slug {
			v.Account, err = s.clientAt(r.Context(), named, v.Token.Account)
		}
		return err
	case route.Kind == Page:
		v.Account, err = s.accountAt(r.Context(), v.Identity, r.PathValue("organization"))
		return err
	case named != "":
		v.Account, err = s.accountAt(r.Context(), v.Identity, named)
		return err
	}
	accounts, err := s.authority.Accounts(r.Context(), v.Identity)
	switch {
	case err != nil:
		return err
	case len(accounts) == 0:
		return fault.ErrForbidden
	case len(accounts) > 1:
		return fault.Field(OrganizationHeader, "You belong to several organizations: name one of them in this header.")
	}
	v.Account = accounts[0]
	return nil
}

func (s *Server) accountAt(ctx context.Context, identity, slug string) (Account, error) {
	if !legible(slug) {
		return Account{}, fault.ErrNotFound
	}
	own, err := s.authority.Account(ctx, identity, slug)
	if fault.KindOf(err) != fault.NotFound {
		return own, err
	}
	accounts, err := s.authority.Accounts(ctx, identity)
	if err != nil {
		return Account{}, err
	}
	return s.clientAt(ctx, slug, accounts...)
}

// clientAt finds which of somebody's accounts works in the client of a slug:
// of several the one whose organization stands nearest above it.
func (s *Server) clientAt(ctx context.Context, slug string, accounts ...Account) (Account, error) {
	found, err := Account{}, error(fault.ErrNotFound)
	if !legible(slug) {
		return found, err
	}
	for _, one := range accounts {
		in, failed := s.authority.Client(ctx, one, slug)
		switch {
		case fault.KindOf(failed) == fault.NotFound && failed != nil:
		case failed != nil:
			return Account{}, failed
		case found.Own == nil || len(found.Own.Path) < len(in.Own.Path):
			found, err = in, nil
		}
	}
	return found, err
}
