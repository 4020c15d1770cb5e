package app

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// newcomer is somebody with a browser's habits at a server.
type newcomer struct {
	*testing.T
	base   string
	client http.Client
}

// post sends a form and gives the page that it leads to.
func (v *newcomer) post(path string, form url.Values) (page, at string) {
	v.Helper()
	answer, err := v.client.PostForm(v.base+path, form)
	return v.read(path, answer, err)
}

func (v *newcomer) get(path string) (page, at string) {
	v.Helper()
	answer, err := v.client.Get(v.base + path)
	return v.read(path, answer, err)
}

func (v *newcomer) read(path string, answer *http.Response, err error) (page, at string) {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		v.Fatalf("%s: %d %.400s", path, answer.StatusCode, inside(string(body)))
	}
	return string(body), answer.Request.URL.Path
}

// inside is what a page says beside its frame.
func inside(page string) string {
	_, after, _ := strings.Cut(page, "<main")
	return after
}

// TestAFreshInstallationSells goes from an empty database to a sold deal over
// nothing but pages: whoever installs Ambit has something to sell at once.
func TestAFreshInstallationSells(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			out, ended := &printed{}, make(chan error, 1)
			go func() {
				ended <- runOn(ctx, listener, settings(storetest.Address(t, engine)), time.Now, quiet(), beginning(out))
			}()
			defer func() {
				stop()
				if err := <-ended; err != nil {
					t.Errorf("the server ended with %v", err)
				}
			}()
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			v := &newcomer{t, "http://" + listener.Addr().String(), http.Client{Jar: jar}}
			becomes(t, v.base+"/readyz", http.StatusOK)
			setup := regexp.MustCompile(`/setup/[a-z0-9]+`).FindString(out.String())
			if setup == "" {
				t.Fatalf("an empty database printed %q", out)
			}
			v.post(setup, url.Values{
				"name": {"Alpine School"}, "slug": {"alpine"}, "time_zone": {"Europe/Vienna"}, "locale": {"en"},
				"given_name": {"Ada"}, "family_name": {"Admin"}, "email": {"ada@alpine.example"}, "password": {"correct horse battery"},
			})
			v.sells()
		})
	}
}

// sells adds a link and a program, and sells the program in a custom deal to somebody new.
func (v *newcomer) sells() {
	v.Helper()
	if page, _ := v.get("/o/alpine/library"); !strings.Contains(page, "The library is empty") {
		v.Errorf("a fresh library says %.200s", inside(page))
	}
	_, at := v.post("/o/alpine/library/activities", url.Values{"title": {"Rope work"}, "url": {"https://learn.alpine.example/ropes"}, "self_complete": {"yes"}})
	link := at[strings.LastIndex(at, "/")+1:]
	// The form of a program is filled in step by step, without script.
	page, _ := v.post("/o/alpine/library/programs", url.Values{"title": {"First season"}, "step": {"add"}, "add": {link}})
	if !strings.Contains(page, `name="part" value="`+link+`"`) || !strings.Contains(page, "First season") {
		v.Fatalf("the activity was not put in: %.400s", inside(page))
	}
	_, at = v.post("/o/alpine/library/programs", url.Values{"title": {"First season"}, "part": {link}, "required": {link}})
	program := at[strings.LastIndex(at, "/")+1:]

	_, deal := v.post("/o/alpine/deals", url.Values{
		"name": {"Mountain rescue"}, "company": {"Mountain rescue"}, "email": {"head@rescue.example"}, "given_name": {"Heidi"}, "family_name": {"Berg"},
		"auto_reporter": {"yes"}, "licenses[0].product_id": {program}, "licenses[0].seats": {"12"},
	})
	page, _ = v.get(deal + "/activate")
	revision := regexp.MustCompile(`name="revision" value="(\d+)"`).FindStringSubmatch(page)
	if revision == nil || !strings.Contains(page, "Heidi Berg") || !strings.Contains(page, "gets an account") {
		v.Fatalf("the preview says %.600s", inside(page))
	}
	page, _ = v.post(deal+"/activate", url.Values{"revision": {revision[1]}})
	if !strings.Contains(page, "The deal is active") || !strings.Contains(page, "First season") {
		v.Errorf("the deal says %.600s", inside(page))
	}
	page, _ = v.get("/o/alpine/licenses")
	if !strings.Contains(page, "First season") || !strings.Contains(page, "Heidi Berg") || !strings.Contains(page, "1 purchase") {
		v.Errorf("licenses say %.600s", inside(page))
	}
}
