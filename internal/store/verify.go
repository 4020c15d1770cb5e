package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
)

// Finding is one place where the database breaks an invariant.
type Finding struct {
	Check string // id of the check, as in "one-reporter"
	Rule  string // the invariant, in words
	Where string // what is wrong: ids, no names
}

// check is an invariant as a read-only query whose rows are the faults: one
// text column that says where.
type check struct{ id, rule, query string }

var checks = []check{
	{
		"one-reporter", "I-07: at most one License Reporter per purchase",
		`select 'purchase ' || purchase_id from role_grant where role = 'license_reporter' and ended_at is null
			group by realm_id, purchase_id having count(*) > 1`,
	}, {
		"reporter-eligible", "I-08: a reporter was the buyer or held a redeemed seat when appointed",
		`select 'grant ' || g.grant_id from role_grant g join purchase p on p.realm_id = g.realm_id and p.purchase_id = g.purchase_id
			where g.role = 'license_reporter' and g.ended_at is null and p.buyer_id <> g.account_id and not exists (
				select 1 from seat s where s.realm_id = g.realm_id and s.purchase_id = g.purchase_id and s.account_id = g.account_id
					and s.redeemed_at <= g.from_at and (s.ended_at is null or s.ended_at >= g.from_at))`,
	}, {
		"reporter-active", "M-055: the reporter's account is active",
		`select 'grant ' || g.grant_id from role_grant g join account a on a.realm_id = g.realm_id and a.account_id = g.account_id
			where g.role = 'license_reporter' and g.ended_at is null and a.status in ('suspended', 'erased')`,
	}, {
		"reporter-waiting", "M-052: an appointment waits only while the purchase has no reporter",
		`select 'purchase ' || p.purchase_id from purchase p join role_grant g on g.realm_id = p.realm_id and g.purchase_id = p.purchase_id
			where p.reporter_waiting_at is not null and g.role = 'license_reporter' and g.ended_at is null and g.until_at is null`,
	}, {
		"seats-counted", "I-09: seats used = pending + redeemed + spent",
		`select 'purchase ' || p.purchase_id || ': used ' || p.seats_used || ', counted ' || count(s.seat_id) || ', spent ' || p.seats_spent
			from purchase p left join seat s on s.realm_id = p.realm_id and s.purchase_id = p.purchase_id and (s.state in ('pending', 'redeemed') or s.spent)
			group by p.realm_id, p.purchase_id, p.seats_used, p.seats_spent
			having p.seats_used <> count(s.seat_id) or p.seats_spent <> count(case when s.spent then 1 end)`,
	}, {
		"seat-spent", "Q-27: only a seat that was redeemed and released is spent",
		`select 'seat ' || seat_id from seat where spent and (state <> 'released' or redeemed_at is null)`,
	}, {
		"seat-people", "Q-27: no more distinct people than the plan allows",
		`select 'purchase ' || p.purchase_id from purchase p
			join seat s on s.realm_id = p.realm_id and s.purchase_id = p.purchase_id and (s.state <> 'revoked' or s.redeemed_at is not null)
			where p.max_people is not null group by p.realm_id, p.purchase_id, p.max_people
			having count(distinct coalesce('account ' || s.account_id, 'address ' || s.email_folded)) > p.max_people`,
	}, {
		"seat-letters", "a pending seat with a letter has a link for each, and no letter twice",
		`select 'seat ' || s.seat_id from seat s where s.state = 'pending' and s.letters > 0
				and (select count(*) from seat_link l where l.realm_id = s.realm_id and l.seat_id = s.seat_id) < s.letters
			union all select 'seat ' || s.seat_id from seat s where s.letters > 0
				and (select count(*) from mail m where m.realm_id = s.realm_id and m.about_kind = 'seat' and m.about_id = s.seat_id and m.kind = 'seat.invitation') > s.letters`,
	}, {
		"seats-within", "I-09: no more seats used than there are",
		`select 'purchase ' || purchase_id from purchase where seats_used < 0 or seats_used > seats + seats_over`,
	}, {
		"seat-ledger", "N-09: the ledger sums to the balance",
		`select 'purchase ' || p.purchase_id from purchase p
			left join (select realm_id, purchase_id, sum(seats) as seats, sum(pending) as pending, sum(redeemed) as redeemed, sum(spent) as spent from seat_ledger group by realm_id, purchase_id) l
				on l.realm_id = p.realm_id and l.purchase_id = p.purchase_id
			left join (select realm_id, purchase_id, count(*) filter (where state = 'pending') as pending, count(*) filter (where state = 'redeemed') as redeemed from seat group by realm_id, purchase_id) s
				on s.realm_id = p.realm_id and s.purchase_id = p.purchase_id
			where coalesce(l.seats, 0) <> p.seats or coalesce(l.pending, 0) <> coalesce(s.pending, 0) or coalesce(l.redeemed, 0) <> coalesce(s.redeemed, 0)
				or coalesce(l.spent, 0) <> p.seats_spent`,
	}, {
		"one-seat-each", "I-10: at most one live seat per person, and per address, in a purchase",
		`select 'purchase ' || purchase_id from seat where state in ('pending', 'redeemed') and account_id is not null
				group by realm_id, purchase_id, account_id having count(*) > 1
			union all select 'purchase ' || purchase_id from seat where state in ('pending', 'redeemed') and email_folded <> ''
				group by realm_id, purchase_id, email_folded having count(*) > 1`,
	}, {
		"seat-holder", "a redeemed seat's holder is an account of the purchase's organization, by id and by number",
		`select 'seat ' || s.seat_id from seat s left join account a on a.realm_id = s.realm_id and a.account_id = s.account_id
			left join purchase p on p.realm_id = s.realm_id and p.purchase_id = s.purchase_id
			where s.state = 'redeemed' and (a.account_id is null or p.purchase_id is null or a.learner <> s.learner
				or a.organization_id <> p.organization_id or s.organization_id <> p.organization_id)`,
	}, {
		"team-member", "a team's member is an account of its organization, by id and by number",
		`select 'team ' || m.team_id || ', account ' || m.account_id from team_member m
			left join account a on a.realm_id = m.realm_id and a.account_id = m.account_id
			left join team t on t.realm_id = m.realm_id and t.team_id = m.team_id
			where m.until_at is null and (a.account_id is null or t.team_id is null or a.learner <> m.learner or a.organization_id <> t.organization_id)`,
	}, {
		"enrollment-source", "I-11: every enrollment has a source",
		`select 'learner ' || e.learner || ', activity ' || e.activity from enrollment e
			where not exists (select 1 from enrollment_source s where s.realm_id = e.realm_id and s.learner = e.learner and s.activity = e.activity)`,
	}, {
		"seat-source-ended", "a seat that was released or revoked keeps no enrollment",
		`select 'seat ' || s.seat_id from seat s join enrollment_source x on x.realm_id = s.realm_id and x.learner = s.learner and x.kind = 'seat' and x.ref = s.seat_id
			where s.state in ('released', 'revoked') and (x.until_at is null or x.until_at > s.ended_at)`,
	}, {
		"base-role", "M-201: exactly one base role, and its access at one's own place (I-05)",
		`select 'account ' || a.account_id from account a
			left join role_grant g on g.realm_id = a.realm_id and g.account_id = a.account_id and g.follows_home and g.ended_at is null
			where (a.base_role in ('student', 'purchaser')) <> (g.grant_id is null)
				or (g.grant_id is not null and (g.role <> a.base_role
					or (g.node_kind = 'location' and (a.location_id is null or g.node_location_id <> a.location_id))
					or (g.node_kind = 'organization' and g.node_organization_id <> a.organization_id)))`,
	}, {
		"one-base-role", "M-201: at most one base role's access",
		`select 'account ' || account_id from role_grant where follows_home and ended_at is null group by realm_id, account_id having count(*) > 1`,
	}, {
		"home-path", "I-17: an account stands at the path of its location or organization",
		`select 'account ' || a.account_id from account a join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
			left join location l on l.realm_id = a.realm_id and l.location_id = a.location_id
			where a.home <> coalesce(l.path, o.path) or (a.location_id is not null and (l.location_id is null or l.organization_id <> a.organization_id))`,
	}, {
		"location-path", "I-17: a location stands directly below its parent, without a cycle",
		`select 'location ' || l.location_id from location l
			join organization o on o.realm_id = l.realm_id and o.organization_id = l.organization_id
			left join location p on p.realm_id = l.realm_id and p.location_id = l.parent_id
			where substr(l.path, 1, length(l.path) - 7) <> coalesce(p.path, o.path)`,
	}, {
		"organization-path", "a client organization stands directly below its parent",
		`select 'organization ' || o.organization_id from organization o left join organization p on p.realm_id = o.realm_id and p.organization_id = o.parent_id
			where substr(o.path, 1, length(o.path) - 7) <> coalesce(p.path, '')`,
	}, {
		"home-interval", "the open interval of a person's home is where they stand now",
		`select 'account ' || a.account_id from account a left join account_home h on h.realm_id = a.realm_id and h.account_id = a.account_id and h.until_at is null
			where h.account_id is null or coalesce(h.location_id, '') <> coalesce(a.location_id, '')`,
	}, {
		"place-interval", "the open interval of a location's parent is where it stands now",
		`select 'location ' || l.location_id from location l left join location_place h on h.realm_id = l.realm_id and h.location_id = l.location_id and h.until_at is null
			where h.location_id is null or coalesce(h.parent_id, '') <> coalesce(l.parent_id, '')`,
	}, {
		"place-retired", "nobody and nothing stands at a location that is retired",
		`select 'location ' || l.location_id from location l where l.retired_at is not null and (
			exists (select 1 from account a where a.realm_id = l.realm_id and a.location_id = l.location_id and a.status <> 'erased')
			or exists (select 1 from location c where c.realm_id = l.realm_id and c.organization_id = l.organization_id and c.parent_id = l.location_id and c.retired_at is null)
			or exists (select 1 from role_grant g where g.realm_id = l.realm_id and g.node_location_id = l.location_id and g.ended_at is null and g.until_at is null))`,
	}, {
		"place-type", "a location's type is of its organization, and lies below the type that it requires",
		`select 'location ' || l.location_id from location l
			left join location_type y on y.realm_id = l.realm_id and y.type_id = l.type_id and y.organization_id = l.organization_id
			left join location u on u.realm_id = l.realm_id and u.location_id = l.parent_id
			where l.type_id is not null and l.retired_at is null and (y.type_id is null or coalesce(y.requires_id, coalesce(u.type_id, '')) <> coalesce(u.type_id, ''))`,
	}, {
		"identity-address", "an account's sign-in identity has the account's address",
		`select 'account ' || a.account_id from account a join identity i on i.identity_id = a.identity_id where i.email_folded <> coalesce(a.email_folded, '')`,
	}, {
		"numbers", "numbers are never handed out twice",
		`select 'realm ' || r.realm_id from realm r where r.learners < (select coalesce(max(learner), 0) from account a where a.realm_id = r.realm_id)
			or r.activities < (select coalesce(max(activity), 0) from activity a where a.realm_id = r.realm_id)`,
	}, {
		"grant-organization", "access at a purchase or a team is held by people of its organization (I-18)",
		`select 'grant ' || g.grant_id from role_grant g
			left join purchase p on p.realm_id = g.realm_id and p.purchase_id = g.purchase_id
			left join team t on t.realm_id = g.realm_id and t.team_id = g.team_id
			where g.ended_at is null and ((g.purchase_id is not null and (p.purchase_id is null or p.organization_id <> g.organization_id))
				or (g.team_id is not null and (t.team_id is null or t.organization_id <> g.organization_id)))`,
	}, {
		"grant-holder", "access is held by an account or a group of the organization that gave it (I-18)",
		`select 'grant ' || g.grant_id from role_grant g
			left join account a on a.realm_id = g.realm_id and a.account_id = g.account_id and a.organization_id = g.organization_id
			left join acting_group c on c.realm_id = g.realm_id and c.group_id = g.group_id and c.organization_id = g.organization_id
			where g.ended_at is null and a.account_id is null and c.group_id is null`,
	}, {
		"grant-above", "access at a place is held by people of its organization or of one above it (I-18)",
		`select 'grant ' || g.grant_id from role_grant g
			join organization h on h.realm_id = g.realm_id and h.organization_id = g.organization_id
			left join organization n on n.realm_id = g.realm_id and n.organization_id = g.node_organization_id
			left join location l on l.realm_id = g.realm_id and l.location_id = g.node_location_id
			where g.ended_at is null and substr(coalesce(n.path, l.path, h.path), 1, length(h.path)) <> h.path`,
	}, {
		"reports-only", "I-14: a Reports Only role of one's own making has reporting permissions alone",
		`select 'role ' || role_id from custom_role where reports_only and (trim(` + leftWithout("any_permissions", access.Reporting()) + `) <> '' or own_permissions <> '')`,
	}, {
		"progress-range", "progress is 0 to 100, score 0 to 10000 hundredths",
		`select 'learner ' || learner || ', activity ' || activity from enrollment where progress < 0 or progress > 100 or score < 0 or score > 10000 or minutes_spent < 0`,
	}, {
		"file-parts", "a report's file is kept whole while it is done, and not at all otherwise",
		`select 'file ' || r.run_id from report_run r join report_part p on p.realm_id = r.realm_id and p.run_id = r.run_id
				where r.state not in ('done', 'running') group by r.realm_id, r.run_id
			union all select 'file ' || r.run_id from report_run r left join report_part p on p.realm_id = r.realm_id and p.run_id = r.run_id
				where r.state = 'done' group by r.realm_id, r.run_id, r.bytes
				having coalesce(sum(p.size), 0) <> r.bytes or count(p.part_no) <> coalesce(max(p.part_no), -1) + 1 or max(case when r.about is null then 1 else 0 end) = 1`,
	}, {
		"last-administrator", "an organization with people keeps an Organization or Master Administrator",
		`select 'organization ' || o.organization_id from organization o where o.status = 'active' and o.parent_id is null
			and exists (select 1 from account a where a.realm_id = o.realm_id and a.organization_id = o.organization_id)
			and not exists (select 1 from account a where a.realm_id = o.realm_id and a.organization_id = o.organization_id
				and a.status in ('active', 'invited') and a.base_role in ('organization_administrator', 'master_administrator'))`,
	},
}

