package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
)

// logged is a world with places l1 and l2 in north, a person at each, and a log.
type logged struct {
	*world
	here, there access.AccountID
	n           int
}

func newLogged(t *testing.T, engine string) *logged {
	w := &logged{world: newWorld(t, engine), here: access.AccountID(access.NewID()), there: access.AccountID(access.NewID())}
	w.db.Write(t, `delete from audit_event`) // of how the world was made; nothing but a test can
	for i, id := range []string{"l1", "l2"} {
		w.db.Write(t, `insert into location (realm_id, location_id, organization_id, path, name, name_folded, created_at) values (1, $1, 'north', $2, $1, $1, 0)`,
			id, fmt.Sprintf("o000001l00000%d", i+1))
	}
	w.account(t, w.here, "north", "o000001l000001", "")
	w.account(t, w.there, "north", "o000001l000002", "")
	return w
}

// event writes a line of the log, each a minute after the one before.
func (w *logged) event(t *testing.T, realm int, organization, actor, action, kind, subject, before, after string) {
	t.Helper()
	w.n++
	null := func(text string) any {
		if text == "" {
			return nil
		}
		return text
	}
	w.db.Write(t, `insert into audit_event (realm_id, event_id, at, organization_id, actor_id, actor_system, action, subject_kind, subject_id, before_json, after_json, reason, request_id)
		values ($1, $2, $3, $4, $5, '', $6, $7, $8, $9, $10, '', $11)`, realm, fmt.Sprintf("e%02d", w.n), w.now().Add(time.Duration(w.n)*time.Minute).UnixMicro(),
		null(organization), null(actor), action, kind, subject, before, after, fmt.Sprintf("r%d", w.n))
}

// reads is what somebody with a made-up role reads.
func reads(kind access.NodeKind, path access.Path, extent access.Extent) access.Reach {
	return access.NewFacts(access.Actor{Realm: worldRealm, Account: "reader", Organization: "north"}, 0, []access.Grant{{
		Role: access.Role{Any: access.SetOf(access.AuditView)}, Node: access.Node{Kind: kind, Path: path}, Extent: extent,
	}}).For(access.AuditView, time.Now())
}

// TestTheLogIsCutToWhatOneMaySee holds each reader against the events they may
// read, and against the names that these may say.
func TestTheLogIsCutToWhatOneMaySee(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := newLogged(t, engine)
			w.db.Write(t, `insert into realm (realm_id, nodes, learners, activities, created_at) values (2, 1, 0, 0, 0)`)
			w.event(t, 1, "north", "admin", "account.role_changed", "account", string(w.here), `{"role":"student"}`, `{"role":"purchaser"}`) // e01
			w.event(t, 1, "north", "admin", "account.status_changed", "account", string(w.there), "", `{"account":"`+string(w.here)+`"}`)    // e02
			w.event(t, 1, "north", string(w.here), "reporter.appointed", "purchase", "acme", "", `{"reporter":"`+string(w.there)+`"}`)       // e03
			w.event(t, 1, "north", "admin", "location.moved", "location", "l1", "", "")                                                      // e04
			w.event(t, 1, "south", "master", "account.created", "account", "south-ann", "", `{"buyer":"`+string(w.there)+`"}`)               // e05
			w.event(t, 1, "", "ann", "session.ended", "identity", "ann", "", "")                                                             // e06: of no organization
			w.event(t, 2, "north", "admin", "account.created", "account", string(w.here), "", "")                                            // e07: another realm
			w.event(t, 1, "north", "", "report.expired", "report_run", "x", "", "")                                                          // e08
			for _, tt := range []struct {
				name  string
				reach access.Reach
				want  string // of the events, the latest first; a star where the actor is hidden, ! where the details are
			}{
				{"an administrator of the organization", w.reach(t, "admin", access.AuditView), "e08 e04 e03 e02 e01"},
				{"an administrator of it and its clients", w.reach(t, "master", access.AuditView), "e08 e05 e04 e03 e02 e01"},
				{"a client's administrator", w.reach(t, "south-admin", access.AuditView), "e05*!"},
				{"an administrator of a place", reads(access.AtLocation, "o000001l000001", access.Within), "e04* e01*"},
				{"an administrator of the other place", reads(access.AtLocation, "o000001l000002", access.Within), "e02*!"},
				{"whoever reaches only people of no place", reads(access.AtOrganization, "o000001", access.Here), ""},
				{"a learner", w.reach(t, "ann", access.AuditView), "refused"},
			} {
				page, err := audit.NewService(w.db).Events(t.Context(), tt.reach, audit.Query{})
				got := told(page.Items)
				if fault.KindOf(err) == fault.Forbidden {
					got = "refused"
				} else if err != nil {
					t.Fatal(err)
				}
				if got != tt.want {
					t.Errorf("%s reads %q, want %q", tt.name, got, tt.want)
				}
			}
		})
	}
}

