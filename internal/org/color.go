package org

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/fault"
)

// Color is a colour as #rrggbb, in small letters; the empty one is none.
type Color string

// Shade is the kind of page that a colour stands on.
type Shade uint8

// The two kinds of page.
const (
	OnLight Shade = iota
	OnDark
)

// legible is the contrast that text needs with what it stands on (WCAG 2.2 AA).
const legible = 4.5

// paper is what text of a shade stands on where its contrast is least.
func (s Shade) paper() Color { return [...]Color{"#f5f5f5", "#262626"}[s] }

// ParseColor reads #rrggbb or #rgb, with or without the sign; false for anything else.
func ParseColor(text string) (Color, bool) {
	digits := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(text), "#"))
	if strings.Trim(digits, "0123456789abcdef") != "" {
		return "", false
	}
	switch len(digits) {
	case 3:
		long := []byte{'#', digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]}
		return Color(long), true
	case 6:
		return Color("#" + digits), true
	}
	return "", false
}

// CheckColor reads a colour that text of a shade is to have; empty text is none.
func CheckColor(field, text string, s Shade) (Color, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	c, ok := ParseColor(text)
	switch {
	case !ok:
		return "", fault.Field(field, "Enter a colour such as #0f766e.")
	case c.Contrast(s) < legible && s == OnLight:
		return c, fault.Field(field, "This colour is too pale to be read on light pages. Choose a darker one.")
	case c.Contrast(s) < legible:
		return c, fault.Field(field, "This colour is too dark to be read on dark pages. Choose a brighter one.")
	}
	return c, nil
}

// Contrast is that of text in the colour with the pages of a shade, from 1 to 21.
func (c Color) Contrast(s Shade) float64 { return contrast(c, s.paper()) }

// Ink is what can be read on the colour: black or white.
func (c Color) Ink() Color {
	if contrast(c, "#000000") > contrast(c, "#ffffff") {
		return "#000000"
	}
	return "#ffffff"
}

// Nearest is the colour itself where it can be read on the pages of a shade,
// else the nearest one of its hue that can.
func (c Color) Nearest(s Shade) Color {
	h, sat, l := c.hsl()
	step := -0.01
	if s == OnDark {
		step = 0.01
	}
	for near := c; ; near = fromHSL(h, sat, l) {
		if near.Contrast(s) >= legible {
			return near
		}
		l = min(max(l+step, 0), 1) // ends in black or white, which can be read
	}
}

func (c Color) rgb() (r, g, b float64) {
	n, err := strconv.ParseUint(strings.TrimPrefix(string(c), "#"), 16, 32)
	if err != nil {
		return 0, 0, 0 // only the empty colour comes here
	}
	return float64(n>>16&255) / 255, float64(n>>8&255) / 255, float64(n&255) / 255
}

// contrast is the ratio that WCAG defines.
func contrast(a, b Color) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func (c Color) luminance() float64 {
	r, g, b := c.rgb()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func linear(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// hsl is the colour as hue (0 to 6), saturation and lightness (0 to 1).
func (c Color) hsl() (h, s, l float64) {
	r, g, b := c.rgb()
	most, least := max(r, g, b), min(r, g, b)
	l = (most + least) / 2
	spread := most - least
	if spread == 0 {
		return 0, 0, l
	}
	s = spread / (1 - math.Abs(2*l-1))
	switch most {
	case r:
		h = math.Mod((g-b)/spread+6, 6)
	case g:
		h = (b-r)/spread + 2
	default:
		h = (r-g)/spread + 4
	}
	return h, s, l
}

func fromHSL(h, s, l float64) Color {
	spread := (1 - math.Abs(2*l-1)) * s
	second := spread * (1 - math.Abs(math.Mod(h, 2)-1))
	low := l - spread/2
	var r, g, b float64
	switch int(h) {
	case 0:
		r, g = spread, second
	case 1:
		r, g = second, spread
	case 2:
		g, b = spread, second
	case 3:
		g, b = second, spread
	case 4:
		r, b = second, spread
	default:
		r, b = spread, second
	}
	part := func(v float64) int { return int(math.Round((v + low) * 255)) }
	return Color(fmt.Sprintf("#%02x%02x%02x", part(r), part(g), part(b)))
}
