package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// A link works once and for a short time; only a hash of its secret is kept.
// What is for whoever holds one (here, in reset.go and in setup.go) takes no reach.

// LinkKind says what a link is for.
type LinkKind string

// The kinds of link.
const (
	InstallationLink LinkKind = "installation" // creates the first organization and its administrator
	SetupLink        LinkKind = "setup"        // makes an invited administrator's account active
	PasswordLink     LinkKind = "password"     // sets a password
)

// Where the pages behind links are; the secret follows.
const (
	SetupPath = "/setup/"
	ResetPath = "/reset/"
)

const (
	setupTime  = 24 * time.Hour
	resetTime  = time.Hour
	inviteTime = 7 * 24 * time.Hour
)

// Link is a link to hand to somebody.
type Link struct {
	Kind    LinkKind
	URL     string
	Expires time.Time
}

// NewLink is what is kept of a link.
type NewLink struct {
	Hash     string
	Kind     LinkKind
	Realm    access.RealmID // with Account, where the link is for one
	Account  ID
	Identity IdentityID // empty also for an address that nobody has: such a link opens nothing
	Created  time.Time
	Expires  time.Time
}

// KeptLink is a link that was found by its secret.
type KeptLink struct {
	Kind       LinkKind
	Expires    time.Time
	Spent      bool
	Identity   Identity
	Membership Membership // empty where the link is for no account
}

func (s *Service) newLink(kind LinkKind, lasts time.Duration) (Link, NewLink) {
	secret, now := access.NewSecret(), s.now()
	path := SetupPath
	if kind == PasswordLink {
		path = ResetPath
	}
	return Link{Kind: kind, URL: strings.TrimSuffix(s.settings.PublicURL, "/") + path + secret, Expires: now.Add(lasts)},
		NewLink{Hash: digest(secret), Kind: kind, Created: now, Expires: now.Add(lasts)}
}

// OpenLink tells what the page behind a link has to ask for; ErrLink where the
// link is not, or no longer, any good.
func (s *Service) OpenLink(ctx context.Context, secret string) (KeptLink, error) {
	link, err := s.store.LinkByToken(ctx, digest(secret))
	if errors.Is(err, fault.ErrNotFound) {
		return KeptLink{}, ErrLink
	}
	if err != nil {
		return KeptLink{}, err
	}
	if link.Spent || !s.now().Before(link.Expires) || link.Kind != InstallationLink && link.Identity.ID == "" {
		return KeptLink{}, ErrLink
	}
	return link, nil
}

func (s *Service) openLink(ctx context.Context, secret string, kind LinkKind) (KeptLink, error) {
	link, err := s.OpenLink(ctx, secret)
	if err == nil && link.Kind != kind {
		err = ErrLink
	}
	return link, err
}

// spent says in the words of links that somebody else was faster.
func spent(err error) error {
	if errors.Is(err, fault.ErrNotFound) {
		return ErrLink
	}
	return err
}
