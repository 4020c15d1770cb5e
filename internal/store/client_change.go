package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/org"
)

// CreateClient creates an organization below another that lies in the reach.
func (db *DB) CreateClient(ctx context.Context, reach access.Reach, o org.Organization) (org.Organization, error) {
	err := db.change(ctx, func(t *tx) error {
		var err error
		o, _, err = t.createClient(ctx, reach, o)
		return err
	})
	return o, err
}

// FoundClient does so and invites its first administrator by letter.
func (db *DB) FoundClient(ctx context.Context, reach access.Reach, f account.Founding) (account.Membership, error) {
	var m account.Membership
	err := db.change(ctx, func(t *tx) error {
		o, fresh, err := t.createClient(ctx, reach, f.Organization)
		if err != nil {
			return err
		}
		role, _ := access.Preset(f.Role)
		if err := account.MayGive(fresh, role, o.Path); err != nil {
			return err
		}
		n := account.New{Organization: o.ID, Name: f.Name, Email: f.Email, Role: f.Role, Status: account.Invited}
		a, err := t.createAccount(ctx, reach.Actor(), o, n, o.Path)
		if err != nil {
			return err
		}
		m = account.Membership{Account: a, Organization: o}
		return t.enqueue(ctx, o.Realm, account.InvitationJob, account.Invitation{Realm: o.Realm, Account: a.ID})
	})
	return m, err
}

// createClient creates an organization and gives the reach as it is by then.
func (t *tx) createClient(ctx context.Context, reach access.Reach, o org.Organization) (org.Organization, access.Reach, error) {
	realm := reach.Actor().Realm
	at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(realm), string(o.Parent)))
	if err != nil {
		return o, fresh, err
	}
	parent, err := organizationOf(ctx, t, realm, at.organization)
	if err != nil {
		return o, fresh, err
	}
	if covered, owned := fresh.CoversThing(access.Thing{Place: parent.Path}); !covered || owned {
		return o, fresh, fault.ErrNotFound
	}
	switch {
	case !parent.MayHaveClients:
		return o, fresh, org.ErrNoClients
	case parent.Status == org.Ended:
		return o, fresh, org.ErrClientEnded
	}
	var no int64
	if err := one(ctx, t, `update realm set nodes = nodes + 1 where realm_id = $1 returning nodes`, []any{int64(realm)}, &no); err != nil {
		return o, fresh, err
	}
	o.Realm, o.Path = realm, parent.Path.Organization(no)
	o, err = t.insertOrganization(ctx, reach.Actor(), o)
	return o, fresh, err
}

// ChangeClient changes what a master decides about a client.
func (db *DB) ChangeClient(ctx context.Context, reach access.Reach, id org.ID, change org.ClientChange) (org.Organization, []org.Holder, error) {
	var out org.Organization
	var held []org.Holder
	err := db.change(ctx, func(t *tx) error {
		held = nil
		was, err := t.touchClient(ctx, reach, id)
		if err != nil {
			return err
		}
		if change.Version != "" && change.Version != was.ClientVersion() {
			return org.ErrStale
		}
		before, after := map[string]any{}, map[string]any{}
		out = was
		settle(before, after, "name", &out.Name, change.Name)
		settle(before, after, "client_id", &out.ClientID, change.ClientID)
		settle(before, after, "expires_on", &out.ExpiresOn, change.ExpiresOn)
		settle(before, after, "may_have_clients", &out.MayHaveClients, change.MayHaveClients)
		if len(after) == 0 {
			return errNothingToDo
		}
		if was.MayHaveClients && !out.MayHaveClients {
			if held, err = t.mayStopHavingClients(ctx, was); err != nil {
				return err
			}
		}
		_, err = t.exec(ctx, `update organization set name = $1, name_folded = $2, client_id = $3, client_id_folded = $4, expires_on = $5, may_have_clients = $6
			where realm_id = $7 and organization_id = $8`,
			out.Name, fold.Text(out.Name), orNull(out.ClientID), orNull(fold.Text(out.ClientID)), dayOrNull(out.ExpiresOn), out.MayHaveClients, int64(out.Realm), string(id))
		if err := takenBy(err); err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: id, Action: "organization.client_changed", SubjectKind: "organization", SubjectID: string(id), Before: before, After: after,
		})
	})
	return out, held, unlessNothing(err)
}

// mayStopHavingClients refuses while there are clients, or people whose role is
// about them; the latter are listed.
func (t *tx) mayStopHavingClients(ctx context.Context, o org.Organization) ([]org.Holder, error) {
	var some bool
	if err := one(ctx, t, `select exists (select 1 from organization where realm_id = $1 and parent_id = $2)`, []any{int64(o.Realm), string(o.ID)}, &some); err != nil {
		return nil, err
	}
	if some {
		return nil, org.ErrHasClients
	}
	held, err := t.masters(ctx, o)
	if err == nil && len(held) > 0 {
		err = org.ErrHasMasters
	}
	return held, err
}

// ChangeClientStatus suspends a client, opens it again or ends it.
func (db *DB) ChangeClientStatus(ctx context.Context, reach access.Reach, id org.ID, to org.Status, reason string) (org.Organization, error) {
	var out org.Organization
	err := db.change(ctx, func(t *tx) error {
		was, err := t.touchClient(ctx, reach, id)
		if err != nil {
			return err
		}
		out = was
		if was.Status == to {
			return errNothingToDo
		}
		out.Status, out.StatusReason, out.StatusAt = to, reason, t.db.now()
		if _, err := t.exec(ctx, `update organization set status = $1, status_reason = $2, status_at = $3 where realm_id = $4 and organization_id = $5`,
			string(to), reason, out.StatusAt.UnixMicro(), int64(out.Realm), string(id)); err != nil {
			return err
		}
		action := "organization.reopened"
		switch to {
		case org.Suspended:
			action = "organization.suspended"
		case org.Ended:
			action = "organization.ended"
		}
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: id, Action: action, SubjectKind: "organization", SubjectID: string(id),
			Before: map[string]any{"status": was.Status}, After: map[string]any{"status": to}, Reason: reason,
		})
	})
	return out, unlessNothing(err)
}

// takenBy says which of an organization's names another one has already.
func takenBy(err error) error {
	switch {
	case breaks(err, ruleUnique, "slug"):
		return org.ErrSlugTaken
	case breaks(err, ruleUnique, "client_id"):
		return org.ErrClientIDTaken
	case breaks(err, ruleUnique, "name"):
		return org.ErrNameTaken
	}
	return err
}
