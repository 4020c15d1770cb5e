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
	// IdleLimit and TotalLimit are the shortest that any organization of its
	// person has; zero: none but the installation's.
	IdleLimit, TotalLimit time.Duration
}

// Limits are how long a session may lie idle and how long it lasts.
type Limits struct{ Idle, Total time.Duration }

// Limits are the installation's own; organizations can only have shorter ones.
func (s *Service) Limits() Limits { return Limits{s.settings.IdleLimit, s.settings.SessionLimit} }

// bounded gives a session the end that the limits of its person's organizations
// ask for, and tells whether it is over.
func (s *Service) bounded(x Session, now time.Time) (Session, bool) {
	idle := s.settings.IdleLimit
	if x.IdleLimit > 0 {
		idle = min(idle, x.IdleLimit)
	}
	if end := x.CreatedAt.Add(x.TotalLimit); x.TotalLimit > 0 && end.Before(x.ExpiresAt) {
		x.ExpiresAt = end
	}
	return x, !now.Before(x.ExpiresAt) || now.Sub(x.UsedAt) >= idle
}

// Sessions lists where the asker is signed in, the latest first.
func (s *Service) Sessions(ctx context.Context, reach access.Reach) ([]Session, error) {
	identity, err := s.self(ctx, reach, access.SelfView)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Sessions(ctx, identity.ID, s.now().Add(-s.settings.IdleLimit))
	var live []Session
	for _, one := range all {
		if one, over := s.bounded(one, s.now()); !over {
			live = append(live, one)
		}
	}
	return live, err
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
