package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
)

// historyPage is how many events a page of a history has.
const historyPage = 50

// History lists what happened to a purchase of the reach, the newest first. Of
// somebody else's address nothing is said: events hold ids, and a name is told
// of accounts only, as the audit log tells it: people of the organization that
// sold are named, those of one above it are not.
func (db *DB) History(ctx context.Context, reach access.Reach, id license.PurchaseID, after license.Cursor) (license.HistoryPage, error) {
	var page license.HistoryPage
	realm := int64(reach.Actor().Realm)
	err := db.view(ctx, func(q querier) error {
		p := with(realm, string(id))
		var found, seller string
		if err := one(ctx, q, `select p.purchase_id, p.organization_id from purchase p join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
			where p.realm_id = $1 and p.purchase_id = $2 and `+visiblePurchase(reach, p), p.list, &found, &seller); err != nil {
			return err
		}
		list, err := cursorsOf(ctx, q, reach, "purchase history", found)
		if err != nil {
			return err
		}
		from, err := rowAfter(list, string(after))
		if err != nil {
			return err
		}
		p = with(realm, found)
		named := nameable(reach, "a", seller, p)
		where := ""
		if !from.none {
			where = ` and (e.at, e.event_id) < (` + p.put(from.at) + `, ` + p.put(from.id) + `)`
		}
		var ids []string
		page.Items, err = collect(ctx, q, `select e.event_id, e.at, e.action, coalesce(a.account_id, ''), coalesce(a.name, ''), e.actor_id is not null and a.account_id is null, e.actor_system, e.before_json, e.after_json, e.reason
			from audit_event e left join account a on a.realm_id = e.realm_id and a.account_id = e.actor_id and `+named+`
			where e.realm_id = $1 and e.subject_kind = 'purchase' and e.subject_id = $2`+where+` order by e.at desc, e.event_id desc limit `+p.put(historyPage+1), p.list,
			func(row *sql.Rows) (license.Happening, error) {
				var h license.Happening
				var event, by, before, after string
				var at int64
				if err := row.Scan(&event, &at, &h.Action, &by, &h.By.Name, &h.Hidden, &h.System, &before, &after, &h.Reason); err != nil {
					return h, err
				}
				ids = append(ids, event)
				h.At, h.By.Account = time.UnixMicro(at).UTC(), access.AccountID(by)
				h.Before, h.After = valuesOf(before), valuesOf(after)
				return h, nil
			})
		if err != nil {
			return err
		}
		if len(page.Items) > historyPage {
			page.Items = page.Items[:historyPage]
			last := historyPage - 1
			page.Next = license.Cursor(list.After(strconv.FormatInt(page.Items[last].At.UnixMicro(), 10), ids[last]))
		}
		return nameThose(ctx, q, reach, seller, page.Items)
	})
	return page, err
}

// valuesOf reads what an event kept; nothing where it kept something else.
func valuesOf(text string) map[string]any {
	var out map[string]any
	if json.Unmarshal([]byte(text), &out) != nil {
		return nil
	}
	return out
}

// nameable is the condition that the reader of a purchase's history is told of
// an account: it belongs to the organization that sold, or they see it anyway.
func nameable(reach access.Reach, a, seller string, p *params) string {
	return "(" + a + ".organization_id = " + p.put(seller) + " or " + visible(reach, a, p) + ")"
}

// nameThose fills in whom the events were about, as far as the reader is told.
func nameThose(ctx context.Context, q querier, reach access.Reach, seller string, items []license.Happening) error {
	p := with(int64(reach.Actor().Realm))
	var ids []string
	for i := range items {
		for _, values := range []map[string]any{items[i].After, items[i].Before} {
			for _, key := range []string{"reporter", "account", "buyer"} {
				if id, ok := values[key].(string); ok && id != "" && items[i].Whom.Account == "" {
					items[i].Whom.Account = access.AccountID(id)
					ids = append(ids, id)
				}
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	names := map[access.AccountID]string{}
	err := each(ctx, q, `select a.account_id, a.name from account a where a.realm_id = $1 and a.account_id in `+in(p, ids)+` and `+nameable(reach, "a", seller, p), p.list, func(row *sql.Rows) error {
		var id, name string
		err := row.Scan(&id, &name)
		names[access.AccountID(id)] = name
		return err
	})
	for i := range items {
		whom := &items[i].Whom
		name, told := names[whom.Account]
		if whom.Name = name; !told {
			whom.Account = ""
		}
	}
	return err
}
