package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
)

// fromLibrary is what libraryColumns are read from: what the asker's own
// organization has, where the reach holds all of that organization's learners
// or some of them. The realm is $1.
const fromLibrary = ` from product pr
	join organization o on o.realm_id = pr.realm_id and o.organization_id = pr.organization_id
	left join activity ac on ac.realm_id = pr.realm_id and ac.activity_id = pr.product_id
	where pr.realm_id = $1 and `

const libraryColumns = `pr.product_id, coalesce(pr.external_id, ''), pr.organization_id, pr.title, pr.title_folded, pr.revision, pr.kind = 'program',
	coalesce(ac.activity, 0), coalesce(ac.kind, ''), coalesce(ac.minutes, 0), coalesce(ac.url, ''), coalesce(ac.self_complete, pr.kind <> pr.kind),
	(select count(*) from program_activity pa where pa.realm_id = $1 and pa.program_id = pr.product_id and pa.until_at is null)`

// libraryRow is an item with the title that lists are ordered by.
type libraryRow struct {
	content.Item
	folded string
}

func scanLibrary(row *sql.Rows) (libraryRow, error) {
	var out libraryRow
	var id, organization, kind string
	err := row.Scan(&id, &out.ExternalID, &organization, &out.Title, &out.folded, &out.Revision, &out.Program,
		&out.No, &kind, &out.Minutes, &out.URL, &out.SelfComplete, &out.Size)
	out.ID, out.Organization, out.Kind = content.ProductID(id), access.OrgID(organization), content.Kind(kind)
	return out, err
}

// Library lists a page of what the asker's organization has, by title.
func (db *DB) Library(ctx context.Context, reach access.Reach, query content.LibraryQuery) (content.LibraryPage, error) {
	var page content.LibraryPage
	p := with(int64(reach.Actor().Realm))
	where := "pr.organization_id = " + p.put(string(reach.Actor().Organization)) + " and " + organizationsOf(reach, "o", p)
	switch query.Kind {
	case "":
	case content.ProgramKind:
		where += " and pr.kind = 'program'"
	default:
		where += " and ac.kind = " + p.put(string(query.Kind))
	}
	if q := fold.Text(query.Q); q != "" {
		has := db.dialect.contains
		where += " and (" + has("pr.title_folded", p.put(q)) + " or " + has("coalesce(pr.external_id, '')", p.put(query.Q)) + ")"
	}
	total := *p
	count := `select count(*)` + fromLibrary + where
	if query.Cursor != "" {
		folded, id, err := query.Cursor.Entry()
		if err != nil {
			return page, err
		}
		where += " and (pr.title_folded, pr.product_id) > (" + p.put(folded) + ", " + p.put(string(id)) + ")"
	}
	where += " order by pr.title_folded, pr.product_id limit " + p.put(query.Size()+1)
	var rows []libraryRow
	err := db.view(ctx, func(q querier) error {
		if err := one(ctx, q, count, total.list, &page.Total); err != nil {
			return err
		}
		var err error
		rows, err = collect(ctx, q, `select `+libraryColumns+fromLibrary+where, p.list, scanLibrary)
		return err
	})
	if err == nil && len(rows) > query.Size() {
		rows = rows[:query.Size()]
		last := rows[len(rows)-1]
		page.Next = content.CursorAfter(last.folded, last.ID)
	}
	for _, row := range rows {
		page.Items = append(page.Items, row.Item)
	}
	return page, err
}

// LibraryItem reads one entry with its parts, and counts who holds it.
func (db *DB) LibraryItem(ctx context.Context, reach access.Reach, id content.ProductID) (content.Item, error) {
	var out content.Item
	err := db.view(ctx, func(q querier) error {
		p := with(int64(reach.Actor().Realm), string(id))
		found, err := collect(ctx, q, `select `+libraryColumns+fromLibrary+`pr.product_id = $2 and `+organizationsOf(reach, "o", p), p.list, scanLibrary)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fault.ErrNotFound
		}
		out = found[0].Item
		if out.Parts, err = partsOf(ctx, q, reach.Actor().Realm, id); err != nil {
			return err
		}
		var zone string
		if err := one(ctx, q, `select zone from organization where realm_id = $1 and organization_id = $2`,
			[]any{int64(reach.Actor().Realm), string(out.Organization)}, &zone); err != nil {
			return err
		}
		return one(ctx, q, `select (select count(*) from purchase p where p.realm_id = $1 and p.organization_id = $2 and p.product_id = $3),
				(select count(distinct s.learner) from purchase p join seat s on s.realm_id = p.realm_id and s.purchase_id = p.purchase_id
					where p.realm_id = $1 and p.organization_id = $2 and p.product_id = $3 and s.state = 'redeemed' and (s.access_until is null or s.access_until >= $4))`,
			[]any{int64(reach.Actor().Realm), string(out.Organization), string(id), int64(day.Of(reach.At(), day.ZoneOr(zone)))},
			&out.Purchases, &out.Holders)
	})
	return out, err
}

// partsOf lists what a program has now, in its order.
func partsOf(ctx context.Context, q querier, realm access.RealmID, program content.ProductID) ([]content.InItem, error) {
	return collect(ctx, q, `select pr.product_id, pr.title, ac.kind, pa.required from program_activity pa
		join activity ac on ac.realm_id = pa.realm_id and ac.activity = pa.activity
		join product pr on pr.realm_id = ac.realm_id and pr.product_id = ac.activity_id
		where pa.realm_id = $1 and pa.program_id = $2 and pa.until_at is null order by pa.position, pa.activity`,
		[]any{int64(realm), string(program)}, func(row *sql.Rows) (content.InItem, error) {
			var part content.InItem
			var id, kind string
			err := row.Scan(&id, &part.Title, &kind, &part.Required)
			part.ID, part.Kind = content.ProductID(id), content.Kind(kind)
			return part, err
		})
}
