package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/org"
)

// OpenOrganization reads an organization in the reach, with how many manage in it.
func (db *DB) OpenOrganization(ctx context.Context, reach access.Reach, id org.ID) (org.General, error) {
	var out org.General
	err := db.view(ctx, func(q querier) error {
		realm := reach.Actor().Realm
		var err error
		if out.Organization, err = organizationOf(ctx, q, realm, id); err != nil {
			return err
		}
		if covered, _ := reach.CoversThing(access.Thing{Place: out.Path}); !covered {
			return fault.ErrNotFound
		}
		counted, err := managers(ctx, q, realm, id, db.now().UnixMicro())
		out.Managers = counted.Count
		return err
	})
	return out, err
}

// SetLogo keeps a logo for an organization in the reach; the zero one takes it
// away. The same logo again changes nothing.
func (db *DB) SetLogo(ctx context.Context, reach access.Reach, id org.ID, logo org.Logo) error {
	return unlessNothing(db.change(ctx, func(t *tx) error {
		realm := reach.Actor().Realm
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(realm), string(id)))
		if err != nil {
			return err
		}
		if covered, _ := fresh.CoversThing(access.Thing{Place: at.path}); !covered {
			return fault.ErrNotFound
		}
		was, err := organizationOf(ctx, t, realm, id)
		if err != nil {
			return err
		}
		if was.Brand.Logo == logo.Hash {
			return errNothingToDo
		}
		if err := t.keepLogo(ctx, realm, id, logo); err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: id, Action: "organization.logo_changed", SubjectKind: "organization", SubjectID: string(id),
			Before: map[string]any{"logo": was.Brand.Logo}, After: map[string]any{"logo": logo.Hash},
		})
	}))
}

func (t *tx) keepLogo(ctx context.Context, realm access.RealmID, id org.ID, logo org.Logo) error {
	if _, err := t.exec(ctx, `update organization set logo = $1 where realm_id = $2 and organization_id = $3`, logo.Hash, int64(realm), string(id)); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `delete from organization_logo where realm_id = $1 and organization_id = $2`, int64(realm), string(id)); err != nil || logo.Hash == "" {
		return err
	}
	_, err := t.exec(ctx, `insert into organization_logo (realm_id, organization_id, hash, png, width, height, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		int64(realm), string(id), logo.Hash, logo.PNG, logo.Width, logo.Height, t.db.now().UnixMicro())
	return err
}

// LogoByHash finds a logo by what it is served under; equal ones of several
// organizations are one.
func (db *DB) LogoByHash(ctx context.Context, hash string) (org.Logo, error) {
	logo := org.Logo{Hash: hash}
	err := one(ctx, db.read, `select png, width, height from organization_logo where hash = $1 limit 1`, []any{hash}, &logo.PNG, &logo.Width, &logo.Height)
	return logo, err
}

// house is the organization that a letter comes from, as it is now.
func house(ctx context.Context, q querier, realm access.RealmID, id access.OrgID) (mail.House, error) {
	o, err := organizationOf(ctx, q, realm, id)
	if err != nil {
		return mail.House{}, err
	}
	h := mail.House{Name: o.Name, Address: o.Address, Sender: o.LetterHead.Sender, ReplyTo: o.LetterHead.ReplyTo}
	if o.Brand.Accent != "" {
		h.Accent, h.Ink = string(o.Brand.Accent), string(o.Brand.Accent.Ink())
	}
	return h, nil
}
