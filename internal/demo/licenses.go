package demo

import (
	"slices"
	"strconv"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/school"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// sale is a license purchase about to be written.
type sale struct {
	id, company, product string
	seats                int
	learners             []string // who redeemed
	invited              []string // addresses that have not answered
	gone                 []string // learners whose seat was taken back
	until                day.Day  // last day of access, day.None for none
	reporter             string   // empty for none
	seller               string   // employee
	fresh                bool     // bought in the last weeks
}

// sell writes a purchase, its seats, and the enrollments of those who redeemed. Of a program
// they are enrolled in the first three activities with a history; redemption itself adds the rest.
func (b *builder) sell(s sale) {
	b.fresh = s.fresh
	defer func() { b.fresh = false }()
	first := b.today
	var seats []sheet.Seat
	for _, person := range s.learners {
		redeemed := b.study(person, s.product)
		assigned := redeemed.Add(-b.rng.IntN(5))
		first = min(first, assigned)
		seats = append(seats, b.seat(s.id, person, assigned, redeemed))
	}
	for i, person := range s.gone {
		redeemed := b.study(person, s.product)
		first = min(first, redeemed)
		seat := b.seat(s.id, person, redeemed, redeemed)
		seat.State, seat.EndedAt = "revoked", b.at(b.today.Add(-1-b.rng.IntN(3)))
		if i%2 == 1 {
			seat.State = "released"
		}
		if redeemed >= b.today.Add(-5) {
			continue // nobody is sent away in the first days
		}
		seats = append(seats, seat)
	}
	bought := first.Add(-3 - b.rng.IntN(20))
	for _, to := range s.invited {
		on := b.today.Add(-1 - b.rng.IntN(20))
		seats = append(seats, sheet.Seat{Purchase: s.id, Email: to, AssignedAt: b.at(max(on, bought.Add(1))), State: "pending"})
	}
	b.out.Seats = append(b.out.Seats, seats...)
	p := sheet.Purchase{
		ID: s.id, Product: s.product, Buyer: contactID(s.company), Company: b.company(s.company).Name, Seats: strconv.Itoa(s.seats),
		PurchasedAt: b.at(bought), AccessUntil: s.until.String(), Reporter: s.reporter, RedeemBy: b.today.Add(30 + b.rng.IntN(200)).String(),
	}
	if !s.until.IsNone() {
		p.RedeemBy = s.until.String()
	}
	if pick(s.id, 8) == 0 {
		p.Deal = "deal-" + s.id
		b.out.Deals = append(b.out.Deals, sheet.Deal{
			ID: p.Deal, Name: p.Company + ", framework agreement", StartsOn: bought.String(), EndsOn: bought.Add(1095).String(),
		})
	}
	b.out.Purchases = append(b.out.Purchases, p)
	b.sellers[s.seller] = append(b.sellers[s.seller], s.learners...)
}

func (b *builder) seat(purchase, person string, assigned, redeemed day.Day) sheet.Seat {
	// Two instants of one day stand in order: offered in the morning, taken later.
	return sheet.Seat{
		Purchase: purchase, Person: person, State: "redeemed",
		AssignedAt: sheet.At(sheet.Minute(assigned, 7*60+b.rng.IntN(60))), RedeemedAt: sheet.At(sheet.Minute(redeemed, 9*60+b.rng.IntN(12*60))),
	}
}

// study enrolls a learner in a product and tells the day of redemption, yesterday at the latest.
func (b *builder) study(person, product string) day.Day {
	began := b.began(b.activities(product)[0])
	redeemed := b.today.Add(-1)
	for i, course := range b.activities(product) {
		if i < 3 {
			redeemed = min(redeemed, b.enroll(person, course, min(-12, began+i*30)))
		}
	}
	return redeemed
}

func (b *builder) company(id string) school.Company {
	for _, c := range b.extract.Companies {
		if c.ID == id {
			return c
		}
	}
	return school.Company{}
}

// colleague makes a learner of a company: three in four are named as people in
// its country are, the others as people anywhere.
func (b *builder) colleague(company string) string {
	c := b.company(company)
	country, _ := b.extract.Tree.Get(c.Country)
	language := languageOf(country.Name)
	if b.rng.IntN(4) == 0 {
		locales := b.extract.Names.Locales()
		language = locales[b.rng.IntN(len(locales))]
	}
	return b.learner(language, c.Place, domain(company))
}

func (b *builder) colleagues(company string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = b.colleague(company)
	}
	return out
}

// stranger is an address at a company that nobody has an account for.
func (b *builder) strangers(company string, n int) []string {
	out := make([]string, n)
	for i := range out {
		locales := b.extract.Names.Locales()
		out[i] = b.addresses.For(b.extract.Names.Draw(b.rng, locales[b.rng.IntN(len(locales))]), domain(company))
	}
	return out
}

// trade turns the first orders of every company without a story of its own into
// purchases; its second purchase goes to many of the same people.
func (b *builder) trade() {
	told := map[string]bool{}
	for _, p := range b.out.Purchases {
		told[p.Buyer] = true
	}
	crew, bought := map[string][]string{}, map[string]int{}
	for _, o := range b.extract.Orders {
		most := 1 + pick(o.Company, 5)/3
		if told[contactID(o.Company)] || bought[o.Company] >= most {
			continue
		}
		bought[o.Company]++
		s := sale{
			id: "NA-" + o.ID, company: o.Company, product: b.product(), seats: min(max(o.Seats, 4), 40),
			until: day.None, reporter: contactID(o.Company), seller: "staff-" + o.Employee, fresh: bought[o.Company] > 1 || pick(o.ID, 3) == 0,
		}
		taken := s.seats - b.rng.IntN(s.seats/3+1)
		known := crew[o.Company]
		s.learners = known[:min(len(known), taken*2/3)]
		s.learners = append([]string(nil), s.learners...)
		s.learners = append(s.learners, b.colleagues(o.Company, taken-len(s.learners))...)
		crew[o.Company] = s.learners
		if free := s.seats - taken; free > 0 {
			s.invited = b.strangers(o.Company, b.rng.IntN(min(free, 4)+1))
		}
		if b.rng.IntN(3) == 0 {
			s.gone = b.colleagues(o.Company, 1+b.rng.IntN(2))
		}
		switch dice := b.rng.IntN(12); dice {
		case 0:
			s.reporter = ""
		case 1:
			s.reporter = b.active(s.learners)
		case 2:
			s.until = b.today.Add(-15 - b.rng.IntN(60))
		case 3:
			s.until = b.today.Add(60 + b.rng.IntN(300))
		}
		b.sell(s)
	}
}

// active is the first of some people whose account is not suspended; empty for nobody.
func (b *builder) active(people []string) string {
	for _, p := range b.out.People {
		if p.Status == "active" && slices.Contains(people, p.ID) {
			return p.ID
		}
	}
	return ""
}

// product draws what is bought: a program in one case of four, else a course.
func (b *builder) product() string {
	if b.rng.IntN(4) == 0 {
		return b.out.Programs[b.rng.IntN(len(b.out.Programs))].ID
	}
	return b.extract.Courses[b.rng.IntN(len(b.extract.Courses))].ID
}
