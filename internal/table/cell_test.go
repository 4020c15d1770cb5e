package table

import (
	"math"
	"math/big"
	"testing"
	"time"
)

func TestPlainValues(t *testing.T) {
	for _, tt := range []struct {
		cell Cell
		want string
	}{
		{Empty(), ""},
		{Int(math.MinInt64), "-9223372036854775808"},
		{Decimal(1234, 2), "12.34"},
		{Decimal(-5, 2), "-0.05"},
		{Decimal(0, 3), "0.000"},
		{Decimal(7, 0), "7"},
		{Decimal(math.MinInt64, 1), "-922337203685477580.8"},
		{Decimal(math.MaxInt64, 18), "9.223372036854775807"},
		{Decimal(1, 200), "0.000000000000000001"},
		{Percent(455, 1), "45.5"},
		{Day(int32(0)), "1970-01-01"},
		{Day(int32(math.MinInt32)), ""},
		{Day(int32(math.MaxInt32)), "5881580-07-11"},
		{Day(int32(-719528)), "0000-01-01"},
		{Day(int32(-719529)), "-0001-12-31"},
		{Instant(time.Time{}), ""},
		{Instant(time.Date(2026, 3, 29, 3, 0, 0, 999, time.FixedZone("", 2*3600))), "2026-03-29T03:00:00+02:00"},
		{Bool(true), "true"},
		{Bool(false), "false"},
	} {
		if got := string(tt.cell.appendPlain(nil)); got != tt.want {
			t.Errorf("%+v is written as %q, want %q", tt.cell, got, tt.want)
		}
	}
}

// Every day of the years 1 to 9999 must be the day that the standard library writes.
func TestDaysAgreeWithTheStandardLibrary(t *testing.T) {
	last := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	var b, want []byte
	for at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC); !at.After(last); at = at.AddDate(0, 0, 1) {
		b = appendDay(b[:0], at.Unix()/86400)
		if want = at.AppendFormat(want[:0], time.DateOnly); string(b) != string(want) {
			t.Fatalf("day %d is written as %s, want %s", at.Unix()/86400, b, want)
		}
	}
}

func FuzzDecimal(f *testing.F) {
	f.Add(int64(-5), uint8(2))
	f.Add(int64(math.MinInt64), uint8(18))
	f.Fuzz(func(t *testing.T, units int64, places uint8) {
		c := Decimal(units, places)
		got, ok := new(big.Rat).SetString(string(c.appendPlain(nil)))
		want := new(big.Rat).SetFrac(big.NewInt(units), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.places)), nil))
		if !ok || got.Cmp(want) != 0 {
			t.Errorf("Decimal(%d, %d) is written as %s", units, places, c.appendPlain(nil))
		}
	})
}
