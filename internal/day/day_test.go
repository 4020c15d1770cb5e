package day

import (
	"testing"
	"time"
)

func TestDayOfAnInstantDependsOnTheZone(t *testing.T) {
	at := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
	for _, tt := range []struct{ zone, want string }{
		{"UTC", "2026-03-01"},
		{"Asia/Kathmandu", "2026-03-02"},
		{"America/New_York", "2026-03-01"},
		{"Australia/Lord_Howe", "2026-03-02"},
	} {
		zone, err := Zone(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := Of(at, zone).String(); got != tt.want {
			t.Errorf("Of(%s, %s) = %s, want %s", at, tt.zone, got, tt.want)
		}
	}
}

func TestStartOfDayExistsInEveryZone(t *testing.T) {
	for _, name := range []string{"America/Sao_Paulo", "Pacific/Apia", "Africa/Cairo", "Asia/Beirut", "Europe/London", "Africa/Casablanca"} {
		zone, err := Zone(name)
		if err != nil {
			t.Fatal(err)
		}
		for d := Date(2010, 1, 1); d < Date(2026, 12, 31); d++ {
			if name == "Pacific/Apia" && d == Date(2011, 12, 30) {
				continue // Samoa skipped this day
			}
			if got := Of(d.Start(zone), zone); got != d {
				t.Fatalf("%s: start of %s lies on %s", name, d, got)
			}
		}
	}
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		ok       bool
	}{
		{"2026-11-21", "2026-11-21", true},
		{"1969-12-31", "1969-12-31", true},
		{"", "", true},
		{"2026-02-30", "", false},
		{"4/2/2000", "", false},
		{"0001-01-01", "", false},
	} {
		got, err := Parse(tt.in)
		if (err == nil) != tt.ok || got.String() != tt.want {
			t.Errorf("Parse(%q) = %q, %v", tt.in, got, err)
		}
	}
}

func TestEveryZoneThatIsOfferedExists(t *testing.T) {
	for _, name := range Zones() {
		if _, err := Zone(name); err != nil {
			t.Error(err)
		}
	}
}
