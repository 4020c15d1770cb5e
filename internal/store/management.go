package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
)

var _ management.Store = (*DB)(nil)

// Placed finds a person of the reach with their placement.
func (db *DB) Placed(ctx context.Context, reach access.Reach, id access.AccountID) (management.Person, access.Placement, error) {
	var person management.Person
	var placement access.Placement
	err := db.view(ctx, func(q querier) error {
		p := with(int64(reach.Actor().Realm), string(id))
		var home string
		var no access.LearnerNo
		if err := one(ctx, q, `select a.account_id, a.name, coalesce(a.email, ''), a.home, a.learner from account a
			where a.realm_id = $1 and a.account_id = $2 and a.status <> 'erased' and `+visible(reach, "a", p), p.list,
			&person.ID, &person.Name, &person.Email, &home, &no); err != nil {
			return err
		}
		var err error
		placement, err = placementOf(ctx, q, reach.Actor().Realm, person.ID, access.Path(home), no)
		return err
	})
	return person, placement, err
}

// People names those of the ids that the reach covers.
func (db *DB) People(ctx context.Context, reach access.Reach, ids []access.AccountID) (map[access.AccountID]management.Person, error) {
	return peopleOf(ctx, db.read, reach, ids)
}

func peopleOf(ctx context.Context, q querier, reach access.Reach, ids []access.AccountID) (map[access.AccountID]management.Person, error) {
	p := with(int64(reach.Actor().Realm))
	where := `a.account_id in ` + in(p, ids) + ` and ` + visible(reach, "a", p)
	out := make(map[access.AccountID]management.Person, len(ids))
	err := each(ctx, q, `select a.account_id, a.name, coalesce(a.email, '') from account a where a.realm_id = $1 and `+where, p.list, func(row *sql.Rows) error {
		var person management.Person
		err := row.Scan(&person.ID, &person.Name, &person.Email)
		out[person.ID] = person
		return err
	})
	return out, err
}

// Colleagues names those of the ids that are of the asker's own organization,
// without their addresses. Who sees somebody is for that person to know, and
// is told of nobody else: the service asks only after these.
func (db *DB) Colleagues(ctx context.Context, self access.Reach, ids []access.AccountID) (map[access.AccountID]management.Person, error) {
	p := with(int64(self.Actor().Realm), string(self.Actor().Own()))
	out := make(map[access.AccountID]management.Person, len(ids))
	err := each(ctx, db.read, `select a.account_id, a.name from account a where a.realm_id = $1 and a.organization_id = $2 and a.account_id in `+in(p, ids), p.list,
		func(row *sql.Rows) error {
			var person management.Person
			err := row.Scan(&person.ID, &person.Name)
			out[person.ID] = person
			return err
		})
	return out, err
}
