package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/demo/crowd"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
)

// person is one of the four, signed in as often as users are needed.
type person struct {
	name    string
	account account.Account
	facts   access.Facts
	cookies []string // of a session for each user
	token   string   // for the API
	run     report.RunID
}

// asks is what the person gets for a permission.
func (p person) asks(now time.Time) report.Asks {
	return func(permission access.Permission) access.Reach { return p.facts.For(permission, now) }
}

// prepare signs the four in and finds what they can open.
func (b *bench) prepare(ctx context.Context) error {
	var err error
	if b.server, err = b.app.Handler(); err != nil {
		return err
	}
	b.front = front{b.server}
	for _, name := range []string{crowd.SeesFifty, crowd.SeesMany, crowd.SeesFifth, crowd.SeesAll} {
		p, err := b.signIn(ctx, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		seen, err := b.app.Reports.ReachTotal(ctx, p.facts.For(access.LearnerView, b.Now()))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		b.people = append(b.people, p)
		b.result.People = append(b.result.People, Person{name, seen})
	}
	return nil
}

func (b *bench) signIn(ctx context.Context, name string) (person, error) {
	address := name + "@crowd.example"
	identity, err := b.app.Store.IdentityByEmail(ctx, address)
	if err != nil {
		return person{}, err
	}
	m, err := b.app.Accounts.Resolve(ctx, identity.ID, slug)
	if err != nil {
		return person{}, err
	}
	p := person{name: name, account: m.Account}
	if p.facts, err = b.app.Store.Facts(ctx, m.Account.Realm, m.Account.ID); err != nil {
		return person{}, err
	}
	for range slices.Max(b.Users) {
		opened, err := b.app.Accounts.Open(ctx, identity.ID, account.Client{Address: "192.0.2.1", Agent: "ambit bench"})
		if err != nil {
			return person{}, err
		}
		p.cookies = append(p.cookies, server.CookieFor(b.Settings.PublicURL()).Name()+"="+opened.Token)
	}
	system := access.System("bench", m.Account.Realm, m.Organization.Path, access.AccountSession).For(access.AccountSession, b.Now())
	if _, p.token, err = b.app.Accounts.TokenFor(ctx, system, m.Organization.ID, address, "bench", true); err != nil {
		return person{}, err
	}
	// A file of their own, for the pages about files.
	asks := p.asks(b.Now())
	run, err := b.app.Runs.Start(ctx, asks(access.SelfView), asks, report.Request{Report: report.OwnReport}, table.CSV)
	p.run = run.ID
	return p, err
}

// front asks the real handler without a network.
type front struct{ handler http.Handler }

// ask sends a GET as a person and gives the status and the size of the answer;
// the body is kept only where into is not nil.
func (f front) ask(ctx context.Context, p person, user int, address string, into io.Writer) (status, size int) {
	at := &url.URL{}
	at.Path, at.RawQuery, _ = strings.Cut(address, "?")
	r := (&http.Request{
		Method: http.MethodGet, URL: at, Host: "localhost", RequestURI: address, RemoteAddr: "192.0.2.1:1000",
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody, Header: http.Header{},
	}).WithContext(ctx)
	if strings.HasPrefix(address, "/api/") {
		r.Header.Set("Authorization", "Bearer "+p.token)
	} else {
		r.Header.Set("Cookie", p.cookies[user])
	}
	if into == nil {
		r.Header.Set("Accept-Encoding", "gzip") // as every browser does
	}
	w := &sink{header: http.Header{}, body: into}
	f.handler.ServeHTTP(w, r)
	return w.status, w.size
}

// list asks the API for a list and gives the ids of what is on its first page.
func (f front) list(ctx context.Context, p person, collection string) []string {
	var body strings.Builder
	if status, _ := f.ask(ctx, p, 0, "/api/v1/"+collection, &body); status != http.StatusOK {
		return nil
	}
	var answer struct {
		Items []map[string]any `json:"items"`
	}
	if json.Unmarshal([]byte(body.String()), &answer) != nil {
		return nil
	}
	var ids []string
	for _, item := range answer.Items {
		for _, key := range []string{"id", "key", "name"} {
			if id, ok := item[key].(string); ok && id != "" {
				ids = append(ids, id)
				break
			}
		}
	}
	return ids
}

// sink takes an answer and counts it.
type sink struct {
	header http.Header
	body   io.Writer
	status int
	size   int
}

func (s *sink) Header() http.Header { return s.header }

// WriteHeader keeps the first status that is not merely on the way to one.
func (s *sink) WriteHeader(status int) {
	if s.status == 0 && status >= http.StatusOK {
		s.status = status
	}
}

func (s *sink) Write(p []byte) (int, error) {
	s.WriteHeader(http.StatusOK)
	s.size += len(p)
	if s.body != nil {
		return s.body.Write(p)
	}
	return len(p), nil
}

// Flush has nothing to do: whatever is written has arrived.
func (s *sink) Flush() {}
