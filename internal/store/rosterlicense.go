package store

import (
	"context"
	"fmt"

	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/roster"
)

// decideLicenses works out what the rows of deals, purchases and seats come to:
// which seat is which, its state, and how long it gives access.
func (i *rosterImport) decideLicenses(ctx context.Context) error {
	err := i.do(
		ctx,
		`update staged_purchases as s set was_said_reporter = p.imported_reporter, was_seats = p.seats, was_product = p.product_id,
				was_days = p.access_days, was_until = p.access_until
			from purchase p where p.realm_id = :realm and p.purchase_id = s.target and not s.made`,
		// sold is every purchase that the bundle is about, as it will stand.
		`create temporary table sold (purchase_id {text} not null primary key, line {int}, product_id {text}, buyer_id {text}, seats {int}, seats_over {int},
			purchased_at {int}, access_days {int}, access_until {int}, max_people {int}, used {int}, spent {int}) {without_rowid}`,
		`insert into sold (purchase_id, line, product_id, buyer_id, seats, seats_over, purchased_at, access_days, access_until, max_people, used, spent)
			select s.target, s.line, s.product_id_ref, s.buyer_id_ref, s.seats, coalesce(p.seats_over, 0), s.purchased_at, s.access_days, s.access_until, s.max_people, 0, 0
			from staged_purchases s left join purchase p on p.realm_id = :realm and p.purchase_id = s.target
			where s.target is not null order by s.line on conflict do nothing`,
		`insert into sold (purchase_id, product_id, buyer_id, seats, seats_over, purchased_at, access_days, access_until, max_people, used, spent)
			select p.purchase_id, p.product_id, p.buyer_id, p.seats, p.seats_over, p.purchased_at, p.access_days, p.access_until, p.max_people, 0, 0
			from purchase p where p.realm_id = :realm and p.purchase_id in (select purchase_id_ref from staged_seats)
			on conflict do nothing`,
	)
	if err != nil || !i.bundle.Has(roster.FileOf("seats")) {
		return i.holders(ctx, err)
	}
	if err := i.analyze(ctx, "sold"); err != nil {
		return err
	}
	err = i.do(
		ctx,
		// A seat of a person stands for their address too; one that was redeemed by address, for the person.
		`update staged_seats as s set email = a.email, email_folded = a.email_folded from account a
			where s.email is null and a.realm_id = :realm and a.account_id = s.person_id_ref`,
		`update staged_seats as s set email = p.email, email_folded = p.email_folded from staged_people p
			where p.target = s.person_id_ref and s.person_id is not null and (s.email is null or exists (
				select 1 from account a where a.realm_id = :realm and a.account_id = s.person_id_ref and a.email = s.email))`,
		`update staged_seats as s set person_id_ref = p.target, person_id_no = p.number from staged_people p
			where s.person_id is null and s.state = 'redeemed' and p.email_folded = s.email_folded`,
		`update staged_seats as s set person_id_ref = a.account_id, person_id_no = a.learner from account a
			where s.person_id is null and s.person_id_ref is null and s.state = 'redeemed'
			and a.realm_id = :realm and a.organization_id = :organization and a.email_folded = s.email_folded
			and not exists (select 1 from staged_people p where p.target = a.account_id)`,
		`update staged_seats as s set assigned_at = coalesce(s.redeemed_at, p.purchased_at) from sold p
			where s.assigned_at is null and p.purchase_id = s.purchase_id_ref`,
		// A purchase may have very many seats, which the table of seats finds by person only while they are live.
		`create temporary table had as select x.seat_id, x.purchase_id, x.account_id, x.email_folded, x.assigned_at, x.state in ('pending', 'redeemed') as live
			from seat x join sold p on p.purchase_id = x.purchase_id where x.realm_id = :realm`,
		`create index had_by_account on had (purchase_id, account_id)`,
		`create index had_by_address on had (purchase_id, email_folded)`,
		`update staged_seats as s set target = x.seat_id from had x where `+samePerson+` and x.assigned_at = s.assigned_at`,
		`update staged_seats as s set target = x.seat_id from had x where s.target is null and `+sameAddress+` and x.assigned_at = s.assigned_at`,
		`create index staged_seats_target on staged_seats (target)`,
		// One whose assignment is dated otherwise is still the one live seat that the person has.
		`update staged_seats as s set target = x.seat_id from had x where s.target is null and `+samePerson+stillLive,
		`update staged_seats as s set target = x.seat_id from had x where s.target is null and `+sameAddress+stillLive,
		`update staged_seats set made = true, target = new_id where target is null`,
		`update staged_seats as s set was_state = x.state, was_said_state = x.imported_state, was_redeemed_at = x.redeemed_at,
				final_state = case when s.state is distinct from x.imported_state then s.state else x.state end, access_until = x.access_until, was_spent = x.spent
			from seat x where x.realm_id = :realm and x.seat_id = s.target and not s.made`,
		`update staged_seats set final_state = state where made`,
		// Where the seat was changed by hand since, its instants are those of that change.
		`update staged_seats as s set redeemed_at = x.redeemed_at, ended_at = x.ended_at, person_id_ref = x.account_id, person_id_no = x.learner
			from seat x where x.realm_id = :realm and x.seat_id = s.target and not s.made and s.final_state is distinct from s.state`,
		`update staged_seats as s set access_until = case
				when p.access_days is null or p.access_until <= s.redeemed_day + p.access_days then p.access_until
				else s.redeemed_day + p.access_days end
			from sold p where p.purchase_id = s.purchase_id_ref and s.final_state = s.state and s.state = 'redeemed'`,
		`update staged_seats set access_until = null where final_state = state and state = 'pending'`,
		// Only a seat that was redeemed and released can be used up.
		`update staged_seats set final_spent = final_state = 'released' and redeemed_at is not null
			and case when final_state is distinct from state or not `+fmt.Sprint(i.has("seats", "spent"))+` then was_spent else spent end`,
	)
	return i.holders(ctx, err)
}

