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

// value is what the stream writer takes for a cell.
func (w *xlsxWriter) value(c Cell) any {
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
	case kindBool:
		return excelize.Cell{Value: c.number != 0}
	}
	return nil
}

func (w *xlsxWriter) text(s string) any {
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

// textStyle returns the number of the style of texts on a fill.
func (w *xlsxWriter) textStyle(f Fill) int {
	if f == Plain || f >= fills {
		return w.style("text", &excelize.Style{NumFmt: 49})
	}
	return w.style("text on "+palette[f].fill, &excelize.Style{
		NumFmt: 49, Font: &excelize.Font{Color: palette[f].text},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{palette[f].fill}},
	})
}

func (w *xlsxWriter) number(c Cell) any {
	if c.number > exactIn || c.number < -exactIn {
		if c.kind == kindPercent {
			return w.text(string(append(c.appendPlain(nil), '%')))
		}
		return w.text(string(c.appendPlain(nil)))
	}
	format := "0"
	if c.places > 0 {
		format += "." + strings.Repeat("0", int(c.places))
	}
	switch c.kind {
	case kindInt:
		return excelize.Cell{Value: c.number}
	case kindPercent:
		return excelize.Cell{StyleID: w.numberStyle(format + "%"), Value: scaled(c.number, int(c.places)+2)}
	}
	return excelize.Cell{StyleID: w.numberStyle(format), Value: scaled(c.number, int(c.places))}
}

// scaled is the floating-point number nearest to units/10^places.
func scaled(units int64, places int) float64 {
	f, _ := strconv.ParseFloat(strconv.FormatInt(units, 10)+"e-"+strconv.Itoa(places), 64)
	return f
}

func (w *xlsxWriter) instant(c Cell) any {
	t := c.time()
	_, offset := t.Zone()
	local := t.Unix() + int64(offset)
	serial := float64(serialOfEpoch) + math.Floor(float64(local)/86400) + float64(((local%86400)+86400)%86400)/86400
	if serial < firstSerial || serial >= lastSerial+1 {
		return w.text(t.Format(time.RFC3339))
	}
	return excelize.Cell{StyleID: w.numberStyle(`yyyy-mm-dd hh:mm:ss "` + t.Format("-07:00") + `"`), Value: serial}
}
