package fold_test

import (
	"testing"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/fold"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"ascii", "  Ann   SMITH ", "ann smith"},
		{"accents", "José Ångström-Müller", "jose angstrom-muller"},
		{"decomposed accents are the same", "Jose\u0301", "jose"},
		{"sharp s", "Weiß", "weiss"},
		{"capital sharp s", "WEIẞ", "weiss"},
		{"letters that do not decompose", "Søren Łukasz Þór Æsa Đặng", "soren lukasz thor aesa dang"},
		{"Turkish", "İsmail Işık", "ismail isik"},
		{"Vietnamese", "Nguyễn Thị Hồng", "nguyen thi hong"},
		{"Greek with final sigma", "Νίκος ΝΊΚΟΣ", "νικοσ νικοσ"},
		{"Cyrillic", "Андрей Фёдоров", "андреи федоров"},
		{"Arabic points and alef", "أَحْمَد", "احمد"},
		{"Arabic tatweel", "محـــمد", "محمد"},
		{"Hebrew points", "שָׁלוֹם", "שלום"},
		{"Devanagari keeps its vowel signs", "सीता", "सीता"},
		{"Thai keeps its vowel signs", "สมชาย ใจดี", "สมชาย ใจดี"},
		{"Japanese keeps its voicing", "がくと", "がくと"},
		{"half-width", "ﾊﾞﾝﾄﾞ", "バンド"},
		{"full-width Latin", "Ａｎｎ", "ann"},
		{"Korean", "김민준", "김민준"},
		{"Chinese", "王小明", "王小明"},
		{"ligature", "ﬁona", "fiona"},
		{"typographic apostrophe", "O’Neil", "o'neil"},
		{"marks of direction", "\u202bAnn\u202c\u200f", "ann"},
		{"spaces of all kinds", "Ann\u00a0\u2003Smith", "ann smith"},
		{"nothing", " \u200b ", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := fold.Text(tt.in); got != tt.want {
				t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestEmail(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{" Ann.Smith+x@Example.COM ", "ann.smith+x@example.com"},
		{"JOSE\u0301@example.com", "josé@example.com"},
	} {
		if got := fold.Email(tt.in); got != tt.want {
			t.Errorf("Email(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestSearchKeepsPartsApart(t *testing.T) {
	if got, want := fold.Search("Ann Ø", "", "ann@example.com", "A-1"), "ann o\nann@example.com\na-1"; got != want {
		t.Errorf("Search = %q, want %q", got, want)
	}
}

func FuzzTextTwiceIsOnce(f *testing.F) {
	for _, seed := range []string{"José", "İ", "ΰ", "ǰ", "Đ", "ﷺ", "\u0345α", "½", "ŉ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip()
		}
		once := fold.Text(s)
		if twice := fold.Text(once); twice != once {
			t.Errorf("Text(%q) = %q, but Text of that = %q", s, once, twice)
		}
	})
}
