package store

// exportedFrom says where the rows of files come from, but for the two that are
// read in parts. $1 is the realm, $2 the organization. People and activities
// come in the order of their numbers, locations in that of the tree, everything
// else by id: an import of the file keeps that order.
var exportedFrom = map[string]exported{
	"locations": {
		map[string]string{"id": idOf("l", "location_id"), "parent_id": idOf("up", "location_id"), "name": "l.name"},
		` from location l left join location up on up.realm_id = l.realm_id and up.location_id = l.parent_id
			where l.realm_id = $1 and l.organization_id = $2 order by l.path`,
	},
	"people": {
		map[string]string{
			"id": idOf("a", "account_id"), "email": "a.email", "given_name": "a.given_name", "family_name": "a.family_name",
			"location_id": idOf("l", "location_id"), "role": "a.base_role", "status": "a.status", "locale": "a.locale", "time_zone": "a.zone",
		},
		` from account a left join location l on l.realm_id = a.realm_id and l.location_id = a.location_id
			where a.realm_id = $1 and a.organization_id = $2 and a.status <> 'erased' order by a.learner`,
	},
	"activities": {
		map[string]string{
			"id": idOf("x", "product_id"), "title": "x.title", "kind": "c.kind", "minutes": "c.minutes", "url": "c.url", "self_complete": "c.self_complete",
		},
		` from product x join activity c on c.realm_id = x.realm_id and c.activity_id = x.product_id
			where x.realm_id = $1 and x.organization_id = $2 order by c.activity`,
	},
	"programs": {
		map[string]string{"id": idOf("x", "product_id"), "title": "x.title"},
		` from product x where x.realm_id = $1 and x.organization_id = $2 and x.kind = 'program' order by ` + idOf("x", "product_id"),
	},
	"program_activities": {
		map[string]string{
			"program_id": idOf("g", "product_id"), "activity_id": idOf("x", "product_id"), "position": "i.position", "required": "i.required",
		},
		` from program_activity i join product g on g.realm_id = i.realm_id and g.product_id = i.program_id
			join activity c on c.realm_id = i.realm_id and c.activity = i.activity
			join product x on x.realm_id = c.realm_id and x.product_id = c.activity_id
			where i.realm_id = $1 and g.organization_id = $2 and x.organization_id = g.organization_id and i.until_at is null
			order by ` + idOf("g", "product_id") + `, i.position, c.activity`,
	},
	"teams": {
		map[string]string{"id": idOf("t", "team_id"), "name": "t.name", "owner_id": idOf("w", "account_id")},
		` from team t left join account w on w.realm_id = t.realm_id and w.account_id = t.owner_id and w.status <> 'erased'
			where t.realm_id = $1 and t.organization_id = $2 and t.ended_at is null order by ` + idOf("t", "team_id"),
	},
	"team_members": {
		map[string]string{"team_id": idOf("t", "team_id"), "person_id": idOf("a", "account_id")},
		` from team_member m join team t on t.realm_id = m.realm_id and t.team_id = m.team_id and t.ended_at is null
			join account a on a.realm_id = m.realm_id and a.account_id = m.account_id and a.status <> 'erased'
			where m.realm_id = $1 and m.organization_id = $2 and m.until_at is null order by ` + idOf("t", "team_id") + `, m.learner`,
	},
	"deals": {
		map[string]string{"id": idOf("d", "deal_id"), "name": "d.name", "starts_on": "d.starts_on", "ends_on": "d.ends_on"},
		` from deal d where d.realm_id = $1 and d.organization_id = $2 and d.state <> 'draft' order by ` + idOf("d", "deal_id"),
	},
	"purchases": {
		map[string]string{
			"id": idOf("p", "purchase_id"), "product_id": idOf("x", "product_id"), "buyer_id": idOf("b", "account_id"), "company": "p.company",
			"seats": "p.seats", "purchased_at": "p.purchased_at", "redeem_by": "p.redeem_by", "access_days": "p.access_days", "access_until": "p.access_until", "complete_by": "p.complete_by",
			"reusable": "p.reusable", "max_people": "p.max_people", "deal_id": idOf("d", "deal_id"), "reporter_id": idOf("r", "account_id"),
		},
		` from purchase p join product x on x.realm_id = p.realm_id and x.product_id = p.product_id
			join account b on b.realm_id = p.realm_id and b.account_id = p.buyer_id
			left join deal d on d.realm_id = p.realm_id and d.deal_id = p.deal_id
			left join role_grant g on g.realm_id = p.realm_id and g.purchase_id = p.purchase_id and g.role = 'license_reporter' and g.ended_at is null
			left join account r on r.realm_id = g.realm_id and r.account_id = g.account_id
			where p.realm_id = $1 and p.organization_id = $2 order by ` + idOf("p", "purchase_id"),
	},
}

