// Package sheet holds the tables of a roster bundle in memory, row by row, and
// writes them as the CSV files that `ambit import` reads. It knows columns and
// their order, nothing of what Ambit does with them.
package sheet

import (
	"bytes"
	"encoding/csv"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
)

// Bundle is one roster bundle. Cells are kept as they will stand in the file;
// At, On and None-day texts come from At and day.Day.String.
type Bundle struct {
	Locations         []Location
	People            []Person
	Activities        []Activity
	Programs          []Program
	ProgramActivities []ProgramActivity
	Teams             []Team
	TeamMembers       []TeamMember
	Enrollments       []Enrollment
	Deals             []Deal
	Purchases         []Purchase
	Seats             []Seat
}

// Location is a row of locations.csv.
type Location struct{ ID, ParentID, Name string }

// Person is a row of people.csv.
type Person struct{ ID, Email, Given, Family, Location, Role, Status, Locale, Zone string }

// Activity is a row of activities.csv.
type Activity struct{ ID, Title, Kind, Minutes, URL, SelfComplete string }

// Program is a row of programs.csv.
type Program struct{ ID, Title string }

// ProgramActivity is a row of program_activities.csv.
type ProgramActivity struct{ Program, Activity, Position, Required string }

// Team is a row of teams.csv.
type Team struct{ ID, Name, Owner string }

// TeamMember is a row of team_members.csv.
type TeamMember struct{ Team, Person string }

// Enrollment is a row of enrollments.csv.
type Enrollment struct {
	Person, Activity                       string
	EnrolledAt, StartedAt, CompletedAt     string
	DueOn, ValidUntil                      string
	Progress, Score, Minutes, LastActiveAt string
	Outcome, OutcomeOn                     string
}

// Deal is a row of deals.csv.
type Deal struct{ ID, Name, StartsOn, EndsOn string }

// Purchase is a row of purchases.csv.
type Purchase struct {
	ID, Product, Buyer, Company, Seats      string
	PurchasedAt, RedeemBy                   string
	AccessDays, AccessUntil, Deal, Reporter string
}

// Seat is a row of seats.csv; it names a person or an address.
type Seat struct {
	Purchase, Person, Email         string
	AssignedAt, RedeemedAt, EndedAt string
	State                           string
}

// At writes an instant as it stands in a bundle; the zero instant is the empty cell.
func At(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Minute is the instant so many minutes into a day, counted in UTC.
func Minute(d day.Day, minute int) time.Time {
	if d.IsNone() {
		return time.Time{}
	}
	return d.Start(time.UTC).Add(time.Duration(minute) * time.Minute)
}

// Files writes every table that has rows; the keys are the file names.
func (b *Bundle) Files() (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, t := range b.tables() {
		if len(t.rows) == 0 {
			continue
		}
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		if err := w.Write(t.columns); err != nil {
			return nil, err
		}
		if err := w.WriteAll(t.rows); err != nil {
			return nil, err
		}
		out[t.file] = buf.Bytes()
	}
	return out, nil
}
