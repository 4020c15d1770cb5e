package school

import (
	"strings"
	"testing"
)

func TestExtractIsWhole(t *testing.T) {
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	attempts := 0
	for _, r := range s.Runs {
		attempts += len(r.List)
	}
	if attempts < 2000 || len(s.Runs) != 12 || len(s.Courses) < 38 || len(s.Companies) != 91 || len(s.Employees) != 9 || len(s.Orders) != 830 {
		t.Errorf("%d attempts in %d runs, %d courses, %d companies, %d employees, %d orders",
			attempts, len(s.Runs), len(s.Courses), len(s.Companies), len(s.Employees), len(s.Orders))
	}
	if n := len(s.Names.Locales()); n < 28 {
		t.Errorf("names in %d languages, want 28 and more", n)
	}
	titles := map[string]bool{}
	for _, c := range s.Courses {
		if titles[c.Title] || strings.ContainsAny(c.Title, "0123456789") {
			t.Errorf("course title %q stands twice or has a number", c.Title)
		}
		titles[c.Title] = true
	}
	for _, c := range s.Companies {
		if _, ok := s.Tree.Get(c.Place); !ok || c.Given == "" || c.Family == "" {
			t.Errorf("company %s has no place or contact", c.ID)
		}
	}
}

func TestAttributionNamesEveryone(t *testing.T) {
	for _, want := range []string{"Kuzilek", "GeoNames", "Carpentries", "Comprehensive Rust", "Northwind", "faker", "CC BY 4.0", "LICENSE-Ms-PL.txt"} {
		if !strings.Contains(Attribution(), want) {
			t.Errorf("the attribution does not say %q", want)
		}
	}
}

func TestExtractStaysSmall(t *testing.T) {
	list, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, f := range list {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if total > 700<<10 {
		t.Errorf("the extract takes %d bytes, want less than 700 KiB", total)
	}
}
