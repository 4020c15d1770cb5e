// Package day has calendar days and time zones. A due date is a Day and is
// never converted; an instant becomes a Day only in a named zone.
package day

import (
	"fmt"
	"sync"
	"time"
)

// Day counts days since 1970-01-01 in the proleptic Gregorian calendar.
type Day int32

// None is the absent day; it lies before every real one.
const None Day = -1 << 31

// layout is the only written form of a day.
const layout = "2006-01-02"

// Of tells the day of an instant in a zone.
func Of(t time.Time, zone *time.Location) Day {
	if t.IsZero() {
		return None
	}
	y, m, d := t.In(zone).Date()
	return date(y, m, d)
}

// Date makes the day of a year, month and day of the month.
func Date(y int, m time.Month, d int) Day { return date(y, m, d) }

func date(y int, m time.Month, d int) Day {
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Parse reads 2006-01-02; the empty text is None.
func Parse(text string) (Day, error) {
	if text == "" {
		return None, nil
	}
	t, err := time.Parse(layout, text)
	if err != nil || t.Year() < 1950 || t.Year() > 2120 {
		return None, fmt.Errorf("%q is not a date like 2006-01-02 between 1950 and 2120", text)
	}
	return Day(floorDiv(t.Unix(), 86400)), nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// IsNone tells whether there is no day.
func (d Day) IsNone() bool { return d == None }

// String writes 2006-01-02, and nothing for None.
func (d Day) String() string {
	if d == None {
		return ""
	}
	return d.Time().Format(layout)
}

// Time is the day's midnight in UTC, for formatting.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Start is the first instant of the day in a zone, also where midnight does not exist.
func (d Day) Start(zone *time.Location) time.Time {
	y, m, dd := d.Time().Date()
	t := time.Date(y, m, dd, 0, 0, 0, 0, zone)
	// Where the clock jumps over midnight Go may answer the evening before.
	for Of(t, zone) < d {
		t = t.Add(30 * time.Minute)
	}
	return t
}

// Add moves by whole days; None stays None.
func (d Day) Add(days int) Day {
	if d == None {
		return None
	}
	return d + Day(days)
}

// MarshalText writes the day for JSON; None becomes the empty text.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Day) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	*d = parsed
	return err
}

var zones sync.Map // name → *time.Location; loading reads files, so each is loaded once

// Zone finds a time zone by its IANA name.
func Zone(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is not a time zone", name)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is not a time zone", name)
	}
	zones.Store(name, z)
	return z, nil
}

// ZoneOr finds a zone, or UTC where the name is unknown.
func ZoneOr(name string) *time.Location {
	if z, err := Zone(name); err == nil {
		return z
	}
	return time.UTC
}
