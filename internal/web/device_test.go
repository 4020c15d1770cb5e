package web

import (
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/language"
)

func TestDevicesAreToldInWords(t *testing.T) {
	catalogue, err := language.Load()
	if err != nil {
		t.Fatal(err)
	}
	page := Page{Printer: catalogue.Printer(language.English, time.UTC)}
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36 Edg/144.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36":                           "Chrome on Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Mobile Safari/537.36":                   "Chrome on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                   "Safari on macOS",
		"curl/8.9.1":   "curl",
		"import-robot": "import-robot",
		"":             "",
	} {
		// Names stand isolated from the sentence around them, for right-to-left pages.
		if got := plain(page.device(agent)); got != want {
			t.Errorf("device(%q) = %q, want %q", agent, got, want)
		}
	}
}

func TestDurationsAreToldInHours(t *testing.T) {
	catalogue, err := language.Load()
	if err != nil {
		t.Fatal(err)
	}
	page := Page{Printer: catalogue.Printer(language.English, time.UTC)}
	for minutes, want := range map[int]string{0: "0 min", 45: "45 min", 60: "1 h", 270: "4 h 30 min", 5940: "99 h"} {
		if got := plain(page.Duration(minutes)); got != want {
			t.Errorf("Duration(%d) = %q, want %q", minutes, got, want)
		}
	}
}

// plain is a text without the marks that keep names apart from the direction of
// the sentence around them.
func plain(text string) string {
	return strings.NewReplacer("\u2068", "", "\u2069", "").Replace(text)
}
