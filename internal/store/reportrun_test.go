package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/table"
)

// meddler lets a test act while a file is made: after each look at the run.
type meddler struct {
	report.RunStore
	noted func(rows int)
}

func (m meddler) NoteRun(ctx context.Context, making report.Making, rows int) error {
	err := m.RunStore.NoteRun(ctx, making, rows)
	m.noted(rows)
	return err
}

// runs makes the service of files; noted is called after each look, if it is given.
func (w *world) runs(tb testing.TB, settings report.RunSettings, noted func(rows int)) *report.Runs {
	tb.Helper()
	words, err := language.Load()
	if err != nil {
		tb.Fatal(err)
	}
	var kept report.RunStore = w.db
	if noted != nil {
		kept = meddler{w.db, noted}
	}
	settings.Version = "test"
	return report.NewRuns(report.NewService(w.db, w.now), kept, words, settings, w.now)
}

func (w *world) asks(tb testing.TB, who access.AccountID) report.Asks {
	return func(p access.Permission) access.Reach { return w.reach(tb, who, p) }
}

func (w *world) self(tb testing.TB, who access.AccountID) access.Reach {
	return w.reach(tb, who, access.SelfView)
}

// start asks for a file and expects no fault.
func (w *world) start(t *testing.T, runs *report.Runs, who access.AccountID, rq report.Request, format table.Format) report.Run {
	t.Helper()
	run, err := runs.Start(t.Context(), w.self(t, who), w.asks(t, who), rq, format)
	if err != nil {
		t.Fatalf("%s asks for %s: %v", who, rq.Report, err)
	}
	return run
}

// fetch fetches a file whole.
func (w *world) fetch(t *testing.T, runs *report.Runs, who access.AccountID, id report.RunID) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := runs.File(t.Context(), w.self(t, who), w.asks(t, who), id, func(report.Run) error { return nil }, &out)
	return out.String(), err
}

// parts counts the parts that are kept of a file.
func (w *world) parts(t *testing.T, id report.RunID) (n int) {
	t.Helper()
	w.db.Read(t, `select count(*) from report_part where run_id = $1`, []any{string(id)}, &n)
	return n
}

// work does the job of a waiting run, as the runner would.
func (w *world) work(t *testing.T, runs *report.Runs) {
	t.Helper()
	j, found, err := w.db.ClaimJob(t.Context(), []string{report.RunJob}, time.Minute)
	if err != nil || !found {
		t.Fatalf("no job: %v", err)
	}
	if err := runs.Do(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	if err := w.db.FinishJob(t.Context(), j); err != nil {
		t.Fatal(err)
	}
}

var enrollments = report.Request{Report: report.EnrollmentsReport}

func TestAFileIsMadeAndFetched(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		runs := w.runs(t, report.RunSettings{Part: 100}, nil)
		run := w.start(t, runs, "buyer", enrollments, table.CSV)
		if run.State != report.RunDone || run.Rows == 0 || run.Learners == 0 || run.ReachTotal == 0 || run.Person != "buyer name" || run.Company != "north" ||
			!run.ExpiresAt.Equal(run.FinishedAt.Add(7*24*time.Hour)) || len(run.Columns) == 0 || len(run.Places) != 1 {
			t.Fatalf("the run: %+v", run)
		}
		file, err := w.fetch(t, runs, "buyer", run.ID)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(file))
		if hex.EncodeToString(sum[:]) != run.SHA256 || int64(len(file)) != run.Bytes || strings.Count(file, "\r\n") != run.Rows+1 {
			t.Errorf("%d bytes in %d lines of %+v:\n%s", len(file), strings.Count(file, "\r\n"), run, file)
		}
		if w.parts(t, run.ID) < 3 {
			t.Errorf("the file is kept in %d parts", w.parts(t, run.ID))
		}
		m, known, err := runs.Verify(t.Context(), strings.ToUpper(run.SHA256))
		if err != nil || !known || m.Person != "buyer name" || m.Rows != run.Rows || m.Run != run.ID || m.Version != "test" || m.Learners != run.Learners {
			t.Errorf("verified: %+v %t %v", m, known, err)
		}
		if _, known, err := runs.Verify(t.Context(), strings.Repeat("0", 64)); known || err != nil {
			t.Errorf("another file: %t %v", known, err)
		}
		if _, _, err := runs.Verify(t.Context(), "no hash"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("no hash: %v", err)
		}
		w.audited(t, run, "report.asked", "report.exported", "report.fetched")
	})
}

