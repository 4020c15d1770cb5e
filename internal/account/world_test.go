package account_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// world is one organization with an administrator, a clock to turn and a second
// connection to look behind the services.
type world struct {
	*testing.T
	db       *store.DB
	raw      *sql.DB
	accounts *account.Service
	clock    *clock
	home     org.Organization
	admin    account.Account
}

const (
	publicURL = "https://lms.example.org"
	password  = "correct horse"
)

var (
	nobody = account.Client{Address: "192.0.2.1", Agent: "test"}
	begin  = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// empty runs a test on an empty database of each engine.
func empty(t *testing.T, test func(w *world)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := &world{T: t, clock: &clock{at: begin}}
			address, driver := storetest.Address(t, engine), "sqlite"
			w.db = storetest.Open(t, address, w.clock.now)
			if engine == "postgres" {
				driver = "pgx"
			}
			var err error
			if w.raw, err = sql.Open(driver, address); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { w.raw.Close() })
			w.accounts = account.NewService(w.db, account.Settings{PublicURL: publicURL + "/"}, w.clock.now)
			w.accounts.HashCheaply()
			test(w)
		})
	}
}

// each runs a test in a world with ann@example.com as its administrator.
func each(t *testing.T, test func(w *world)) {
	empty(t, func(w *world) {
		link, isEmpty, err := w.accounts.FirstLink(w.Context())
		if err != nil || !isEmpty {
			w.Fatalf("FirstLink() = %v, %v", isEmpty, err)
		}
		_, m, err := w.accounts.CompleteInstallation(w.Context(), secretOf(link), account.InstallationInput{
			Organization: org.New{Slug: "northwind", Name: "Northwind Academy", Zone: "Europe/Berlin", Locale: "de"},
			Name:         account.Name{Given: "Ann", Family: "Ångström"}, Email: "Ann@Example.com", Password: password,
		}, nobody)
		if err != nil {
			w.Fatal(err)
		}
		w.home, w.admin = m.Organization, m.Account
		test(w)
	})
}

func secretOf(link account.Link) string { return link.URL[strings.LastIndexByte(link.URL, '/')+1:] }

// reach is what an account gets for a permission now.
func (w *world) reach(id account.ID, p access.Permission) access.Reach {
	w.Helper()
	facts, err := w.db.Facts(w.Context(), w.home.Realm, id)
	if err != nil {
		w.Fatal(err)
	}
	return facts.For(p, w.clock.now())
}

// add creates a person of the organization by its administrator.
func (w *world) add(email string, role access.RoleKey) account.Account {
	w.Helper()
	a, err := w.accounts.Create(w.Context(), w.reach(w.admin.ID, access.AccountCreate), account.New{
		Organization: w.home.ID, Name: account.Name{Given: "Person", Family: email}, Email: email, Role: role,
	})
	if err != nil {
		w.Fatal(err)
	}
	return a
}

// signedUp adds a person who has a password.
func (w *world) signedUp(email string, role access.RoleKey) account.Account {
	w.Helper()
	a := w.add(email, role)
	link, err := w.accounts.LinkFor(w.Context(), account.AsOperator(w.home, access.AccountSession, w.clock.now()), w.home.ID, email)
	if err != nil {
		w.Fatal(err)
	}
	if err := w.accounts.SetPassword(w.Context(), secretOf(link), password); err != nil {
		w.Fatal(err)
	}
	return a
}

func (w *world) signIn(email string) account.Opened {
	w.Helper()
	opened, err := w.accounts.SignIn(w.Context(), email, password, nobody)
	if err != nil {
		w.Fatal(err)
	}
	return opened
}

// count runs a query that counts.
func (w *world) count(query string) int {
	w.Helper()
	var n int
	if err := w.raw.QueryRowContext(w.Context(), query).Scan(&n); err != nil {
		w.Fatalf("%s: %v", query, err)
	}
	return n
}

func (w *world) exec(query string) {
	w.Helper()
	if _, err := w.raw.ExecContext(w.Context(), query); err != nil {
		w.Fatalf("%s: %v", query, err)
	}
}

// want fails unless err is of a kind; fault.Internal stands for no error.
func (w *world) want(what string, err error, kind fault.Kind) {
	w.Helper()
	if kind == fault.Internal && err != nil || kind != fault.Internal && fault.KindOf(err) != kind {
		w.Errorf("%s = %v, want %v", what, err, kind)
	}
}

// fine is the kind of no error for want.
const fine = fault.Internal

// atOnce runs a function many times side by side and counts how often it worked.
func atOnce(times int, do func() error) (worked int, failures []error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	start := make(chan struct{})
	for range times {
		all.Go(func() {
			<-start
			err := do()
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				worked++
			} else {
				failures = append(failures, err)
			}
		})
	}
	close(start)
	all.Wait()
	return worked, failures
}

// letters lists what waits in the outbox.
func (w *world) letters() []string {
	w.Helper()
	rows, err := w.raw.QueryContext(context.Background(), `select body_text from mail order by created_at, mail_id`)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			w.Fatal(err)
		}
		out = append(out, text)
	}
	if err := errors.Join(rows.Err()); err != nil {
		w.Fatal(err)
	}
	return out
}

// secretIn finds the secret of the reset or setup link in a letter.
func secretIn(letter string) string {
	for _, path := range []string{account.ResetPath, account.SetupPath} {
		if _, rest, ok := strings.Cut(letter, publicURL+path); ok {
			secret, _, _ := strings.Cut(rest, "\n")
			return secret
		}
	}
	return ""
}