func told(items []audit.Entry) string {
	var out []string
	for _, e := range items {
		text := e.ID
		if e.Actor.Hidden {
			text += "*"
		}
		if e.Actor.Hidden && (e.Actor.ID != "" || e.Actor.Name != "") {
			text += "leaks"
		}
		if after, _ := e.After.(map[string]any); after["account"] == audit.Masked || after["reporter"] == audit.Masked || after["buyer"] == audit.Masked {
			text += "!"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// TestTheLogIsNarrowed asks for parts of it, page by page, and after people
// whom the reader may not see.
func TestTheLogIsNarrowed(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := newLogged(t, engine)
			w.event(t, 1, "north", "admin", "account.role_changed", "account", string(w.here), "", "")                          // e01
			w.event(t, 1, "north", "master", "reporter.appointed", "purchase", "acme", "", `{"reporter":"`+string(w.here)+`"}`) // e02
			w.event(t, 1, "north", string(w.here), "reporter.revoked", "purchase", "bolt", "", "")                              // e03
			w.event(t, 1, "south", "master", "account.created", "account", "south-ann", "", "")                                 // e04
			service, admin := audit.NewService(w.db), w.reach(t, "admin", access.AuditView)
			minute := func(n int) time.Time { return w.now().Add(time.Duration(n) * time.Minute) }
			for _, tt := range []struct {
				name  string
				query audit.Query
				want  string
			}{
				{"from an instant", audit.Query{From: minute(2)}, "e03 e02"},
				{"before an instant", audit.Query{Until: minute(2)}, "e01"},
				{"by whom", audit.Query{Actor: "admin"}, "e01"},
				{"an action", audit.Query{Action: "reporter.revoked"}, "e03"},
				{"a kind of action", audit.Query{Action: "reporter."}, "e03 e02"},
				{"a kind of subject", audit.Query{Kind: "purchase"}, "e03 e02"},
				{"a subject", audit.Query{Kind: "purchase", Subject: "bolt"}, "e03"},
				{"a person", audit.Query{Person: w.here}, "e03 e02 e01"},
				{"a request", audit.Query{Request: "r2"}, "e02"},
				{"somebody of a client", audit.Query{Person: "south-ann"}, ""},
				{"what somebody of a client did", audit.Query{Actor: "south-admin"}, ""},
				{"all at once", audit.Query{From: minute(1), Until: minute(9), Person: w.here, Action: "account."}, "e01"},
			} {
				page, err := service.Events(t.Context(), admin, tt.query)
				if err != nil || strings.ReplaceAll(told(page.Items), "*", "") != tt.want {
					t.Errorf("%s: %q, %v, want %q", tt.name, told(page.Items), err, tt.want)
				}
			}
			var seen []string
			q := audit.Query{Limit: 2}
			for {
				page, err := service.Events(t.Context(), admin, q)
				if err != nil {
					t.Fatal(err)
				}
				seen = append(seen, told(page.Items))
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
				if _, err := service.Events(t.Context(), w.reach(t, "master", access.AuditView), q); fault.KindOf(err) != fault.Invalid {
					t.Errorf("somebody else's cursor: %v", err)
				}
				if _, err := service.Events(t.Context(), admin, audit.Query{Cursor: q.Cursor, Kind: "purchase"}); fault.KindOf(err) != fault.Invalid {
					t.Errorf("the cursor of another list: %v", err)
				}
			}
			if want := []string{"e03 e02", "e01"}; !slices.Equal(seen, want) {
				t.Errorf("page by page: %q, want %q", seen, want)
			}
			w.event(t, 1, "north", "admin", "session.opened", "account", "admin", "", "")           // e05
			w.event(t, 1, "north", "admin", "session.ended", "account", "admin", "", "")            // e06
			w.event(t, 1, "south", "south-admin", "session.opened", "account", "south-ann", "", "") // e07
			quiet, err := service.Events(t.Context(), admin, audit.Query{Quiet: true})
			if got := strings.ReplaceAll(told(quiet.Items), "*", ""); err != nil || got != "e03 e02 e01" {
				t.Errorf("without sign-ins: %q, %v", got, err)
			}
			if n, more, err := service.Count(t.Context(), admin, audit.Query{Action: audit.SignIns}); n != 2 || more || err != nil {
				t.Errorf("%d sign-ins are counted (more: %v), %v, want the 2 that the asker may read", n, more, err)
			}
		})
	}
}

