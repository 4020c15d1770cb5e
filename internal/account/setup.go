package account

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

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
	return "", s.checkPresent(ctx, identity, password, c)
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
