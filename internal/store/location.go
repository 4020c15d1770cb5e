package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/location"
)

var _ location.Store = (*DB)(nil)

// CursorKey reads the key that cursors are signed with.
func (db *DB) CursorKey(ctx context.Context) ([]byte, error) { return cursorKey(ctx, db.read) }

// LocationSettings reads the two switches of the asker's organization.
func (db *DB) LocationSettings(ctx context.Context, reach access.Reach) (location.Settings, error) {
	o, err := organizationOf(ctx, db.read, reach.Actor().Realm, reach.Actor().Organization)
	return location.Settings{Locations: o.Locations, Hierarchies: o.Hierarchies}, err
}

// locationColumns are read from location under the alias l, with its type under y.
const locationColumns = `l.location_id, l.organization_id, coalesce(l.parent_id, ''), l.path, l.name, l.name_folded, coalesce(l.external_id, ''),
	coalesce(l.type_id, ''), coalesce(y.name, ''), l.retired_at, coalesce(l.merged_into, '')`

const fromLocation = ` from location l left join location_type y on y.realm_id = l.realm_id and y.type_id = l.type_id where l.realm_id = $1 and `

// locationRow is a location with the name that lists are ordered by.
type locationRow struct {
	location.Found
	folded string
}

func (r *locationRow) into(more ...any) func(row *sql.Rows) error {
	return func(row *sql.Rows) error {
		var id, organization, parent, path, kind, merged string
		var retired sql.NullInt64
		err := row.Scan(append([]any{&id, &organization, &parent, &path, &r.Name, &r.folded, &r.ExternalID, &kind, &r.TypeName, &retired, &merged}, more...)...)
		r.ID, r.Organization, r.Parent, r.Path = location.ID(id), access.OrgID(organization), location.ID(parent), access.Path(path)
		r.Type, r.RetiredAt, r.MergedInto = location.TypeID(kind), instant(retired), location.ID(merged)
		return err
	}
}

// Locations lists a page of what the organization that is asked in has, by name,
// with one row more where there are more, and where each row stands in the list.
func (db *DB) Locations(ctx context.Context, reach access.Reach, query location.Query, after location.Position) ([]location.Found, []location.Position, error) {
	p := with(int64(reach.Actor().Realm), string(reach.Actor().Organization))
	where := `l.organization_id = $2`
	if query.Clients && reachesClients(reach) {
		where = `(l.organization_id = $2 or l.organization_id in (select k.organization_id from organization k where k.realm_id = $1 and ` + visibleThing(reach, thing{place: "k.path"}, p) + `))`
	}
	where += ` and l.retired_at is null and ` + visibleThing(reach, thing{place: "l.path"}, p)
	switch {
	case query.Q != "":
		where += ` and (` + db.dialect.contains("l.name_folded", p.put(fold.Text(query.Q))) + ` or l.external_id = ` + p.put(query.Q) + `)`
	case query.Below != "":
		where += ` and l.parent_id = ` + p.put(string(query.Below))
	default:
		where += ` and ` + topmost(reach, p)
	}
	if after.ID != "" {
		where += ` and (l.name_folded, l.location_id) > (` + p.put(after.Folded) + `, ` + p.put(string(after.ID)) + `)`
	}
	children := `(select count(*) from location c where c.realm_id = $1 and c.organization_id = l.organization_id and c.parent_id = l.location_id and c.retired_at is null
		and ` + visibleThing(reach, thing{place: "c.path"}, p) + `)`
	where += ` order by l.name_folded, l.location_id limit ` + p.put(query.Size()+1)
	var out []location.Found
	var at []location.Position
	err := db.view(ctx, func(q querier) error {
		rows, err := collect(ctx, q, `select `+locationColumns+`, `+children+fromLocation+where, p.list, func(row *sql.Rows) (r locationRow, err error) {
			err = r.into(&r.Children)(row)
			return r, err
		})
		if err != nil {
			return err
		}
		for _, r := range rows {
			out, at = append(out, r.Found), append(at, location.Position{Folded: r.folded, ID: r.ID})
		}
		if err := clientsOf(ctx, q, reach, out); err != nil || query.Q == "" {
			return err
		}
		return trails(ctx, q, reach, out)
	})
	return out, at, err
}

// reachesClients tells whether a reach goes beyond the organization one asks in.
func reachesClients(reach access.Reach) bool {
	for _, b := range reach.Blocks() {
		if b.IsRange() && !b.Own {
			own := b.Lo.OrganizationPath()
			if _, hi := access.Within.Range(own); b.Lo == own && b.Hi > hi {
				return true
			}
		}
	}
	return false
}

// clientsOf names the organizations of those locations that are a client's.
func clientsOf(ctx context.Context, q querier, reach access.Reach, found []location.Found) error {
	var clients []access.OrgID
	for _, f := range found {
		if f.Organization != reach.Actor().Organization && !slices.Contains(clients, f.Organization) {
			clients = append(clients, f.Organization)
		}
	}
	if len(clients) == 0 {
		return nil
	}
	named := map[access.OrgID]string{}
	p := with(int64(reach.Actor().Realm))
	err := each(ctx, q, `select k.organization_id, k.name from organization k where k.realm_id = $1 and k.organization_id in `+in(p, clients), p.list, func(row *sql.Rows) error {
		var id, name string
		err := row.Scan(&id, &name)
		named[access.OrgID(id)] = name
		return err
	})
	for i := range found {
		found[i].Client = named[found[i].Organization]
	}
	return err
}

