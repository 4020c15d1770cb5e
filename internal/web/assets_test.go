package web

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestAssets(t *testing.T) {
	assets, err := LoadAssets()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path, kind string
		status     int
	}{
		{assets.URL("ambit.css"), "text/css; charset=utf-8", http.StatusOK},
		{assets.URL("icons.svg"), "image/svg+xml", http.StatusOK},
		{assets.URL("inter-latin.woff2"), "font/woff2", http.StatusOK},
		{assets.URL("none.css"), "", http.StatusNotFound},
		{"/static/0000/ambit.css", "", http.StatusNotFound},
		{"/static/ambit.css", "", http.StatusNotFound},
	} {
		w := httptest.NewRecorder()
		assets.ServeHTTP(w, httptest.NewRequest(http.MethodGet, tt.path, nil))
		if w.Code != tt.status {
			t.Errorf("%s: %d, want %d", tt.path, w.Code, tt.status)
		}
		if tt.status != http.StatusOK {
			continue
		}
		if got := w.Header().Get("Content-Type"); got != tt.kind {
			t.Errorf("%s is %q, want %q", tt.path, got, tt.kind)
		}
		if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s: Cache-Control %q", tt.path, got)
		}
	}
}

// TestEveryIconIsInTheSprite looks at what the components ask for.
func TestEveryIconIsInTheSprite(t *testing.T) {
	sprite, err := static.ReadFile("static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`@(?:icon|empty)\(p, "([a-z0-9-]+)"`)
	for _, name := range sources(t) {
		for _, m := range asked.FindAllStringSubmatch(name.text, -1) {
			if !strings.Contains(string(sprite), `id="`+m[1]+`"`) {
				t.Errorf("%s asks for the icon %q, which is not in the sprite", name.name, m[1])
			}
		}
	}
	for _, group := range append(navigation(), (&Shell{Buys: true}).ownPlaces()...) {
		for _, entry := range group.places {
			if !strings.Contains(string(sprite), `id="`+entry.icon+`"`) {
				t.Errorf("the navigation asks for the icon %q", entry.icon)
			}
		}
	}
}

// TestNoInlineStyleOrScript: the content security policy allows neither.
func TestNoInlineStyleOrScript(t *testing.T) {
	inline := regexp.MustCompile(`(?i)\sstyle=|<style|\son[a-z]+=|hx-on|javascript:|templ\.Raw|<script[^>]*>[^<]`)
	for _, source := range sources(t) {
		if found := inline.FindString(source.text); found != "" {
			t.Errorf("%s holds %q", source.name, found)
		}
	}
}

type source struct{ name, text string }

func sources(t *testing.T) []source {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var out []source
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".templ") {
			text, err := os.ReadFile(entry.Name())
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, source{entry.Name(), string(text)})
		}
	}
	if len(out) < 10 {
		t.Fatalf("found only %d components", len(out))
	}
	return out
}
