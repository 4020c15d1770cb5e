package app

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/demo"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// TestDemoIsNowhereElse tries the demonstration's ways in outside of it.
func TestDemoIsNowhereElse(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		s, err := a.Handler()
		if err != nil {
			t.Fatal(err)
		}
		for _, route := range s.Table() {
			if strings.Contains(route.Path(), "demo") {
				t.Errorf("route %s is there without the demonstration", route.Pattern)
			}
		}
		a.people = demoPeople{a}
		if s, err = a.Handler(); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, route := range s.Table() {
			found = found || route.Pattern == "POST /demo/signin"
		}
		if !found {
			t.Error("the demonstration has no way in; the test above proves nothing")
		}
	})
}

func TestDemoKeepsAwayFromRealPeople(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		founded(t, a, "fabrikam", "frida@example.org")
		if err := a.demonstrate(t.Context()); !errors.Is(err, ErrNotDemo) {
			t.Errorf("demonstrate over a real organization = %v", err)
		}
	})
}

func TestDemoSignsEverybodyInWithAClick(t *testing.T) {
	s := settings(filepath.Join(t.TempDir(), "demo.db"))
	out := &printed{}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	begun := time.Now()
	go func() { ended <- Demo(ctx, s, time.Now, quiet(), out) }()
	for !strings.Contains(out.String(), "http://") {
		select {
		case err := <-ended:
			t.Fatalf("Demo = %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Logf("open after %s", time.Since(begun).Round(time.Millisecond))
	base := strings.TrimSpace(out.String()[strings.Index(out.String(), "http://"):])
	for _, p := range demo.People() {
		jar, _ := cookiejar.New(nil)
		answer, err := (&http.Client{Jar: jar}).PostForm(base+"/demo/signin", url.Values{"account": {p.Key}})
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if p.Organization != "" && !strings.HasPrefix(answer.Request.URL.Path, "/o/"+p.Organization+"/") || answer.StatusCode != http.StatusOK {
			t.Errorf("%s lands at %s with %d", p.Key, answer.Request.URL.Path, answer.StatusCode)
		}
	}
	if answer, err := http.PostForm(base+"/demo/signin", url.Values{"account": {"nobody"}}); err != nil || answer.StatusCode != http.StatusNotFound {
		t.Errorf("somebody unknown: %v, %v", answer.StatusCode, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Demo = %v", err)
	}

	// Its database is sound, and is taken up again as it is.
	a, err := Open(t.Context(), s, time.Now, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	findings, err := a.Store.Verify(t.Context())
	if err != nil || len(findings) > 0 {
		t.Errorf("Verify() = %v, %v", findings, err)
	}
	if err := a.demonstrate(t.Context()); err != nil {
		t.Errorf("demonstrate a second time = %v", err)
	}
}

func TestDemoIsToldInEveryLanguage(t *testing.T) {
	a, err := Open(t.Context(), settings(storetest.Address(t, "sqlite")), time.Now, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, tag := range language.Tags() {
		seen := map[string]bool{}
		for _, group := range (demoPeople{a}).View(tag).Groups {
			if seen[group.Key] {
				t.Errorf("%s: the group %s stands twice", tag, group.Key)
			}
			seen[group.Key] = true
			for _, p := range group.People {
				if p.Story == "" || len(p.Try) != 3 || p.Try[2] == "" {
					t.Errorf("%s: %s is not told", tag, p.Account)
				}
			}
		}
		if len(seen) != 5 {
			t.Errorf("%s: groups %v, want five", tag, seen)
		}
	}
}
