package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/license"
)

// applySeats inserts and moves seats, and what a redemption brings with it.
func (i *rosterImport) applySeats(ctx context.Context) error {
	const change = `update seat as x set state = s.final_state, assigned_at = s.assigned_at, redeemed_at = s.redeemed_at, ended_at = s.ended_at,
			account_id = coalesce(s.person_id_ref, x.account_id), learner = coalesce(s.person_id_no, x.learner),
			access_until = s.access_until, spent = s.final_spent
		from staged_seats s where x.realm_id = :realm and x.seat_id = s.target and s.changed and s.final_state `
	err := i.do(
		ctx,
		`update staged_seats as s set changed = true from seat x where x.realm_id = :realm and x.seat_id = s.target and not s.made
			and (x.state <> s.final_state or x.spent <> s.final_spent or x.assigned_at <> s.assigned_at
			or x.redeemed_at is distinct from s.redeemed_at or x.ended_at is distinct from s.ended_at or x.access_until is distinct from s.access_until
			or s.person_id_ref is not null and x.account_id is distinct from s.person_id_ref)`,
		// Seats that end make room first: one is live for a person at every moment.
		change+`not in ('pending', 'redeemed')`,
		change+`in ('pending', 'redeemed')`,
		`insert into seat (realm_id, seat_id, organization_id, purchase_id, account_id, learner, email, email_folded, state,
				assigned_at, redeemed_at, ended_at, access_until, spent, imported_state)
			select :realm, s.target, :organization, s.purchase_id_ref, s.person_id_ref, s.person_id_no, coalesce(s.email, ''), coalesce(s.email_folded, ''), s.final_state,
				s.assigned_at, s.redeemed_at, s.ended_at, s.access_until, s.final_spent, s.state
			from staged_seats s where s.made order by s.line`,
	)
	if err != nil {
		return err
	}
	err = i.note(ctx, `update seat as x set imported_state = s.state from staged_seats s
		where x.realm_id = :realm and x.seat_id = s.target and not s.made and x.imported_state is distinct from s.state`)
	if err != nil {
		return err
	}
	if err := i.retime(ctx); err != nil {
		return err
	}
	if err := i.enrollHolders(ctx); err != nil {
		return err
	}
	return i.writeLedger(ctx)
}

