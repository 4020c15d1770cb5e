package org_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

func TestSettingsAreChecked(t *testing.T) {
	text := func(s string) *string { return &s }
	number := func(n int) *int { return &n }
	for _, tt := range []struct {
		name  string
		in    org.Settings
		field string // wrong one; empty: none
	}{
		{"nothing", org.Settings{}, ""},
		{"no name", org.Settings{Name: text(" ")}, "name"},
		{"address", org.Settings{Address: text("Street 1\r\n\r\n 1010  Vienna ")}, ""},
		{"address of nine lines", org.Settings{Address: text(strings.Repeat("x\n", 9))}, "address"},
		{"address of 501 characters", org.Settings{Address: text(strings.Repeat("ä", 501))}, "address"},
		{"address of 500 characters", org.Settings{Address: text(strings.Repeat("ä", 500))}, ""},
		{"no such zone", org.Settings{Zone: text("Mars")}, "time_zone"},
		{"accent", org.Settings{Accent: text("0F766E")}, ""},
		{"accent that nobody can read", org.Settings{Accent: text("#fde047")}, "accent"},
		{"no colour", org.Settings{Accent: text("teal")}, "accent"},
		{"style in a colour", org.Settings{Accent: text("#fff;}")}, "accent"},
		{"Ambit's accent", org.Settings{Accent: text("")}, ""},
		{"dark accent on dark pages", org.Settings{AccentDark: text("#0f766e")}, "accent_dark"},
		{"sender of two lines", org.Settings{Sender: text("A\nBcc: b")}, ""}, // becomes one line
		{"sender of 101 characters", org.Settings{Sender: text(strings.Repeat("x", 101))}, "mail_sender"},
		{"answers to a person", org.Settings{ReplyTo: text("lms@example.com")}, ""},
		{"answers to a name with an address", org.Settings{ReplyTo: text("LMS <lms@example.com>")}, "mail_reply_to"},
		{"answers to two", org.Settings{ReplyTo: text("a@example.com, b@example.com")}, "mail_reply_to"},
		{"answers to nobody", org.Settings{ReplyTo: text("lms")}, "mail_reply_to"},
		{"idle for 4 minutes", org.Settings{IdleMinutes: number(4)}, "session_idle_minutes"},
		{"idle for 5 minutes", org.Settings{IdleMinutes: number(5)}, ""},
		{"no idle limit", org.Settings{IdleMinutes: number(0)}, ""},
		{"idle for more than a week", org.Settings{IdleMinutes: number(10081)}, "session_idle_minutes"},
		{"hours below nothing", org.Settings{TotalHours: number(-1)}, "session_total_hours"},
		{"due soon for more than a year", org.Settings{DueSoon: number(367)}, "due_soon_days"},
		{"due soon never", org.Settings{DueSoon: number(0)}, ""},
		{"expires soon before never", org.Settings{ExpiresSoon: number(-1)}, "expires_soon_days"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.in.Check()
			got := ""
			if f := fault.Fields(err); len(f) == 1 {
				got = f[0].Field
			}
			if got != tt.field || (err == nil) != (tt.field == "") {
				t.Errorf("Check() = %v, want a fault at %q", err, tt.field)
			}
		})
	}
	checked, err := org.Settings{Address: text("Street 1\r\n\r\n 1010  Vienna "), Sender: text("A\nBcc: b"), Accent: text("#ABC"[:0])}.Check()
	if err != nil || *checked.Address != "Street 1\n1010 Vienna" || *checked.Sender != "A Bcc: b" || *checked.Accent != "" {
		t.Errorf("Check() = %q, %q, %v", *checked.Address, *checked.Sender, err)
	}
}