// exportedEnrollments are those of some learners, but for those that are no more
// than what seats brought: importing the seats brings them again.
func exportedEnrollments(learners string) exported {
	return exported{
		map[string]string{
			"person_id": idOf("a", "account_id"), "activity_id": idOf("x", "product_id"), "enrolled_at": "e.enrolled_at",
			"started_at": "e.started_at", "completed_at": "e.completed_at", "due_on": "e.due_on", "valid_until": "e.valid_until",
			"progress": "e.progress", "score": "e.score", "minutes_spent": "e.minutes_spent", "last_active_at": "e.last_active_at",
			"outcome": "e.outcome", "outcome_on": "e.outcome_on", "kept_until": keptUntil,
		},
		// SQLite takes the tables of a cross join as they stand here: the enrollments by their key, then what they refer to.
		` from enrollment e cross join account a cross join activity c cross join product x
			where e.realm_id = $1 and a.organization_id = $2 and e.learner in ` + learners + `
			and a.realm_id = e.realm_id and a.learner = e.learner and c.realm_id = e.realm_id and c.activity = e.activity
			and x.realm_id = c.realm_id and x.product_id = c.activity_id and x.organization_id = a.organization_id
			and not (e.progress = 0 and e.minutes_spent = 0 and e.started_at is null and e.completed_at is null and e.due_on is null and e.valid_until is null
				and e.score is null and e.last_active_at is null and e.outcome is null and e.enrolled_at = ` + brought + `
				and not exists (select 1 from ` + keptBeside + `))
			order by e.learner, e.activity`,
	}
}

const (
	// brings are the redeemed seats h that enroll the learner of enrollment e in its activity c when they are imported.
	brings = `seat h join purchase hp on hp.realm_id = h.realm_id and hp.purchase_id = h.purchase_id
		where h.realm_id = e.realm_id and h.learner = e.learner and h.state = 'redeemed' and (hp.product_id = c.activity_id or exists (
			select 1 from program_activity i where i.realm_id = e.realm_id and i.program_id = hp.product_id and i.activity = e.activity and i.until_at is null))`
	// brought is the instant from which those seats enroll; -1 where there are none.
	brought = `coalesce((select min(h.redeemed_at) from ` + brings + `), -1)`
	// keptBeside are the other sources s of the enrollment.
	keptBeside = `enrollment_source s where s.realm_id = e.realm_id and s.learner = e.learner and s.activity = e.activity
		and (s.kind <> 'seat' or not exists (select 1 from ` + brings + ` and h.seat_id = s.ref))`
	// keptUntil is when the last of those ends, which is at once where there are none; null where one does not.
	keptUntil = `(select case when count(*) = 0 then e.enrolled_at when count(*) > count(s.until_at) then null
		else max(case when s.until_at > e.enrolled_at then s.until_at else e.enrolled_at end) end from ` + keptBeside + `)`
)

// exportedSeats are those of some purchases. The address of a seat that its
// person goes by anyway is left out.
func exportedSeats(purchases string) exported {
	return exported{
		map[string]string{
			"purchase_id": idOf("p", "purchase_id"), "person_id": "case when a.account_id is not null then " + idOf("a", "account_id") + " end",
			"email":       "case when a.account_id is null or s.email <> coalesce(a.email, '') then nullif(s.email, '') end",
			"assigned_at": "s.assigned_at", "redeemed_at": "s.redeemed_at", "ended_at": "s.ended_at", "state": "s.state", "spent": "s.spent",
		},
		` from seat s join purchase p on p.realm_id = s.realm_id and p.purchase_id = s.purchase_id
			left join account a on a.realm_id = s.realm_id and a.account_id = s.account_id and a.status <> 'erased'
			where s.realm_id = $1 and p.organization_id = $2 and s.purchase_id in ` + purchases + ` and (s.account_id is null or a.account_id is not null)
			order by ` + idOf("p", "purchase_id") + `, s.assigned_at, coalesce(a.learner, 0), s.email_folded, coalesce(s.redeemed_at, 0), coalesce(s.ended_at, 0), s.state`,
	}
}
