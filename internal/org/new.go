package org

import (
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// New is what is said when an organization is created.
type New struct {
	Slug, Name     string
	Zone           string // empty: UTC
	Locale         string // empty: en
	MayHaveClients bool
	ClientID       string  // the master's own id of a client; may be empty
	ExpiresOn      day.Day // the last day it works; the zero day and day.None: no end
}

// Organization checks the input and makes the organization of it, with every
// wrong field named. It has no place in a tree yet.
func (n New) Organization(now time.Time) (Organization, error) {
	n.Name = strings.Join(strings.Fields(n.Name), " ")
	if n.Zone == "" {
		n.Zone = "UTC"
	}
	if n.Locale == "" {
		n.Locale = "en"
	}
	var problems []fault.Problem
	if !validSlug(n.Slug) {
		problems = append(problems, fault.Problem{Field: "slug", Sentence: "Use 2 to 40 small letters, digits and hyphens, with a letter or digit at both ends."})
	}
	if n.Name == "" || utf8.RuneCountInString(n.Name) > 200 {
		problems = append(problems, fault.Problem{Field: "name", Sentence: "Enter a name of at most 200 characters."})
	}
	if err := CheckZone("time_zone", n.Zone); err != nil {
		problems = append(problems, fault.Fields(err)...)
	}
	locale, err := CheckLocale("locale", n.Locale)
	if err != nil {
		problems = append(problems, fault.Fields(err)...)
	}
	if n.ClientID, err = CheckClientID("client_id", n.ClientID); err != nil {
		problems = append(problems, fault.Fields(err)...)
	}
	if n.ExpiresOn == 0 {
		n.ExpiresOn = day.None
	}
	if len(problems) > 0 {
		return Organization{}, fault.Invalidf(problems...)
	}
	return Organization{
		ID: ID(access.NewID()), Slug: n.Slug, Name: n.Name, ClientID: n.ClientID, Zone: n.Zone, Locale: locale, MayHaveClients: n.MayHaveClients,
		Status: Active, ExpiresOn: n.ExpiresOn, Windows: transcript.DefaultWindows, Locations: true, Hierarchies: true, HistoryMonths: 12, CreatedAt: now,
	}, nil
}

// validSlug tells whether a text can stand in an address as it is.
func validSlug(slug string) bool {
	if len(slug) < 2 || len(slug) > 40 || slug[0] == '-' || slug[len(slug)-1] == '-' {
		return false
	}
	return strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// CheckZone tells whether a text is a time zone's IANA name.
func CheckZone(field, zone string) error {
	if _, err := day.Zone(zone); err != nil {
		return fault.Field(field, "Choose a time zone such as Europe/Berlin.")
	}
	return nil
}

// CheckLocale gives a language tag its one spelling: de_at becomes de-AT.
func CheckLocale(field, locale string) (string, error) {
	tag, err := language.Parse(locale)
	if err != nil || tag.IsRoot() {
		return "", fault.Field(field, "Choose a language such as en, de or ar.")
	}
	return tag.String(), nil
}