// EachLocation reads the locations in use of the organization that is asked in,
// parents before what lies below them.
func (db *DB) EachLocation(ctx context.Context, reach access.Reach, do func(location.Line) error) error {
	p := with(int64(reach.Actor().Realm), string(reach.Actor().Organization))
	seen := visibleThing(reach, thing{place: "l.path"}, p)
	n := 0
	return each(ctx, db.read, `select coalesce(l.external_id, l.location_id), l.name, coalesce(u.external_id, u.location_id, ''), coalesce(y.name, '') from location l
		left join location u on u.realm_id = l.realm_id and u.location_id = l.parent_id and `+visibleThing(reach, thing{place: "u.path"}, p)+`
		left join location_type y on y.realm_id = l.realm_id and y.type_id = l.type_id
		where l.realm_id = $1 and l.organization_id = $2 and l.retired_at is null and `+seen+` order by l.path`, p.list, func(row *sql.Rows) error {
		n++
		l := location.Line{No: n}
		if err := row.Scan(&l.ID, &l.Name, &l.Parent, &l.Type); err != nil {
			return err
		}
		return do(l)
	})
}

// topmost is the condition that a location is seen and what it lies in is not:
// it lies at the top, or exactly where a part of the reach begins.
func topmost(reach access.Reach, p *params) string {
	var from []access.Path
	for _, b := range reach.Blocks() {
		if b.IsRange() && !b.Own {
			from = append(from, b.Lo)
		}
	}
	return `(l.parent_id is null or l.path in ` + in(p, from) + `) and not exists (select 1 from location u where u.realm_id = $1 and u.location_id = l.parent_id
		and ` + visibleThing(reach, thing{place: "u.path"}, p) + `)`
}

// trails fills in the names above locations, as far as the reach shows them.
func trails(ctx context.Context, q querier, reach access.Reach, found []location.Found) error {
	var above []access.Path
	asked := map[access.Path]bool{}
	for _, f := range found {
		for _, up := range f.Path.Ancestors()[1:] {
			if up.Depth() > 0 && !asked[up] {
				asked[up] = true
				if seen, _ := reach.CoversThing(access.Thing{Place: up}); seen {
					above = append(above, up)
				}
			}
		}
	}
	if len(above) == 0 {
		return nil
	}
	named := map[access.Path]location.Named{}
	p := with(int64(reach.Actor().Realm))
	err := each(ctx, q, `select l.path, l.location_id, l.name from location l where l.realm_id = $1 and l.path in `+in(p, above), p.list, func(row *sql.Rows) error {
		var path, id, name string
		err := row.Scan(&path, &id, &name)
		named[access.Path(path)] = location.Named{ID: location.ID(id), Name: name}
		return err
	})
	for i := range found {
		f := &found[i]
		for _, up := range slices.Backward(f.Path.Ancestors()[1:]) {
			if n, seen := named[up]; seen {
				f.Trail = append(f.Trail, n)
			}
		}
	}
	return err
}

// locationIn finds a location of the reach, retired ones too, with its trail.
func locationIn(ctx context.Context, q querier, reach access.Reach, id location.ID) (location.Found, error) {
	p := with(int64(reach.Actor().Realm), string(id))
	rows, err := collect(ctx, q, `select `+locationColumns+fromLocation+`l.location_id = $2 and `+visibleThing(reach, thing{place: "l.path"}, p), p.list,
		func(row *sql.Rows) (r locationRow, err error) {
			err = r.into()(row)
			return r, err
		})
	if err == nil && len(rows) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return location.Found{}, err
	}
	found := []location.Found{rows[0].Found}
	err = trails(ctx, q, reach, found)
	return found[0], err
}

// Location reads one location with what is placed there.
func (db *DB) Location(ctx context.Context, reach access.Reach, id location.ID) (location.Details, error) {
	var out location.Details
	err := db.view(ctx, func(q querier) error {
		var err error
		if out.Found, err = locationIn(ctx, q, reach, id); err != nil {
			return err
		}
		lo, hi := access.Within.Range(out.Path)
		p := with(int64(reach.Actor().Realm), string(id), string(lo), string(hi), reach.At().UnixMicro())
		people := visible(reach, "a", p)
		places := visibleThing(reach, thing{place: "c.path"}, p)
		return one(ctx, q, `select (select count(*) from location c where c.realm_id = $1 and c.parent_id = $2 and c.retired_at is null and `+places+`),
			(select count(*) from account a where a.realm_id = $1 and a.location_id = $2 and a.status <> 'erased'),
			(select count(*) from account a where a.realm_id = $1 and a.home >= $3 and a.home < $4 and a.status <> 'erased' and `+people+`),
			(select count(*) from location c where c.realm_id = $1 and c.path > $3 and c.path < $4 and c.retired_at is null and `+places+`),
			(select count(*) from role_grant g where g.realm_id = $1 and g.node_location_id = $2 and g.ended_at is null and (g.until_at is null or g.until_at > $5))`,
			p.list, &out.Children, &out.Here, &out.Within, &out.Places, &out.Grants)
	})
	return out, err
}
