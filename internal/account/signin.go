package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
)

// The methods of this file come before anybody is signed in, so they take no
// reach. Each guess at something secret is counted before it is looked at.

// Bucket counts tries of one thing; more than its limit in a window are refused.
type Bucket struct {
	Key   string
	Limit int
}

const (
	tryWindow        = 15 * time.Minute
	triesPerAddress  = 10
	triesPerClient   = 50
	noteUseEvery     = time.Minute // how exactly "last used" is known
	tooOftenSentence = "Too many tries. Please wait a few minutes and try again."
)

// try counts a try at something under an e-mail address and from a client.
func (s *Service) try(ctx context.Context, what, folded string, c Client) error {
	return s.count(ctx,
		Bucket{Key: what + " email " + digest(folded), Limit: triesPerAddress},
		Bucket{Key: what + " client " + network(c.Address), Limit: triesPerClient})
}

func (s *Service) count(ctx context.Context, buckets ...Bucket) error {
	wait, err := s.store.CountTry(ctx, buckets, tryWindow)
	if err != nil {
		return err
	}
	if wait > 0 {
		return fault.After(wait, tooOftenSentence)
	}
	return nil
}

// network is what counts as one client: an IPv4 address, or the /64 that one
// IPv6 customer has.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		prefix, err := ip.Prefix(64)
		if err != nil {
			return address
		}
		return prefix.String()
	}
	return ip.String()
}

// digest keeps secrets, and addresses that may belong to nobody, out of the database.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Opened is a session that has just begun. Its token is told once; only a hash
// of it is kept.
type Opened struct {
	Session Session
	Token   string
}

// SignIn checks an address and a password and begins a session. Whatever is
// wrong, the answer is ErrSignIn and takes the same time.
func (s *Service) SignIn(ctx context.Context, email, password string, c Client) (Opened, error) {
	folded := fold.Email(email)
	if err := s.try(ctx, "signin", folded, c); err != nil {
		return Opened{}, err
	}
	identity, err := s.store.IdentityByEmail(ctx, folded)
	if err != nil && !errors.Is(err, fault.ErrNotFound) {
		return Opened{}, err
	}
	ok, err := s.proves(ctx, identity, password)
	if err != nil {
		return Opened{}, err
	}
	if !ok {
		if err := s.store.NoteRefusal(ctx, identity.ID, network(c.Address)); err != nil {
			return Opened{}, err
		}
		return Opened{}, ErrSignIn
	}
	return s.Open(ctx, identity.ID, c)
}

// proves tells whether a password is an identity's, and renews an outdated hash.
func (s *Service) proves(ctx context.Context, identity Identity, password string) (bool, error) {
	ok, outdated, err := s.hasher.verify(ctx, identity.PasswordHash, password)
	if err != nil || !ok {
		return false, err
	}
	if outdated {
		hash, err := s.hasher.hash(ctx, password)
		if err != nil {
			return false, err
		}
		if err := s.store.ReplaceHash(ctx, identity.ID, identity.PasswordHash, hash); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Open begins a session for somebody who has proven by other means who they
// are: by a setup link, or by being in the demo.
func (s *Service) Open(ctx context.Context, id IdentityID, c Client) (Opened, error) {
	now := s.now()
	opened := Opened{Token: access.NewSecret(), Session: Session{
		ID: SessionID(access.NewID()), Identity: id, CreatedAt: now, UsedAt: now, ExpiresAt: now.Add(s.settings.SessionLimit),
		Client: Client{Address: clip(c.Address, 100), Agent: clip(c.Agent, 300)},
	}}
	return opened, s.store.OpenSession(ctx, opened.Session, digest(opened.Token))
}

// SignOut ends the session of a token; one that is over already is fine.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.store.CloseSession(ctx, digest(token))
}

// Authenticate finds the session of a token. One that was idle too long, has
// run its time or was ended is none; what is too long, every organization of
// its person has a say in.
func (s *Service) Authenticate(ctx context.Context, token string) (Session, error) {
	if token == "" {
		return Session{}, fault.ErrUnauthenticated
	}
	session, err := s.store.SessionByToken(ctx, digest(token))
	if errors.Is(err, fault.ErrNotFound) {
		return Session{}, fault.ErrUnauthenticated
	}
	if err != nil {
		return Session{}, err
	}
	now := s.now()
	session, over := s.bounded(session, now)
	if over {
		return Session{}, fault.ErrUnauthenticated
	}
	if now.Sub(session.UsedAt) >= noteUseEvery {
		// A session that cannot be noted still reads; it only ends earlier.
		if err := s.store.UseSession(ctx, session.ID); err != nil {
			slog.WarnContext(ctx, "the use of a session was not noted", "session", session.ID, "cause", err)
		}
	}
	return session, nil
}

// Accounts lists where an identity can work now: its active accounts in
// organizations that are open, by name.
func (s *Service) Accounts(ctx context.Context, id IdentityID) ([]Membership, error) {
	all, err := s.store.Memberships(ctx, id)
	if err != nil {
		return nil, err
	}
	var open []Membership
	for _, m := range all {
		if m.OpenAt(s.now()) {
			open = append(open, m)
		}
	}
	return open, nil
}

// Closed lists where an identity could work if the organization were open: its
// active accounts in suspended, expired and ended ones, by name.
func (s *Service) Closed(ctx context.Context, id IdentityID) ([]Membership, error) {
	all, err := s.store.Memberships(ctx, id)
	return slices.DeleteFunc(all, func(m Membership) bool {
		return m.Account.Status != Active || m.Organization.OpenAt(s.now())
	}), err
}

// Resolve finds the account that an identity works with in an organization.
// No account, a suspended one and no such organization are one answer; an
// organization that is closed tells its own people why.
func (s *Service) Resolve(ctx context.Context, id IdentityID, slug string) (Membership, error) {
	m, err := s.store.MembershipBySlug(ctx, id, slug)
	if err != nil {
		return Membership{}, err
	}
	if m.Account.Status != Active {
		return Membership{}, fault.ErrNotFound
	}
	if err := m.Organization.Closed(s.now()); err != nil {
		return Membership{}, err
	}
	s.saw(ctx, m.Account)
	return m, nil
}

// OpenAt tells whether somebody can work with the account.
func (m Membership) OpenAt(now time.Time) bool {
	return m.Account.Status == Active && m.Organization.OpenAt(now)
}

// saw notes that somebody is here, about once a minute.
func (s *Service) saw(ctx context.Context, a Account) {
	if s.now().Sub(a.LastSeen) < noteUseEvery {
		return
	}
	if err := s.store.Saw(ctx, a.Realm, a.ID); err != nil {
		slog.WarnContext(ctx, "the use of an account was not noted", "account", a.ID, "cause", err)
	}
}

// Sweep removes sessions, links and counted tries that have run out. It is done
// from time to time, for nobody in particular, so it takes no reach.
func (s *Service) Sweep(ctx context.Context) error {
	return s.store.Sweep(ctx, s.settings.IdleLimit, tryWindow)
}

// clip keeps what a client says about itself to a size, and to what is text.
func clip(text string, most int) string {
	text = strings.ToValidUTF8(text, "?")
	for i := range text {
		if i >= most {
			return text[:i]
		}
	}
	return text
}
