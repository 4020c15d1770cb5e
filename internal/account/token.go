package account

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Token is an API token: it speaks for one account and never gets more than
// that account has at the moment of asking.
type Token struct {
	ID        TokenID
	Name      string
	ReadOnly  bool
	CreatedAt time.Time
	UsedAt    time.Time // zero: never
	EndedAt   time.Time // zero: works
}

// NewToken is a token with the account it speaks for.
type NewToken struct {
	Token
	Account Account
	Hash    string
}

// tokenPrefix lets people and scanners recognise a token that was left lying around.
const tokenPrefix = "ambit_"

// CreateToken makes an API token for the asker. Its text is told once.
func (s *Service) CreateToken(ctx context.Context, reach access.Reach, name string, readOnly bool) (Token, string, error) {
	if err := reach.For(access.SelfEdit); err != nil {
		return Token{}, "", err
	}
	// Otherwise a token that leaked could outlive its revocation in a child.
	if reach.Actor().Token != "" {
		return Token{}, "", ErrByToken
	}
	m, err := s.store.Membership(ctx, reach.Actor().Realm, reach.Actor().Account)
	if err != nil {
		return Token{}, "", err
	}
	return s.createToken(ctx, reach.Actor(), m.Account, name, readOnly)
}

func (s *Service) createToken(ctx context.Context, actor access.Actor, of Account, name string, readOnly bool) (Token, string, error) {
	name = tidy(name)
	if name == "" || utf8.RuneCountInString(name) > 100 {
		return Token{}, "", fault.Field("token_name", "Enter a name of at most 100 characters that says what the token is for.")
	}
	if of.Status != Active {
		return Token{}, "", fault.New(fault.Conflict, "Only an active account can have API tokens.")
	}
	secret := tokenPrefix + access.NewSecret()
	t := NewToken{Token: Token{ID: TokenID(access.NewID()), Name: name, ReadOnly: readOnly, CreatedAt: s.now()}, Account: of, Hash: digest(secret)}
	return t.Token, secret, s.store.CreateToken(ctx, actor, t)
}

// Tokens lists the asker's API tokens that work, the latest first.
func (s *Service) Tokens(ctx context.Context, reach access.Reach) ([]Token, error) {
	if err := reach.For(access.SelfView); err != nil {
		return nil, err
	}
	return s.store.Tokens(ctx, reach.Actor().Realm, reach.Actor().Account)
}

// RevokeToken ends one of the asker's API tokens; a token may end itself.
func (s *Service) RevokeToken(ctx context.Context, reach access.Reach, id TokenID) error {
	if err := reach.For(access.SelfEdit); err != nil {
		return err
	}
	if by := reach.Actor().Token; by != "" && by != string(id) {
		return ErrByToken
	}
	return s.store.RevokeToken(ctx, reach.Actor(), reach.Actor().Account, id)
}

// TokenAccess is whom a token speaks for, and how it is narrowed.
type TokenAccess struct {
	Membership
	Token    TokenID
	ReadOnly bool
}

// AuthenticateToken finds the account that a token speaks for. A token that
// was revoked, or whose account cannot be worked in now, is none. It comes
// before anybody is known, so it takes no reach.
func (s *Service) AuthenticateToken(ctx context.Context, secret string) (TokenAccess, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return TokenAccess{}, fault.ErrUnauthenticated
	}
	token, m, err := s.store.TokenBySecret(ctx, digest(secret))
	if errors.Is(err, fault.ErrNotFound) || err == nil && !m.OpenAt(s.now()) {
		return TokenAccess{}, fault.ErrUnauthenticated
	}
	if err != nil {
		return TokenAccess{}, err
	}
	if s.now().Sub(token.UsedAt) >= noteUseEvery {
		if err := s.store.UseToken(ctx, m.Account.Realm, token.ID); err != nil {
			slog.WarnContext(ctx, "the use of a token was not noted", "token", token.ID, "cause", err)
		}
	}
	return TokenAccess{Membership: m, Token: token.ID, ReadOnly: token.ReadOnly}, nil
}