// The conditions under which a seat x that there was is the staged one s.
const (
	samePerson  = `x.purchase_id = s.purchase_id_ref and x.account_id = s.person_id_ref`
	sameAddress = `x.purchase_id = s.purchase_id_ref and x.email_folded = s.email_folded and x.email_folded <> ''`
	stillLive   = ` and s.state in ('pending', 'redeemed') and x.live and not exists (select 1 from staged_seats t where t.target = x.seat_id)`
)

// holders collects the live seats of the purchases as they will stand.
func (i *rosterImport) holders(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	err = i.do(
		ctx,
		`create temporary table live (purchase_id {text} not null, account_id {text}, email_folded {text}, state {text} not null, line {int} not null)`,
		`create index live_by_account on live (purchase_id, account_id)`,
		`insert into live (purchase_id, account_id, email_folded, state, line)
			select s.purchase_id_ref, s.person_id_ref, s.email_folded, s.final_state, s.line from staged_seats s
			where s.final_state in ('pending', 'redeemed') and s.purchase_id_ref is not null`,
		`insert into live (purchase_id, account_id, email_folded, state, line)
			select x.purchase_id, x.account_id, x.email_folded, x.state, 0 from seat x join sold p on p.purchase_id = x.purchase_id
			where x.realm_id = :realm and x.state in ('pending', 'redeemed') and not exists (select 1 from staged_seats t where t.target = x.seat_id)`,
		`update sold as p set used = n.used from (select purchase_id, count(*) as used from live group by purchase_id) n where n.purchase_id = p.purchase_id`,
		// Seats that are used up are in use for good.
		`update sold as p set used = p.used + n.spent, spent = n.spent from (select purchase_id, count(*) as spent from (
				select s.purchase_id_ref as purchase_id from staged_seats s where s.final_spent
				union all select x.purchase_id from seat x join sold y on y.purchase_id = x.purchase_id
					where x.realm_id = :realm and x.spent and not exists (select 1 from staged_seats t where t.target = x.seat_id)) g
			group by purchase_id) n where n.purchase_id = p.purchase_id`,
	)
	if err != nil {
		return err
	}
	return i.analyze(ctx, "sold", "live", "staged_seats")
}