// audited expects the events of a run and nothing else; each says who was exported.
func (w *world) audited(t *testing.T, run report.Run, actions ...string) {
	t.Helper()
	got := w.db.Texts(t, `select action from audit_event where subject_kind = 'report_run' and subject_id = $1 order by at, event_id`, string(run.ID))
	slices.Sort(got)
	slices.Sort(actions)
	if !slices.Equal(got, actions) {
		t.Errorf("the audit says %q, want %q", got, actions)
	}
	for _, after := range w.db.Texts(t, `select after_json from audit_event where subject_id = $1 and action in ('report.exported', 'report.fetched')`, string(run.ID)) {
		var said struct {
			Request  report.Request `json:"request"`
			Learners int            `json:"learners"`
			SHA256   string         `json:"sha256"`
		}
		if err := json.Unmarshal([]byte(after), &said); err != nil || said.Request.Report != run.Request.Report || said.Learners != run.Learners || said.SHA256 != run.SHA256 {
			t.Errorf("the audit says %s", after)
		}
	}
}

// watchers gives eve an administrator's access by a group.
func (w *world) watchers(t *testing.T) {
	t.Helper()
	w.db.Write(t, `insert into acting_group (realm_id, group_id, organization_id, name, name_folded, created_at) values (1, 'watch', 'north', 'Watch', 'watch', 0)`)
	w.db.Write(t, `insert into group_member (realm_id, organization_id, group_id, account_id, from_at) values (1, 'north', 'watch', 'eve', 0)`)
	w.db.Write(t, `insert into role_grant (realm_id, grant_id, organization_id, group_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
		values (1, 'watching', 'north', 'watch', 'organization_administrator', 'organization', 'north', 'within', 0, $1, '', '')`, false)
}

// accessEnds are the ways in which somebody's access ends.
var accessEnds = []struct {
	name string
	who  access.AccountID
	end  func(tb testing.TB, w *world)
}{
	{"the reporter is revoked", "buyer", func(tb testing.TB, w *world) {
		if err := w.revoke(tb, "admin", "acme"); err != nil {
			tb.Error(err)
		}
	}},
	{"another becomes the reporter", "buyer", func(tb testing.TB, w *world) {
		if err := w.assign(tb, "admin", "acme", "ann"); err != nil {
			tb.Error(err)
		}
	}},
	{"the account is suspended", "eve", func(tb testing.TB, w *world) {
		w.db.Write(tb, `update account set status = 'suspended' where account_id = 'eve'`)
	}},
	{"the group is left", "eve", func(tb testing.TB, w *world) {
		w.db.Write(tb, `update group_member set until_at = $1 where account_id = 'eve'`, w.now().UnixMicro())
	}},
	{"an administrator becomes a learner", "admin", func(tb testing.TB, w *world) {
		w.db.Write(tb, `update role_grant set ended_at = $1 where account_id = 'admin'`, w.now().UnixMicro())
		w.db.Write(tb, `update account set base_role = 'student' where account_id = 'admin'`)
	}},
	{"own activities, suspended", "ben", func(tb testing.TB, w *world) {
		w.db.Write(tb, `update account set status = 'suspended' where account_id = 'ben'`)
	}},
}

// untilAccessEnds runs a test for one in so many ways, in a world where access has not ended yet.
func untilAccessEnds(t *testing.T, oneIn int, test func(t *testing.T, w *world, who access.AccountID, rq report.Request, end func())) {
	for i, tt := range accessEnds {
		if i%oneIn > 0 {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.mustAssign(t, "admin", "acme", "buyer")
				w.watchers(t)
				rq := enrollments
				if tt.who == "ben" {
					rq.Report = report.OwnReport
				}
				test(t, w, tt.who, rq, func() { tt.end(t, w) })
			})
		})
	}
}

// before are answers of now, for use when they do not hold any more.
func (w *world) before(t *testing.T, who access.AccountID) report.Asks {
	t.Helper()
	facts, err := w.db.Facts(t.Context(), worldRealm, who)
	if err != nil {
		t.Fatal(err)
	}
	at := w.now()
	return func(p access.Permission) access.Reach { return facts.For(p, at) }
}

