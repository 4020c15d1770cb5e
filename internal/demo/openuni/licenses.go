package openuni

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/rhythm"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// shelf is what is left to sell of one presentation, and who was sold before.
type shelf struct {
	of   *Presentation
	left []*Registration
	sold []*Registration
}

// purchases carves the registrations into the order lines, and the learners of the
// joint programs into some lines first.
func (b *builder) purchases() {
	var shelves []*shelf
	by := map[*Presentation]*shelf{}
	for _, p := range b.data.Presentations {
		by[p] = &shelf{of: p}
		shelves = append(shelves, by[p])
	}
	for _, r := range b.data.Registrations {
		if b.rng.IntN(5) > 0 { // one in five came by themselves
			by[r.Presentation].left = append(by[r.Presentation].left, r)
		}
	}
	lines := b.trade.Lines
	for _, code := range joint {
		lines = lines[b.programs(code, lines):]
	}
	for i, line := range lines {
		shelves = slices.DeleteFunc(shelves, func(s *shelf) bool { return len(s.left) == 0 })
		if len(shelves) == 0 {
			break
		}
		b.sell(line, i, shelves[(len(line.Product)*i+line.Quantity)%len(shelves)])
	}
}

// sell makes one order line a purchase of a presentation.
func (b *builder) sell(line Line, index int, s *shelf) {
	take := line.Quantity // one in six is full
	if b.rng.IntN(6) > 0 {
		take = max(1, line.Quantity-b.rng.IntN(line.Quantity/4+2))
	}
	take = min(take, len(s.left))
	learners := s.left[:take]
	s.left = s.left[take:]
	if free := line.Quantity - take; free > 0 && len(s.sold) > 0 && b.rng.IntN(6) == 0 {
		// A learner of another company in the same course.
		learners = append(slices.Clone(learners), s.sold[b.rng.IntN(len(s.sold))])
	}
	s.sold = append(s.sold, learners[:take]...)
	b.purchase(line, index, s.of.ID(), s.of, learners)
}

// programs sells the learners who take both modules of a period to the first order lines,
// and tells how many lines that took.
func (b *builder) programs(code string, lines []Line) int {
	held := map[string]int{}
	var both []*Registration
	for _, r := range b.data.Registrations {
		if r.Presentation.Code != code || (r.Presentation.Module != "CCC" && r.Presentation.Module != "DDD") {
			continue
		}
		if held[r.Student]++; held[r.Student] == 2 {
			both = append(both, r)
		}
	}
	used := 0
	for len(both) > 0 {
		line := lines[used]
		take := min(line.Quantity, len(both))
		b.purchase(line, used, JointProgram(code), both[0].Presentation, both[:take])
		both = both[take:]
		used++
	}
	return used
}

// purchase writes one purchase with its seats.
func (b *builder) purchase(line Line, index int, product string, p *Presentation, learners []*Registration) {
	id := "order-" + line.Order + "-" + line.Product
	buyer := "contact-" + strings.ToLower(line.Company)
	row := sheet.Purchase{
		ID: id, Product: product, Buyer: buyer, Company: b.company(line.Company), Seats: strconv.Itoa(line.Quantity),
	}
	bought := b.today
	for _, r := range learners {
		bought = min(bought, p.day(r.Registered).Add(-7))
	}
	row.PurchasedAt = b.at(bought, line.Order)
	var redeemed []string
	for _, r := range learners {
		seat := b.seat(id, r)
		if seat.State == "redeemed" {
			redeemed = append(redeemed, r.Student)
			b.join("team-"+line.Employee, r.Student)
		}
		b.out.Seats = append(b.out.Seats, seat)
	}
	if free := line.Quantity - len(learners); free > 1 && b.rng.IntN(5) == 0 {
		for range 1 + b.rng.IntN(2) {
			b.invite(id, line.Company, bought)
		}
	}
	b.terms(&row, line, p, learners, bought)
	row.Reporter = b.reporter(buyer, redeemed)
	b.out.Purchases = append(b.out.Purchases, row)
}

