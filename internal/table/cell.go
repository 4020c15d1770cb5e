package table

import (
	"math"
	"strconv"
	"time"
)

type kind uint8

const (
	kindEmpty kind = iota
	kindText
	kindInt
	kindDecimal
	kindPercent
	kindDay
	kindInstant
	kindBool
)

// Cell is one typed value of a table. The zero value is an empty cell.
type Cell struct {
	kind   kind
	places uint8
	fill   Fill
	number int64 // units, days, microseconds, or 1 for true
	text   string
	zone   *time.Location
}

// Fill is a colour behind a text, in formats that have any.
type Fill uint8

// The fills: a small palette, each pale with dark writing in it.
const (
	Plain Fill = iota
	Green
	Blue
	Amber
	Red
	Gray
	fills // how many there are
)

// On puts a text on a fill.
func (c Cell) On(f Fill) Cell {
	c.fill = f
	return c
}

// maxPlaces is as many decimal places as a 64-bit integer has digits for.
const maxPlaces = 18

// Empty is a cell without a value.
func Empty() Cell { return Cell{} }

// Text is text and stays text, whatever a spreadsheet program would like to read into it.
func Text(s string) Cell { return Cell{kind: kindText, text: s} }

// Int is a whole number.
func Int(n int64) Cell { return Cell{kind: kindInt, number: n} }

// Decimal is an exact decimal number: Decimal(1234, 2) is 12.34. There are at most 18 places.
func Decimal(units int64, places uint8) Cell {
	return Cell{kind: kindDecimal, number: units, places: min(places, maxPlaces)}
}

// Percent is a percentage with exact decimals: Percent(455, 1) is 45.5 %.
func Percent(units int64, places uint8) Cell {
	return Cell{kind: kindPercent, number: units, places: min(places, maxPlaces)}
}

// Day is a calendar day, counted from 1970-01-01. The smallest number stands for no day and gives an empty cell.
func Day[D ~int32](d D) Cell {
	if int32(d) == math.MinInt32 {
		return Cell{}
	}
	return Cell{kind: kindDay, number: int64(d)}
}

// Instant is a moment, shown to the second in the zone that t carries. The zero time gives an empty cell.
func Instant(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{kind: kindInstant, number: t.UnixMicro(), zone: t.Location()}
}

// Bool is true or false.
func Bool(b bool) Cell {
	if b {
		return Cell{kind: kindBool, number: 1}
	}
	return Cell{kind: kindBool}
}

func (c Cell) time() time.Time { return time.UnixMicro(c.number).In(c.zone) }

// appendPlain appends the value of any cell but a text as every text format spells it.
func (c Cell) appendPlain(b []byte) []byte {
	switch c.kind {
	case kindInt:
		return strconv.AppendInt(b, c.number, 10)
	case kindDecimal, kindPercent:
		return appendDecimal(b, c.number, int(c.places))
	case kindDay:
		return appendDay(b, c.number)
	case kindInstant:
		return c.time().AppendFormat(b, time.RFC3339)
	case kindBool:
		return strconv.AppendBool(b, c.number != 0)
	}
	return b
}

func appendDecimal(b []byte, units int64, places int) []byte {
	if places == 0 {
		return strconv.AppendInt(b, units, 10)
	}
	size := uint64(units)
	if units < 0 {
		b = append(b, '-')
		size = -size // right for the smallest integer too, which has no positive twin
	}
	var digits [20]byte
	at := len(digits)
	for n := 0; size > 0 || n <= places; n++ {
		at--
		digits[at] = '0' + byte(size%10)
		size /= 10
	}
	point := len(digits) - places
	b = append(b, digits[at:point]...)
	b = append(b, '.')
	return append(b, digits[point:]...)
}

// appendDay writes 2006-01-02. It is a few times faster than time.Time.AppendFormat, which matters because exports
// are mostly days. Years have at least four digits.
func appendDay(b []byte, days int64) []byte {
	year, month, day := civil(days)
	if year < 0 {
		b = append(b, '-')
		year = -year
	}
	for least := 1000; year < least && least > 1; least /= 10 {
		b = append(b, '0')
	}
	b = strconv.AppendInt(b, int64(year), 10)
	return append(b, '-', '0'+byte(month/10), '0'+byte(month%10), '-', '0'+byte(day/10), '0'+byte(day%10))
}

// civil turns days since 1970-01-01 into a date of the Gregorian calendar. Years are counted from March, so that the
// leap day comes last, in eras of 400 years, which are all equally long.
func civil(days int64) (year, month, day int) {
	const era = 146097
	days += 719468 // from 0000-03-01
	n := days / era
	if days%era < 0 {
		n--
	}
	rest := days - n*era
	y := (rest - rest/1460 + rest/36524 - rest/146096) / 365
	inYear := rest - (365*y + y/4 - y/100)
	m := (5*inYear + 2) / 153
	day = int(inYear - (153*m+2)/5 + 1)
	month = int(m + 3)
	if month > 12 {
		month -= 12
		y++
	}
	return int(y + n*400), month, day
}
