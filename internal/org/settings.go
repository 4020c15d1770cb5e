package org

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Settings change an organization; what is nil stays as it is.
type Settings struct {
	Name   *string
	Zone   *string
	Locale *string
	// HidePending hides the addresses of pending invitations from reporters.
	HidePending *bool
	// AutoReporter makes the buyer of a later purchase its reporter at once (M-013).
	AutoReporter *bool
	// ManagerLimit is how many people may hold a managing role; zero: no limit.
	// Lowering it takes nothing away.
	ManagerLimit *int
	// HistoryMonths is how long reporters read on after their own seat ended by date.
	HistoryMonths *int
}

// The largest numbers that make sense.
const (
	maxManagers      = 1_000_000
	maxHistoryMonths = 120
)

// Check brings the settings into their one spelling, with every wrong one named.
func (s Settings) Check() (Settings, error) {
	var problems []fault.Problem
	if s.Name != nil {
		name := strings.Join(strings.Fields(*s.Name), " ")
		if s.Name = &name; name == "" || utf8.RuneCountInString(name) > 200 {
			problems = append(problems, fault.Problem{Field: "name", Sentence: "Enter a name of at most 200 characters."})
		}
	}
	if s.Zone != nil {
		problems = append(problems, fault.Fields(CheckZone("time_zone", *s.Zone))...)
	}
	if s.Locale != nil {
		locale, err := CheckLocale("locale", *s.Locale)
		problems = append(problems, fault.Fields(err)...)
		s.Locale = &locale
	}
	if s.ManagerLimit != nil && (*s.ManagerLimit < 0 || *s.ManagerLimit > maxManagers) {
		problems = append(problems, fault.Problem{Field: "manager_limit", Sentence: "Enter a limit of 1 to 1000000, or 0 for none."})
	}
	if s.HistoryMonths != nil && (*s.HistoryMonths < 0 || *s.HistoryMonths > maxHistoryMonths) {
		problems = append(problems, fault.Problem{Field: "history_months", Sentence: "Enter 0 to 120 months."})
	}
	if len(problems) > 0 {
		return s, fault.Invalidf(problems...)
	}
	return s, nil
}

// ErrZoneInUse keeps the zone of an organization whose days have begun to count:
// the last day of a seat ends at its midnight.
var ErrZoneInUse = fault.New(fault.Conflict, "Seats with a last day of access have been redeemed in this time zone, so it cannot be changed any more.")

// Set changes an organization's settings and gives it as it is then.
func (s *Service) Set(ctx context.Context, reach access.Reach, id ID, change Settings) (Organization, error) {
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return Organization{}, err
	}
	change, err := change.Check()
	if err != nil {
		return Organization{}, err
	}
	return s.store.ChangeOrganization(ctx, reach, id, change)
}
