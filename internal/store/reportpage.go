package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// narrowSet is up to how many learners a page starts from the ids; above it
// walks the index of names and leaves out who is not meant. Either plan is
// slow where the other belongs.
const narrowSet = 3000

const learnerColumns = `a.account_id, a.learner, coalesce(a.external_id, ''), a.name, a.name_folded, coalesce(a.email, ''), a.status, a.home,
	coalesce(a.location_id, ''), coalesce(l.external_id, ''), coalesce(l.name, ''), a.last_seen_at, a.created_at`

const withLocation = ` left join location l on l.realm_id = a.realm_id and l.location_id = a.location_id`

func scanLearner(row *sql.Rows) (report.Learner, error) {
	var l report.Learner
	var seen, created sql.NullInt64
	err := row.Scan(&l.ID, &l.No, &l.ExternalID, &l.Name, &l.Folded, &l.Email, &l.Status, &l.Home, &l.LocationID, &l.LocationExternal, &l.Location, &seen, &created)
	l.LastSeen, l.CreatedAt = instant(seen), instant(created)
	return l, err
}

// Page reads learners in order of name after a position.
func (s *reportSource) Page(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization, set []access.LearnerNo, after report.Position, limit int) ([]report.Learner, error) {
	// How many there are decides the plan; lists have counted them before.
	n, err := len(set), error(nil)
	if set == nil {
		if n, err = s.expected(ctx, reach, c, orgs); err != nil {
			return nil, err
		}
	}
	var out []report.Learner
	if n <= narrowSet {
		if set != nil {
			c.Learners = set
		}
		out, err = s.sorted(ctx, reach, c, orgs, after, limit)
	} else {
		out, err = s.walked(ctx, reach, c, orgs, set, after, limit)
	}
	carries(reach, out)
	return out, err
}

// expected is how many learners meet the criteria.
func (s *reportSource) expected(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization) (int, error) {
	if c.Expected > 0 {
		return c.Expected, nil
	}
	return s.Count(ctx, reach, c, orgs)
}

// sorted sorts the learners that match, and reads those of the page whole. The
// expression in the order keeps the engine from walking the whole index of names.
func (s *reportSource) sorted(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization, after report.Position, limit int) ([]report.Learner, error) {
	if c.Learners == nil || len(c.Learners) > limit {
		found, err := s.first(ctx, reach, c, orgs, after, limit)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		c.Query, c.Learners, after = "", found, report.Position{} // they matched a moment ago
	}
	p := with(int64(reach.Actor().Realm))
	w := s.people(reach, c, orgs)
	return collect(ctx, s, `select `+learnerColumns+w.accounts(p, withLocation)+afterName(after, "a.name_folded || ''", p)+
		` order by a.name_folded || '', a.account_id limit `+fmt.Sprint(limit), p.list, scanLearner)
}

// first sorts the learners that match, and lists the first of them. It asks for
// a column that the index of names does not have: SQLite would otherwise walk
// all of that index for a few learners.
func (s *reportSource) first(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization, after report.Position, limit int) ([]access.LearnerNo, error) {
	p := with(int64(reach.Actor().Realm))
	w := s.people(reach, c, orgs)
	found, err := collect(ctx, s, `select a.learner, a.created_at`+w.accounts(p, "")+afterName(after, "a.name_folded || ''", p)+
		` order by a.name_folded || '', a.account_id limit `+fmt.Sprint(limit), p.list, func(row *sql.Rows) (no access.LearnerNo, err error) {
		var created int64
		err = row.Scan(&no, &created)
		return no, err
	})
	if found == nil {
		found = []access.LearnerNo{}
	}
	return found, err
}

func afterName(after report.Position, name string, p *params) string {
	if after.ID == "" {
		return ""
	}
	return " and (" + name + ", a.account_id) > (" + p.put(after.Folded) + ", " + p.put(after.ID) + ")"
}

