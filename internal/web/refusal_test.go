package web

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/language"
)

func TestFailureOf(t *testing.T) {
	p := testPage(t)
	for _, tt := range []struct {
		name        string
		err         error
		title, text string
	}{
		{"absent", fault.ErrNotFound, p.T("failure.not_found"), p.T("failure.not_found_text")},
		{"absent, in its own words", fault.New(fault.NotFound, "This link is spent."), p.T("failure.not_found"), "This link is spent."},
		{"forbidden", fmt.Errorf("open licenses: %w", fault.ErrForbidden), p.T("failure.forbidden"), p.T("failure.forbidden_text")},
		{"signed out", fault.ErrUnauthenticated, p.T("failure.signed_out"), p.T("failure.signed_out_text")},
		{"too many", fault.After(90*time.Second, "Wait."), p.T("failure.too_many"), "Please wait 2 minutes and try again."},
		{"conflict", fault.New(fault.Conflict, "Taken."), p.T("failure.refused"), "Taken."},
		{"of ours", errors.New("disk on fire"), p.T("failure.internal"), p.T("failure.internal_text")},
	} {
		f := p.FailureOf(tt.err, "ref")
		if f.Title != tt.title || f.Text != tt.text {
			t.Errorf("%s: %q, %q, want %q, %q", tt.name, f.Title, f.Text, tt.title, tt.text)
		}
	}
}

func TestFaultsSpeakTheReadersLanguage(t *testing.T) {
	p := testPage(t)
	catalogue, err := language.Load()
	if err != nil {
		t.Fatal(err)
	}
	p.Printer = catalogue.Printer(language.German, nil)
	got := p.FaultsOf(fault.Field("password", "Use at least 8 characters."))
	if want := "Verwenden Sie mindestens 8 Zeichen."; got["password"] != want {
		t.Errorf("password: %q, want %q", got["password"], want)
	}
	if got := p.FaultsOf(fault.New(fault.Conflict, "This short name is taken.")); got[""] != "Dieser Kurzname ist vergeben." {
		t.Errorf("whole form: %q", got[""])
	}
}
