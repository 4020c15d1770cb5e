package account

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Session is one place where somebody is signed in.
type Session struct {
	ID        SessionID
	Identity  IdentityID
	Email     string
	CreatedAt time.Time
	UsedAt    time.Time
	ExpiresAt time.Time
	Client    Client
}

// Sessions lists where the asker is signed in, the latest first.
func (s *Service) Sessions(ctx context.Context, reach access.Reach) ([]Session, error) {
	identity, err := s.self(ctx, reach, access.SelfView)
	if err != nil {
		return nil, err
	}
	return s.store.Sessions(ctx, identity.ID, s.now().Add(-s.settings.IdleLimit))
}

// EndSession ends one of the asker's own sessions.
func (s *Service) EndSession(ctx context.Context, reach access.Reach, id SessionID) error {
	identity, err := s.self(ctx, reach, access.SelfEdit)
	if err != nil {
		return err
	}
	return s.store.EndSession(ctx, reach.Actor(), identity.ID, id)
}

// EndOtherSessions ends all of the asker's sessions but the one they are in.
func (s *Service) EndOtherSessions(ctx context.Context, reach access.Reach, keep SessionID) error {
	identity, err := s.self(ctx, reach, access.SelfEdit)
	if err != nil {
		return err
	}
	return s.store.EndOtherSessions(ctx, reach.Actor(), identity.ID, keep)
}

// self finds the asker's own identity. What concerns signing in cannot be
// reached by an API token, which would outlive its own revocation that way.
func (s *Service) self(ctx context.Context, reach access.Reach, p access.Permission) (Identity, error) {
	if err := reach.For(p); err != nil {
		return Identity{}, err
	}
	if reach.Actor().Token != "" {
		return Identity{}, ErrByToken
	}
	return s.store.IdentityOf(ctx, reach.Actor().Realm, reach.Actor().Account)
}