func (i *rosterImport) checkLicenses(ctx context.Context) error {
	for _, c := range []struct{ column, what string }{
		{"product_id", "the product that was bought"}, {"buyer_id", "the buyer"}, {"seats", "the number of seats"}, {"purchased_at", "the instant it was made"},
	} {
		err := i.check(ctx, "purchases", c.column, "A new purchase needs "+c.what+".", `select line, '' from staged_purchases
			where made and `+c.column+` is null and coalesce(wrong, '') not like '%,`+c.column+`,%'`)
		if err != nil {
			return err
		}
	}
	for _, c := range []struct{ file, column, reason, query string }{
		{"purchases", "product_id", "The product of a purchase cannot change once seats were assigned.", `select s.line, '' from staged_purchases s
			where not s.made and s.product_id_ref <> s.was_product and exists (select 1 from seat x where x.realm_id = :realm and x.purchase_id = s.target)`},
		{"purchases", "seats", "More seats are in use than there are: {}.", `select line, cast(used as text) from sold
			where line is not null and used > seats + seats_over`},
		{"seats", "purchase_id", "More seats of the purchase are in use than there are: {}.", `select max(s.line), cast(p.used as text) from sold p
			join staged_seats s on s.purchase_id_ref = p.purchase_id where p.line is null and p.used > p.seats + p.seats_over group by p.purchase_id, p.used`},
		{"purchases", "max_people", "More different people have had seats than the purchase allows: {}.", `select line, cast(people as text) from (` + tooManyPeople + `) n where line is not null`},
		{"seats", "person_id", "More different people have had seats than the purchase allows: {}.", `select (select max(s.line) from staged_seats s where s.purchase_id_ref = n.purchase_id), cast(people as text)
			from (` + tooManyPeople + `) n where line is null`},
		{"seats", "email", "A redeemed seat needs a person; nobody in the bundle or the organization has this address.", `select line, '' from staged_seats
			where final_state = 'redeemed' and person_id is null and person_id_ref is null and email is not null`},
		{"seats", "person_id", "The person or the address has another live seat of this purchase.", `select distinct line, '' from (
			select line, row_number() over (partition by purchase_id, account_id order by line) as nth from live where account_id is not null
			union all select line, row_number() over (partition by purchase_id, email_folded order by line) as nth from live where email_folded <> '') n
			where nth > 1 and line > 0`},
		{"seats", "person_id", "An earlier row has the same purchase, person and assigned_at.", `select line, '' from (
			select line, row_number() over (partition by purchase_id_ref, target order by line) as nth from staged_seats
			where not made and purchase_id_ref is not null) n where nth > 1`},
		{"purchases", "reporter_id", license.ErrPendingSeat.Error(), `select s.line, '' from staged_purchases s where ` + appoints + `
			and s.reporter_id_ref is distinct from s.buyer_id_ref and ` + holds("pending") + ` and not ` + holds("redeemed")},
		{"purchases", "reporter_id", license.ErrNotEligible.Error(), `select s.line, '' from staged_purchases s where ` + appoints + `
			and s.reporter_id_ref is distinct from s.buyer_id_ref and not ` + holds("pending") + ` and not ` + holds("redeemed")},
		{"purchases", "reporter_id", license.ErrSuspended.Error(), `select distinct s.line, '' from staged_purchases s
			left join staged_people p on p.target = s.reporter_id_ref
			left join account a on a.realm_id = :realm and a.account_id = s.reporter_id_ref
			where ` + appoints + ` and coalesce(p.account_status, a.status) <> 'active'`},
	} {
		if err := i.check(ctx, c.file, c.column, c.reason, c.query); err != nil {
			return err
		}
	}
	return nil
}

// tooManyPeople are the purchases that more distinct people will have had seats
// of than they allow. An offer that was revoked before it was redeemed counts for nobody.
const tooManyPeople = `select p.purchase_id, p.line, count(distinct k.who) as people from sold p join (
		select purchase_id_ref as purchase_id, coalesce('account ' || person_id_ref, 'address ' || email_folded) as who from staged_seats
			where final_state <> 'revoked' or redeemed_at is not null
		union all select x.purchase_id, coalesce('account ' || x.account_id, 'address ' || x.email_folded) from seat x join sold y on y.purchase_id = x.purchase_id
			where x.realm_id = :realm and (x.state <> 'revoked' or x.redeemed_at is not null) and not exists (select 1 from staged_seats t where t.target = x.seat_id)
	) k on k.purchase_id = p.purchase_id
	where p.max_people is not null group by p.purchase_id, p.line, p.max_people having count(distinct k.who) > p.max_people`

