package openuni

import (
	"strings"

	"github.com/ambit-lms/ambit/internal/demo/names"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// levels are the kinds of place that the bundle keeps between the world and a region or city.
var levels = []string{"region", "sub_region", "country", "subdivision"}

// locations takes the regions of the university and the cities of companies and staff.
func (b *builder) locations() {
	cut := b.tree.NewCut(levels...)
	uk, _ := b.tree.Country("United Kingdom")
	ireland, _ := b.tree.Country("Ireland")
	b.region = map[string]string{"Ireland": ireland.ID}
	cut.Add(ireland.ID)
	england := uk.ID
	for _, part := range b.tree.Children(uk.ID) {
		switch part.Name {
		case "Scotland", "Wales":
			b.region[part.Name] = part.ID
			cut.Add(part.ID)
		case "England":
			england = part.ID
			cut.Add(part.ID)
		}
	}
	for _, c := range b.trade.Companies {
		cut.Add(b.city(c.Country, c.City))
	}
	for _, e := range b.trade.Employees {
		cut.Add(b.city(e.Country, e.City))
	}
	for _, p := range cut.Places() {
		b.out.Locations = append(b.out.Locations, sheet.Location{ID: p.ID, ParentID: p.ParentID, Name: p.Name})
	}
	for _, r := range b.data.Registrations {
		if b.region[r.Region] == "" {
			id := "ou-" + slug(r.Region)
			b.region[r.Region] = id
			b.out.Locations = append(b.out.Locations, sheet.Location{ID: id, ParentID: england, Name: r.Region})
		}
	}
}

func (b *builder) city(country, name string) string {
	p, _ := b.tree.City(country, name)
	return p.ID
}

// staff makes Northwind's employees: the head of all, the manager over several
// places, and the others, each over one region of the university.
func (b *builder) staff() {
	bosses := map[string]bool{}
	for _, e := range b.trade.Employees {
		bosses[e.Boss] = true
	}
	for i, e := range b.trade.Employees {
		p := sheet.Person{
			ID: "staff-" + e.ID, Given: e.Given, Family: e.Family, Role: "Local Administrator", Status: "active",
			Email: b.addresses.For(names.Name{Given: e.Given, Family: e.Family}, "northwind.example"),
		}
		switch {
		case e.Boss == "":
			p.Role, p.Location = "Organization Administrator", b.city(e.Country, e.City)
		case bosses[e.ID]:
			uk, _ := b.tree.Country("United Kingdom")
			p.Role, p.Location = "Multiple Location Administrator", uk.ID
		default:
			p.Location = b.region[b.data.Registrations[i*97%len(b.data.Registrations)].Region]
		}
		b.out.People = append(b.out.People, p)
		b.out.Teams = append(b.out.Teams, sheet.Team{ID: "team-" + e.ID, Name: "Accounts of " + e.Given + " " + e.Family, Owner: p.ID})
	}
	for _, c := range b.trade.Companies {
		n := contact(c.Contact)
		b.out.People = append(b.out.People, sheet.Person{
			ID: "contact-" + strings.ToLower(c.ID), Given: n.Given, Family: n.Family, Role: "Student", Status: "active",
			Email: b.addresses.For(n, strings.ToLower(c.ID)+".example"), Location: b.city(c.Country, c.City),
		})
	}
}

// contact parts a contact person's name; what follows the first word is the family name.
func contact(name string) names.Name {
	given, family, _ := strings.Cut(name, " ")
	return names.Name{Given: given, Family: family}
}

// learners gives every student one account: half have English names, the others one
// of the further languages. Their place is the region of their last registration.
func (b *builder) learners() {
	locales := b.pool.Locales()
	for _, r := range b.data.Registrations {
		if p, ok := b.person[r.Student]; ok {
			p.Location = b.region[r.Region]
			b.person[r.Student] = p
			continue
		}
		locale := "en"
		if b.rng.IntN(2) == 0 {
			locale = locales[b.rng.IntN(len(locales))]
		}
		n := b.pool.Draw(b.rng, locale)
		p := sheet.Person{
			ID: r.Student, Given: n.Given, Family: n.Family, Role: "Student", Status: "active",
			Email: b.addresses.For(n, "example.org"), Location: b.region[r.Region],
		}
		switch locale {
		case "de", "ar":
			p.Locale = locale
		case "en":
			p.Locale = []string{"", "en"}[b.rng.IntN(2)]
		}
		if p.Locale == "ar" {
			p.Zone = "Africa/Cairo"
		}
		b.person[r.Student] = p
	}
	done := map[string]bool{}
	for _, r := range b.data.Registrations {
		if !done[r.Student] {
			done[r.Student] = true
			b.out.People = append(b.out.People, b.person[r.Student])
		}
	}
}

func slug(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "-") }
