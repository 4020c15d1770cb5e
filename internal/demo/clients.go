package demo

import (
	"strconv"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/names"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// Client is a client organization of the school with its own small bundle.
type Client struct {
	Organization
	Files Files
}

// client says which customer of Northwind has an organization of its own.
type client struct {
	company   string
	of        Organization
	courses   []string
	learners  int
	otherHere string // somebody of the school who has an account here too
}

var clients = []client{
	{
		"ERNSH",
		Organization{Slug: "ernst-handel", Name: "Ernst Handel", Zone: "Europe/Vienna", Locale: "de"},
		[]string{"data-privacy-fundamentals", "introduction-to-intellectual-property", "the-unix-shell", "databases-and-sql", "instructor-training"},
		70, twoAccountsEmail,
	},
	{
		"SAVEA",
		Organization{Slug: "save-a-lot", Name: "Save-a-lot Markets", Zone: "America/Boise", Locale: "en"},
		[]string{"data-privacy-fundamentals", "cybersecurity-fundamentals", "data-organization-in-spreadsheets", "software-architecture"},
		90, "",
	},
}

// Clients makes the client organizations of the school, as they stand at the
// beginning of a day. Their administrators are the contacts of their companies.
func Clients(today day.Day, seed uint64) ([]Client, error) {
	var out []Client
	for i, c := range clients {
		b, err := start(today, seed+uint64(i)+1)
		if err != nil {
			return nil, err
		}
		b.client(c)
		files, err := b.files()
		if err != nil {
			return nil, err
		}
		out = append(out, Client{Organization: c.of, Files: files})
	}
	return out, nil
}

// client makes one: its country, its courses, its people, and one purchase of its own.
func (b *builder) client(c client) {
	company := b.company(c.company)
	country, _ := b.extract.Tree.Get(company.Country)
	b.out.Locations = append(b.out.Locations, sheet.Location{ID: country.ID, Name: country.Name})
	for _, p := range b.extract.Tree.Below(country.ID) {
		b.out.Locations = append(b.out.Locations, sheet.Location{ID: p.ID, ParentID: p.ParentID, Name: p.Name})
	}
	for _, course := range b.extract.Courses {
		for _, id := range c.courses {
			if id == course.ID {
				b.minutes[id] = course.Minutes
				b.out.Activities = append(b.out.Activities, sheet.Activity{
					ID: id, Title: course.Title, Kind: "course", Minutes: strconv.Itoa(course.Minutes), SelfComplete: "true",
				})
			}
		}
	}
	boss := sheet.Person{
		ID: contactID(c.company), Given: company.Given, Family: company.Family, Location: company.Place,
		Role: "Organization Administrator", Status: "active",
		Email: b.addresses.For(names.Name{Given: company.Given, Family: company.Family}, domain(c.company)),
	}
	b.out.People = append(b.out.People, boss)
	var all []string
	if c.otherHere != "" {
		all = append(all, b.known("Mira", "Novak", c.otherHere, company.Place))
	}
	for range c.learners {
		id := b.colleague(c.company)
		all = append(all, id)
		b.out.People[len(b.out.People)-1].Location = b.cityBelow(country)
	}
	b.sell(sale{
		id: c.company + "-one", company: c.company, product: c.courses[1], seats: 15, learners: all[:12],
		invited: b.strangers(c.company, 2), until: day.None, reporter: boss.ID,
	})
	for _, id := range all {
		for _, course := range c.courses {
			if b.rng.IntN(5) < 2 {
				b.enroll(id, course, b.began(course))
			}
		}
	}
}
