package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
)

// Select lists the learners by number with what may be seen of each.
func (s *reportSource) Select(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization) (report.Selection, error) {
	sel := report.Selection{Organizations: orgs}
	w := s.people(reach, c, orgs)
	asked, placed := w.byOnePurchase()
	realm := reach.Actor().Realm
	var err error
	switch {
	case asked || w.wide.empty():
	case c.Learners != nil:
		err = s.selectGiven(ctx, realm, &w, &sel)
	default:
		err = s.selectWide(ctx, realm, &w, &sel)
	}
	if err != nil {
		return sel, err
	}
	switch {
	case placed && !w.wide.empty(): // whoever sees learners by place sees this purchase's part of them
		err = s.selectBought(ctx, realm, &w, w.seats(c.Purchase.Purchase), map[access.PurchaseID][]access.ActivityNo{c.Purchase.Purchase: c.Purchase.Activities}, true, &sel)
	case !w.bought.empty():
		err = s.selectBought(ctx, realm, &w, w.bought, activitiesOf(reach), false, &sel)
	}
	return sel, err
}

// selectWide lists all learners of each organization that are seen entirely.
func (s *reportSource) selectWide(ctx context.Context, realm access.RealmID, w *people, sel *report.Selection) error {
	for i, org := range w.orgs {
		here := *w
		here.orgs = w.orgs[i : i+1] // whose day decides about seats
		p := with(int64(realm))
		where := here.entirely(p, sight.from)
		lo, hi := access.Within.Range(org.Path)
		where += " and a.home >= " + p.put(string(lo)) + " and a.home < " + p.put(string(hi)) + here.described(p)
		var list sql.NullString
		if err := one(ctx, s, `select `+s.db.dialect.listOf("a.learner")+` from account a where a.realm_id = $1 and `+where, p.list, &list); err != nil {
			return err
		}
		if learners := numbers(list.String); len(learners) > 0 {
			sel.Wide = append(sel.Wide, report.Segment{Organization: i, Learners: learners})
		}
	}
	return nil
}

// selectGiven is selectWide for a few known learners, of all organizations at once.
func (s *reportSource) selectGiven(ctx context.Context, realm access.RealmID, w *people, sel *report.Selection) error {
	found := make([][]access.LearnerNo, len(w.orgs))
	p := with(int64(realm))
	err := each(ctx, s, `select a.learner, a.organization_id`+w.given(p)+` cross join account a
		where a.realm_id = $1 and a.learner = v.learner and `+w.entirely(p, sight.of)+w.described(p), p.list, func(row *sql.Rows) error {
		var no access.LearnerNo
		var id access.OrgID
		if err := row.Scan(&no, &id); err != nil {
			return err
		}
		if i := slices.IndexFunc(w.orgs, func(o report.Organization) bool { return o.ID == id }); i >= 0 {
			found[i] = append(found[i], no)
		}
		return nil
	})
	for i, learners := range found {
		if len(learners) > 0 {
			slices.Sort(learners)
			sel.Wide = append(sel.Wide, report.Segment{Organization: i, Learners: slices.Compact(learners)})
		}
	}
	return err
}

// numbers reads a list that dialect.listOf gathered, ascending.
func numbers(list string) []access.LearnerNo {
	out := integers[access.LearnerNo](list)
	slices.Sort(out)
	return slices.Compact(out)
}

// integers reads a list that dialect.listOf gathered.
func integers[T ~uint32 | ~int64](list string) []T {
	if list == "" {
		return nil
	}
	out := make([]T, 0, strings.Count(list, ",")+1)
	n, sign := T(0), T(1)
	for i := range len(list) {
		switch c := list[i]; c {
		case ',':
			out, n, sign = append(out, n*sign), 0, 1
		case '-':
			sign = -sign
		default:
			n = n*10 + T(c-'0')
		}
	}
	return append(out, n*sign)
}

// activitiesOf gives the activities of each purchase that a reach holds.
func activitiesOf(reach access.Reach) map[access.PurchaseID][]access.ActivityNo {
	out := map[access.PurchaseID][]access.ActivityNo{}
	for _, b := range reach.Blocks() {
		if b.Purchase != "" && !b.Own {
			out[b.Purchase] = b.Activities
		}
	}
	return out
}

