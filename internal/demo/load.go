package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/team"
)

// Directory finds people and what they hold.
type Directory interface {
	MembershipByEmail(ctx context.Context, realm access.RealmID, organization access.OrgID, folded string) (account.Membership, error)
	Facts(ctx context.Context, realm access.RealmID, id access.AccountID) (access.Facts, error)
	Saw(ctx context.Context, realm access.RealmID, id access.AccountID) error
}

// Services are what the school is set up through, the same as everybody's.
type Services struct {
	Organizations *org.Service
	Rosters       *roster.Service
	Licenses      *license.Service
	Redemptions   *license.Redemptions
	Management    *management.Service
	Roles         *management.Roles
	Groups        *management.Groups
	Policies      *management.Policies
	Teams         *team.Service
	Accounts      *account.Service
	Locations     *location.Service
	Directory     Directory
	Now           func() time.Time
}

// Seed is that of the school which `ambit demo` shows.
const Seed = 1

// Load sets Northwind Academy and its clients up in an empty database, as they
// stand today, and does what a running school has behind it. Nobody is given a
// password: in the demonstration one click signs in.
func Load(ctx context.Context, s Services, seed uint64) error {
	today := day.Of(s.Now(), day.ZoneOr(Academy.Zone))
	files, err := Bundle(today, seed)
	if err != nil {
		return fmt.Errorf("make the school: %w", err)
	}
	clients, err := Clients(today, seed)
	if err != nil {
		return fmt.Errorf("make the clients: %w", err)
	}
	master, err := s.Organizations.Found(ctx, Academy.new())
	if err != nil {
		return fmt.Errorf("found %s: %w", Academy.Slug, err)
	}
	if err := s.fill(ctx, master, files); err != nil {
		return err
	}
	var below []org.Organization
	for _, c := range clients {
		o, err := s.Organizations.CreateClient(ctx, s.system(master, access.ClientEdit), master.ID, c.new())
		if err != nil {
			return fmt.Errorf("create %s: %w", c.Slug, err)
		}
		if err := s.fill(ctx, o, c.Files); err != nil {
			return err
		}
		below = append(below, o)
	}
	for _, t := range Transfers() {
		if err := s.transfer(ctx, master, t); err != nil {
			return fmt.Errorf("transfer %s: %w", t.Purchase, err)
		}
	}
	if err := s.learnerManagers(ctx, master); err != nil {
		return fmt.Errorf("learner managers: %w", err)
	}
	if err := s.managers(ctx, master); err != nil {
		return fmt.Errorf("managers: %w", err)
	}
	if err := s.commerce(ctx, master); err != nil {
		return fmt.Errorf("commerce: %w", err)
	}
	if err := s.ladder(ctx, master, below); err != nil {
		return fmt.Errorf("ladder: %w", err)
	}
	return nil
}

// IsLoaded tells whether a database holds the school: its organization, with
// the people of the sign-in page in it.
func IsLoaded(ctx context.Context, s Services) (bool, error) {
	o, err := s.Organizations.BySlug(ctx, Academy.Slug)
	if err == nil {
		_, err = s.Directory.MembershipByEmail(ctx, o.Realm, o.ID, fold.Email(People()[0].Email))
	}
	if errors.Is(err, fault.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (o Organization) new() org.New {
	return org.New{Slug: o.Slug, Name: o.Name, Zone: o.Zone, Locale: o.Locale, MayHaveClients: o.MayHaveClients}
}

// system is what the demonstration itself may do while it sets the school up.
func (s Services) system(o org.Organization, p access.Permission) access.Reach {
	now := s.Now()
	return access.System("demo", o.Realm, o.Path, p).For(p, now)
}

func (s Services) fill(ctx context.Context, o org.Organization, files Files) error {
	folder, err := sheet.FS(files)
	if err != nil {
		return err
	}
	if _, err := s.Rosters.Import(ctx, s.system(o, roster.Permission), o.ID, folder, roster.Options{}); err != nil {
		return fmt.Errorf("import into %s: %w", o.Slug, err)
	}
	return nil
}

// transfer hands the reporter's role on, as the buyer who holds it.
func (s Services) transfer(ctx context.Context, o org.Organization, t Transfer) error {
	from, err := s.Directory.MembershipByEmail(ctx, o.Realm, o.ID, fold.Email(t.From))
	if err != nil {
		return err
	}
	to, err := s.Directory.MembershipByEmail(ctx, o.Realm, o.ID, fold.Email(t.To))
	if err != nil {
		return err
	}
	facts, err := s.Directory.Facts(ctx, o.Realm, from.Account.ID)
	if err != nil {
		return err
	}
	bought, err := s.Licenses.Purchases(ctx, facts.For(access.LicenseView, s.Now()), license.PurchaseQuery{})
	if err != nil {
		return err
	}
	for _, p := range bought.Items {
		if p.ExternalID == t.Purchase {
			return s.Licenses.AssignReporter(ctx, facts.For(access.ReporterAssign, s.Now()), p.ID, to.Account.ID)
		}
	}
	return fault.ErrNotFound
}

// learnerManagers puts its members into the group that every organization comes with.
func (s Services) learnerManagers(ctx context.Context, o org.Organization) error {
	reach := s.system(o, access.GroupEdit)
	group, err := s.Management.SystemGroup(ctx, reach, o.ID, management.LearnerManagers)
	if err != nil {
		return err
	}
	var members []access.AccountID
	for _, email := range LearnerManagers() {
		m, err := s.Directory.MembershipByEmail(ctx, o.Realm, o.ID, fold.Email(email))
		if err != nil {
			return err
		}
		members = append(members, m.Account.ID)
	}
	return s.Management.AddMembers(ctx, reach, group, members)
}
