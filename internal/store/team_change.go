package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/team"
)

// teamIn finds the organization of team $2, also of a deleted one.
const teamIn = `(select organization_id from team where realm_id = $1 and team_id = $2)`

// CreateTeam makes a team with its first members: those of the draft who are
// learners of its author.
func (db *DB) CreateTeam(ctx context.Context, reach, people access.Reach, d team.Draft) (team.Made, error) {
	actor := reach.Actor()
	made := team.Made{ID: access.TeamID(access.NewID())}
	return made, db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(actor.Realm), string(actor.Organization)))
		if err != nil {
			return err
		}
		if covered, _ := fresh.CoversThing(access.Thing{Place: at.path}); !covered {
			return fault.ErrNotFound
		}
		if people, err = t.stillHas(ctx, people); err != nil {
			return err
		}
		var owner any // who works inside a client is no account of it
		if at.organization == actor.Own() {
			owner = orNull(actor.Account)
		}
		now := t.db.now().UnixMicro()
		_, err = t.exec(ctx, `insert into team (realm_id, team_id, organization_id, name, name_folded, owner_id, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
			int64(actor.Realm), string(made.ID), string(at.organization), d.Name, fold.Text(d.Name), owner, now)
		if breaks(err, ruleUnique, "team_name", "name_folded") {
			return team.ErrName
		}
		if err != nil {
			return err
		}
		joining, err := wantedPeople(ctx, t, people, at.organization, team.Chosen(slices.Compact(slices.Sorted(slices.Values(d.People)))).People)
		if err != nil {
			return err
		}
		var ids []access.AccountID
		for _, p := range joining {
			ids = append(ids, p.id)
		}
		slices.Sort(ids)
		if err := t.joinTeam(ctx, actor.Realm, at.organization, made.ID, ids); err != nil {
			return err
		}
		made.Members, made.LeftOut = len(ids), len(d.People)-len(ids)
		return t.audit(ctx, actor, audit.Event{
			Organization: at.organization, Action: "team.created", SubjectKind: "team", SubjectID: string(made.ID), After: map[string]any{"name": d.Name, "members": ids},
		})
	})
}

// joinTeam makes people members from now on.
func (t *tx) joinTeam(ctx context.Context, realm access.RealmID, organization access.OrgID, id access.TeamID, people []access.AccountID) error {
	now := t.db.now().UnixMicro()
	for chunk := range slices.Chunk(people, 400) {
		p := with(int64(realm), string(organization), string(id), now)
		if _, err := t.exec(ctx, `insert into team_member (realm_id, organization_id, team_id, account_id, learner, from_at)
			select a.realm_id, a.organization_id, $3, a.account_id, a.learner, $4 from account a
			where a.realm_id = $1 and a.organization_id = $2 and a.account_id in `+in(p, chunk)+` and a.status <> 'erased'
			on conflict (realm_id, team_id, account_id, from_at) do update set until_at = null`, p.list...); err != nil {
			return err
		}
	}
	return nil
}

// leaveTeam ends memberships now.
func (t *tx) leaveTeam(ctx context.Context, realm access.RealmID, id access.TeamID, people []access.AccountID) error {
	for chunk := range slices.Chunk(people, 400) {
		p := with(t.db.now().UnixMicro(), int64(realm), string(id))
		if _, err := t.exec(ctx, `update team_member set until_at = case when from_at > $1 then from_at else $1 end
			where realm_id = $2 and team_id = $3 and until_at is null and account_id in `+in(p, chunk), p.list...); err != nil {
			return err
		}
	}
	return nil
}

// stillHas decides a second reach of the asker again, in a transaction that
// began with another one. One that holds nothing is no refusal.
func (t *tx) stillHas(ctx context.Context, reach access.Reach) (access.Reach, error) {
	if reach.IsEmpty() {
		return reach, nil
	}
	again, err := t.decide(ctx, reach)
	if fault.KindOf(err) == fault.Forbidden {
		err = nil
	}
	return again, err
}

// RenameTeam gives a team of the reach another name.
func (db *DB) RenameTeam(ctx context.Context, reach access.Reach, id access.TeamID, name string) error {
	return unlessNothing(db.change(ctx, func(t *tx) error {
		_, fresh, err := t.changeAccess(ctx, reach, teamIn, with(int64(reach.Actor().Realm), string(id)))
		if err != nil {
			return err
		}
		before, err := readTeam(ctx, t, fresh, access.Reach{}, id, `t.ended_at is null`)
		if err != nil {
			return err
		}
		if before.Name == name {
			return errNothingToDo
		}
		_, err = t.exec(ctx, `update team set name = $1, name_folded = $2 where realm_id = $3 and team_id = $4`, name, fold.Text(name), int64(reach.Actor().Realm), string(id))
		if breaks(err, ruleUnique, "team_name", "name_folded") {
			return team.ErrName
		}
		if err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: before.Organization, Action: "team.renamed", SubjectKind: "team", SubjectID: string(id), Before: map[string]any{"name": before.Name}, After: map[string]any{"name": name},
		})
	}))
}

// teamPerson is somebody whom a list names and the asker knows.
type teamPerson struct {
	id            access.AccountID
	name, email   string
	folded, given string // address and external id, as lists name people
}

func (p teamPerson) subject() string {
	if p.email != "" {
		return p.name + " · " + p.email
	}
	return p.name
}

// wantedPeople finds whom a list names among the asker's learners of an
// organization, by account, address or external id.
func wantedPeople(ctx context.Context, q querier, people access.Reach, organization access.OrgID, wanted []team.Wanted) (map[team.Wanted]teamPerson, error) {
	out := map[team.Wanted]teamPerson{}
	if people.IsEmpty() {
		return out, nil
	}
	for chunk := range slices.Chunk(wanted, 300) {
		var ids, addresses, external []string
		for _, w := range chunk {
			if w.Account != "" {
				ids = append(ids, string(w.Account))
			} else {
				addresses, external = append(addresses, fold.Text(w.Text)), append(external, w.Text)
			}
		}
		var found []teamPerson
		// One statement for each way to name somebody, as each has its own index.
		for column, values := range map[string][]string{"account_id": ids, "email_folded": addresses, "external_id": external} {
			if len(values) == 0 {
				continue
			}
			p := with(int64(people.Actor().Realm), string(organization))
			some, err := collect(ctx, q, `select a.account_id, a.name, coalesce(a.email, ''), coalesce(a.email_folded, ''), coalesce(a.external_id, '') from account a
				where a.realm_id = $1 and a.organization_id = $2 and a.`+column+` in `+in(p, values)+` and a.status <> 'erased' and `+visible(people, "a", p), p.list, func(row *sql.Rows) (f teamPerson, err error) {
				var id string
				err = row.Scan(&id, &f.name, &f.email, &f.folded, &f.given)
				f.id = access.AccountID(id)
				return f, err
			})
			if err != nil {
				return nil, err
			}
			found = append(found, some...)
		}
		for _, w := range chunk {
			by := func(is func(teamPerson) bool) bool {
				i := slices.IndexFunc(found, is)
				if i >= 0 {
					out[w] = found[i]
				}
				return i >= 0
			}
			switch text := fold.Text(w.Text); {
			case w.Account != "":
				by(func(p teamPerson) bool { return p.id == w.Account })
			case !by(func(p teamPerson) bool { return p.folded != "" && p.folded == text }):
				by(func(p teamPerson) bool { return p.given != "" && p.given == w.Text })
			}
		}
	}
	return out, nil
}

// teamAsks gives the asker's reach for a permission as it holds at this moment.
type teamAsks func(access.Permission) (access.Reach, error)

func asked(asks bulk.Asks) teamAsks {
	return func(p access.Permission) (access.Reach, error) { return asks(p), nil }
}

// stillAsked decides anew, once for each permission.
func (t *tx) stillAsked(ctx context.Context, asks bulk.Asks) teamAsks {
	known := map[access.Permission]access.Reach{}
	return func(p access.Permission) (access.Reach, error) {
		if r, ok := known[p]; ok {
			return r, nil
		}
		r, err := t.stillHas(ctx, asks(p))
		known[p] = r
		return r, err
	}
}
