package org

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Settings change an organization; what is nil stays as it is.
type Settings struct {
	// Version is that of the settings which the change was made from; where they
	// are others by now it is refused. Empty: whatever they are.
	Version string

	Name    *string
	Address *string // lines of text, as on paper
	Zone    *string
	Locale  *string
	// Accent and AccentDark are colours as Brand has them; empty: Ambit's.
	Accent, AccentDark *string
	// Sender and ReplyTo are those of LetterHead.
	Sender, ReplyTo *string
	// IdleMinutes and TotalHours are those of SessionLimits.
	IdleMinutes, TotalHours *int
	// DueSoon and ExpiresSoon are how many days before a date a state begins.
	DueSoon, ExpiresSoon *int
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
	maxIdleMinutes   = 7 * 24 * 60
	maxTotalHours    = 90 * 24
	maxWindow        = 366
)

// Check brings the settings into their one spelling, with every wrong one named.
func (s Settings) Check() (Settings, error) {
	var wrong problems
	if s.Name != nil {
		name := strings.Join(strings.Fields(*s.Name), " ")
		s.Name = &name
		wrong.unless(name != "" && utf8.RuneCountInString(name) <= 200, fault.Field("name", "Enter a name of at most 200 characters."))
	}
	if s.Address != nil {
		address := linesOf(*s.Address)
		s.Address = &address
		wrong.unless(utf8.RuneCountInString(address) <= 500 && strings.Count(address, "\n") < 8, fault.Field("address", "Enter an address of at most 8 lines and 500 characters."))
	}
	if s.Zone != nil {
		wrong.add(CheckZone("time_zone", *s.Zone))
	}
	if s.Locale != nil {
		locale, err := CheckLocale("locale", *s.Locale)
		s.Locale = &locale
		wrong.add(err)
	}
	s.Accent = wrong.color("accent", s.Accent, OnLight)
	s.AccentDark = wrong.color("accent_dark", s.AccentDark, OnDark)
	s.checkLetterHead(&wrong)
	wrong.between(s.IdleMinutes, 5, maxIdleMinutes, fault.Field("session_idle_minutes", "Enter 5 to 10080 minutes, or 0 for no limit of your own."))
	wrong.between(s.TotalHours, 1, maxTotalHours, fault.Field("session_total_hours", "Enter 1 to 2160 hours, or 0 for no limit of your own."))
	wrong.between(s.DueSoon, 1, maxWindow, fault.Field("due_soon_days", "Enter 0 to 366 days."))
	wrong.between(s.ExpiresSoon, 1, maxWindow, fault.Field("expires_soon_days", "Enter 0 to 366 days."))
	wrong.between(s.ManagerLimit, 1, maxManagers, fault.Field("manager_limit", "Enter a limit of 1 to 1000000, or 0 for none."))
	wrong.between(s.HistoryMonths, 1, maxHistoryMonths, fault.Field("history_months", "Enter 0 to 120 months."))
	if len(wrong) > 0 {
		return s, fault.Invalidf(wrong...)
	}
	return s, nil
}

func (s *Settings) checkLetterHead(wrong *problems) {
	if s.Sender != nil {
		sender := strings.Join(strings.Fields(*s.Sender), " ")
		s.Sender = &sender
		wrong.unless(utf8.RuneCountInString(sender) <= 100, fault.Field("mail_sender", "Enter a name of at most 100 characters."))
	}
	if s.ReplyTo != nil {
		to := strings.TrimSpace(*s.ReplyTo)
		s.ReplyTo = &to
		parsed, err := netmail.ParseAddress(to)
		wrong.unless(to == "" || err == nil && parsed.Address == to && len(to) <= 254, fault.Field("mail_reply_to", "Enter an e-mail address such as learning@example.com."))
	}
}

// linesOf is a text of several lines without what cannot be seen.
func linesOf(text string) string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\r", "\n")) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// problems gathers what is wrong with settings.
type problems []fault.Problem

func (p *problems) add(err error) { *p = append(*p, fault.Fields(err)...) }

func (p *problems) unless(right bool, wrong error) {
	if !right {
		p.add(wrong)
	}
}

// between checks a number that was said; zero says that there is none.
func (p *problems) between(n *int, least, most int, wrong error) {
	p.unless(n == nil || *n == 0 || *n >= least && *n <= most, wrong)
}

func (p *problems) color(field string, said *string, on Shade) *string {
	if said == nil {
		return nil
	}
	c, err := CheckColor(field, *said, on)
	p.add(err)
	return (*string)(&c)
}

// Version names an organization's settings as they are. Two people who edit
// them at the same time are told apart by it.
func (o Organization) Version() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q %q %q %q %q", o.Name, o.Address, o.Zone, o.Locale, o.Brand, o.LetterHead)
	fmt.Fprint(sum, o.Sessions, o.Windows, o.HidePending, o.AutoReporter, o.ManagerLimit, o.HistoryMonths)
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// ErrStale tells somebody that the settings they changed are others by now.
var ErrStale = fault.New(fault.Conflict, "Somebody else has changed these settings since you opened them. Look at what is saved now, then save again.")

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

// General is an organization for those who decide about it.
type General struct {
	Organization

	// Managers is how many people count toward the manager limit.
	Managers int
}

// Open reads an organization for somebody who may change its settings.
func (s *Service) Open(ctx context.Context, reach access.Reach, id ID) (General, error) {
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return General{}, err
	}
	return s.store.OpenOrganization(ctx, reach, id)
}
