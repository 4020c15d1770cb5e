package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/management"
)

// PreviewRole works out what another version of a role would change; an empty
// one is its end.
func (db *DB) PreviewRole(ctx context.Context, reach access.Reach, key access.RoleKey, d management.RoleDraft) (management.RoleEffect, error) {
	var out management.RoleEffect
	err := db.view(ctx, func(q querier) error {
		var err error
		out, err = db.weighRole(ctx, q, reach, key, d)
		return err
	})
	return out, err
}

// weighRole checks that the asker may make such a change, and works out who
// gains and loses which permission over whom.
func (db *DB) weighRole(ctx context.Context, q querier, reach access.Reach, key access.RoleKey, d management.RoleDraft) (management.RoleEffect, error) {
	var out management.RoleEffect
	realm := reach.Actor().Realm
	organization, at, err := roleGround(ctx, q, reach)
	if err != nil {
		return out, err
	}
	if out.Role, err = roleIn(ctx, q, realm, organization, key); err != nil {
		return out, err
	}
	out.To = d
	if !out.Role.Ended.IsZero() {
		return out, management.ErrRoleEnded
	}
	if err := mayChange(ctx, q, reach, at, out.Role, d); err != nil {
		return out, err
	}
	w := &roleWeighing{querier: q, reach: reach, counted: map[string]int{}}
	if err := w.holders(ctx, out.Role, d); err != nil {
		return out, err
	}
	if out.Changes, err = w.changes(ctx); err != nil {
		return out, err
	}
	if len(out.Changes) > 0 {
		if out.Sight, err = weighSight(ctx, q, reach, w.held); err != nil {
			return out, err
		}
	}
	out.Sight.Sign("role", string(key))
	out.Sign()
	return out, nil
}

// mayChange refuses to make a role more than the asker has (I-06), and to
// change one that is more, or that is held where the asker's access does not go.
func mayChange(ctx context.Context, q querier, reach access.Reach, at access.Path, now management.CustomRole, d management.RoleDraft) error {
	whole := now.Whole(now.ID)
	to := d.Whole(now.ID)
	whole.Any, whole.Own = whole.Any|to.Any, whole.Own|to.Own
	if err := mayMake(reach, at, whole); err != nil {
		return err
	}
	held, err := liveGrantsOf(ctx, q, reach.Actor().Realm, now.ID, reach.At().UnixMicro())
	if err != nil {
		return err
	}
	for _, g := range held {
		g.Role = whole
		if management.MayHandOn(reach, g) != nil {
			return management.ErrRoleMoreThanOwn
		}
	}
	return nil
}

// roleWeighing is the work of weighRole.
type roleWeighing struct {
	querier
	reach   access.Reach
	of      access.Set // what the role gives before or after
	held    []management.Held
	counted map[string]int // learners, by what comes or goes
}

// holders finds who holds the role, with all that they hold before and after.
// What begins later counts as if it had begun, and who is invited as if they had
// come: nobody asks again when they do.
func (w *roleWeighing) holders(ctx context.Context, now management.CustomRole, d management.RoleDraft) error {
	realm, at := w.reach.Actor().Realm, w.reach.At()
	ids, err := collect(ctx, w, `select distinct x.account_id from (`+holding(`g.role = $2`, `$3`)+`) x order by x.account_id`,
		[]any{int64(realm), string(now.ID), at.UnixMicro()}, func(row *sql.Rows) (id access.AccountID, err error) {
			err = row.Scan(&id)
			return id, err
		})
	if err != nil {
		return err
	}
	everybody, err := factsOfSome(ctx, w, realm, ids, account.Active, account.Invited)
	if err != nil {
		return err
	}
	before, after := now.Whole(now.ID), d.Whole(now.ID)
	w.of = before.Any | before.Own | after.Any | after.Own
	for _, f := range everybody {
		was, will := slices.Clone(f.Grants()), slices.Clone(f.Grants())
		for i := range was {
			if was[i].Role.Key != now.ID {
				continue
			}
			if was[i].From.After(at) {
				was[i].From, will[i].From = at, at
			}
			will[i].Role = d.Role(now.ID, was[i].Node.Kind)
		}
		w.held = append(w.held, management.Held{Before: access.NewFacts(f.Actor(), 0, was), After: access.NewFacts(f.Actor(), 0, will)})
	}
	return nil
}

// beside is what one sight shows that another does not.
type beside struct{ shown, not sight }

// changes sums up, by permission, how many people gain and lose how much.
func (w *roleWeighing) changes(ctx context.Context) ([]management.PermissionChange, error) {
	sums := map[access.Permission]*management.PermissionChange{}
	gained, lost := map[access.Permission][]beside{}, map[access.Permission][]beside{}
	for _, h := range w.held {
		for _, s := range h.Shifts(w.of, w.reach.At()) {
			sum := sums[s.Permission]
			if sum == nil {
				sum = &management.PermissionChange{Permission: s.Permission}
				sums[s.Permission] = sum
			}
			before, after := seenBy(s.Before), seenBy(s.After)
			if s.Gains {
				sum.Gains.People++
				gained[s.Permission] = append(gained[s.Permission], beside{after.less(before), before})
			}
			if s.Loses {
				sum.Loses.People++
				lost[s.Permission] = append(lost[s.Permission], beside{before.less(after), after})
			}
		}
	}
	var out []management.PermissionChange
	for _, p := range w.of.List() {
		sum := sums[p]
		if sum == nil {
			continue
		}
		var err error
		if sum.Gains.Learners, err = w.learners(ctx, gained[p]); err != nil {
			return nil, err
		}
		if sum.Loses.Learners, err = w.learners(ctx, lost[p]); err != nil {
			return nil, err
		}
		out = append(out, *sum)
	}
	return out, nil
}

// countedAtOnce is how many different sights one statement asks for.
const countedAtOnce = 40

// learners counts the people whom any of the parts shows, each once.
func (w *roleWeighing) learners(ctx context.Context, parts []beside) (int, error) {
	var different []beside
	keys := map[string]bool{}
	for _, part := range parts {
		if key := fmt.Sprintf("%v", part); !part.shown.empty() && !keys[key] {
			keys[key], different = true, append(different, part)
		}
	}
	if len(different) == 0 {
		return 0, nil
	}
	all := fmt.Sprintf("%v", different)
	if n, known := w.counted[all]; known {
		return n, nil
	}
	seen := map[uint32]bool{}
	for chunk := range slices.Chunk(different, countedAtOnce) {
		p := with(int64(w.reach.Actor().Realm))
		var any []string
		for _, part := range chunk {
			condition := part.shown.from("a", p)
			if !part.not.empty() {
				condition = "(" + condition + " and not " + part.not.from("a", p) + ")"
			}
			any = append(any, condition)
		}
		if len(different) <= countedAtOnce {
			var n int
			err := one(ctx, w, `select count(*) from account a where a.realm_id = $1 and a.status <> 'erased' and (`+strings.Join(any, " or ")+`)`, p.list, &n)
			w.counted[all] = n
			return n, err
		}
		if err := each(ctx, w, `select a.learner from account a where a.realm_id = $1 and a.status <> 'erased' and (`+strings.Join(any, " or ")+`)`, p.list, func(row *sql.Rows) error {
			var no uint32
			err := row.Scan(&no)
			seen[no] = true
			return err
		}); err != nil {
			return 0, err
		}
	}
	w.counted[all] = len(seen)
	return len(seen), nil
}
