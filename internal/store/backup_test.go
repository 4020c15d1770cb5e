package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// beside opens a SQLite file beside Ambit, to put rows in and look at them.
func beside(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func write(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.Exec(statement, args...); err != nil {
		t.Fatal(err)
	}
}

func numberIn(t *testing.T, db *sql.DB, query string) (n int64) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

const aLetter = `insert into mail (mail_id, kind, recipient, subject, body_text, body_html, created_at, run_at, locked_until, attempt, last_error, sent_at)
	values ($1, 'k', 'a@example.org', 's', '', '', 1, 1, 0, 0, '', $2)`

func TestBackupIsOneMomentAndRestoreHoldsMail(t *testing.T) {
	folder := t.TempDir()
	live, copied, restored := filepath.Join(folder, "live.db"), filepath.Join(folder, "copy.db"), filepath.Join(folder, "restored.db")
	db := storetest.Open(t, live, time.Now)
	rows := beside(t, live)
	write(t, rows, aLetter, "waiting", nil)
	write(t, rows, aLetter, "sent", 5)
	write(t, rows, `insert into job (job_id, kind, payload, created_at, run_at, locked_until, attempt, last_error) values ('j', 'k', '{}', 1, 1, 0, 0, '')`)
	write(t, rows, `insert into identity (identity_id, email, email_folded, created_at) values ('i', 'a@example.org', 'a@example.org', 1)`)
	write(t, rows, `insert into session (session_id, token_hash, identity_id, created_at, used_at, expires_at, user_agent, address) values ('s', 'h', 'i', 1, 1, 9, '', '')`)

	// Somebody writes two rows that belong together, again and again, while the copy is made.
	stop, writing := make(chan bool), sync.WaitGroup{}
	writing.Add(1)
	go func() {
		defer writing.Done()
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			tx, err := rows.Begin()
			if err != nil {
				t.Error(err)
				return
			}
			for _, bucket := range []string{"a", "b"} {
				if _, err := tx.Exec(`insert into attempt (bucket, window_at, tries) values ($1, $2, 1)`, bucket, n); err != nil {
					t.Error(err)
				}
			}
			if err := tx.Commit(); err != nil {
				t.Error(err)
			}
		}
	}()
	time.Sleep(20 * time.Millisecond)
	if err := db.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	close(stop)
	writing.Wait()
	c := beside(t, copied)
	if a, b := numberIn(t, c, `select count(*) from attempt where bucket = 'a'`), numberIn(t, c, `select count(*) from attempt where bucket = 'b'`); a != b || a == 0 {
		t.Errorf("the copy has %d and %d rows of pairs", a, b)
	}
	if err := store.Restore(t.Context(), copied, "sqlite:"+restored, time.Now()); err != nil {
		t.Fatal(err)
	}
	again := storetest.Open(t, restored, time.Now)
	r := beside(t, restored)
	if waiting := numberIn(t, r, `select count(*) from mail where sent_at is null and failed_at is null`); waiting != 0 {
		t.Errorf("%d letters would be sent a second time", waiting)
	}
	if sessions := numberIn(t, r, `select count(*) from session`); sessions != 0 {
		t.Errorf("%d sessions live again", sessions)
	}
	if jobs := numberIn(t, r, `select count(*) from job where done_at is null and failed_at is null`); jobs != 0 {
		t.Errorf("%d jobs would run a second time", jobs)
	}
	if letters, jobs, err := again.ReleaseMail(t.Context()); letters != 1 || jobs != 1 || err != nil {
		t.Errorf("ReleaseMail() = %d, %d, %v", letters, jobs, err)
	}
	if waiting := numberIn(t, r, `select count(*) from mail where sent_at is null and failed_at is null`); waiting != 1 {
		t.Errorf("%d letters wait after their release", waiting)
	}
}

func TestBackupAndRestoreOverwriteNothing(t *testing.T) {
	folder := t.TempDir()
	live := filepath.Join(folder, "live.db")
	db := storetest.Open(t, live, time.Now)
	copied := filepath.Join(folder, "copy.db")
	if err := db.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if err := db.Backup(t.Context(), copied); !errors.Is(err, store.ErrFileThere) {
		t.Errorf("a second backup to the same file = %v", err)
	}
	if err := store.Restore(t.Context(), copied, live, time.Now()); !errors.Is(err, store.ErrFileThere) {
		t.Errorf("restore over a live database = %v", err)
	}
	empty := filepath.Join(folder, "empty.db")
	os.WriteFile(empty, nil, 0o600)
	if err := store.Restore(t.Context(), copied, empty, time.Now()); err != nil {
		t.Errorf("restore into an empty file = %v", err)
	}
}

func TestRestoreRefusesWhatIsNoBackup(t *testing.T) {
	folder := t.TempDir()
	text, other, broken := filepath.Join(folder, "text"), filepath.Join(folder, "other.db"), filepath.Join(folder, "broken.db")
	os.WriteFile(text, []byte("not a database at all, but long enough to be looked at"), 0o600)
	write(t, beside(t, other), `create table t (x integer)`)
	storetest.Open(t, filepath.Join(folder, "live.db"), time.Now).Backup(t.Context(), broken)
	write(t, beside(t, broken), `insert into session (session_id, token_hash, identity_id, created_at, used_at, expires_at, user_agent, address) values ('s', 'h', 'nobody', 1, 1, 9, '', '')`)
	write(t, beside(t, broken), `insert into sign_in_link (token_hash, kind, identity_id, created_at, expires_at) values ('x', 'setup', 'nobody', 1, 1)`)
	for _, from := range []string{text, other, broken, filepath.Join(folder, "absent")} {
		to := filepath.Join(folder, "to.db")
		if err := store.Restore(t.Context(), from, to, time.Now()); err == nil {
			t.Errorf("restore from %s worked", filepath.Base(from))
		}
		if _, err := os.Stat(to); err == nil {
			t.Errorf("restore from %s left a file", filepath.Base(from))
		}
	}
	if left, _ := filepath.Glob(filepath.Join(folder, ".ambit-copy-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestPostgresHasItsOwnTools(t *testing.T) {
	db := storetest.Open(t, storetest.Address(t, "postgres"), time.Now)
	if err := db.Backup(context.Background(), filepath.Join(t.TempDir(), "x")); !errors.Is(err, store.ErrOwnTools) {
		t.Errorf("Backup() = %v", err)
	}
	if err := store.Restore(t.Context(), "x", "postgres://h/d", time.Now()); !errors.Is(err, store.ErrOwnTools) {
		t.Errorf("Restore() = %v", err)
	}
}
