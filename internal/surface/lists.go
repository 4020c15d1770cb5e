package surface

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/report"
)

// listed gives the expected list of a sight under a filter, once computed.
func (c *comparison) listed(s sight, f report.Filter) []*shown {
	key := fmt.Sprint(s.key(), f)
	list, known := c.lists[key]
	if !known {
		list = c.list(s, c.look(c.who, f))
		c.lists[key] = list
	}
	return list
}

// badge compares the number on every page.
func (c *comparison) badge() error {
	for _, p := range management.Sight() {
		s := c.sight(c.who, p)
		if len(s) == 0 {
			continue
		}
		n, err := c.Reports.ReachTotal(c.ctx, c.facts.For(p, c.Now))
		if err != nil {
			return c.failed("badge of "+p.String(), err)
		}
		c.same("badge of "+p.String(), n, c.reach(s))
		c.learners = max(c.learners, c.reach(s))
	}
	return nil
}

// atMost is how many rows of a list are compared one by one.
func (c *comparison) atMost(n int) int {
	if c.Rows > 0 {
		return min(c.Rows, n)
	}
	return n
}

// users compares the list of learners, page after page, and the invitations.
func (c *comparison) users() error {
	s := c.sight(c.who, access.LearnerView)
	reach := c.facts.For(access.LearnerView, c.Now)
	for _, seat := range []report.Seat{report.AnySeat, report.EndedSeat} {
		f := report.Filter{Seat: seat}
		want := c.listed(s, f)
		most := c.atMost(len(want))
		q := report.LearnerQuery{Filter: f, States: c.facts.For(access.EnrollmentView, c.Now), Limit: 200}
		var got []string
		for {
			page, err := c.Reports.Learners(c.ctx, reach, q)
			if done, err := c.refused("list of learners", s, err); done {
				return err
			}
			if q.Cursor == "" {
				name := "list of learners" + seatName(seat)
				c.same(name+", total", page.Total, len(want))
				c.same(name+", of all", page.ReachTotal, c.reach(s))
				c.same(name+", invited", page.Invited, len(c.invited(s)))
			}
			for _, l := range page.Items {
				got = append(got, string(l.ID)+" "+purchasesText(l.Purchases))
			}
			if q.Cursor = page.NextCursor; q.Cursor == "" || len(got) > most {
				break
			}
		}
		expected := make([]string, 0, len(want))
		for _, r := range want[:most] {
			expected = append(expected, string(r.id)+" "+strings.Join(c.purchasesSeen(s, r.person), " "))
		}
		if most < len(want) {
			got = got[:min(most, len(got))]
		}
		c.rows("list of learners"+seatName(seat), got, expected)
	}
	if len(s) == 0 {
		return nil
	}
	return c.invitations(s, reach)
}

func seatName(s report.Seat) string {
	if s == report.AnySeat {
		return ""
	}
	return " (seats " + string(s) + ")"
}

func purchasesText(held []report.HeldSeat) string {
	ids := make([]string, len(held))
	for i, h := range held {
		ids[i] = string(h.Purchase)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// purchasesSeen names the purchases of a learner that a sight shows: all of them where
// the learner is seen entirely, else those of the sight.
func (m *Model) purchasesSeen(s sight, p *person) []string {
	var out []string
	for _, h := range m.seatsSeen(s, p) {
		out = append(out, h.purchase.id)
	}
	slices.Sort(out)
	return out
}

func (m *Model) seatsSeen(s sight, p *person) []*seat {
	entirely := m.seesEntirely(s, p)
	var out []*seat
	for _, h := range p.seats {
		if entirely || slices.ContainsFunc(s.whole(), func(at place) bool { return at.kind == access.AtPurchase && at.id == h.purchase.id }) {
			out = append(out, h)
		}
	}
	return out
}

// seesEntirely tells whether the tree, a team or being oneself shows the learner.
func (m *Model) seesEntirely(s sight, p *person) bool {
	return m.seesPlace(s, p) || slices.ContainsFunc(s.whole(), func(at place) bool { return at.kind == access.AtTeam && slices.Contains(p.teams, at.id) })
}

// seesPlace tells whether the learner is seen by where they are placed.
func (m *Model) seesPlace(s sight, p *person) bool {
	return slices.ContainsFunc(s.whole(), func(at place) bool {
		return at.kind == self && at.id == string(p.id) || (at.kind == access.AtOrganization || at.kind == access.AtLocation) && m.inside(at, p.org.id, p.location)
	})
}

// showsPurchase tells whether a sight shows a purchase: by its organization, by itself,
// or because one bought it.
func (m *Model) showsPurchase(who *person, s sight, p *purchase) bool {
	return slices.ContainsFunc(s, func(at place) bool {
		switch {
		case at.own && p.buyer != who.id:
			return false
		case at.kind == access.AtPurchase:
			return at.id == p.id
		case at.kind == access.AtOrganization || at.kind == access.AtLocation:
			return m.inside(at, p.org, "")
		}
		return false
	})
}

// invited lists the pending seats that a sight shows.
func (c *comparison) invited(s sight) []string {
	var out []string
	for _, p := range c.purchases {
		if !c.showsPurchase(c.who, s, p) {
			continue
		}
		for _, h := range p.assigned {
			if h.state == "pending" {
				out = append(out, h.id)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (c *comparison) invitations(s sight, reach access.Reach) error {
	q := report.InvitationQuery{Limit: 200}
	want := c.invited(s)
	var got []string
	for {
		page, err := c.Reports.Invitations(c.ctx, reach, q)
		if err != nil {
			return c.failed("invitations", err)
		}
		if q.Cursor == "" {
			c.same("invitations, total", page.Total, len(want))
		}
		for _, i := range page.Items {
			got = append(got, i.Seat)
		}
		if q.Cursor = page.NextCursor; q.Cursor == "" {
			break
		}
	}
	slices.Sort(got)
	c.rows("invitations", got, want)
	return nil
}

// cards opens a few learners of the list: the first, the last and some between.
func (c *comparison) cards() error {
	people, did := c.sight(c.who, access.LearnerView), c.sight(c.who, access.EnrollmentView)
	list := c.listed(people, report.Filter{})
	if len(people) == 0 || len(list) == 0 {
		return nil
	}
	for i := range min(5, len(list)) {
		l := list[i*(len(list)-1)/max(1, min(5, len(list))-1)]
		card, err := c.Reports.Learner(c.ctx, c.facts.For(access.LearnerView, c.Now), c.facts.For(access.EnrollmentView, c.Now), l.id)
		if err != nil {
			return c.failed("card of learner "+string(l.id), err)
		}
		var got, want []string
		for _, r := range card.Rows {
			got = append(got, fmt.Sprint(l.id, " ", r.Column.ID, " ", r.State))
		}
		if row := c.opened(did, l.person); row != nil {
			for _, a := range c.activities {
				if s := row.cell(a.no); row.shows(a.no) && s.state != "not_enrolled" {
					want = append(want, fmt.Sprint(l.id, " ", a.id, " ", s.state))
				}
			}
		}
		c.rows("card of learner "+string(l.id), got, want)
	}
	return nil
}

// opened is what a card shows: by live seats, else up to the day the last one ended.
func (c *comparison) opened(s sight, p *person) *shown {
	for _, seat := range []report.Seat{report.AnySeat, report.EndedSeat} {
		for _, row := range c.listed(s, report.Filter{Seat: seat}) {
			if row.person == p {
				return row
			}
		}
	}
	return nil
}
