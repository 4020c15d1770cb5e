package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/org"
)

// createAccount writes an account with what always comes with one: its learner
// number, its identity, its home and the grant of its base role. Whoever calls
// it has checked the asker's reach and moved the organization's revision.
func (t *tx) createAccount(ctx context.Context, actor access.Actor, o org.Organization, n account.New, home access.Path) (account.Account, error) {
	role, _ := access.Preset(n.Role)
	if err := roleFits(ctx, t, o, role, n.Location); err != nil {
		return account.Account{}, err
	}
	a := account.Account{
		ID: account.ID(access.NewID()), Realm: o.Realm, Organization: o.ID, ExternalID: n.ExternalID, Email: n.Email,
		GivenName: n.Name.Given, FamilyName: n.Name.Family, Name: n.Name.Full(), Status: n.Status, BaseRole: n.Role,
		Location: n.Location, Home: home, Locale: n.Locale, Zone: n.Zone, CreatedAt: t.db.now(),
	}
	if a.Name == "" {
		a.Name = a.Email // an administrator who was invited and has not told their name
	}
	if err := one(ctx, t, `update realm set learners = learners + 1 where realm_id = $1 returning learners`, []any{int64(o.Realm)}, &a.Learner); err != nil {
		return a, err
	}
	if a.Email != "" {
		identity, err := t.identityFor(ctx, a.Email)
		if err != nil {
			return a, err
		}
		a.Identity = identity.ID
	}
	invited := any(nil)
	if a.Status == account.Invited {
		invited = a.CreatedAt.UnixMicro()
	}
	_, err := t.exec(ctx, `insert into account (realm_id, account_id, organization_id, learner, identity_id, external_id, email, email_folded,
			given_name, family_name, name, name_folded, search_text, status, base_role, location_id, home, locale, zone, created_at, invited_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
		int64(a.Realm), string(a.ID), string(a.Organization), int64(a.Learner), orNull(a.Identity), orNull(a.ExternalID), orNull(a.Email), orNull(fold.Email(a.Email)),
		a.GivenName, a.FamilyName, a.Name, fold.Text(a.Name), account.SearchText(n.Name, a.Email, a.ExternalID),
		string(a.Status), string(a.BaseRole), orNull(a.Location), string(a.Home), orNull(a.Locale), orNull(a.Zone), a.CreatedAt.UnixMicro(), invited)
	if err := taken(err); err != nil {
		return a, err
	}
	if _, err := t.exec(ctx, `insert into account_home (realm_id, account_id, from_at, location_id) values ($1, $2, $3, $4)`,
		int64(a.Realm), string(a.ID), a.CreatedAt.UnixMicro(), orNull(a.Location)); err != nil {
		return a, err
	}
	if err := t.grantBaseRole(ctx, actor, a, "created with this role"); err != nil {
		return a, err
	}
	return a, t.audit(ctx, actor, audit.Event{
		Organization: o.ID, Action: "account.created", SubjectKind: "account", SubjectID: string(a.ID),
		After: map[string]any{"role": a.BaseRole, "status": a.Status, "location": a.Location},
	})
}

// grantBaseRole writes the grant that follows from an account's base role. A
// Student has none, nor has a Purchaser, whose access follows from what they bought.
func (t *tx) grantBaseRole(ctx context.Context, actor access.Actor, a account.Account, reason string) error {
	role, _ := access.Preset(a.BaseRole)
	if len(role.Nodes) == 0 || role.Key == access.Purchaser {
		return nil
	}
	if err := t.roomForManager(ctx, a.Realm, a.Organization, a.ID); err != nil {
		return err
	}
	kind, organization, location := access.AtOrganization, any(string(a.Organization)), any(nil)
	if role.Nodes[0] == access.AtLocation {
		kind, organization, location = access.AtLocation, nil, string(a.Location)
	}
	_, err := t.exec(ctx, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, node_location_id,
			extent, from_at, follows_home, given_by, reason)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		int64(a.Realm), access.NewID(), string(a.Organization), string(a.ID), string(a.BaseRole), string(kind), organization, location,
		role.Extent.String(), t.db.now().UnixMicro(), true, byWhom(actor), reason)
	return err
}

// byWhom is how a grant keeps who gave or ended it: the id of an account, or
// the name of a piece of the system.
func byWhom(actor access.Actor) string {
	if actor.Account != "" {
		return string(actor.Account)
	}
	return actor.System
}