// walked goes along the names until the page is full; of a set only its members count.
func (s *reportSource) walked(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization, set []access.LearnerNo, after report.Position, limit int) ([]report.Learner, error) {
	w := s.people(reach, c, orgs)
	var found []access.LearnerNo
	batch := limit
	if set != nil {
		batch *= 4
	}
	for ; ; batch = min(batch*4, 20_000) {
		p := with(int64(reach.Actor().Realm))
		read := 0
		// The walk needs the index alone; only the rows of the page are read whole.
		if err := each(ctx, s, `select a.learner, a.name_folded, a.account_id from account a where a.realm_id = $1 and `+w.matching(p, sight.of)+afterName(after, "a.name_folded", p)+
			` order by a.name_folded, a.account_id limit `+fmt.Sprint(batch), p.list, func(row *sql.Rows) error {
			var no access.LearnerNo
			if err := row.Scan(&no, &after.Folded, &after.ID); err != nil {
				return err
			}
			read++
			_, wanted := slices.BinarySearch(set, no)
			if (wanted || set == nil) && len(found) < limit {
				found = append(found, no)
			}
			return nil
		}); err != nil {
			return nil, err
		}
		if len(found) >= limit || read < batch {
			break
		}
	}
	c.Query, c.Learners = "", found // they matched a moment ago
	return s.sorted(ctx, reach, c, orgs, report.Position{}, limit)
}

// carries takes out what the block that shows a learner does not carry.
func carries(reach access.Reach, learners []report.Learner) {
	blocks := reach.Blocks()
	for i := range learners {
		l := &learners[i]
		byPlace := slices.ContainsFunc(blocks, func(b access.Block) bool {
			return !b.Own && (b.Self == l.ID || b.IsRange() && b.Lo <= l.Home && l.Home < b.Hi)
		})
		if !byPlace {
			l.LocationID, l.LocationExternal, l.Location, l.Home = "", "", "", ""
			l.LastSeen, l.CreatedAt, l.Status = instant(sql.NullInt64{}), instant(sql.NullInt64{}), ""
		}
	}
}

// Learner finds one learner of the reach, seats live or ended.
func (s *reportSource) Learner(ctx context.Context, reach access.Reach, id access.AccountID) (report.Learner, access.Placement, error) {
	p := with(int64(reach.Actor().Realm), string(id))
	found, err := collect(ctx, s, `select `+learnerColumns+` from account a`+withLocation+` where a.realm_id = $1 and a.account_id = $2 and a.status <> 'erased' and `+
		visible(reach, "a", p), p.list, scanLearner)
	if err != nil {
		return report.Learner{}, access.Placement{}, err
	}
	if len(found) == 0 {
		return report.Learner{}, access.Placement{}, fault.ErrNotFound
	}
	placement, err := placementOf(ctx, s, reach.Actor().Realm, found[0].ID, found[0].Home, found[0].No)
	carries(reach, found)
	return found[0], placement, err
}

// placementOf reads where a learner stands: home, purchases, teams.
func placementOf(ctx context.Context, q querier, realm access.RealmID, id access.AccountID, home access.Path, no access.LearnerNo) (access.Placement, error) {
	l := access.Placement{Account: id, Home: home}
	err := each(ctx, q, `select 'p', purchase_id from seat where realm_id = $1 and learner = $2 and state = 'redeemed'
		union select 't', team_id from team_member where realm_id = $1 and learner = $2 and until_at is null`, []any{int64(realm), int64(no)}, func(row *sql.Rows) error {
		var kind, id string
		err := row.Scan(&kind, &id)
		if kind == "p" {
			l.Purchases = append(l.Purchases, access.PurchaseID(id))
		} else {
			l.Teams = append(l.Teams, access.TeamID(id))
		}
		return err
	})
	return l, err
}

