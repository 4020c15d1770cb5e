package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/management"
)

// reporterView is a look at a purchase's reporter: everything read at one moment.
type reporterView struct {
	querier
	reach        access.Reach
	now          license.ReporterNow
	organization access.OrgID
	today        day.Day
	grant        access.GrantID // of the holder
}

// viewReporter finds a purchase of the reach and who reports on it.
func viewReporter(ctx context.Context, q querier, reach access.Reach, id license.PurchaseID) (*reporterView, error) {
	v := &reporterView{querier: q, reach: reach}
	p := with(int64(reach.Actor().Realm), string(id))
	var organization, zone, path, buyer string
	var months int
	var waiting sql.NullInt64
	if err := one(ctx, q, `select o.organization_id, o.zone, o.path, o.history_months, pr.title, p.company, p.reporter_waiting_at, b.account_id, b.name, coalesce(b.email, '') from purchase p
		join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
		join product pr on pr.realm_id = p.realm_id and pr.product_id = p.product_id
		join account b on b.realm_id = p.realm_id and b.account_id = p.buyer_id
		where p.realm_id = $1 and p.purchase_id = $2 and `+visiblePurchase(reach, p), p.list,
		&organization, &zone, &path, &months, &v.now.Product, &v.now.Company, &waiting, &buyer, &v.now.Buyer.Name, &v.now.Buyer.Email); err != nil {
		return nil, err
	}
	v.organization, v.today = access.OrgID(organization), day.Of(reach.At(), day.ZoneOr(zone))
	v.now.Today = v.today
	v.now.Purchase, v.now.Buyer.Account, v.now.Waiting, v.now.SeatEnded = id, access.AccountID(buyer), instant(waiting), day.None
	_, v.now.Owned = reach.CoversThing(access.Thing{Place: access.Path(path), Purchase: id, Owner: v.now.Buyer.Account})
	if !v.now.Owned {
		var err error
		if v.now.Managers, err = managers(ctx, q, reach.Actor().Realm, v.organization, reach.At().UnixMicro()); err != nil {
			return nil, err
		}
	}
	var grant, holder string
	var from int64
	var until, last sql.NullInt64
	err := one(ctx, q, `select g.grant_id, a.account_id, a.name, coalesce(a.email, ''), g.from_at, g.until_at, s.access_until from role_grant g
		join account a on a.realm_id = g.realm_id and a.account_id = g.account_id
		left join seat s on s.realm_id = g.realm_id and s.purchase_id = g.purchase_id and s.account_id = g.account_id and s.state = 'redeemed'
		where g.realm_id = $1 and g.purchase_id = $2 and g.role = 'license_reporter' and g.ended_at is null and (g.until_at is null or g.until_at > $3)`,
		[]any{int64(reach.Actor().Realm), string(id), reach.At().UnixMicro()}, &grant, &holder, &v.now.Holder.Name, &v.now.Holder.Email, &from, &until, &last)
	if errors.Is(err, fault.ErrNotFound) {
		return v, nil
	}
	v.grant, v.now.Holder.Account, v.now.Since = access.GrantID(grant), access.AccountID(holder), time.UnixMicro(from).UTC()
	if last := aDay(last); v.now.Holder.Account != v.now.Buyer.Account && !last.IsNone() && last < v.today {
		v.now.SeatEnded, v.now.ReadsUntil = last, instant(until)
	}
	return v, err
}

// ReporterNow tells who reports on a purchase of a reach.
func (db *DB) ReporterNow(ctx context.Context, reach access.Reach, id license.PurchaseID) (license.ReporterNow, error) {
	var out license.ReporterNow
	err := db.view(ctx, func(q querier) error {
		v, err := viewReporter(ctx, q, reach, id)
		if err == nil {
			out = v.now
		}
		return err
	})
	return out, err
}

