package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
)

// ConditionsOf tells what an organization has that base roles depend on.
func (db *DB) ConditionsOf(ctx context.Context, realm access.RealmID, id access.OrgID) (org.Organization, account.Conditions, error) {
	var o org.Organization
	var c account.Conditions
	err := db.view(ctx, func(q querier) error {
		var err error
		if o, err = organizationOf(ctx, q, realm, id); err != nil {
			return err
		}
		c, err = conditionsOf(ctx, q, o)
		return err
	})
	return o, c, err
}

// conditionsOf does so for an organization that was read. No shop can be
// connected yet, so that nobody is made a Purchaser by hand (M-204).
func conditionsOf(ctx context.Context, q querier, o org.Organization) (account.Conditions, error) {
	c := account.Conditions{Locations: o.Locations, Hierarchies: o.Hierarchies, Clients: o.MayHaveClients}
	if c.Clients {
		return c, nil
	}
	err := one(ctx, q, `select exists (select 1 from organization where realm_id = $1 and parent_id = $2)`, []any{int64(o.Realm), string(o.ID)}, &c.Clients)
	return c, err
}

// roleFits tells whether an organization, and somebody placed there, meet what
// a base role requires (M-230 to M-235).
func roleFits(ctx context.Context, q querier, o org.Organization, role access.Role, location access.LocationID) error {
	c, err := conditionsOf(ctx, q, o)
	if err != nil {
		return err
	}
	return c.Fits(role, location)
}

// inCare finds an account that is not gone and lies in the reach; the organization too.
func inCare(ctx context.Context, q querier, reach access.Reach, id account.ID) (account.Membership, error) {
	m, err := membership(ctx, q, `where a.realm_id = $1 and a.account_id = $2 and a.status <> 'erased'`, int64(reach.Actor().Realm), string(id))
	if err != nil {
		return m, err
	}
	if covered, _ := reach.CoversThing(access.Thing{Place: m.Account.Home}); !covered {
		return account.Membership{}, fault.ErrNotFound
	}
	return m, nil
}

// notAbove refuses what concerns somebody who stands above the asker: by their
// base role, or by any role over a place that the asker could not give (M-207).
func notAbove(ctx context.Context, q querier, reach access.Reach, m account.Membership) error {
	present, _ := access.Preset(m.Account.BaseRole)
	if account.MayGive(reach, present, account.NodeOf(present, m.Organization.Path, m.Account.Home)) != nil {
		return account.ErrAbove
	}
	held, err := liveGrants(ctx, q, reach, m.Account.ID)
	if err != nil {
		return err
	}
	for _, g := range held {
		placed := g.Node.Kind == access.AtOrganization || g.Node.Kind == access.AtLocation
		if placed && !g.FollowsHome && management.MayHandOn(reach, g) != nil {
			return account.ErrAbove
		}
	}
	return nil
}

// holdsNoMore refuses what would hand everything that an account holds to
// somebody else, where the asker could not give each part of it (I-06).
func holdsNoMore(ctx context.Context, q querier, reach access.Reach, m account.Membership) error {
	held, err := liveGrants(ctx, q, reach, m.Account.ID)
	if err != nil {
		return err
	}
	var bought bool
	if err := one(ctx, q, `select exists (select 1 from purchase where realm_id = $1 and buyer_id = $2)`,
		[]any{int64(m.Account.Realm), string(m.Account.ID)}, &bought); err != nil {
		return err
	}
	if bought { // also of an account that is suspended now and opened again later
		buyer, _ := access.Preset(access.Buyer)
		held = append(held, access.Grant{Role: buyer, Node: access.Node{Path: m.Organization.Path}})
	}
	for _, g := range held {
		if !g.FollowsHome && management.MayHandOn(reach, g) != nil {
			return account.ErrTheirAddress
		}
	}
	return nil
}

