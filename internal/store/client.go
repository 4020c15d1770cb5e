package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/org"
)

// clientFigures count what a client is made of; each is found by an index.
const clientFigures = `
	(select count(*) from account a where a.realm_id = o.realm_id and a.home >= o.path and a.home < o.path || 'o' and a.status in ('active', 'invited')),
	(select count(*) from account a where a.realm_id = o.realm_id and a.home >= o.path and a.home < o.path || 'o' and a.status = 'active'
		and a.base_role in ('organization_administrator', 'master_administrator')),
	(select count(*) from location l where l.realm_id = o.realm_id and l.organization_id = o.organization_id and l.retired_at is null),
	(select count(*) from organization c where c.realm_id = o.realm_id and c.parent_id = o.organization_id),
	(select coalesce(sum(p.seats), 0) from purchase p where p.realm_id = o.realm_id and p.organization_id = o.organization_id),
	(select coalesce(sum(p.seats_used), 0) from purchase p where p.realm_id = o.realm_id and p.organization_id = o.organization_id)`

// clientsBelow is the condition that an organization (alias o) is a client
// below the asker's, at any depth, in the reach; it begins with the realm.
func clientsBelow(reach access.Reach, p *params) string {
	return `o.realm_id = $1 and o.parent_id is not null and o.organization_id <> ` + p.put(string(reach.Actor().Organization)) +
		` and ` + visibleThing(reach, thing{place: "o.path"}, p)
}

const fromClients = ` from organization o join organization u on u.realm_id = o.realm_id and u.organization_id = o.parent_id where `

// clientRow is a client with the name that lists are ordered by.
type clientRow struct {
	org.Client
	folded string
}

func scanClient(here access.OrgID) func(*sql.Rows) (clientRow, error) {
	return func(row *sql.Rows) (clientRow, error) {
		var r organizationRow
		var c clientRow
		f := &c.Figures
		err := row.Scan(append(r.into(), &c.folded, &c.Above, &f.People, &f.Administrators, &f.Places, &f.Clients, &f.Seats, &f.Taken)...)
		if c.Organization = r.organization(); c.Parent == here {
			c.Above = ""
		}
		return c, err
	}
}

// Clients lists a page of what lies below the asker's organization, by name.
func (db *DB) Clients(ctx context.Context, reach access.Reach, query org.ClientQuery, after org.ClientPosition) ([]org.Client, []org.ClientPosition, int, error) {
	var rows []clientRow
	var total int
	err := db.view(ctx, func(q querier) error {
		p := with(int64(reach.Actor().Realm))
		where := clientsBelow(reach, p)
		if folded := fold.Text(query.Q); folded != "" {
			has := db.dialect.contains
			where += ` and (` + has("o.name_folded", p.put(folded)) + ` or ` + has("o.slug", p.put(folded)) + ` or ` + has("coalesce(o.client_id_folded, '')", p.put(folded)) + `)`
		}
		standing, err := db.standing(ctx, q, reach, query.Status, p)
		if err != nil {
			return err
		}
		where += standing
		if err := one(ctx, q, `select count(*)`+fromClients+where, p.list, &total); err != nil {
			return err
		}
		if after.ID != "" {
			where += ` and (o.name_folded, o.organization_id) > (` + p.put(after.Folded) + `, ` + p.put(string(after.ID)) + `)`
		}
		rows, err = collect(ctx, q, `select `+organizationColumns+`, o.name_folded, u.name,`+clientFigures+fromClients+where+
			` order by o.name_folded, o.organization_id limit `+p.put(query.Size()+1), p.list, scanClient(reach.Actor().Organization))
		return err
	})
	out, at := make([]org.Client, len(rows)), make([]org.ClientPosition, len(rows))
	for i, r := range rows {
		out[i], at[i] = r.Client, org.ClientPosition{Folded: r.folded, ID: r.ID}
	}
	return out, at, total, err
}

// standing is the condition that organizations stand as a query asks. A day is
// one of the organization's own zone, so each zone has its own today.
func (db *DB) standing(ctx context.Context, q querier, reach access.Reach, want org.Standing, p *params) (string, error) {
	switch want {
	case "":
		return "", nil
	case org.StandsSuspended, org.StandsEnded:
		return ` and o.status = ` + p.put(string(want)), nil
	}
	zones, err := collect(ctx, q, `select distinct o.zone from organization o where o.realm_id = $1 and o.expires_on is not null order by o.zone`,
		[]any{int64(reach.Actor().Realm)}, scanText)
	if err != nil {
		return "", err
	}
	over := []string{"1 = 0"}
	for _, zone := range zones {
		over = append(over, `(o.zone = `+p.put(zone)+` and o.expires_on < `+p.put(int64(day.Of(db.now(), day.ZoneOr(zone))))+`)`)
	}
	not := "not "
	if want == org.StandsExpired {
		not = ""
	}
	return ` and o.status = 'active' and ` + not + `(o.expires_on is not null and (` + strings.Join(over, " or ") + `))`, nil
}

// Client finds a client below the asker's organization.
func (db *DB) Client(ctx context.Context, reach access.Reach, id org.ID) (org.Client, error) {
	p := with(int64(reach.Actor().Realm))
	where := clientsBelow(reach, p) + ` and o.organization_id = ` + p.put(string(id))
	rows, err := collect(ctx, db.read, `select `+organizationColumns+`, o.name_folded, u.name,`+clientFigures+fromClients+where, p.list, scanClient(reach.Actor().Organization))
	if err == nil && len(rows) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return org.Client{}, err
	}
	return rows[0].Client, nil
}

// touchClient begins a change of a client by its master: it moves the client's
// revision, decides the reach again and tells whether that holds the
// organization above the client. The person who runs Ambit needs no such hold.
func (t *tx) touchClient(ctx context.Context, reach access.Reach, id org.ID) (org.Organization, error) {
	realm := reach.Actor().Realm
	_, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(realm), string(id)))
	if err != nil {
		return org.Organization{}, err
	}
	o, err := organizationOf(ctx, t, realm, id)
	if err != nil || reach.Actor().System != "" {
		return o, err
	}
	parent, err := organizationOf(ctx, t, realm, o.Parent)
	if err != nil {
		return o, err
	}
	if covered, owned := fresh.CoversThing(access.Thing{Place: parent.Path}); !covered || owned {
		return o, fault.ErrNotFound
	}
	if o.Status == org.Ended {
		return o, org.ErrClientEnded
	}
	return o, nil
}

// masters lists whose roles need that an organization may have clients.
func (t *tx) masters(ctx context.Context, o org.Organization) ([]org.Holder, error) {
	p := with(int64(o.Realm), string(o.ID))
	roles := in(p, []access.RoleKey{access.MasterAdministrator, access.TwinOf(access.MasterAdministrator)})
	return collect(ctx, t, `select a.account_id, a.name from account a where a.realm_id = $1 and a.organization_id = $2 and a.status in ('active', 'invited', 'suspended')
		and a.base_role in `+roles+` order by a.name_folded, a.account_id limit 200`, p.list, func(row *sql.Rows) (org.Holder, error) {
		var h org.Holder
		err := row.Scan(&h.ID, &h.Name)
		return h, err
	})
}
