package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
)

// MoveAccount places somebody elsewhere in their organization, with the base
// role that goes with them.
func (db *DB) MoveAccount(ctx context.Context, reach access.Reach, id account.ID, to access.LocationID, reason, seen string) error {
	return db.change(ctx, func(t *tx) error {
		a, o, fresh, err := t.touchAccount(ctx, reach, id)
		if err != nil || a.Location == to {
			return err
		}
		home, err := mayPlace(ctx, t, fresh, a, o, to)
		if err != nil {
			return err
		}
		if seen != "" {
			effect, err := weighMove(ctx, t, fresh, a, to, home)
			if err == nil {
				err = effect.Confirmed(seen)
			}
			if err != nil {
				return err
			}
		}
		return t.place(ctx, reach.Actor(), a, to, home, reason)
	})
}

// mayPlace tells where a location is, and whether the asker may place somebody
// there with the base role that they have.
func mayPlace(ctx context.Context, q querier, reach access.Reach, a account.Account, o org.Organization, to access.LocationID) (access.Path, error) {
	home, err := homeOf(ctx, q, o, to)
	if err != nil {
		return "", err
	}
	if covered, _ := reach.CoversThing(access.Thing{Place: home}); !covered {
		return "", errNoSuchPlace
	}
	role, _ := access.Preset(a.BaseRole)
	if to == "" && account.ForLocation(role) {
		return "", account.ErrNeedsPlace
	}
	if err := account.MayGive(reach, role, account.NodeOf(role, o.Path, home)); err != nil {
		return "", err
	}
	return home, mayShow(ctx, q, reach, a, home)
}

// mayShow refuses to place somebody where others, or the asker themselves, get
// more over them than the asker has where they are now (I-06).
func mayShow(ctx context.Context, q querier, reach access.Reach, a account.Account, home access.Path) error {
	p := with(int64(a.Realm))
	there, err := grants(ctx, q, "role_grant g", `(n.path in `+in(p, home.Ancestors())+` or l.path in `+in(p, home.Ancestors())+`)
		and g.ended_at is null and (g.until_at is null or g.until_at > `+p.put(reach.At().UnixMicro())+`)`, p)
	if err != nil {
		return err
	}
	asked := map[access.RoleKey]bool{}
	for _, g := range there {
		lo, hi := g.Extent.Range(g.Node.Path)
		gains := lo <= home && home < hi && (a.Home < lo || hi <= a.Home)
		if !gains || asked[g.Role.Key] || g.FollowsHome && g.Holder == a.ID {
			continue
		}
		asked[g.Role.Key] = true
		if management.MayHandOn(reach, access.Grant{Role: g.Role, Node: access.Node{Path: a.Home}, Extent: access.Here}) != nil {
			return location.ErrMoreThanOwn
		}
	}
	return nil
}

// place writes where somebody is from now on.
func (t *tx) place(ctx context.Context, actor access.Actor, a account.Account, to access.LocationID, home access.Path, reason string) error {
	now := t.db.now().UnixMicro()
	for _, change := range []struct {
		query string
		args  []any
	}{
		{`update account set location_id = $3, home = $4 where realm_id = $1 and account_id = $2`, []any{orNull(to), string(home)}},
		{`update account_home set until_at = case when from_at > $3 then from_at else $3 end where realm_id = $1 and account_id = $2 and until_at is null`, []any{now}},
		{`insert into account_home (realm_id, account_id, from_at, location_id) values ($1, $2, $3, $4)
			on conflict (realm_id, account_id, from_at) do update set location_id = excluded.location_id, until_at = null`, []any{now, orNull(to)}},
	} {
		if _, err := t.exec(ctx, change.query, append([]any{int64(a.Realm), string(a.ID)}, change.args...)...); err != nil {
			return err
		}
	}
	from := a.Location
	a.Location, a.Home = to, home
	if role, _ := access.Preset(a.BaseRole); account.ForLocation(role) {
		if err := t.endBaseGrant(ctx, actor, a, "moved"); err != nil {
			return err
		}
		if err := t.grantBaseRole(ctx, actor, a, "moved with its holder"); err != nil {
			return err
		}
	}
	return t.audit(ctx, actor, audit.Event{
		Organization: a.Organization, Action: "account.moved", SubjectKind: "account", SubjectID: string(a.ID),
		Before: map[string]any{"location": from}, After: map[string]any{"location": to}, Reason: reason,
	})
}