// PreviewAppointment works out what appointing an account would change.
func (db *DB) PreviewAppointment(ctx context.Context, reach access.Reach, id license.PurchaseID, to access.AccountID) (license.AppointmentPreview, error) {
	var out license.AppointmentPreview
	err := db.view(ctx, func(q querier) error {
		v, err := viewReporter(ctx, q, reach, id)
		if err != nil {
			return err
		}
		out.ReporterNow = v.now
		if out.To, err = candidateOf(ctx, q, reach.Actor().Realm, v.organization, id, v.now.Buyer.Account, to); err != nil {
			return err
		}
		standing := license.Standing{Today: v.today, Reporter: v.now.Holder.Account, Owned: v.now.Owned, To: out.To}
		out.Refused = standing.Appoint()
		if !standing.Allows() {
			out.To.Person = license.Person{Account: to} // nobody learns by trying who that is
			return nil
		}
		if out.Refused, err = v.noRoom(ctx, to); err != nil {
			return err
		}
		if out.Reading, err = v.reading(ctx); err != nil || v.now.Owned {
			return err // the buyer learns nothing of what else others hold
		}
		if out.Sees, err = v.seenBy(ctx, to); err == nil && !v.now.Holder.IsNobody() {
			out.Keeps, err = v.seenBy(ctx, v.now.Holder.Account)
		}
		return err
	})
	return out, err
}

// PreviewRevocation works out what a revocation would end, and what stays.
func (db *DB) PreviewRevocation(ctx context.Context, reach access.Reach, id license.PurchaseID) (license.RevocationPreview, error) {
	var out license.RevocationPreview
	err := db.view(ctx, func(q querier) error {
		v, err := viewReporter(ctx, q, reach, id)
		if err != nil {
			return err
		}
		out.ReporterNow = v.now
		out.Refused = license.Standing{Owned: v.now.Owned}.Revoke()
		if v.now.Owned || v.now.Holder.IsNobody() {
			return nil // it is not theirs to revoke, or there is nothing
		}
		if out.Reading, err = v.reading(ctx); err == nil {
			out.Keeps, err = v.seenBy(ctx, v.now.Holder.Account)
		}
		return err
	})
	return out, err
}

// noRoom tells whether the manager limit is in the way of giving an account
// the role; nil: it is not.
func (v *reporterView) noRoom(ctx context.Context, to access.AccountID) (error, error) {
	now := v.reach.At().UnixMicro()
	m, err := managers(ctx, v, v.reach.Actor().Realm, v.organization, now)
	if err != nil || m.Room() == nil {
		return nil, err
	}
	// Who counts already needs no place, and who holds nothing else leaves one.
	var counts, leaves bool
	err = one(ctx, v, `select exists (select 1 from (`+managersOf+`) held where held.account_id = $4)`,
		[]any{int64(v.reach.Actor().Realm), string(v.organization), now, string(to)}, &counts)
	if err != nil || counts {
		return nil, err
	}
	err = one(ctx, v, `select not exists (select 1 from role_grant g left join group_member m on m.realm_id = g.realm_id and m.group_id = g.group_id and (m.until_at is null or m.until_at > $1)
			where `+liveManaging("$1")+` and g.realm_id = $2 and g.organization_id = $3 and coalesce(g.account_id, m.account_id) = $4 and g.grant_id <> $5)`,
		[]any{now, int64(v.reach.Actor().Realm), string(v.organization), string(v.now.Holder.Account), string(v.grant)}, &leaves)
	if err != nil || leaves && !v.now.Holder.IsNobody() && m.Count-1 < m.Limit {
		return nil, err
	}
	return m.Room(), nil
}

// sampled is how many learners a preview names.
const sampled = 5

// reading counts what the role shows.
func (v *reporterView) reading(ctx context.Context) (r license.Reading, err error) {
	realm, id, today := int64(v.reach.Actor().Realm), string(v.now.Purchase), int64(v.today)
	if err = one(ctx, v, `select count(*) filter (where s.state = 'redeemed' and (s.access_until is null or s.access_until >= $1)),
			count(*) filter (where s.state = 'redeemed' and s.access_until < $1), count(*) filter (where s.state = 'pending')
		from seat s where s.realm_id = $2 and s.purchase_id = $3`, []any{today, realm, id}, &r.Learners, &r.Ended, &r.Invited); err != nil {
		return r, err
	}
	r.Sample, err = collect(ctx, v, `select a.name from seat s join account a on a.realm_id = s.realm_id and a.account_id = s.account_id
		where s.realm_id = $1 and s.purchase_id = $2 and s.state = 'redeemed' and (s.access_until is null or s.access_until >= $3)
		order by a.name_folded, a.account_id limit $4`, []any{realm, id, today, sampled}, func(row *sql.Rows) (string, error) {
		var name string
		return name, row.Scan(&name)
	})
	return r, err
}