func TestVersionTellsSettingsApart(t *testing.T) {
	base := org.Organization{Name: "North"}
	for name, change := range map[string]func(o *org.Organization){
		"name": func(o *org.Organization) { o.Name = "South" }, "address": func(o *org.Organization) { o.Address = "x" },
		"zone": func(o *org.Organization) { o.Zone = "UTC" }, "locale": func(o *org.Organization) { o.Locale = "de" },
		"accent": func(o *org.Organization) { o.Brand.Accent = "#000000" }, "sender": func(o *org.Organization) { o.LetterHead.Sender = "x" },
		"idle": func(o *org.Organization) { o.Sessions.IdleMinutes = 5 }, "window": func(o *org.Organization) { o.Windows.DueSoon = 1 },
		"hidden": func(o *org.Organization) { o.HidePending = true }, "months": func(o *org.Organization) { o.HistoryMonths = 1 },
	} {
		o := base
		if change(&o); o.Version() == base.Version() {
			t.Errorf("the version is the same with another %s", name)
		}
	}
	o := base
	if o.Revision++; o.Version() != base.Version() {
		t.Error("who has access is no setting, and changes the version")
	}
}

func TestColoursCanBeRead(t *testing.T) {
	for _, tt := range []struct {
		color   org.Color
		ink     org.Color
		onLight bool
		onDark  bool
	}{
		{"#000000", "#ffffff", true, false},
		{"#ffffff", "#000000", false, true},
		{"#0f766e", "#ffffff", true, false},
		{"#2dd4bf", "#000000", false, true},
		{"#fde047", "#000000", false, true},
		{"#ff0000", "#000000", false, false},
		{"#b3261e", "#ffffff", true, false},
		{"#808080", "#000000", false, false},
	} {
		if got := tt.color.Ink(); got != tt.ink {
			t.Errorf("Ink(%s) = %s, want %s", tt.color, got, tt.ink)
		}
		for shade, want := range map[org.Shade]bool{org.OnLight: tt.onLight, org.OnDark: tt.onDark} {
			_, err := org.CheckColor("accent", string(tt.color), shade)
			if (err == nil) != want {
				t.Errorf("CheckColor(%s) on shade %d = %v, contrast %.2f", tt.color, shade, err, tt.color.Contrast(shade))
			}
			near := tt.color.Nearest(shade)
			if _, err := org.CheckColor("accent", string(near), shade); err != nil {
				t.Errorf("Nearest(%s) on shade %d = %s: %v", tt.color, shade, near, err)
			}
			if want && near != tt.color {
				t.Errorf("Nearest(%s) on shade %d = %s, though it can be read", tt.color, shade, near)
			}
		}
	}
	if got := org.Color("#ffffff").Contrast(org.OnDark); got < 15 || got > 15.2 {
		t.Errorf("white on #262626 has %.2f, want 15.1 as WCAG counts it", got)
	}
	if got := (org.Brand{Accent: "#0f766e"}).Dark(); got == "" || got.Contrast(org.OnDark) < 4.5 {
		t.Errorf("Dark() = %q", got)
	}
	if got := (org.Brand{}).Dark(); got != "" {
		t.Errorf("Dark() without colours = %q", got)
	}
}

func TestParseColor(t *testing.T) {
	for text, want := range map[string]org.Color{
		"#0f766e": "#0f766e", " #0F766E ": "#0f766e", "abc": "#aabbcc", "#ab": "", "#abcd": "", "red": "", "#12345g": "", "#ｆｆｆ": "", "": "",
	} {
		if got, ok := org.ParseColor(text); got != want || ok != (want != "") {
			t.Errorf("ParseColor(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestReadLogoRefuses(t *testing.T) {
	for name, raw := range map[string][]byte{
		"nothing": nil, "text": []byte("hello"), "SVG": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "half a PNG": encoded(t, 10, 10)[:40],
		"too wide": encoded(t, 2001, 1), "too high": encoded(t, 1, 2001), "too many bytes": append(encoded(t, 10, 10), make([]byte, org.MaxLogo)...),
		"a size that unpacks to gigabytes": bomb(t),
	} {
		if _, err := org.ReadLogo(raw); !errors.Is(err, org.ErrLogo) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