// liveGrants are what an account holds now or will, whatever its status.
func liveGrants(ctx context.Context, q querier, reach access.Reach, id account.ID) ([]access.Grant, error) {
	held, err := heldBySome(ctx, q, reach.Actor().Realm, []access.AccountID{id})
	if err != nil {
		return nil, err
	}
	var out []access.Grant
	for _, g := range held[id] {
		over := func(until, ended bool) bool { return until || ended }
		if over(!g.Until.IsZero() && !g.Until.After(reach.At()), !g.Ended.IsZero()) || g.Via != nil && !g.Via.Until.IsZero() && !g.Via.Until.After(reach.At()) {
			continue
		}
		out = append(out, g)
	}
	return out, nil
}

// touchAccount begins a change of what an account may do: it moves the
// organization's revision, decides the asker's reach again and tells whether
// the account, as it stands now, lies in it and not above the asker.
func (t *tx) touchAccount(ctx context.Context, reach access.Reach, id account.ID) (account.Account, org.Organization, access.Reach, error) {
	_, fresh, err := t.changeAccess(ctx, reach, whoIs, with(int64(reach.Actor().Realm), string(id)))
	if err != nil {
		return account.Account{}, org.Organization{}, fresh, err
	}
	m, err := inCare(ctx, t, fresh, id)
	if err == nil {
		err = notAbove(ctx, t, fresh, m)
	}
	return m.Account, m.Organization, fresh, err
}

// careFor begins a change that concerns an account and not what it may do.
func (t *tx) careFor(ctx context.Context, reach access.Reach, id account.ID) (account.Membership, error) {
	fresh, err := t.decideAgain(ctx, reach)
	if err != nil {
		return account.Membership{}, err
	}
	m, err := inCare(ctx, t, fresh, id)
	if err == nil {
		err = notAbove(ctx, t, fresh, m)
	}
	return m, err
}

// ManagedAccount opens an account for those who look after it.
func (db *DB) ManagedAccount(ctx context.Context, reach access.Reach, id account.ID) (account.Managed, error) {
	var out account.Managed
	err := db.view(ctx, func(q querier) error {
		m, err := inCare(ctx, q, reach, id)
		if err != nil {
			return err
		}
		out = account.Managed{Account: m.Account, Organization: m.Organization, Self: reach.Actor().Account == id}
		switch err := notAbove(ctx, q, reach, m); {
		case fault.KindOf(err) == fault.Forbidden:
			out.Above = true
		case err != nil:
			return err
		}
		c, err := conditionsOf(ctx, q, m.Organization)
		if err != nil {
			return err
		}
		if !out.Above {
			out.Offered = account.Offered(reach, c, m.Organization.Path, m.Account.Home)
		}
		var invited sql.NullInt64
		err = one(ctx, q, `select coalesce(l.name, ''), i.password_hash is not null, a.invited_at from account a
			left join location l on l.realm_id = a.realm_id and l.location_id = a.location_id
			left join identity i on i.identity_id = a.identity_id
			where a.realm_id = $1 and a.account_id = $2`, []any{int64(m.Account.Realm), string(id)}, &out.LocationName, &out.HasPassword, &invited)
		out.InvitedAt = instant(invited)
		return err
	})
	return out, err
}

// AccountStandings tells how those of some accounts stand that lie in the reach.
func (db *DB) AccountStandings(ctx context.Context, reach access.Reach, ids []account.ID) (map[account.ID]account.Standing, error) {
	out := make(map[account.ID]account.Standing, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	p := with(int64(reach.Actor().Realm))
	where := `a.account_id in ` + in(p, ids) + ` and ` + visible(reach, "a", p)
	err := each(ctx, db.read, `select a.account_id, a.base_role, a.status from account a where a.realm_id = $1 and `+where, p.list, func(row *sql.Rows) error {
		var id account.ID
		var s account.Standing
		err := row.Scan(&id, &s.Role, &s.Status)
		out[id] = s
		return err
	})
	return out, err
}