// TestNothingIsMadeAfterAccessEnds: of an export that is running, one that
// waits and one that is finished, nothing comes out once its owner's access is
// not what it was.
func TestNothingIsMadeAfterAccessEnds(t *testing.T) {
	untilAccessEnds(t, 1, func(t *testing.T, w *world, who access.AccountID, rq report.Request, end func()) {
		before, self := w.before(t, who), w.self(t, who)
		runs := w.runs(t, report.RunSettings{Part: 64}, nil)
		finished := w.start(t, runs, who, rq, table.CSV)
		if finished.State != report.RunDone || finished.Rows < 2 {
			t.Fatalf("before: %+v", finished)
		}
		waits := w.runs(t, report.RunSettings{AtOnce: -1}, nil)
		waiting := w.start(t, waits, who, rq, table.CSV)
		if waiting.State != report.RunWaiting {
			t.Fatalf("a long one is %s", waiting.State)
		}
		running, err := w.runs(t, report.RunSettings{Look: 1, Part: 64}, func(rows int) {
			if rows == 1 {
				end()
			}
		}).Start(t.Context(), self, before, rq, table.CSV)
		if err != nil || running.State != report.RunStopped || running.Rows != 1 || running.Why == "" || running.SHA256 != "" {
			t.Errorf("the running one: %+v, %v", running, err)
		}
		w.work(t, waits)
		if waiting, err = waits.Run(t.Context(), self, waiting.ID); err != nil || waiting.State != report.RunStopped || waiting.Rows > 0 {
			t.Errorf("the waiting one: %+v, %v", waiting, err)
		}
		w.audited(t, running, "report.asked", "report.stopped")
		w.audited(t, waiting, "report.asked", "report.stopped")
		for _, run := range []report.Run{finished, running, waiting} {
			if n := w.parts(t, run.ID); run.State == report.RunStopped && n > 0 {
				t.Errorf("%d parts of a stopped file are kept", n)
			}
			var out bytes.Buffer
			// With the answers from before, as a request under way has them: facts are loaded anew.
			err := runs.File(t.Context(), self, before, run.ID, func(report.Run) error { t.Error("sending began"); return nil }, &out)
			if err == nil || out.Len() > 0 {
				t.Errorf("a file that was %s gives %d bytes: %v", run.State, out.Len(), err)
			}
		}
	})
}

type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// TestSendingBreaksOffWhenAccessEnds: of a file that is being sent, no part
// follows the one during which access ended.
func TestSendingBreaksOffWhenAccessEnds(t *testing.T) {
	untilAccessEnds(t, 3, func(t *testing.T, w *world, who access.AccountID, rq report.Request, end func()) {
		before, self := w.before(t, who), w.self(t, who)
		runs := w.runs(t, report.RunSettings{Part: 64}, nil)
		run := w.start(t, runs, who, rq, table.CSV)
		sent := 0
		err := runs.File(t.Context(), self, before, run.ID, func(report.Run) error { return nil }, writer(func(p []byte) (int, error) {
			if sent += len(p); sent == len(p) {
				end()
			}
			return len(p), nil
		}))
		if err == nil || sent != 64 || run.Bytes <= 64 {
			t.Errorf("%d bytes of %d were sent: %v", sent, run.Bytes, err)
		}
	})
}

// TestALinkIsItsOwnersAlone: whoever else is sent the link finds nothing, be
// they an administrator of it all.
func TestALinkIsItsOwnersAlone(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		runs := w.runs(t, report.RunSettings{}, nil)
		run := w.start(t, runs, "buyer", enrollments, table.CSV)
		for _, who := range []access.AccountID{"admin", "master", "ann", "other", "south-admin"} {
			if _, err := w.fetch(t, runs, who, run.ID); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("%s fetches: %v", who, err)
			}
			if _, err := runs.Run(t.Context(), w.self(t, who), run.ID); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("%s looks: %v", who, err)
			}
			if err := runs.Cancel(t.Context(), w.self(t, who), run.ID); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("%s cancels: %v", who, err)
			}
			if page, err := runs.List(t.Context(), w.self(t, who), ""); err != nil || page.Total > 0 || len(page.Items) > 0 {
				t.Errorf("%s lists %+v, %v", who, page, err)
			}
		}
		if _, err := w.fetch(t, runs, "buyer", run.ID); err != nil {
			t.Error(err)
		}
	})
}

