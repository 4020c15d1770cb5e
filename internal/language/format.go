package language

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
)

// form is how a language writes figures and dates. Arabic uses Latin digits:
// they are understood everywhere and sort by eye with scores and codes.
type form struct {
	group, decimal, percent string
	months                  [12]string
	date                    func(day int, month string, year int) string
	join                    string // between a date and a time of day
}

func forms(tag Tag) form {
	plain := func(d int, month string, year int) string {
		return strconv.Itoa(d) + "\u00a0" + month + "\u00a0" + strconv.Itoa(year)
	}
	switch tag {
	case German:
		return form{
			group: ".", decimal: ",", percent: "\u00a0%", join: ", ",
			months: [12]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
			date: func(d int, month string, year int) string {
				return strconv.Itoa(d) + ".\u00a0" + month + "\u00a0" + strconv.Itoa(year)
			},
		}
	case Arabic:
		return form{
			group: ",", decimal: ".", percent: "%\u200e", join: "، ", date: plain,
			months: [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
		}
	default:
		return form{
			group: ",", decimal: ".", percent: "%", join: ", ", date: plain,
			months: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		}
	}
}

// Number writes a whole number with its groups.
func (p *Printer) Number(n int) string {
	sign := ""
	digits := strconv.Itoa(n)
	if n < 0 {
		sign, digits = "\u2212", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + p.form.group + digits[i:]
	}
	return sign + digits
}

// half rounds half up. What is added to it is more than a quotient of counts
// can be off as a floating-point number, and less than it can be from a half.
const half = 0.5 + 1e-9

// Percent writes a share of one, 0.864 as 86.4%. It never rounds up to all or
// down to nothing: 99.96% of a thousand learners is not everybody.
func (p *Printer) Percent(share float64) string {
	tenths := math.Floor(share*1000 + half)
	if tenths >= 1000 && share < 1 {
		tenths = 999
	}
	if tenths <= 0 && share > 0 {
		tenths = 1
	}
	return p.fixed(tenths/10) + p.form.percent
}

// WholePercent writes 51 as 51%.
func (p *Printer) WholePercent(n int) string { return strconv.Itoa(n) + p.form.percent }

// Decimal writes a score or mean with at most one digit after the point.
func (p *Printer) Decimal(x float64) string { return p.fixed(math.Floor(x*10+half) / 10) }

// Hundredths writes points of which there are a hundred to a whole one: 8750 as 87.5.
func (p *Printer) Hundredths(n int) string {
	text := p.Number(n / 100)
	if rest := n % 100; rest != 0 {
		text += p.form.decimal + strings.TrimSuffix(strconv.Itoa(100 + rest)[1:], "0")
	}
	return text
}

func (p *Printer) fixed(x float64) string {
	text := strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole)
	if err != nil {
		return text
	}
	if fraction == "" {
		return p.Number(n)
	}
	return p.Number(n) + p.form.decimal + fraction
}

// Day writes a calendar day, and nothing for none. Days are never converted.
func (p *Printer) Day(d day.Day) string { return p.form.day(d) }

// Day writes a calendar day in a language, for letters, which no Printer writes.
func Day(tag Tag, d day.Day) string { return forms(tag).day(d) }

func (f form) day(d day.Day) string {
	if d.IsNone() {
		return ""
	}
	y, m, dd := d.Time().Date()
	return f.date(dd, f.months[m-1], y)
}

// DayOfMonth writes a day without its year.
func (p *Printer) DayOfMonth(d day.Day) string {
	return strings.TrimSuffix(p.Day(d), "\u00a0"+strconv.Itoa(d.Time().Year()))
}

// Month writes the short name of a day's month, as it stands on an axis.
func (p *Printer) Month(d day.Day) string {
	_, m, _ := d.Time().Date()
	return p.form.months[m-1]
}

// MonthOfYear writes a day's month with its year.
func (p *Printer) MonthOfYear(d day.Day) string {
	y, m, _ := d.Time().Date()
	return p.form.months[m-1] + "\u00a0" + strconv.Itoa(y)
}

// Instant writes a moment in the reader's zone and names the zone.
func (p *Printer) Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.zone)
	name, _ := t.Zone()
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		name = "UTC" + name
	}
	y, m, d := t.Date()
	return p.form.date(d, p.form.months[m-1], y) + p.form.join + t.Format("15:04") + "\u00a0" + name
}