// leftWithout is what stays of a column's list of permissions without some of them.
func leftWithout(column string, set access.Set) string {
	left := "' ' || " + column + " || ' '"
	for _, p := range set.List() {
		left = "replace(" + left + ", ' " + p.String() + " ', ' ')"
	}
	return left
}

// Checks lists the ids of all invariants that Verify looks at.
func Checks() []string {
	var out []string
	for _, c := range checks {
		out = append(out, c.id)
	}
	return append(out, transcriptCheck, fileHashCheck, reporterDatesCheck)
}

// The checks that a query alone cannot make.
const (
	transcriptCheck    = "transcript"
	fileHashCheck      = "file-hash"
	reporterDatesCheck = "reporter-dates"
)

// findingsPerCheck is how many places a check names; more say no more.
const findingsPerCheck = 20

// Verify runs every invariant over the whole database, reading only, on one
// snapshot. No findings mean that all hold.
func (db *DB) Verify(ctx context.Context) ([]Finding, error) {
	var out []Finding
	err := db.view(ctx, func(q querier) error {
		var err error
		out, err = verify(ctx, q)
		return err
	})
	return out, err
}

func verify(ctx context.Context, q querier) ([]Finding, error) {
	var out []Finding
	for _, c := range checks {
		found, err := collect(ctx, q, `select * from (`+c.query+`) x limit `+fmt.Sprint(findingsPerCheck), nil, func(row *sql.Rows) (Finding, error) {
			f := Finding{Check: c.id, Rule: c.rule}
			err := row.Scan(&f.Where)
			return f, err
		})
		if err != nil {
			return nil, fmt.Errorf("verify %s: %w", c.id, err)
		}
		out = append(out, found...)
	}
	for _, verify := range []func(context.Context, querier) ([]Finding, error){verifyTranscripts, verifyFiles, verifyReporterDates} {
		found, err := verify(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// verifyTranscripts packs every learner's rows again and compares.
func verifyTranscripts(ctx context.Context, q querier) ([]Finding, error) {
	var out []Finding
	realms, err := collect(ctx, q, `select realm_id, learners from realm order by realm_id`, nil, func(row *sql.Rows) (r [2]int64, err error) {
		err = row.Scan(&r[0], &r[1])
		return r, err
	})
	if err != nil {
		return nil, err
	}
	for _, r := range realms {
		realm := access.RealmID(r[0])
		for after := int64(0); len(out) < findingsPerCheck; {
			stored := map[access.LearnerNo][]byte{}
			var learners []access.LearnerNo
			err := each(ctx, q, `select a.learner, t.entries from account a left join transcript t on t.realm_id = a.realm_id and t.learner = a.learner
				where a.realm_id = $1 and a.learner > $2 order by a.learner limit 1000`, []any{int64(realm), after}, func(row *sql.Rows) error {
				var no access.LearnerNo
				var entries []byte
				err := row.Scan(&no, &entries)
				learners, stored[no], after = append(learners, no), entries, int64(no)
				return err
			})
			if err != nil {
				return nil, err
			}
			if len(learners) == 0 {
				break
			}
			packed, err := packTranscripts(ctx, q, realm, learners)
			if err != nil {
				return nil, err
			}
			for _, p := range packed {
				if !bytes.Equal(p.entries, stored[p.learner]) {
					out = append(out, Finding{transcriptCheck, "a transcript says what the enrollments say", fmt.Sprintf("learner %d of realm %d", p.learner, realm)})
				}
			}
		}
	}
	return out, nil
}
