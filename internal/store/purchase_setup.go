package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/management"
)

// mostBuyers is how many purchases one act gives a reporter; what is left is
// said, and another act takes it up.
const mostBuyers = 1000

// SalesSetup reads what the asker's organization has decided about its sales.
func (db *DB) SalesSetup(ctx context.Context, reach access.Reach) (license.Setup, error) {
	var s license.Setup
	actor := reach.Actor()
	err := db.view(ctx, func(q querier) error {
		p := with(int64(actor.Realm), string(actor.Organization))
		if err := one(ctx, q, `select o.auto_reporter from organization o where o.realm_id = $1 and o.organization_id = $2 and `+visibleThing(reach, thing{place: "o.path"}, p),
			p.list, &s.AutoReporter); err != nil {
			return err
		}
		m, err := managers(ctx, q, actor.Realm, actor.Organization, reach.At().UnixMicro())
		if err != nil {
			return err
		}
		s.Managers, s.ManagerLimit = m.Count, m.Limit
		return one(ctx, q, `select count(*) from purchase p where p.realm_id = $1 and p.organization_id = $2 and `+unreported("$3"),
			[]any{int64(actor.Realm), string(actor.Organization), reach.At().UnixMicro()}, &s.Unreported)
	})
	return s, err
}

// unreported is the condition that purchase p has no reporter at an instant.
func unreported(now string) string {
	return `not exists (select 1 from role_grant g where g.realm_id = p.realm_id and g.purchase_id = p.purchase_id and g.role = 'license_reporter'
		and g.ended_at is null and (g.until_at is null or g.until_at > ` + now + `))`
}

// SwitchAutoReporter turns the switch of the asker's organization. It changes
// nothing about purchases that were made before.
func (db *DB) SwitchAutoReporter(ctx context.Context, reach access.Reach, on bool) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(actor.Realm), string(actor.Organization)))
		if err != nil {
			return err
		}
		if covered, _ := fresh.CoversThing(access.Thing{Place: at.path}); !covered {
			return fault.ErrNotFound
		}
		changed, err := t.exec(ctx, `update organization set auto_reporter = $1 where realm_id = $2 and organization_id = $3 and auto_reporter <> $1`,
			on, int64(actor.Realm), string(at.organization))
		if err != nil || changed == 0 {
			return err
		}
		return t.audit(ctx, actor, audit.Event{
			Organization: at.organization, Action: "organization.auto_reporter", SubjectKind: "organization", SubjectID: string(at.organization),
			Before: map[string]bool{"on": !on}, After: map[string]bool{"on": on},
		})
	})
}

// unreportedPurchase is one that an act would give a reporter.
type unreportedPurchase struct {
	id      license.PurchaseID
	product string
	company string
	buyer   license.Person
	active  bool
}

// planBuyers works out which buyers would become reporters of what, the oldest
// purchases first, within the manager limit.
func planBuyers(ctx context.Context, q querier, reach access.Reach, now int64) (bulk.Plan, error) {
	var plan bulk.Plan
	actor := reach.Actor()
	p := with(int64(actor.Realm), string(actor.Organization), now)
	where := ` from purchase p
		join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
		join product pr on pr.realm_id = p.realm_id and pr.product_id = p.product_id
		join account b on b.realm_id = p.realm_id and b.account_id = p.buyer_id
		where p.realm_id = $1 and p.organization_id = $2 and ` + unreported("$3") + ` and ` + visiblePurchase(reach, p)
	var all int
	if err := one(ctx, q, `select count(*)`+where, p.list, &all); err != nil {
		return plan, err
	}
	found, err := collect(ctx, q, `select p.purchase_id, pr.title, p.company, b.account_id, b.name, b.status in ('active', 'invited')`+where+
		` order by p.purchased_at, p.purchase_id limit `+p.put(mostBuyers), p.list, func(row *sql.Rows) (u unreportedPurchase, err error) {
		var id, buyer string
		err = row.Scan(&id, &u.product, &u.company, &buyer, &u.buyer.Name, &u.active)
		u.id, u.buyer.Account = license.PurchaseID(id), access.AccountID(buyer)
		return u, err
	})
	if err != nil {
		return plan, err
	}
	m, err := managers(ctx, q, actor.Realm, actor.Organization, now)
	if err != nil {
		return plan, err
	}
	counted, err := collect(ctx, q, managersOf, []any{int64(actor.Realm), string(actor.Organization), now}, scanText)
	if err != nil {
		return plan, err
	}
	plan.Lines = buyerLines(found, m, counted)
	plan.Facts = map[string]int{"purchases": plan.Effective(), "managers": m.Count}
	if left := all - len(found); left > 0 {
		plan.Facts["left"] = left
	}
	if m.Limit > 0 {
		plan.Facts["limit"] = m.Limit
	}
	return plan, nil
}

