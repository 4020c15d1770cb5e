package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/roster"
)

// tree reads the organization's locations with the bundle's over them.
func (i *rosterImport) tree(ctx context.Context) (location.Tree, error) {
	tree := location.Tree{}
	existing, err := list(ctx, i, `select location_id, coalesce(parent_id, ''), path from location
		where realm_id = :realm and organization_id = :organization`, func(row *sql.Rows) (*location.Node, error) {
		n := &location.Node{}
		var path string
		err := row.Scan(&n.ID, &n.Parent, &path)
		n.Segment = location.Segment(access.Path(path))
		return n, err
	})
	if err != nil {
		return nil, err
	}
	for _, n := range existing {
		tree[n.ID] = n
	}
	staged, err := list(ctx, i, `select target, coalesce(parent_id_ref, ''), line, made from staged_locations order by line`, func(row *sql.Rows) (location.Node, error) {
		var n location.Node
		err := row.Scan(&n.ID, &n.Parent, &n.Line, &n.Made)
		return n, err
	})
	for _, s := range staged {
		n := tree[s.ID]
		if n == nil {
			n = &location.Node{ID: s.ID}
			tree[s.ID] = n
		}
		n.Parent, n.Line, n.Made = s.Parent, s.Line, s.Made
	}
	return tree, err
}

// checkPlaces tells circles, and works out the paths that locations get.
func (i *rosterImport) checkPlaces(ctx context.Context) error {
	tree, err := i.tree(ctx)
	if err != nil {
		return err
	}
	for _, wrong := range tree.Check() {
		reason := fmt.Sprintf("Locations can be %d levels deep at most.", location.Deepest)
		if wrong.Circle {
			reason = "The location would lie within itself."
		}
		i.faults.Add(roster.Fault{File: "locations.csv", Line: wrong.Line, Column: "parent_id", Reason: reason})
	}
	if i.faults.Any() {
		return nil
	}
	return i.layPaths(ctx, tree)
}

// layPaths gives new locations their numbers and every location its path, parents first.
func (i *rosterImport) layPaths(ctx context.Context, tree location.Tree) error {
	fresh := tree.Made()
	if len(fresh) > 0 {
		last, err := i.number(ctx, fmt.Sprintf(`update realm set nodes = nodes + %d where realm_id = :realm returning nodes`, len(fresh)))
		if err != nil {
			return err
		}
		for at, n := range fresh {
			n.Segment = access.Path("").Location(last - int64(len(fresh)) + int64(at) + 1)
		}
	}
	rows := &listed{}
	for _, n := range tree.Lay(i.path) {
		rows.values = append(rows.values, []any{n.ID, string(n.Path)})
	}
	return i.db.dialect.load(ctx, i.conn, "placed", []string{"location_id", "path"}, rows)
}

// listed are rows that are held in memory.
type listed struct {
	values [][]any
	at     int
}

func (l *listed) Next() bool             { l.at++; return l.at <= len(l.values) }
func (l *listed) Values() ([]any, error) { return l.values[l.at-1], nil }
func (l *listed) Err() error             { return nil }

// applyPlaces inserts and moves locations, and with them everybody placed there.
func (i *rosterImport) applyPlaces(ctx context.Context) error {
	if !i.bundle.Has(roster.FileOf("locations")) {
		return nil
	}
	return i.do(
		ctx,
		`update staged_locations as s set changed = true from location l where l.realm_id = :realm and l.location_id = s.target and not s.made
			and (l.name <> s.name or l.parent_id is distinct from s.parent_id_ref)`,
		// Shorter paths first: a parent stands before its children.
		`insert into location (realm_id, location_id, organization_id, parent_id, path, name, name_folded, external_id, created_at)
			select :realm, s.target, :organization, s.parent_id_ref, p.path, s.name, s.name_folded, s.id, :now
			from staged_locations s join placed p on p.location_id = s.target where s.made order by length(p.path), p.path`,
		`update location_place as x set until_at = :now from staged_locations s
			where x.realm_id = :realm and x.location_id = s.target and x.until_at is null and not s.made and x.parent_id is distinct from s.parent_id_ref`,
		`insert into location_place (realm_id, location_id, from_at, parent_id)
			select :realm, s.target, :now, s.parent_id_ref from staged_locations s where not exists (
				select 1 from location_place x where x.realm_id = :realm and x.location_id = s.target and x.until_at is null)
			on conflict (realm_id, location_id, from_at) do update set parent_id = excluded.parent_id, until_at = null`,
		`update location as l set name = s.name, name_folded = s.name_folded, parent_id = s.parent_id_ref from staged_locations s
			where l.realm_id = :realm and l.location_id = s.target and s.changed`,
		// What a bundle names is in use, even if it was retired here.
		`update location as l set retired_at = null, merged_into = null from staged_locations s
			where l.realm_id = :realm and l.location_id = s.target and l.retired_at is not null`,
		`update location as l set path = p.path from placed p where l.realm_id = :realm and l.location_id = p.location_id and l.path <> p.path`,
		`update account as a set home = p.path from placed p
			where a.realm_id = :realm and a.organization_id = :organization and a.location_id = p.location_id and a.home <> p.path`,
		`update organization set locations_enabled = true, hierarchies_enabled = hierarchies_enabled or exists (
				select 1 from location l where l.realm_id = :realm and l.organization_id = :organization and l.parent_id is not null)
			where realm_id = :realm and organization_id = :organization and exists (select 1 from staged_locations)`,
	)
}
