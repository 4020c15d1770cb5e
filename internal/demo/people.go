package demo

import (
	"fmt"
	"strings"

	"github.com/ambit-lms/ambit/internal/demo/names"
	"github.com/ambit-lms/ambit/internal/demo/places"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// places takes the whole tree: region, country, subdivision and city.
func (b *builder) places() {
	for _, p := range b.extract.Tree.Below("") {
		b.out.Locations = append(b.out.Locations, sheet.Location{ID: p.ID, ParentID: p.ParentID, Name: p.Name})
	}
}

// homeOf is the country in which learners of a language live.
var homeOf = map[string]string{
	"ar": "Egypt", "cs_CZ": "Czechia", "da": "Denmark", "de": "Germany", "dv": "Maldives", "el": "Greece", "en": "United Kingdom",
	"en_IN": "India", "es": "Mexico", "fa": "Iran", "fi": "Finland", "fr": "France", "he": "Israel", "hu": "Hungary",
	"hy": "Armenia", "it": "Italy", "ja": "Japan", "ka_GE": "Georgia", "ko": "South Korea", "ku_ckb": "Iraq", "nb": "Norway", "ne": "Nepal",
	"pl": "Poland", "pt_BR": "Brazil", "ru": "Russian Federation", "sv": "Sweden", "th": "Thailand", "tr": "Türkiye",
	"uk": "Ukraine", "ur": "Pakistan", "vi": "Viet Nam", "yo_NG": "Nigeria", "zh_CN": "China",
}

// spoken is the language in which most people of a company's country are named.
var spoken = map[string]string{
	"United States": "en", "Canada": "en", "Ireland": "en", "Austria": "de", "Switzerland": "de", "Belgium": "fr",
	"Spain": "es", "Argentina": "es", "Venezuela": "es", "Portugal": "pt_BR",
}

func languageOf(country string) string {
	if l, ok := spoken[country]; ok {
		return l
	}
	for language, home := range homeOf {
		if home == country {
			return language
		}
	}
	return "en"
}

// placeFor draws a city of the country where a language is at home.
func (b *builder) placeFor(language string) string {
	country, ok := b.extract.Tree.Country(homeOf[language])
	if !ok {
		return ""
	}
	return b.cityBelow(country)
}

func (b *builder) cityBelow(p places.Place) string {
	var cities []string
	for _, c := range b.extract.Tree.Below(p.ID) {
		if c.Level == "city" {
			cities = append(cities, c.ID)
		}
	}
	if len(cities) == 0 {
		return p.ID
	}
	return cities[b.rng.IntN(len(cities))]
}

// learner makes somebody up and tells their id. One in sixty is suspended.
func (b *builder) learner(language, place, domain string) string {
	n := b.extract.Names.Draw(b.rng, language)
	p := sheet.Person{Given: n.Given, Family: n.Family, Location: place, Email: b.addresses.For(n, domain)}
	if language == "de" || language == "ar" || language == "en" {
		p.Locale = language
	}
	if language == "ar" {
		p.Zone = "Africa/Cairo"
	}
	if b.rng.IntN(60) == 0 {
		p.Status = "suspended"
	}
	return b.person(p)
}

// person adds somebody who learns, with the next free number as the school knows them.
func (b *builder) person(p sheet.Person) string {
	b.next++
	p.ID = fmt.Sprintf("NA-%05d", b.next)
	if p.Role == "" {
		p.Role = "Student"
	}
	if p.Status == "" {
		p.Status = "active"
	}
	b.addresses.Take(p.Email)
	b.out.People = append(b.out.People, p)
	b.learners = append(b.learners, p.ID)
	return p.ID
}

// known adds a person of a story, whose name and address are fixed.
func (b *builder) known(given, family, email, place string) string {
	return b.person(sheet.Person{Given: given, Family: family, Email: email, Location: place})
}

// roles are the employees' base roles: each administrator role once. Robert King
// keeps none: he works through the group Learner managers and owns a team.
var roles = map[string]struct{ role, place string }{
	"2": {"Master Administrator", ""},
	"8": {"Master Administrator (Reports Only)", ""},
	"5": {"Organization Administrator", ""},
	"9": {"Organization Administrator (Reports Only)", ""},
	"1": {"Multiple Location Administrator", "Americas"},
	"3": {"Multiple Location Administrator (Reports Only)", "Europe"},
	"4": {"Local Administrator", "London"},
	"6": {"Local Administrator (Reports Only)", "Berlin"},
	"7": {"Student", ""},
}

// staff makes the employees with their roles and the places they answer for.
func (b *builder) staff() {
	for _, e := range b.extract.Employees {
		place := e.Place
		if answersFor := roles[e.ID].place; answersFor != "" {
			place = b.place(answersFor, place)
		}
		n := names.Name{Given: e.Given, Family: e.Family}
		b.out.People = append(b.out.People, sheet.Person{
			ID: "staff-" + e.ID, Given: e.Given, Family: e.Family, Email: b.addresses.For(n, "northwind.example"),
			Location: place, Role: roles[e.ID].role, Status: "active",
		})
	}
}

// place finds a region or city by its name.
func (b *builder) place(name, otherwise string) string {
	for _, p := range b.extract.Tree.Below("") {
		if p.Name == name && p.Level != "subdivision" {
			return p.ID
		}
	}
	return otherwise
}

// contacts makes every company's contact an account.
func (b *builder) contacts() {
	for _, c := range b.extract.Companies {
		n := names.Name{Given: c.Given, Family: c.Family}
		b.out.People = append(b.out.People, sheet.Person{
			ID: contactID(c.ID), Given: c.Given, Family: c.Family, Email: b.addresses.For(n, domain(c.ID)),
			Location: c.Place, Role: "Student", Status: "active",
		})
	}
}

func contactID(company string) string { return "contact-" + strings.ToLower(company) }

func domain(company string) string { return strings.ToLower(company) + ".example" }

func slug(title string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(title), "&", "and"), " ", "-")
}
