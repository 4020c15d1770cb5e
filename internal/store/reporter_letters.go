package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/mail"
)

// reader is somebody who gets a letter, and the language they read.
type reader struct {
	account access.AccountID
	email   string
	locale  string
}

// fromReaders is what readers are read from: people who can read letters.
const fromReaders = `select a.account_id, a.email, coalesce(a.locale, o.locale) from account a
	join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
	where a.realm_id = $1 and a.status in ('active', 'invited') and a.email is not null and `

func scanReader(row *sql.Rows) (r reader, err error) {
	var id string
	err = row.Scan(&id, &r.email, &r.locale)
	r.account = access.AccountID(id)
	return r, err
}

// tell posts letters about a purchase's reporter into the transaction of their
// cause. Somebody who would get two gets the first. person and before are the
// names that the letters speak of.
func (c *reporterChange) tell(ctx context.Context, letters []license.ReporterLetter, person, before string) error {
	realm := int64(c.actor.Realm)
	var slug, organization, product, company string
	if err := one(ctx, c.tx, `select o.slug, o.name, pr.title, p.company from purchase p
		join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
		join product pr on pr.realm_id = p.realm_id and pr.product_id = p.product_id
		where p.realm_id = $1 and p.purchase_id = $2`, []any{realm, string(c.purchase)}, &slug, &organization, &product, &company); err != nil {
		return err
	}
	facts := map[string]string{"organization": organization, "product": product, "company": company, "person": person, "before": before}
	told := map[access.AccountID]bool{}
	for _, l := range letters {
		if l.Kind == license.LetterLimit {
			m, err := managers(ctx, c.tx, c.actor.Realm, c.place.organization, c.at.UnixMicro())
			if err != nil {
				return err
			}
			facts["count"], facts["limit"] = strconv.Itoa(m.Count), strconv.Itoa(m.Limit)
		}
		to, err := c.readers(ctx, l)
		if err != nil {
			return err
		}
		for _, r := range to {
			if told[r.account] {
				continue
			}
			told[r.account] = true
			m := license.WriteReporterLetter(l.Kind, r.locale, facts, strings.TrimSuffix(c.db.PublicURL, "/")+l.Address(slug, c.purchase))
			m.Realm, m.Organization, m.To, m.Recipient = c.actor.Realm, c.place.organization, r.email, r.account
			m.About = mail.About{Kind: "purchase", ID: string(c.purchase)}
			if err := c.post(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// readers finds who gets a letter.
func (c *reporterChange) readers(ctx context.Context, l license.ReporterLetter) ([]reader, error) {
	if l.Administrators {
		return administratorsOf(ctx, c.tx, c.actor.Realm, c.place)
	}
	return collect(ctx, c.tx, fromReaders+`a.account_id = $2`, []any{int64(c.actor.Realm), string(l.To)}, scanReader)
}

// administratorsOf finds who may appoint reporters everywhere in an
// organization: people of its own, or of the nearest above it that has some.
func administratorsOf(ctx context.Context, q querier, realm access.RealmID, at place) ([]reader, error) {
	roles := []access.RoleKey{}
	for _, r := range access.Presets() {
		if r.Any.Has(access.ReporterAssign) {
			roles = append(roles, r.Key)
		}
	}
	for _, above := range at.path.Ancestors() {
		p := with(int64(realm), string(above))
		extent := "('within', 'beyond')"
		if above != at.path {
			extent = "('beyond')"
		}
		found, err := collect(ctx, q, fromReaders+`a.status = 'active' and exists (select 1 from role_grant g
				join organization n on n.realm_id = g.realm_id and n.organization_id = g.node_organization_id
				where g.realm_id = $1 and n.path = $2 and g.extent in `+extent+` and g.ended_at is null and g.role in `+in(p, roles)+`
				and (g.account_id = a.account_id or g.group_id in (select m.group_id from group_member m where m.realm_id = $1 and m.account_id = a.account_id and m.until_at is null)))
			order by a.account_id`, p.list, scanReader)
		if err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, nil
}