// appoints is the condition that a staged purchase s names another reporter
// than the last import did.
const appoints = `s.reporter_id_ref is not null and s.reporter_id is not null and s.reporter_id is distinct from s.was_said_reporter`

// holds is the condition that the reporter of s will have a seat in a state.
func holds(state string) string {
	return `exists (select 1 from live l where l.purchase_id = s.target and l.account_id = s.reporter_id_ref and l.state = '` + state + `')`
}

func (i *rosterImport) applyLicenses(ctx context.Context) error {
	if i.bundle.Has(roster.FileOf("deals")) {
		err := i.do(
			ctx,
			`update staged_deals as s set changed = true from deal d where d.realm_id = :realm and d.deal_id = s.target and not s.made
				and (d.name <> s.name or d.starts_on is distinct from s.starts_on or d.ends_on is distinct from s.ends_on)`,
			`update deal as d set name = s.name, name_folded = s.name_folded, revision = d.revision + 1, starts_on = s.starts_on, ends_on = s.ends_on from staged_deals s
				where d.realm_id = :realm and d.deal_id = s.target and s.changed`,
			`insert into deal (realm_id, deal_id, organization_id, external_id, name, name_folded, starts_on, ends_on, created_at)
				select :realm, s.target, :organization, s.id, s.name, s.name_folded, s.starts_on, s.ends_on, :now from staged_deals s where s.made order by s.line`,
		)
		if err != nil {
			return err
		}
	}
	if !i.bundle.Has(roster.FileOf("purchases")) && !i.bundle.Has(roster.FileOf("seats")) {
		return nil
	}
	if err := i.applyPurchases(ctx); err != nil {
		return err
	}
	if err := i.analyze(ctx, "purchase", "product", "activity", "program_activity"); err != nil {
		return err
	}
	return i.applySeats(ctx)
}

func (i *rosterImport) applyPurchases(ctx context.Context) error {
	return i.do(
		ctx,
		// What the reporter column says is noted apart: see applyReporters.
		`update staged_purchases as s set changed = true from purchase p where p.realm_id = :realm and p.purchase_id = s.target and not s.made
			and (p.product_id <> s.product_id_ref or p.buyer_id <> s.buyer_id_ref or p.company <> s.company or p.seats <> s.seats or p.purchased_at <> s.purchased_at
			or p.redeem_by is distinct from s.redeem_by or p.access_days is distinct from s.access_days or p.access_until is distinct from s.access_until
			or p.complete_by is distinct from s.complete_by
			or p.deal_id is distinct from s.deal_id_ref or p.reusable <> s.reusable or p.max_people is distinct from s.max_people)`,
		`update purchase as p set product_id = s.product_id_ref, buyer_id = s.buyer_id_ref, company = s.company, company_folded = s.company_folded,
				seats = s.seats, purchased_at = s.purchased_at, redeem_by = s.redeem_by, access_days = s.access_days, access_until = s.access_until,
				complete_by = s.complete_by, deal_id = s.deal_id_ref, reusable = s.reusable, max_people = s.max_people, seats_used = n.used, seats_spent = n.spent
			from staged_purchases s join sold n on n.purchase_id = s.target where p.realm_id = :realm and p.purchase_id = s.target and s.changed`,
		`insert into purchase (realm_id, purchase_id, organization_id, external_id, product_id, buyer_id, company, company_folded, seats, seats_over, seats_used, seats_spent,
				purchased_at, redeem_by, access_days, access_until, complete_by, deal_id, reusable, max_people, created_at)
			select :realm, s.target, :organization, s.id, s.product_id_ref, s.buyer_id_ref, s.company, s.company_folded, s.seats, 0, n.used, n.spent,
				s.purchased_at, s.redeem_by, s.access_days, s.access_until, s.complete_by, s.deal_id_ref, s.reusable, s.max_people, :now
			from staged_purchases s join sold n on n.purchase_id = s.target where s.made order by s.line`,
		`update purchase as p set seats_used = n.used, seats_spent = n.spent from sold n
			where p.realm_id = :realm and p.purchase_id = n.purchase_id and (p.seats_used <> n.used or p.seats_spent <> n.spent)`,
	)
}
