package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/org"
)

// The methods of this file are for whoever holds a link, so they take no reach.
// A link works once and for a short time; only a hash of its secret is kept.

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

// RequestReset mails a link for a new password to an address, if anybody signs
// in with it. The answer, and the work done before it, is the same if not.
func (s *Service) RequestReset(ctx context.Context, email string, c Client) error {
	address, err := CheckEmail("email", email)
	if err != nil {
		return err
	}
	if err := s.try(ctx, "reset", fold.Email(address), c); err != nil {
		return err
	}
	identity, err := s.store.IdentityByEmail(ctx, fold.Email(address))
	if err != nil && !errors.Is(err, fault.ErrNotFound) {
		return err
	}
	memberships, err := s.store.Memberships(ctx, identity.ID)
	if err != nil {
		return err
	}
	link, kept := s.newLink(PasswordLink, resetTime)
	letter := resetLetter(speaks(memberships), link.URL)
	if kept.Identity = identity.ID; identity.ID == "" {
		return s.store.KeepLink(ctx, kept, nil)
	}
	letter.To = identity.Email
	return s.store.KeepLink(ctx, kept, &letter)
}

// speaks guesses the language of somebody with several accounts.
func speaks(memberships []Membership) string {
	for _, m := range memberships {
		if m.Account.Status == Active {
			return m.Locale()
		}
	}
	if len(memberships) > 0 {
		return memberships[0].Locale()
	}
	return ""
}

// SetPassword uses up a link, sets the password it is for and ends all
// sessions of that identity.
func (s *Service) SetPassword(ctx context.Context, secret, password string) error {
	if _, err := s.openLink(ctx, secret, PasswordLink); err != nil {
		return err
	}
	if err := checkPassword("password", password); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return spent(s.store.SpendPasswordLink(ctx, digest(secret), hash))
}

// spent says in the words of links that somebody else was faster.
func spent(err error) error {
	if errors.Is(err, fault.ErrNotFound) {
		return ErrLink
	}
	return err
}

// SetupInput is what an invited administrator says about themselves.
type SetupInput struct {
	Name     Name
	Password string // a new one, or the present one where the identity has one
}

// CompleteSetup uses up a setup link: the account it is for becomes active and
// is signed in. An identity that has a password keeps it and has to show it.
func (s *Service) CompleteSetup(ctx context.Context, secret string, in SetupInput, c Client) (Opened, Membership, error) {
	link, err := s.openLink(ctx, secret, SetupLink)
	if err != nil {
		return Opened{}, Membership{}, err
	}
	name, problems := in.Name.check()
	if link.Identity.PasswordHash == "" {
		problems = append(problems, fault.Fields(checkPassword("password", in.Password))...)
	}
	if len(problems) > 0 {
		return Opened{}, Membership{}, fault.Invalidf(problems...)
	}
	hash, err := s.setupHash(ctx, link.Identity, in.Password, c)
	if err != nil {
		return Opened{}, Membership{}, err
	}
	m, err := s.store.SpendSetupLink(ctx, digest(secret), name, hash)
	if err != nil {
		return Opened{}, Membership{}, spent(err)
	}
	opened, err := s.Open(ctx, m.Account.Identity, c)
	return opened, m, err
}

// setupHash makes the hash of a first password, or checks the present one and
// makes none.
func (s *Service) setupHash(ctx context.Context, identity Identity, password string, c Client) (string, error) {
	if identity.PasswordHash == "" {
		return s.hasher.hash(ctx, password)
	}
	if err := s.try(ctx, "signin", fold.Email(identity.Email), c); err != nil {
		return "", err
	}
	ok, err := s.proves(ctx, identity, password)
	if err == nil && !ok {
		err = fault.Field("password", "This is not the password that you sign in with.")
	}
	return "", err
}

// InstallationInput is what the first page of an empty Ambit asks for.
type InstallationInput struct {
	Organization org.New
	Name         Name
	Email        string
	Password     string
}

// CompleteInstallation uses up the link of an empty Ambit: it creates the first
// organization and its administrator, who is signed in.
func (s *Service) CompleteInstallation(ctx context.Context, secret string, in InstallationInput, c Client) (Opened, Membership, error) {
	if _, err := s.openLink(ctx, secret, InstallationLink); err != nil {
		return Opened{}, Membership{}, err
	}
	name, problems := in.Name.check()
	organization, err := in.Organization.Organization(s.now())
	problems = append(fault.Fields(err), problems...)
	email, err := CheckEmail("email", in.Email)
	problems = append(problems, fault.Fields(err)...)
	problems = append(problems, fault.Fields(checkPassword("password", in.Password))...)
	if len(problems) > 0 {
		return Opened{}, Membership{}, fault.Invalidf(problems...)
	}
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return Opened{}, Membership{}, err
	}
	f := Founding{Organization: organization, Name: name, Email: email, Role: founder(organization)}
	m, err := s.store.SpendInstallationLink(ctx, digest(secret), f, hash)
	if err != nil {
		return Opened{}, Membership{}, spent(err)
	}
	opened, err := s.Open(ctx, m.Account.Identity, c)
	return opened, m, err
}

// founder is the role of an organization's first administrator.
func founder(o org.Organization) access.RoleKey {
	if o.MayHaveClients {
		return access.MasterAdministrator
	}
	return access.OrganizationAdministrator
}