// buyerLines says of each purchase whether its buyer would become the reporter.
// Somebody who counts as a manager already takes no place.
func buyerLines(found []unreportedPurchase, m management.Managers, counted []string) []bulk.Line {
	counts := map[access.AccountID]bool{}
	for _, id := range counted {
		counts[access.AccountID(id)] = true
	}
	var lines []bulk.Line
	for _, u := range found {
		line := bulk.Line{
			Subject: u.buyer.Name + " · " + u.product, Result: license.BuyerAppointed, OK: true,
			Detail: map[string]string{"purchase": string(u.id), "account": string(u.buyer.Account)},
		}
		if u.company != "" {
			line.Subject += " · " + u.company
		}
		switch {
		case !u.active:
			line.OK, line.Result = false, license.BuyerNotActive
		case !counts[u.buyer.Account] && m.Room() != nil:
			line.OK, line.Result = false, license.BuyerOverLimit
		case !counts[u.buyer.Account]:
			counts[u.buyer.Account] = true
			m.Count++
		}
		lines = append(lines, line)
	}
	return lines
}

// PlanBuyers tells what AppointBuyers would do.
func (db *DB) PlanBuyers(ctx context.Context, reach access.Reach) (bulk.Plan, error) {
	var plan bulk.Plan
	err := db.view(ctx, func(q querier) (err error) {
		plan, err = planBuyers(ctx, q, reach, db.now().UnixMicro())
		return err
	})
	return plan, err
}

// AppointBuyers makes the buyers of purchases without a reporter their
// reporters, as it was previewed.
func (db *DB) AppointBuyers(ctx context.Context, reach access.Reach, act bulk.Act) (bulk.Act, error) {
	actor := reach.Actor()
	done := act
	err := db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(actor.Realm), string(actor.Organization)))
		if err != nil {
			return err
		}
		plan, err := planBuyers(ctx, t, fresh, db.now().UnixMicro())
		if err != nil {
			return err
		}
		if err := act.Still(plan); err != nil {
			return err
		}
		made := license.Appointed{Reporters: map[license.PurchaseID]access.AccountID{}}
		for _, line := range plan.Lines {
			if !line.OK {
				continue
			}
			id, buyer := license.PurchaseID(line.Detail["purchase"]), access.AccountID(line.Detail["account"])
			if err := t.autoReporter(ctx, actor, at, id, buyer); err != nil {
				return err
			}
			made.Reporters[id] = buyer
		}
		done, err = t.finishAct(ctx, actor, act, plan, made)
		return err
	})
	return done, err
}

// TakeBuyersBack revokes the appointments of such an act that still stand.
func (db *DB) TakeBuyersBack(ctx context.Context, reach access.Reach, act bulk.Act, made license.Appointed) (bulk.Act, error) {
	actor := reach.Actor()
	undone := act
	err := db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(actor.Realm), string(actor.Organization)))
		if err != nil {
			return err
		}
		subjects := map[string]string{}
		for _, line := range act.Plan.Lines {
			subjects[line.Detail["purchase"]] = line.Subject
		}
		var result bulk.Plan
		for _, id := range slices.Sorted(maps.Keys(made.Reporters)) {
			line := bulk.Line{Subject: subjects[string(id)], Result: license.BuyerTakenBack, OK: true}
			c, err := t.reporterChange(ctx, actor, at, id, func(p *params) string {
				return visibleThing(fresh, thing{
					place:    "(select o.path from organization o where o.realm_id = purchase.realm_id and o.organization_id = purchase.organization_id)",
					purchase: "purchase_id",
				}, p)
			})
			if err != nil {
				return err
			}
			if c.held.account != made.Reporters[id] || c.held.from.After(act.DoneAt) {
				line.OK, line.Result = false, license.ReporterReplaced
			} else if err := c.revoke(ctx, "undone"); err != nil {
				return err
			}
			result.Lines = append(result.Lines, line)
		}
		result.Facts = map[string]int{"purchases": result.Effective()}
		undone, err = t.undoAct(ctx, actor, act, result)
		return err
	})
	return undone, err
}

// revoke ends the role that is held, with the letters of a revocation.
func (c *reporterChange) revoke(ctx context.Context, reason string) error {
	if err := c.end(ctx, c.at, reason); err != nil {
		return err
	}
	if err := c.audit(ctx, "reporter.revoked", nil, reason); err != nil {
		return err
	}
	return c.tell(ctx, license.Parting(license.LetterRevoked, c.held.account, c.buyer), c.held.name, "")
}