// selectBought adds the holders of seats who are not in the selection yet,
// those only who are also seen by place or team where placed says so.
func (s *reportSource) selectBought(ctx context.Context, realm access.RealmID, w *people, holds sight, activities map[access.PurchaseID][]access.ActivityNo, placed bool, sel *report.Selection) error {
	at := make(map[access.OrgID]int, len(w.orgs))
	for i, o := range w.orgs {
		at[o.ID] = i
	}
	already := func(l access.LearnerNo) bool {
		return slices.ContainsFunc(sel.Wide, func(w report.Segment) bool {
			_, ok := slices.BinarySearch(w.Learners, l)
			return ok
		})
	}
	seats, err := s.heldSeats(ctx, realm, w, holds, placed)
	if err != nil {
		return err
	}
	for i := range seats {
		h := &seats[i]
		of := at[h.organization] // the actor's own, where it is none of them
		part := report.Part{Purchase: h.purchase, Activities: activities[h.purchase], Since: day.Of(h.redeemed, w.orgs[of].Zone), Until: h.until}
		if n := len(sel.Narrow); n > 0 && sel.Narrow[n-1].Learner == h.learner {
			sel.Narrow[n-1].Parts = append(sel.Narrow[n-1].Parts, part)
		} else if !already(h.learner) {
			sel.Narrow = append(sel.Narrow, report.Member{Learner: h.learner, Organization: of, Parts: []report.Part{part}})
		}
	}
	return nil
}

// heldSeat is a redeemed seat of a purchase.
type heldSeat struct {
	learner      access.LearnerNo
	purchase     access.PurchaseID
	organization access.OrgID
	redeemed     time.Time
	until        day.Day
}

// heldSeats reads seats by learner. The seats of a purchase come as one row of
// lists, for a row costs more than what is in it.
func (s *reportSource) heldSeats(ctx context.Context, realm access.RealmID, w *people, holds sight, placed bool) ([]heldSeat, error) {
	p := with(int64(realm))
	list := s.db.dialect.listOf
	var out []heldSeat
	err := each(ctx, s, `select s.purchase_id, s.organization_id, `+list("s.learner")+`, `+list("coalesce(s.redeemed_at, 0)")+`, `+
		list(fmt.Sprintf("coalesce(s.access_until, %d)", int64(day.None)))+w.seatRows(holds, placed, p)+` group by s.purchase_id, s.organization_id`, p.list, func(row *sql.Rows) error {
		var h heldSeat
		var learners, redeemed, until string
		if err := row.Scan(&h.purchase, &h.organization, &learners, &redeemed, &until); err != nil {
			return err
		}
		at, ends := integers[int64](redeemed), integers[int64](until)
		for i, no := range integers[access.LearnerNo](learners) {
			h.learner, h.redeemed, h.until = no, instant(sql.NullInt64{Int64: at[i], Valid: at[i] != 0}), day.Day(ends[i])
			out = append(out, h)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b heldSeat) int {
		return cmp.Or(cmp.Compare(a.learner, b.learner), strings.Compare(string(a.purchase), string(b.purchase)))
	})
	return out, err
}

// seatRows gives the seats (alias s) to begin from. The account is looked at
// only where something is asked of it.
func (w *people) seatRows(holds sight, placed bool, p *params) string {
	var from, where string
	if w.Learners == nil {
		from, where = " from seat s", holds.held(p)
	} else {
		// By the learner, not by the purchase: a page is a few of many seats.
		from = w.given(p) + " cross join seat s"
		where = "s.learner = v.learner and s.realm_id = $1 and s.state = 'redeemed' and s.purchase_id || '' in " + in(p, holds.purchases) + holds.onDates(p)
	}
	if !placed && !w.describes() {
		return from + " where " + where + notErased
	}
	where += " and a.realm_id = $1 and a.learner = s.learner" + w.described(p)
	if placed {
		where += " and " + w.entirely(p, sight.of)
	}
	return from + " cross join account a where " + where
}