// seat assigns one seat; it is told as of the day of the bundle.
func (b *builder) seat(purchase string, r *Registration) sheet.Seat {
	p := r.Presentation
	offered := p.day(r.Registered).Add(-b.rng.IntN(6))
	s := sheet.Seat{Purchase: purchase, Person: r.Student, AssignedAt: b.at(offered, purchase[6:11]), State: "redeemed"}
	redeemed := p.day(r.Registered).Add(1)
	left := p.day(r.Unregistered)
	gone := r.Unregistered != rhythm.None && left > redeemed && left < b.today
	switch dice := b.rng.IntN(10); {
	case redeemed >= b.today || dice == 0 && p.relative(b.today) < 40:
		// The invitation was written to the address, whoever has it.
		s.State, s.Email, s.Person = "pending", b.person[r.Student].Email, ""
	case gone && r.Unregistered < 0 && dice < 5:
		s.State, s.EndedAt = "released", b.at(left, r.Student)
	case gone && r.Unregistered >= 0 && dice == 5:
		s.State, s.RedeemedAt, s.EndedAt = "revoked", b.at(redeemed, r.Student), b.at(left, r.Student)
	default:
		s.RedeemedAt = b.at(redeemed, r.Student)
	}
	return s
}

// invite offers a seat to an address that nobody has yet.
func (b *builder) invite(purchase, company string, bought day.Day) {
	locales := b.pool.Locales()
	to := b.addresses.For(b.pool.Draw(b.rng, locales[b.rng.IntN(len(locales))]), strings.ToLower(company)+".example")
	b.out.Seats = append(b.out.Seats, sheet.Seat{
		Purchase: purchase, Email: to, AssignedAt: b.at(bought.Add(2), to), State: "pending",
	})
}

// terms sets until when seats can be redeemed and used, and the deal they belong to.
func (b *builder) terms(row *sheet.Purchase, line Line, p *Presentation, learners []*Registration, bought day.Day) {
	if b.rng.IntN(5) < 2 {
		row.RedeemBy = b.on(p, 240)
	}
	switch over := p.day(p.Length + 90); {
	case over < b.today && b.rng.IntN(10) < 3:
		row.AccessUntil = b.date(over)
	case p.Start < b.today.Add(-200) && b.rng.IntN(4) == 0:
		row.AccessDays = b.accessDays(p, learners)
	}
	if rest := b.trade.deals()[line.Order]; rest {
		row.Deal = "deal-" + line.Order
		if !slices.ContainsFunc(b.out.Deals, func(d sheet.Deal) bool { return d.ID == row.Deal }) {
			b.out.Deals = append(b.out.Deals, sheet.Deal{
				ID: row.Deal, Name: row.Company + ", framework agreement", StartsOn: b.date(bought), EndsOn: b.date(bought.Add(730)),
			})
		}
	}
}

// accessDays picks a length of access after which no seat of the purchase ends within a
// day of the bundle's own, so that no reader stumbles over which day is the last.
func (b *builder) accessDays(p *Presentation, learners []*Registration) string {
	for days := 240; days < 300; days++ {
		if !slices.ContainsFunc(learners, func(r *Registration) bool {
			ends := p.day(r.Registered).Add(1 + days)
			return ends >= b.today.Add(-2) && ends <= b.today.Add(2)
		}) {
			return strconv.Itoa(days)
		}
	}
	return ""
}

// reporter is mostly the buyer, often another learner of the purchase, and sometimes nobody.
func (b *builder) reporter(buyer string, redeemed []string) string {
	switch dice := b.rng.IntN(100); {
	case dice < 12:
		return ""
	case dice < 40 && len(redeemed) > 0:
		return redeemed[b.rng.IntN(len(redeemed))]
	}
	return buyer
}

// join puts a learner into the team of the employee who sold them their seat.
func (b *builder) join(team, student string) {
	m := sheet.TeamMember{Team: team, Person: student}
	if !b.member[m] {
		b.member[m] = true
		b.out.TeamMembers = append(b.out.TeamMembers, m)
	}
}

func (b *builder) company(id string) string {
	for _, c := range b.trade.Companies {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// deals tells which orders are custom deals: those of five lines and more.
func (t *Trade) deals() map[string]bool {
	lines := map[string]int{}
	for _, l := range t.Lines {
		lines[l.Order]++
	}
	out := map[string]bool{}
	for order, n := range lines {
		out[order] = n >= 5
	}
	return out
}
