package surface

import (
	"context"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

// row is one row of a table with a value for each column that was asked for.
type row []any

func (r row) text(i int) string {
	switch v := r[i].(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

func (r row) number(i int) int64 {
	n, _ := r[i].(int64)
	return n
}

// yes reads a truth value of either engine.
func (r row) yes(i int) bool {
	if b, is := r[i].(bool); is {
		return b
	}
	return r.number(i) != 0
}

func (r row) at(i int) time.Time {
	if n, is := r[i].(int64); is {
		return time.UnixMicro(n).UTC()
	}
	return time.Time{}
}

func (r row) day(i int) day.Day {
	if n, is := r[i].(int64); is {
		return day.Day(n)
	}
	return day.None
}

// reading fills a model table by table.
type reading struct {
	*Model
	read func(table string, columns, order []string, row func([]any) error) error
	err  error
}

// Read reads a realm into memory.
func Read(ctx context.Context, tables Tables, realm access.RealmID, now time.Time) (*Model, error) {
	var m *Model
	err := tables.Plain(ctx, realm, func(read func(string, []string, []string, func([]any) error) error) error {
		m = &Model{
			realm: realm, now: now, orgs: map[string]*organization{}, locations: map[string]*location{}, byID: map[access.AccountID]*person{},
			teams: map[string]*team{}, groups: map[string]*group{}, purchases: map[string]*purchase{}, numbered: map[access.ActivityNo]*activity{},
			roles: map[string]access.Role{}, within: map[place][]*person{}, held: map[access.AccountID][]holding{},
		}
		r := reading{Model: m, read: read}
		r.places()
		r.accounts()
		r.library()
		r.licenses()
		r.management()
		r.learning()
		return r.err
	})
	return m, err
}

// each reads the columns, named in one text, of a table in an order.
func (r *reading) each(table, columns, order string, do func(row)) {
	if r.err != nil {
		return
	}
	r.err = r.read(table, strings.Fields(columns), strings.Fields(order), func(values []any) error {
		do(values)
		return nil
	})
}

func (r *reading) places() {
	r.each("organization", "organization_id slug parent_id name zone due_soon_days expires_soon_days hide_pending path", "organization_id", func(v row) {
		o := &organization{
			id: v.text(0), slug: v.text(1), parent: v.text(2), name: v.text(3), zoneName: v.text(4), zone: day.ZoneOr(v.text(4)),
			dueSoon: int(v.number(5)), expiresSoon: int(v.number(6)), hidePending: v.yes(7), path: v.text(8),
		}
		o.today = day.Of(r.now, o.zone)
		r.orgs[o.id] = o
	})
	r.each("location", "location_id organization_id parent_id name external_id path", "location_id", func(v row) {
		r.locations[v.text(0)] = &location{id: v.text(0), org: v.text(1), parent: v.text(2), name: v.text(3), external: v.text(4), path: v.text(5)}
	})
}

func (r *reading) accounts() {
	r.each("account", "account_id learner organization_id location_id name name_folded email external_id search_text status base_role last_seen_at created_at", "learner", func(v row) {
		p := &person{
			id: access.AccountID(v.text(0)), no: access.LearnerNo(v.number(1)), org: r.orgs[v.text(2)], location: v.text(3), name: v.text(4), folded: v.text(5),
			email: v.text(6), external: v.text(7), search: v.text(8), status: v.text(9), base: v.text(10), lastSeen: v.at(11), made: v.at(12),
		}
		r.people, r.byID[p.id] = append(r.people, p), p
	})
}

func (r *reading) library() {
	titles := map[string]row{}
	r.each("product", "product_id external_id title title_folded organization_id kind", "title_folded product_id", func(v row) {
		titles[v.text(0)] = append(row(nil), v...)
		if v.text(5) == "program" {
			r.programs = append(r.programs, &program{id: v.text(0), external: v.text(1), title: v.text(2), folded: v.text(3), org: v.text(4)})
		}
	})
	r.each("activity", "activity_id activity kind", "activity", func(v row) {
		t := titles[v.text(0)]
		a := &activity{id: v.text(0), no: access.ActivityNo(v.number(1)), kind: v.text(2), external: t.text(1), title: t.text(2), folded: t.text(3), org: t.text(4)}
		r.activities, r.numbered[a.no] = append(r.activities, a), a
	})
	programs := map[string]*program{}
	for _, p := range r.programs {
		programs[p.id] = p
	}
	r.each("program_activity", "program_id activity required until_at", "program_id position activity", func(v row) {
		p := programs[v.text(0)]
		if v[3] != nil || p == nil {
			return
		}
		p.parts = append(p.parts, access.ActivityNo(v.number(1)))
		if v.yes(2) {
			p.required = append(p.required, access.ActivityNo(v.number(1)))
		}
	})
	byFolded(r.activities, func(a *activity) (string, string) { return a.folded, a.id })
	byFolded(r.programs, func(p *program) (string, string) { return p.folded, p.id })
}

func (r *reading) licenses() {
	sold := map[string][]access.ActivityNo{}
	titles := map[string][2]string{}
	for _, a := range r.activities {
		sold[a.id], titles[a.id] = []access.ActivityNo{a.no}, [2]string{a.title, a.folded}
	}
	for _, p := range r.programs {
		sold[p.id], titles[p.id] = p.parts, [2]string{p.title, p.folded}
	}
	r.each("purchase", "purchase_id external_id organization_id product_id buyer_id company company_folded seats seats_over purchased_at redeem_by", "purchased_at purchase_id", func(v row) {
		p := &purchase{
			id: v.text(0), external: v.text(1), org: v.text(2), product: v.text(3), buyer: access.AccountID(v.text(4)), company: v.text(5), folded: v.text(6),
			seats: int(v.number(7)), over: int(v.number(8)), bought: v.at(9), redeemBy: v.day(10), activities: sold[v.text(3)],
			title: titles[v.text(3)][0], titleFolded: titles[v.text(3)][1],
		}
		r.purchases[p.id] = p
	})
	r.each("seat", "seat_id purchase_id state account_id email redeemed_at access_until", "seat_id", func(v row) {
		s := &seat{id: v.text(0), purchase: r.purchases[v.text(1)], state: v.text(2), email: v.text(4), redeemed: v.at(5), until: v.day(6)}
		s.purchase.assigned = append(s.purchase.assigned, s)
		if s.state != "redeemed" {
			return
		}
		s.who = r.byID[access.AccountID(v.text(3))]
		s.who.seats = append(s.who.seats, s)
		if s.ended() && s.who.past == nil {
			s.who.past = &past{now: map[access.ActivityNo]facts{}, before: map[access.ActivityNo][]formerly{}, sources: map[access.ActivityNo][]span{}}
		}
	})
}
