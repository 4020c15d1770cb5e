package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/roster"
)

// deepest is how many levels of locations there may be: a path must fit an index.
const deepest = 100

// node is a location while the tree is put together: as it stands, and as the
// bundle says.
type node struct {
	id, parent, oldParent string
	segment               access.Path // its own part of the path, kept for good
	path, oldPath         access.Path
	line                  int // 0: not in the bundle
	made                  bool
	depth                 int
}

// tree reads the organization's locations with the bundle's over them.
func (i *rosterImport) tree(ctx context.Context) (map[string]*node, error) {
	nodes := map[string]*node{}
	existing, err := list(ctx, i, `select location_id, coalesce(parent_id, ''), path from location
		where realm_id = :realm and organization_id = :organization`, func(row *sql.Rows) (*node, error) {
		n := &node{}
		var path string
		err := row.Scan(&n.id, &n.oldParent, &path)
		n.parent, n.oldPath = n.oldParent, access.Path(path)
		n.segment = access.Path(path[max(0, len(path)-len(access.Root)):])
		return n, err
	})
	if err != nil {
		return nil, err
	}
	for _, n := range existing {
		nodes[n.id] = n
	}
	staged, err := list(ctx, i, `select target, coalesce(parent_id_ref, ''), line, made from staged_locations order by line`, func(row *sql.Rows) (node, error) {
		var n node
		err := row.Scan(&n.id, &n.parent, &n.line, &n.made)
		return n, err
	})
	for _, s := range staged {
		n := nodes[s.id]
		if n == nil {
			n = &node{id: s.id}
			nodes[s.id] = n
		}
		n.parent, n.line, n.made = s.parent, s.line, s.made
	}
	return nodes, err
}

// checkPlaces tells circles, and works out the paths that locations get.
func (i *rosterImport) checkPlaces(ctx context.Context) error {
	nodes, err := i.tree(ctx)
	if err != nil {
		return err
	}
	for _, n := range byLine(nodes) {
		n.depth = 1
		up := nodes[n.parent]
		for ; up != nil && up != n && n.depth <= len(nodes); up = nodes[up.parent] {
			n.depth++
		}
		switch {
		case n.line == 0:
		case up == n:
			i.faults.Add(roster.Fault{File: "locations.csv", Line: n.line, Column: "parent_id", Reason: "The location would lie within itself."})
		case up == nil && n.depth > deepest:
			i.faults.Add(roster.Fault{File: "locations.csv", Line: n.line, Column: "parent_id", Reason: fmt.Sprintf("Locations can be %d levels deep at most.", deepest)})
		}
	}
	if i.faults.Any() {
		return nil
	}
	return i.layPaths(ctx, nodes)
}

// layPaths gives new locations their numbers and every location its path, parents first.
func (i *rosterImport) layPaths(ctx context.Context, nodes map[string]*node) error {
	fresh := slices.DeleteFunc(byLine(nodes), func(n *node) bool { return !n.made })
	if len(fresh) > 0 {
		last, err := i.number(ctx, fmt.Sprintf(`update realm set nodes = nodes + %d where realm_id = :realm returning nodes`, len(fresh)))
		if err != nil {
			return err
		}
		for at, n := range fresh {
			n.segment = access.Path("").Location(last - int64(len(fresh)) + int64(at) + 1)
		}
	}
	rows := &listed{}
	for _, n := range byDepth(nodes) {
		n.path = i.path + n.segment
		if up := nodes[n.parent]; up != nil {
			n.path = up.path + n.segment
		}
		rows.values = append(rows.values, []any{n.id, string(n.path)})
	}
	return i.db.dialect.load(ctx, i.conn, "placed", []string{"location_id", "path"}, rows)
}

// byLine orders locations as the bundle names them, for faults and numbers.
func byLine(nodes map[string]*node) []*node {
	return slices.SortedFunc(maps.Values(nodes), func(a, b *node) int { return cmp.Or(a.line-b.line, cmp.Compare(a.id, b.id)) })
}

func byDepth(nodes map[string]*node) []*node {
	return slices.SortedFunc(maps.Values(nodes), func(a, b *node) int { return cmp.Or(a.depth-b.depth, a.line-b.line, cmp.Compare(a.id, b.id)) })
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
		`update location as l set path = p.path from placed p where l.realm_id = :realm and l.location_id = p.location_id and l.path <> p.path`,
		`update account as a set home = p.path from placed p
			where a.realm_id = :realm and a.organization_id = :organization and a.location_id = p.location_id and a.home <> p.path`,
		`update organization set locations_enabled = true, hierarchies_enabled = hierarchies_enabled or exists (
				select 1 from location l where l.realm_id = :realm and l.organization_id = :organization and l.parent_id is not null)
			where realm_id = :realm and organization_id = :organization and exists (select 1 from staged_locations)`,
	)
}