// TestAFileIsHeldAgainstWhatIsSeenToday: a file gives what its owner may still
// see in all of it, and nothing where it may not.
func TestAFileIsHeldAgainstWhatIsSeenToday(t *testing.T) {
	of := func(key report.Key, f report.Filter, columns ...string) report.Request {
		return report.Request{Report: key, Filter: f, Columns: columns}
	}
	steps := []struct {
		name string
		then func(t *testing.T, w *world)
		// given are the files that are still given; all others are not, from then on.
		given []string
	}{
		{"nothing happened", func(*testing.T, *world) {}, []string{"acme", "acme of ben", "both", "bolt", "usage", "all", "names"}},
		{"a learner more", func(t *testing.T, w *world) { w.redeem(t, "acme", "pia", w.now()) }, []string{"acme", "acme of ben", "both", "bolt", "usage", "all", "names"}},
		{"a seat's access is over", func(t *testing.T, w *world) {
			w.db.Write(t, `update seat set access_until = $1 where seat_id = 'acme-ben'`, int64(day.Of(w.now(), w.berlin))-1)
		}, []string{"acme", "acme of ben", "both", "bolt", "usage", "all", "names"}},
		{"one purchase of two", func(t *testing.T, w *world) {
			if err := w.revoke(t, "admin", "bolt"); err != nil {
				t.Fatal(err)
			}
		}, []string{"acme", "acme of ben", "all", "names"}},
		{"a seat is released", func(t *testing.T, w *world) {
			w.db.Write(t, `update seat set state = 'released', ended_at = $1 where seat_id = 'acme-ann'`, w.now().UnixMicro())
			w.db.Write(t, `update enrollment_source set until_at = $1 where ref = 'acme-ann'`, w.now().UnixMicro())
			w.db.Write(t, `update purchase set seats_used = seats_used - 1 where purchase_id = 'acme'`)
			moved, _ := license.Moved("acme-ann", license.Redeemed, license.Released)
			if err := w.db.Ledger(t.Context(), w.actor("admin"), "acme", w.now(), moved); err != nil {
				t.Fatal(err)
			}
			w.pack(t, "ann")
		}, []string{"acme of ben", "all", "names"}},
		{"an activity less", func(t *testing.T, w *world) {
			w.db.Write(t, `update program_activity set until_at = $1 where activity = 2`, w.now().UnixMicro())
		}, []string{"all", "names"}},
		{"no places any more, but a team", func(t *testing.T, w *world) {
			w.db.Write(t, `insert into team (realm_id, team_id, organization_id, name, name_folded, created_at) values (1, 'crew', 'north', 'Crew', 'crew', 0)`)
			for id, no := range w.learners {
				if !strings.HasPrefix(string(id), "south") {
					w.db.Write(t, `insert into team_member (realm_id, organization_id, team_id, account_id, learner, from_at) values (1, 'north', 'crew', $1, $2, 0)`, string(id), int64(no))
				}
			}
			w.db.Write(t, `update role_grant set node_kind = 'team', node_organization_id = null, team_id = 'crew', extent = 'here' where grant_id = 'watching'`)
		}, []string{"names"}},
		{"somebody is erased", func(t *testing.T, w *world) {
			w.db.Write(t, `update account set status = 'erased' where account_id = 'pia'`)
		}, nil},
	}
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		w.db.Write(t, `update purchase set buyer_id = 'buyer' where purchase_id = 'bolt'`)
		w.mustAssign(t, "admin", "bolt", "buyer")
		w.watchers(t)
		runs := w.runs(t, report.RunSettings{}, nil)
		files := map[string]report.Run{}
		for name, rq := range map[string]report.Request{
			"acme": of(report.EnrollmentsReport, report.Filter{Purchase: "acme"}), "acme of ben": of(report.ProgressReport, report.Filter{Purchase: "acme", Query: "ben"}),
			"both": of(report.LearnersReport, report.Filter{}), "bolt": of(report.ActivitiesReport, report.Filter{Purchase: "bolt"}), "usage": of(report.LicensesReport, report.Filter{}),
		} {
			files[name] = w.start(t, runs, "buyer", rq, table.CSV)
		}
		files["all"] = w.start(t, runs, "eve", of(report.ProgressReport, report.Filter{}), table.CSV)
		files["names"] = w.start(t, runs, "eve", of(report.LearnersReport, report.Filter{}, "learner", "email"), table.CSV)
		for _, step := range steps {
			step.then(t, w)
			for name, run := range files {
				out, err := w.fetch(t, runs, run.Account, run.ID)
				if slices.Contains(step.given, name) {
					if err != nil || int64(len(out)) != run.Bytes {
						t.Errorf("%s: the file %q gives %d bytes of %d: %v", step.name, name, len(out), run.Bytes, err)
					}
				} else if fault.KindOf(err) != fault.Conflict || out != "" {
					t.Errorf("%s: the file %q gives %d bytes: %v", step.name, name, len(out), err)
				}
			}
		}
	})
}
