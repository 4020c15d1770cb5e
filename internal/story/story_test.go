package story

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/app"
	"github.com/ambit-lms/ambit/internal/config"
)

// TestStories opens one demonstration and one browser for all stories. Each
// leaves the school as it found it.
func TestStories(t *testing.T) {
	binary := chromium(t)
	b := start(t, binary, openDemo(t))
	b.tell("everybody lands where they work", everybodyLands)
	b.tell("a reporter sees exactly their learners", reporterSeesTheirs)
	b.tell("a reporter of two purchases filters", reporterOfTwo)
	b.tell("an ended seat is history", endedSeats)
	b.tell("a reporter asks what stands behind each figure", overviews)
	b.tell("an administrator's day begins", dashboards)
	b.tell("a reporter takes reports away", reportsOfTwo)
	b.tell("who may only read reports", reportsOnly)
	b.tell("an administrator looks around", administrator)
	b.tell("a student learns", student)
	b.tell("a token is shown once", tokens)
	b.tell("one person, two organizations", twoAccounts)
	b.tell("the page turns with the language", languages)
	b.tell("access that ended", accessEnds)
	b.tell("up the ladder", ladder)
	b.tell("a local administrator's day begins", local)
	b.tell("somebody above is out of reach", above)
	b.tell("a role is lent and taken back", lends)
	b.tell("an account executive manages", manages)
	b.tell("somebody is added to the group", addsManager)
	b.tell("one team and no other name", oneTeam)
	b.tell("a master works inside a client", insideClient)
	b.tell("the school presents itself otherwise", settles)
	b.tell("a client is shut for a while", shutsClient)
	b.tell("a learner is told of a print", taken)
	seen := map[string]bool{}
	for _, p := range pages {
		if !seen[p.person] {
			b.tell("the pages of "+cmp.Or(p.person, "nobody yet"), visit(p.person))
		}
		seen[p.person] = true
	}
	b.tell("licenses, from the sale to the revocation", licenses) // the last: what is sold stays
}

// openDemo runs `ambit demo` over a file of its own and gives its address.
func openDemo(t *testing.T) string {
	t.Helper()
	settings := config.Settings{
		DB: filepath.Join(t.TempDir(), "demo.db"), Listen: "127.0.0.1:0", SMTPTLS: "starttls",
		SessionIdle: 8 * time.Hour, SessionLimit: 720 * time.Hour, LogLevel: "error", LogFormat: "text",
	}
	ctx, stop := context.WithCancel(context.Background())
	said, ended := &line{done: make(chan string, 1)}, make(chan error, 1)
	go func() { ended <- app.Demo(ctx, settings, time.Now, slog.New(slog.DiscardHandler), said) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the demonstration ended with %v", err)
		}
	})
	select {
	case base := <-said.done:
		return base
	case err := <-ended:
		ended <- nil
		t.Fatalf("the demonstration did not open: %v", err)
	case <-time.After(time.Minute):
		t.Fatal("the demonstration did not open within a minute")
	}
	return ""
}

// line waits for the address that the demonstration prints.
type line struct {
	mu   sync.Mutex
	text strings.Builder
	done chan string
}

var _ io.Writer = (*line)(nil)

func (l *line) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	if _, at, found := strings.Cut(l.text.String(), "http://"); found && strings.HasSuffix(at, "\n") {
		select {
		case l.done <- "http://" + strings.TrimSpace(at):
		default:
		}
	}
	return len(p), nil
}

// somebody is a person of the demonstration at the API, beside the browser.
type somebody struct {
	*browser
	client *http.Client
	cookie string
}

// meanwhile signs somebody in beside the browser.
func (b *browser) meanwhile(person string) somebody {
	b.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(b.base+"/demo/signin", url.Values{"account": {person}})
	if err != nil {
		b.Fatal(err)
	}
	answer.Body.Close()
	cookie, _, _ := strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	return somebody{b, client, cookie}
}

// call asks the API for something and gives the body and the status.
func (s somebody) call(method, path, body string) (string, int) {
	s.Helper()
	r, err := http.NewRequestWithContext(s.ctx, method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Cookie", s.cookie)
	r.Header.Set("Content-Type", "application/json")
	answer, err := s.client.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	out, err := io.ReadAll(answer.Body)
	if err != nil {
		s.Fatal(err)
	}
	return string(out), answer.StatusCode
}