// Seats lists the redeemed seats of learners on purchases that the reach shows:
// those of its purchase blocks, and of learners seen by place all of them.
func (s *reportSource) Seats(ctx context.Context, reach access.Reach, learners []access.LearnerNo) (map[access.LearnerNo][]report.HeldSeat, error) {
	out := map[access.LearnerNo][]report.HeldSeat{}
	if len(learners) == 0 {
		return out, nil
	}
	p := with(int64(reach.Actor().Realm))
	w := s.people(reach, report.Criteria{Learners: learners}, nil)
	from := w.given(p)
	shown := w.entirely(p, sight.of)
	if !w.bought.empty() {
		shown = "(" + shown + " or s.purchase_id || '' in " + in(p, w.bought.purchases) + ")"
	}
	err := each(ctx, s, `select s.learner, s.purchase_id, coalesce(pu.external_id, ''), pu.company, pr.title, s.redeemed_at, s.access_until
		`+from+` cross join seat s
		join account a on a.realm_id = s.realm_id and a.account_id = s.account_id
		join purchase pu on pu.realm_id = s.realm_id and pu.purchase_id = s.purchase_id
		join product pr on pr.realm_id = pu.realm_id and pr.product_id = pu.product_id
		where s.realm_id = $1 and s.learner = v.learner and s.state = 'redeemed' and `+shown+` order by pu.purchased_at, s.purchase_id`, p.list,
		func(row *sql.Rows) error {
			var no access.LearnerNo
			var h report.HeldSeat
			var redeemed, until sql.NullInt64
			err := row.Scan(&no, &h.Purchase, &h.ExternalID, &h.Company, &h.Product, &redeemed, &until)
			h.RedeemedAt, h.AccessUntil = instant(redeemed), aDay(until)
			out[no] = append(out[no], h)
			return err
		})
	return out, err
}

// Invitations lists the pending seats of purchases in the reach.
func (s *reportSource) Invitations(ctx context.Context, reach access.Reach, iq report.InvitationQuery) ([]report.Invitation, int, error) {
	p := with(int64(reach.Actor().Realm))
	where := `s.realm_id = $1 and s.state = 'pending' and ` + visibleThing(reach, thing{place: "o.path", purchase: "s.purchase_id", owner: "pu.buyer_id"}, p)
	if iq.Purchase != "" {
		where += " and (s.purchase_id = " + p.put(iq.Purchase) + " or pu.external_id = " + p.put(iq.Purchase) + ")"
	}
	from := ` from seat s
		join purchase pu on pu.realm_id = s.realm_id and pu.purchase_id = s.purchase_id
		join organization o on o.realm_id = s.realm_id and o.organization_id = s.organization_id
		join product pr on pr.realm_id = pu.realm_id and pr.product_id = pu.product_id
		where ` + where
	total := 0
	if err := one(ctx, s, `select count(*)`+from, p.list, &total); err != nil || iq.Limit == 0 {
		return nil, total, err
	}
	if iq.After.ID != "" {
		at, err := strconv.ParseInt(iq.After.Folded, 10, 64) // decimal, whatever zeros it begins with
		if err != nil {
			return nil, 0, fault.Field("cursor", "This cursor does not belong to this list. Begin again without one.")
		}
		from += " and (s.assigned_at, s.seat_id) < (" + p.put(at) + ", " + p.put(iq.After.ID) + ")"
	}
	items, err := collect(ctx, s, `select s.seat_id, s.purchase_id, coalesce(pu.external_id, ''), pu.company, pr.title, case when o.hide_pending then '' else s.email end, s.assigned_at, pu.redeem_by, s.state`+
		from+` order by s.assigned_at desc, s.seat_id desc limit `+fmt.Sprint(iq.Limit), p.list, func(row *sql.Rows) (report.Invitation, error) {
		var i report.Invitation
		var at, by sql.NullInt64
		err := row.Scan(&i.Seat, &i.Purchase, &i.ExternalID, &i.Company, &i.Product, &i.Email, &at, &by, &i.State)
		i.AssignedAt, i.RedeemBy = instant(at), aDay(by)
		return i, err
	})
	return items, total, err
}