// retime gives redeemed seats that the bundle does not name their new last day
// where the terms of their purchase changed.
func (i *rosterImport) retime(ctx context.Context) error {
	type moved struct {
		seat  string
		until day.Day
	}
	var seats []moved
	query, args := i.statement(`select x.seat_id, x.redeemed_at, x.access_until, s.access_days, s.access_until from staged_purchases s
		join seat x on x.realm_id = :realm and x.purchase_id = s.target and x.state = 'redeemed'
		where not s.made and (s.was_days is distinct from s.access_days or s.was_until is distinct from s.access_until)`)
	err := each(ctx, i, query, args, func(row *sql.Rows) error {
		var m moved
		var at, was, days, until sql.NullInt64
		if err := row.Scan(&m.seat, &at, &was, &days, &until); err != nil {
			return err
		}
		terms := license.Terms{AccessDays: int(days.Int64), AccessUntil: aDay(until)}
		if m.until = terms.LastDay(day.Of(instant(at), i.zone)); m.until != aDay(was) {
			seats = append(seats, m)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range seats {
		if _, err := i.exec(ctx, `update seat set access_until = $1 where realm_id = $2 and seat_id = $3`,
			dayOrNull(m.until), i.named["realm"], m.seat); err != nil {
			return err
		}
	}
	return nil
}

// enrollHolders enrolls who holds a redeemed seat in the activities of the
// product as they are now, and ends what an ended seat kept. The source of the
// enrollment ends with the seat's last day in the organization's zone.
func (i *rosterImport) enrollHolders(ctx context.Context) error {
	if err := i.dayStarts(ctx); err != nil {
		return err
	}
	return i.do(
		ctx,
		`create temporary table entitled as select s.seat_id, s.learner, s.redeemed_at, s.purchase_id, d.at as until_at,
				(select p.complete_by from purchase p where p.realm_id = :realm and p.purchase_id = s.purchase_id) as due_on
			from seat s left join day_start d on d.day = s.access_until + 1
			where s.realm_id = :realm and s.state = 'redeemed' and s.seat_id in (
				select t.target from staged_seats t where (t.made or t.was_state <> 'redeemed') and t.final_state = 'redeemed')`,
		`create temporary table entitlement as
			select e.seat_id, e.learner, e.redeemed_at, e.until_at, e.due_on, a.activity from entitled e join sold p on p.purchase_id = e.purchase_id
			join activity a on a.realm_id = :realm and a.activity_id = p.product_id
			union all select e.seat_id, e.learner, e.redeemed_at, e.until_at, e.due_on, a.activity from entitled e join sold p on p.purchase_id = e.purchase_id
			join program_activity a on a.realm_id = :realm and a.program_id = p.product_id and a.until_at is null`,
		`insert into enrollment (realm_id, learner, activity, enrolled_at, due_on, progress, minutes_spent, changes)
			select :realm, learner, activity, min(redeemed_at), min(due_on), 0, 0, 0 from entitlement where true group by learner, activity order by learner, activity
			on conflict (realm_id, learner, activity) do nothing`,
		`insert into enrollment_source (realm_id, learner, activity, kind, ref, from_at, until_at)
			select :realm, learner, activity, 'seat', seat_id, redeemed_at, until_at from entitlement where true order by learner, activity
			on conflict (realm_id, learner, activity, kind, ref, from_at) do update set until_at = excluded.until_at`,
		// Seats that ended, and those whose dates were put right.
		`update enrollment_source as x set until_at = s.ended_at from staged_seats s where s.changed and s.was_state = 'redeemed' and s.final_state in ('released', 'revoked')
			and x.realm_id = :realm and x.learner = s.person_id_no and x.kind = 'seat' and x.ref = s.target and (x.until_at is null or x.until_at > s.ended_at)`,
		`update enrollment_source as x set from_at = s.redeemed_at from staged_seats s where s.changed and s.was_state = 'redeemed' and s.final_state = 'redeemed'
			and s.redeemed_at <> s.was_redeemed_at
			and x.realm_id = :realm and x.learner = s.person_id_no and x.kind = 'seat' and x.ref = s.target and x.from_at = s.was_redeemed_at`,
		`update enrollment_source as x set until_at = (select d.at from day_start d where d.day = s.access_until + 1)
			from seat s join sold p on p.purchase_id = s.purchase_id
			where s.realm_id = :realm and s.state = 'redeemed' and x.realm_id = :realm and x.learner = s.learner and x.kind = 'seat' and x.ref = s.seat_id
			and x.from_at = s.redeemed_at and x.until_at is distinct from (select d.at from day_start d where d.day = s.access_until + 1)`,
		`insert into touched (learner) select distinct learner from seat
			where realm_id = :realm and learner is not null and seat_id in (select target from staged_seats where made or changed) on conflict do nothing`,
		`insert into touched (learner) select distinct learner from seat
			where realm_id = :realm and state = 'redeemed' and purchase_id in (select target from staged_purchases where changed) on conflict do nothing`,
	)
}

// dayStarts works out when the days after the last days of access begin: the
// engines know nothing of zones.
func (i *rosterImport) dayStarts(ctx context.Context) error {
	days, err := list(ctx, i, `select distinct s.access_until from seat s join sold p on p.purchase_id = s.purchase_id
		where s.realm_id = :realm and s.access_until is not null`, func(row *sql.Rows) (day.Day, error) {
		var d day.Day
		err := row.Scan(&d)
		return d, err
	})
	if err != nil {
		return err
	}
	if err := i.do(ctx, `create temporary table day_start (day {int} not null primary key, at {int} not null) {without_rowid}`); err != nil {
		return err
	}
	rows := &listed{}
	for _, d := range days {
		rows.values = append(rows.values, []any{int64(d) + 1, d.Add(1).Start(i.zone).UnixMicro()})
	}
	return i.db.dialect.load(ctx, i.conn, "day_start", []string{"day", "at"}, rows)
}

// writeLedger writes every movement of the seats, in the order it happened;
// the sums are the balance (N-09).
func (i *rosterImport) writeLedger(ctx context.Context) error {
	entry := func(m license.Movement) string { return "'" + string(m) + "'" }
	return i.do(
		ctx,
		`create temporary table movement (purchase_id {text} not null, seat_id {text}, at {int} not null, place {int} not null, movement {text} not null,
			seats {int} not null, pending {int} not null, redeemed {int} not null, spent {int} not null)`,
		`insert into movement select target, cast(null as text), purchased_at, 0, `+entry(license.SeatsBought)+`, seats, 0, 0, 0 from staged_purchases where made`,
		`insert into movement select target, cast(null as text), :now, 0, `+entry(license.SeatsChanged)+`, seats - was_seats, 0, 0, 0 from staged_purchases where changed and seats <> was_seats`,
		`insert into movement select purchase_id_ref, target, assigned_at, 1, `+entry(license.SeatAssigned)+`, 0, 1, 0, 0 from staged_seats where made`,
		`insert into movement select purchase_id_ref, target, redeemed_at, 2, `+entry(license.SeatRedeemed)+`, 0, -1, 1, 0 from staged_seats
			where made and redeemed_at is not null`,
		`insert into movement select purchase_id_ref, target, ended_at, 3, final_state, 0,
				case when redeemed_at is null then -1 else 0 end, case when redeemed_at is null then 0 else -1 end, case when final_spent then 1 else 0 end
			from staged_seats where made and final_state in ('released', 'revoked')`,
		`insert into movement select purchase_id_ref, target, case when final_state = 'redeemed' then redeemed_at when final_state = 'pending' then :now else ended_at end, 2,
				case when final_state = 'pending' then `+entry(license.SeatAssigned)+` else final_state end, 0,
				case when final_state = 'pending' then 1 else 0 end - case when was_state = 'pending' then 1 else 0 end,
				case when final_state = 'redeemed' then 1 else 0 end - case when was_state = 'redeemed' then 1 else 0 end,
				case when final_spent then 1 else 0 end - case when was_spent then 1 else 0 end
			from staged_seats where changed and not made and (was_state <> final_state or was_spent <> final_spent)`,
		// A row that goes from released to revoked moves nothing.
		`delete from movement where seats = 0 and pending = 0 and redeemed = 0 and spent = 0`,
		`insert into seat_ledger (realm_id, purchase_id, no, at, movement, seat_id, seats, pending, redeemed, spent, actor)
			select :realm, m.purchase_id, coalesce(l.last, 0) + row_number() over (partition by m.purchase_id order by case when m.place = 0 then 0 else 1 end, m.at, m.place, m.seat_id),
				m.at, m.movement, m.seat_id, m.seats, m.pending, m.redeemed, m.spent, :by
			from movement m left join (select purchase_id, max(no) as last from seat_ledger where realm_id = :realm
				and purchase_id in (select purchase_id from movement) group by purchase_id) l on l.purchase_id = m.purchase_id`,
	)
}