// seenBy tells what an account sees of the purchase's learners by everything
// it holds but the role itself, from the same facts that decide.
func (v *reporterView) seenBy(ctx context.Context, who access.AccountID) (out license.Seen, err error) {
	facts, err := loadFacts(ctx, v, v.reach.Actor().Realm, who)
	if err != nil {
		return out, err
	}
	var others []access.Grant
	for _, g := range facts.Grants() {
		if g.ID == "" || g.ID != v.grant {
			others = append(others, g)
		}
	}
	without := access.NewFacts(facts.Actor(), 0, others)
	for _, w := range management.Mine(without, v.reach.At()) {
		alone := access.NewFacts(facts.Actor(), 0, []access.Grant{w.Grant}).For(w.Permissions[0], v.reach.At())
		n, err := v.learnersIn(ctx, alone)
		if err != nil {
			return out, err
		}
		if n > 0 {
			out.Ways = append(out.Ways, license.SeenWay{Grant: w.Grant, Learners: n})
			out.Learners = max(out.Learners, n)
		}
	}
	if len(out.Ways) < 2 {
		return out, nil
	}
	out.Learners, err = v.learnersByAny(ctx, without)
	return out, err
}

// learnersIn counts the purchase's learners of a reach.
func (v *reporterView) learnersIn(ctx context.Context, reach access.Reach) (n int, err error) {
	p := with(int64(v.reach.Actor().Realm), string(v.now.Purchase))
	err = one(ctx, v, `select count(*) from account a where a.realm_id = $1
		and a.learner in (select l.learner from seat l where l.realm_id = $1 and l.purchase_id = $2 and l.state = 'redeemed') and `+visible(reach, "a", p), p.list, &n)
	return n, err
}

// learnersByAny counts those whom any kind of sight shows.
func (v *reporterView) learnersByAny(ctx context.Context, facts access.Facts) (most int, err error) {
	for _, permission := range management.Sight() {
		n, err := v.learnersIn(ctx, facts.For(permission, v.reach.At()))
		if err != nil {
			return 0, err
		}
		most = max(most, n)
	}
	return most, nil
}

// ReportersWaiting lists the purchases of a reach whose appointment waits.
// Those that somebody only bought themselves wait for others.
func (db *DB) ReportersWaiting(ctx context.Context, reach access.Reach) (license.Waiting, error) {
	var out license.Waiting
	err := db.view(ctx, func(q querier) error {
		actor := reach.Actor()
		p := with(int64(actor.Realm))
		var err error
		out.Items, err = collect(ctx, q, `select p.purchase_id, pr.title, p.company, b.account_id, b.name, coalesce(b.email, ''), p.reporter_waiting_at from purchase p
			join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
			join product pr on pr.realm_id = p.realm_id and pr.product_id = p.product_id
			join account b on b.realm_id = p.realm_id and b.account_id = p.buyer_id
			where p.realm_id = $1 and p.reporter_waiting_at is not null and `+visibleThing(reach, thing{place: "o.path"}, p)+`
			order by p.reporter_waiting_at, p.purchase_id limit 100`, p.list, func(row *sql.Rows) (w license.WaitingReporter, err error) {
			var id, buyer string
			var since int64
			err = row.Scan(&id, &w.Product, &w.Company, &buyer, &w.Buyer.Name, &w.Buyer.Email, &since)
			w.Purchase, w.Buyer.Account, w.Since = license.PurchaseID(id), access.AccountID(buyer), time.UnixMicro(since).UTC()
			return w, err
		})
		if err != nil || len(out.Items) == 0 {
			return err
		}
		out.Managers, err = managers(ctx, q, actor.Realm, actor.Organization, reach.At().UnixMicro())
		return err
	})
	return out, err
}
