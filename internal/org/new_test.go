package org_test

import (
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

func TestNewOrganization(t *testing.T) {
	for _, tt := range []struct {
		name  string
		in    org.New
		field string // wrong one; empty: none
	}{
		{"all", org.New{Slug: "a-2", Name: "Ä", Zone: "Europe/Berlin", Locale: "ar"}, ""},
		{"zone and locale have defaults", org.New{Slug: "northwind", Name: "Northwind"}, ""},
		{"slug too short", org.New{Slug: "a", Name: "A"}, "slug"},
		{"slug of 40", org.New{Slug: "abcdefghijabcdefghijabcdefghijabcdefghij", Name: "A"}, ""},
		{"slug of 41", org.New{Slug: "abcdefghijabcdefghijabcdefghijabcdefghijk", Name: "A"}, "slug"},
		{"slug in capitals", org.New{Slug: "North", Name: "A"}, "slug"},
		{"slug with a slash", org.New{Slug: "a/b", Name: "A"}, "slug"},
		{"slug beyond ASCII", org.New{Slug: "nörd", Name: "A"}, "slug"},
		{"slug that begins with a hyphen", org.New{Slug: "-ab", Name: "A"}, "slug"},
		{"slug that ends with a hyphen", org.New{Slug: "ab-", Name: "A"}, "slug"},
		{"no name", org.New{Slug: "ab", Name: " \t"}, "name"},
		{"no such zone", org.New{Slug: "ab", Name: "A", Zone: "Europe/Atlantis"}, "time_zone"},
		{"the machine's zone", org.New{Slug: "ab", Name: "A", Zone: "Local"}, "time_zone"},
		{"no such language", org.New{Slug: "ab", Name: "A", Locale: "klingon!"}, "locale"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.in.Organization(time.Now())
			got := ""
			if f := fault.Fields(err); len(f) == 1 {
				got = f[0].Field
			}
			if got != tt.field || (err == nil) != (tt.field == "") {
				t.Errorf("Organization() = %v, want a fault at %q", err, tt.field)
			}
		})
	}
	_, err := org.New{Slug: "?", Zone: "?", Locale: "?"}.Organization(time.Now())
	if len(fault.Fields(err)) != 4 {
		t.Errorf("wrong fields = %v, want all four", fault.Fields(err))
	}
}

func TestOpenAt(t *testing.T) {
	o := org.Organization{Status: org.Active, Zone: "Pacific/Auckland", ExpiresOn: day.Date(2026, time.March, 2)}
	for _, tt := range []struct {
		name string
		edit func(o *org.Organization)
		at   string
		want bool
	}{
		{"on its last day", func(*org.Organization) {}, "2026-03-02T10:59:59Z", true},
		{"when that is over where it is", func(*org.Organization) {}, "2026-03-02T11:00:00Z", false},
		{"without an end", func(o *org.Organization) { o.ExpiresOn = day.None }, "2099-01-01T00:00:00Z", true},
		{"suspended", func(o *org.Organization) { o.Status = org.Suspended }, "2026-03-01T00:00:00Z", false},
		{"ended", func(o *org.Organization) { o.Status = org.Ended }, "2026-03-01T00:00:00Z", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			o := o
			tt.edit(&o)
			if got := o.OpenAt(at); got != tt.want {
				t.Errorf("OpenAt(%s) = %v, want %v", tt.at, got, tt.want)
			}
		})
	}
}
