package roster

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// reason is a sentence about a cell that cannot be read.
type reason string

func (r reason) Error() string { return string(r) }

// parser reads cells; the zone is the organization's, in which days begin.
type parser struct {
	zone   *time.Location
	starts map[day.Day]int64 // first instants of days; there are few different ones
}

// cell reads one cell: nil, an int64, a bool or a string.
func (p *parser) cell(c *Column, text string) (any, error) {
	if strings.TrimSpace(text) == "" {
		if c.Needed {
			return nil, reason("This cell must not be empty.")
		}
		return c.Empty, nil
	}
	switch c.Kind {
	case Instant:
		return p.instant(strings.TrimSpace(text))
	case Date:
		return date(strings.TrimSpace(text))
	case Whole:
		return whole(c, strings.TrimSpace(text))
	case Points:
		return points(strings.TrimSpace(text))
	case Flag:
		return yesOrNo(strings.ToLower(strings.TrimSpace(text)))
	case Address:
		address, err := account.CheckEmail("", text)
		if err != nil {
			return nil, reason("This is not an e-mail address such as ann@example.com.")
		}
		return address, nil
	case Choice:
		text = strings.TrimSpace(text)
		if !slices.Contains(c.Choices, text) {
			return nil, reason("This must be one of: " + strings.Join(c.Choices, ", ") + ".")
		}
		return c.further(text)
	case Key, Reference:
		out, err := plain(text, longestID)
		if err != nil {
			return nil, err
		}
		return out, nil
	}
	out, err := plain(text, c.Most)
	if err != nil {
		return nil, err
	}
	return c.further(out)
}

// further does a column's own check, whose sentence is the reason.
func (c *Column) further(text string) (any, error) {
	if c.read == nil {
		return text, nil
	}
	text, err := c.read(text)
	if err == nil {
		return text, nil
	}
	if fault.KindOf(err) == fault.Invalid {
		return nil, reason(fault.Sentence(err))
	}
	return nil, err
}

// plain composes a text and takes spaces off its ends. A character that cannot
// be seen is a fault: it would make two names look alike.
func plain(text string, most int64) (string, error) {
	text = strings.TrimSpace(norm.NFC.String(text))
	if int64(utf8.RuneCountInString(text)) > most {
		return "", reason(fmt.Sprintf("This is longer than %d characters.", most))
	}
	for _, r := range text {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return "", reason("This contains a control character.")
		}
	}
	return text, nil
}

func date(text string) (any, error) {
	d, err := day.Parse(text)
	if err != nil {
		return nil, reason("This is not a date such as 2026-01-31 between 1950 and 2120.")
	}
	return int64(d), nil
}

// layouts of instants; those without an offset are in the organization's zone.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04"}

func (p *parser) instant(text string) (any, error) {
	if len(text) == len("2006-01-02") {
		d, err := day.Parse(text)
		if err != nil {
			return nil, errInstant
		}
		at, ok := p.starts[d]
		if !ok {
			at = d.Start(p.zone).UnixMicro()
			p.starts[d] = at
		}
		return at, nil
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, p.zone); err == nil {
			if y := t.UTC().Year(); y < 1950 || y > 2120 {
				return nil, errInstant
			}
			return t.UnixMicro(), nil
		}
	}
	return nil, errInstant
}

const errInstant = reason("This is neither a date such as 2026-01-31 nor an instant such as 2026-01-31T09:30:00Z, between 1950 and 2120.")

func whole(c *Column, text string) (any, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < c.Least || n > c.Most {
		return nil, reason(fmt.Sprintf("This must be a whole number from %d to %d.", c.Least, c.Most))
	}
	return n, nil
}

const errPoints = reason("This must be a number from 0 to 100 with at most two decimals.")

func points(text string) (any, error) {
	before, after, decimals := strings.Cut(text, ".")
	if len(before) == 0 || len(before) > 3 || decimals && (len(after) == 0 || len(after) > 2) {
		return nil, errPoints
	}
	n, err := strconv.ParseUint(before+(after + "00")[:2], 10, 32)
	if err != nil || n > 10_000 {
		return nil, errPoints
	}
	return int64(n), nil
}

func yesOrNo(text string) (any, error) {
	switch text {
	case "true", "yes", "1":
		return true, nil
	case "false", "no", "0":
		return false, nil
	}
	return nil, reason("This must be true or false.")
}

// roleNames lists the base roles that a bundle may give.
func roleNames() []string {
	var out []string
	for _, r := range access.BaseRoles() {
		out = append(out, r.Name)
	}
	return out
}

func baseRole(name string) (string, error) {
	r, _ := access.BaseRole(name)
	if r.Key == access.Purchaser { // M-204
		return "", reason("Purchaser exists only while a shop is connected.")
	}
	return string(r.Key), nil
}

// roleName is the opposite of baseRole.
func roleName(key string) string {
	r, _ := access.Preset(access.RoleKey(key))
	return r.Name
}

func locale(text string) (string, error) { return org.CheckLocale("", text) }

func zone(text string) (string, error) { return text, org.CheckZone("", text) }

func webAddress(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return "", reason("This is not a web address that begins with https:// or http://.")
	}
	return text, nil
}