// TestAnExportIsNoted takes the log away, and finds that in it afterwards.
func TestAnExportIsNoted(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		service := audit.NewService(w.db)
		count := func(reach access.Reach) (n int, err error) {
			err = service.Export(t.Context(), reach, audit.Query{}, "csv", func(audit.Entry) error { n++; return nil })
			return n, err
		}
		w.mustAssign(t, "admin", "acme", "buyer")
		w.move(time.Hour)
		first, err := count(w.reach(t, "admin", access.AuditView))
		if err != nil || first == 0 {
			t.Fatalf("%d events, %v", first, err)
		}
		w.move(time.Hour)
		if again, err := count(w.reach(t, "admin", access.AuditView)); err != nil || again != first+1 {
			t.Errorf("%d events after an export of %d, %v", again, first, err)
		}
		page, err := service.Events(t.Context(), w.reach(t, "admin", access.AuditView), audit.Query{Action: "audit.exported"})
		if err != nil || len(page.Items) != 2 || page.Items[0].Actor.Name != "admin name" {
			t.Errorf("noted %+v, %v", page.Items, err)
		}
		if _, err := count(w.reach(t, "ann", access.AuditView)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a learner takes the log: %v", err)
		}
	})
}

// TestNothingEditsTheLog reads every statement of this package and of the
// migrations: the log is written into and read, and nothing else.
func TestNothingEditsTheLog(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.go", "migrations/*.sql"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	edits := regexp.MustCompile(`(?is)(update|delete\s+from|truncate(\s+table)?|replace\s+into|drop\s+table|merge\s+into)\s+audit_event|alter\s+table\s+audit_event\s+(drop|rename|alter)|on\s+delete\s+cascade`)
	// A statement whose table is named at run time could be about the log.
	named := regexp.MustCompile("(?i)(update|delete from|truncate|truncate table) ?[\"`] ?\\+")
	mentions := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		mentions += strings.Count(string(raw), "audit_event")
		for _, wrong := range []*regexp.Regexp{edits, named} {
			if found := wrong.FindString(string(raw)); found != "" {
				t.Errorf("%s says %q", name, found)
			}
		}
		if name != "work.go" && regexp.MustCompile(`(?i)into\s+audit_event`).Match(raw) {
			t.Errorf("%s writes into the log beside tx.audit", name)
		}
	}
	if mentions < 4 {
		t.Fatalf("the log is spoken of %d times: is the search broken?", mentions)
	}
}
