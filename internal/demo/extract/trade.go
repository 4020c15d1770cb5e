package main

import (
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/demo/openuni"
	"github.com/ambit-lms/ambit/internal/demo/places"
)

// homes are countries in which the school has learners beside its customers' countries.
var homes = []string{
	"Egypt", "Czechia", "Maldives", "Greece", "India", "Iran, Islamic Republic of", "Israel", "Hungary", "Armenia", "Japan", "Georgia",
	"Korea, Republic of", "Iraq", "Nepal", "Russian Federation", "Thailand", "Türkiye", "Ukraine", "Pakistan", "Viet Nam", "Nigeria", "China",
}

// The extract keeps so many subdivisions of a country and cities of a subdivision.
const subdivisionsKept, citiesKept = 4, 2

// trade takes companies, staff and orders, and the places where they and the learners are.
func trade(data string) (map[string][][]string, error) {
	t, err := openuni.ReadTrade(filepath.Join(data, "b2b-orders"))
	if err != nil {
		return nil, err
	}
	tree, err := openuni.ReadPlaces(data)
	if err != nil {
		return nil, err
	}
	cut := tree.NewCut("region", "country", "subdivision")
	countries := map[string]bool{}
	companies := [][]string{{"id", "name", "given_name", "family_name", "place", "country"}}
	for _, c := range t.Companies {
		city, country := locate(tree, cut, c.Country, c.City)
		countries[country] = true
		given, family, _ := strings.Cut(c.Contact, " ")
		companies = append(companies, []string{c.ID, strings.Join(strings.Fields(c.Name), " "), given, family, city, country})
	}
	employees := [][]string{{"id", "given_name", "family_name", "boss", "place"}}
	for _, e := range t.Employees {
		city, _ := locate(tree, cut, e.Country, e.City)
		employees = append(employees, []string{e.ID, e.Given, e.Family, e.Boss, city})
	}
	for _, name := range homes {
		c, _ := tree.Country(name)
		countries[c.ID] = true
	}
	orders := [][]string{{"id", "company", "employee", "seats"}}
	for _, l := range t.Lines {
		if last := orders[len(orders)-1]; last[0] != l.Order { // the first line of each order
			orders = append(orders, []string{l.Order, l.Company, l.Employee, strconv.Itoa(l.Quantity)})
		}
	}
	return map[string][][]string{
		"companies.csv": companies, "employees.csv": employees, "orders.csv": orders,
		"places.csv.gz": world(tree, cut, countries),
	}, nil
}

// locate puts a city into the cut and tells its id and its country's.
func locate(tree *places.Tree, cut *places.Cut, country, city string) (string, string) {
	p, _ := tree.City(country, city)
	c, _ := tree.Country(country)
	cut.Add(p.ID)
	return p.ID, c.ID
}

// world adds some cities of each country, spread over it, and writes the tree.
func world(tree *places.Tree, cut *places.Cut, countries map[string]bool) [][]string {
	regions := tree.Below("1")
	for _, country := range regions {
		if country.Level != "country" || !countries[country.ID] {
			continue
		}
		parts := tree.Children(country.ID)
		for i := range min(subdivisionsKept, len(parts)) {
			part := parts[i*len(parts)/min(subdivisionsKept, len(parts))]
			cut.Add(part.ID)
			cities := tree.Children(part.ID)
			for j := range min(citiesKept, len(cities)) {
				cut.Add(cities[j*len(cities)/min(citiesKept, len(cities))].ID)
			}
		}
	}
	out := [][]string{{"id", "parent_id", "level", "name"}}
	for _, p := range cut.Places() {
		out = append(out, []string{p.ID, p.ParentID, p.Level, short(p.Name)})
	}
	return out
}

// short writes a country's name as people say it; the tree has the formal one.
func short(name string) string {
	if name == "Korea, Republic of" {
		return "South Korea"
	}
	name, _, _ = strings.Cut(name, ", ")
	return name
}
