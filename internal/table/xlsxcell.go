package table

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// exactIn is the largest size of a number that a spreadsheet shows exactly: it keeps fifteen digits.
const exactIn = 999_999_999_999_999

// Days are numbers from 1899-12-30 on. Before March 1900 programs disagree about them, and they end with the year 9999.
const (
	serialOfEpoch = 25569
	firstSerial   = 61
	lastSerial    = 2_958_465
)

// filled is what the stream writer takes for the cells of a row. They are
// good until the next row: millions of them are made in the same place.
func (w *xlsxWriter) filled(cells []Cell) []any {
	for len(w.made) < len(cells) {
		w.made, w.values = append(w.made, excelize.Cell{}), append(w.values, nil)
	}
	for i := range cells {
		w.values[i] = nil
		if cells[i].kind != kindEmpty {
			w.made[i] = w.value(&cells[i])
			w.values[i] = &w.made[i]
		}
	}
	return w.values[:len(cells)]
}

func (w *xlsxWriter) value(c *Cell) excelize.Cell {
	switch c.kind {
	case kindText:
		return excelize.Cell{StyleID: w.textStyle(c.fill), Value: fit(c.text)}
	case kindInt, kindDecimal, kindPercent:
		return w.number(c)
	case kindDay:
		if serial := c.number + serialOfEpoch; serial >= firstSerial && serial <= lastSerial {
			return excelize.Cell{StyleID: w.numberStyle("yyyy-mm-dd"), Value: serial}
		}
		return w.text(string(c.appendPlain(nil)))
	case kindInstant:
		return w.instant(c)
	}
	return excelize.Cell{Value: c.number != 0}
}

func (w *xlsxWriter) text(s string) excelize.Cell {
	return excelize.Cell{StyleID: w.textStyle(Plain), Value: fit(s)}
}

// palette is the colours of each fill and of the writing in it.
var palette = [fills]struct{ fill, text string }{
	Green: {"E6F6EC", "116B34"},
	Blue:  {"E8F1FC", "1A5AA6"},
	Amber: {"FEF4E0", "8A5300"},
	Red:   {"FDEAEA", "B42318"},
	Gray:  {"F5F5F5", "636363"},
}

// textOn names the styles of texts on each fill.
var textOn = func() (names [fills]string) {
	for f := range fills {
		names[f] = "text on " + palette[f].fill
	}
	return names
}()

// numberFormats are the formats of numbers by how many places they have.
var numberFormats = func() (plain, percent [maxPlaces + 1]string) {
	for n := range plain {
		plain[n] = "0"
		if n > 0 {
			plain[n] += "." + strings.Repeat("0", n)
		}
		percent[n] = plain[n] + "%"
	}
	return plain, percent
}

var plainFormats, percentFormats = numberFormats()

// textStyle returns the number of the style of texts on a fill.
func (w *xlsxWriter) textStyle(f Fill) int {
	if f == Plain || f >= fills {
		return w.style("text", &excelize.Style{NumFmt: 49})
	}
	return w.style(textOn[f], &excelize.Style{
		NumFmt: 49, Font: &excelize.Font{Color: palette[f].text},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{palette[f].fill}},
	})
}

func (w *xlsxWriter) number(c *Cell) excelize.Cell {
	if c.number > exactIn || c.number < -exactIn {
		if c.kind == kindPercent {
			return w.text(string(append(c.appendPlain(nil), '%')))
		}
		return w.text(string(c.appendPlain(nil)))
	}
	switch c.kind {
	case kindInt:
		return excelize.Cell{Value: c.number}
	case kindPercent:
		return excelize.Cell{StyleID: w.numberStyle(percentFormats[c.places]), Value: scaled(c.number, int(c.places)+2)}
	}
	return excelize.Cell{StyleID: w.numberStyle(plainFormats[c.places]), Value: scaled(c.number, int(c.places))}
}

// powers are those of ten that a floating-point number holds exactly.
var powers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// scaled is the floating-point number nearest to units/10^places.
func scaled(units int64, places int) float64 {
	if places < len(powers) && -exactIn <= units && units <= exactIn {
		return float64(units) / powers[places] // both are exact, and so the quotient is rounded once
	}
	f, _ := strconv.ParseFloat(strconv.FormatInt(units, 10)+"e-"+strconv.Itoa(places), 64)
	return f
}

func (w *xlsxWriter) instant(c *Cell) excelize.Cell {
	t := c.time()
	_, offset := t.Zone()
	local := t.Unix() + int64(offset)
	serial := float64(serialOfEpoch) + math.Floor(float64(local)/86400) + float64(((local%86400)+86400)%86400)/86400
	if serial < firstSerial || serial >= lastSerial+1 {
		return w.text(t.Format(time.RFC3339))
	}
	return excelize.Cell{StyleID: w.numberStyle(`yyyy-mm-dd hh:mm:ss "` + t.Format("-07:00") + `"`), Value: serial}
}
