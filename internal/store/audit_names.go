package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
)

// AuditNames says what ids stand for. What lies outside the reach is marked as
// hidden and its name is not read; what is unknown is left out. The asker and
// their own organization are named also while they work in a client, which
// neither lies in.
func (db *DB) AuditNames(ctx context.Context, reach access.Reach, ids []string) (map[string]audit.Name, error) {
	out := make(map[string]audit.Name, len(ids))
	const atOnce = 200
	for chunk := range slices.Chunk(ids, atOnce) {
		p := with(int64(reach.Actor().Realm))
		these := in(p, chunk)
		placed := visibleThing(reach, thing{place: "o.path"}, p)
		self := "x.account_id = " + p.put(string(reach.Actor().Account))
		own := "o.organization_id = " + p.put(string(reach.Actor().Own()))
		home := ` join organization o on o.realm_id = x.realm_id and o.organization_id = x.organization_id`
		parts := []string{
			nameOf("account", "x.account_id", "x.name", "account x", either([]string{visible(reach, "x", p), self}), these),
			nameOf("organization", "o.organization_id", "o.name", "organization o", either([]string{placed, own}), these),
			nameOf("location", "x.location_id", "x.name", "location x", visibleThing(reach, thing{place: "x.path"}, p), these),
			nameOf("purchase", "x.purchase_id", "x.company || ' · ' || pr.title", "purchase x join product pr on pr.realm_id = x.realm_id and pr.product_id = x.product_id"+home, placed, these),
			nameOf("product", "x.product_id", "x.title", "product x"+home, placed, these),
			nameOf("group", "x.group_id", "x.name", "acting_group x"+home, placed, these),
			nameOf("policy", "x.policy_id", "x.name", "policy x"+home, placed, these),
			nameOf("team", "x.team_id", "x.name", "team x"+home, placed, these),
			nameOf("role", "x.role_id", "x.name", "custom_role x"+home, placed, these),
			nameOf("deal", "x.deal_id", "x.name", "deal x"+home, placed, these),
			nameOf("report_view", "x.view_id", "x.name", "report_view x"+home, placed, these),
			nameOf("seat", "x.seat_id", "coalesce(b.name, '')", "seat x left join account b on b.realm_id = x.realm_id and b.account_id = x.account_id"+home, placed, these),
			nameOf("token", "x.token_id", "x.name", "api_token x join account b on b.realm_id = x.realm_id and b.account_id = x.account_id", visible(reach, "b", p), these),
		}
		err := each(ctx, db.read, strings.Join(parts, " union all "), p.list, func(row *sql.Rows) error {
			var n audit.Name
			var seen int
			if err := row.Scan(&n.Kind, &n.ID, &n.Name, &seen); err != nil {
				return err
			}
			n.Hidden = seen == 0
			out[n.ID] = n
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// nameOf reads ids of one kind with their names, where these are to be seen.
func nameOf(kind, id, name, from, seen, these string) string {
	alias := id[:strings.Index(id, ".")]
	return `select '` + kind + `', ` + id + `, case when ` + seen + ` then ` + name + ` else '' end, case when ` + seen + ` then 1 else 0 end
		from ` + from + ` where ` + alias + `.realm_id = $1 and ` + id + ` in ` + these
}
