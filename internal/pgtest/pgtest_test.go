package pgtest

import (
	"bufio"
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func exec1(t *testing.T, dsn, sql string) {
	t.Helper()
	if err := admin(dsn, func(ctx context.Context, c *pgx.Conn) error { _, err := c.Exec(ctx, sql); return err }); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, dsn, sql string, args ...any) (n int) {
	t.Helper()
	if err := admin(dsn, func(ctx context.Context, c *pgx.Conn) error { return c.QueryRow(ctx, sql, args...).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFreshIsEmptyAndGoesWithTheTest(t *testing.T) {
	var name, other string
	t.Run("in use", func(t *testing.T) {
		dsn := Fresh(t)
		exec1(t, dsn, "create table a (n int)")
		u, err := url.Parse(dsn)
		if err != nil {
			t.Fatal(err)
		}
		name, other = strings.TrimPrefix(u.Path, "/"), Fresh(t)
		if n := count(t, other, "select count(*) from pg_tables where schemaname = 'public'"); n != 0 {
			t.Errorf("a fresh database holds %d tables, want none", n)
		}
		if n := count(t, dsn, "select count(*) from pg_database where datname = $1", name); n != 1 {
			t.Errorf("database %s is listed %d times, want once", name, n)
		}
	})
	if n := count(t, Fresh(t), "select count(*) from pg_database where datname = $1", name); n != 0 {
		t.Errorf("database %s is still there after its test", name)
	}
}

func TestTemplateIsPreparedOnce(t *testing.T) {
	var prepared atomic.Int32
	prepare := func(dsn string) error {
		prepared.Add(1)
		exec1(t, dsn, "create table a (n int); insert into a values (7)")
		return nil
	}
	t.Run("copies", func(t *testing.T) {
		for range 6 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				dsn := FromTemplate(t, "once", prepare)
				exec1(t, dsn, "insert into a values (8)")
				if n := count(t, dsn, "select sum(n) from a"); n != 15 {
					t.Errorf("sum = %d, want 15: copies must not see each other", n)
				}
			})
		}
	})
	if got := prepared.Load(); got != 1 {
		t.Errorf("the template was prepared %d times, want once", got)
	}
}

func TestFailedTemplateIsNotKept(t *testing.T) {
	broken := errors.New("migration is broken")
	name := templateName("broken")
	if err := makeTemplate(name, func(string) error { return broken }); !errors.Is(err, broken) {
		t.Fatalf("makeTemplate() = %v, want %v", err, broken)
	}
	if n := count(t, Fresh(t), "select count(*) from pg_database where datname = $1", name); n != 0 {
		t.Error("a template whose preparation failed is offered to other tests")
	}
}

func TestSweepDropsOnlyWhatIsOld(t *testing.T) {
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	dsn := s.dsn
	old := prefix + "1000_ab"
	exec1(t, dsn, `create database "`+old+`"`)
	mine := Fresh(t)
	if err := sweep(dsn, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := count(t, mine, "select count(*) from pg_database where datname = $1", old); n != 0 {
		t.Error("the old database is still there")
	}
}

// The supervisor must end when its process is killed in the middle, because nothing else can tidy up then.
func TestKilledProcessLeavesNothing(t *testing.T) {
	if os.Getenv("AMBIT_PGTEST_CHILD") == "1" {
		c, err := Start()
		if err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("dir " + c.dir + "\n")
		time.Sleep(time.Minute)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledProcessLeavesNothing$")
	cmd.Env = append(os.Environ(), "AMBIT_PGTEST_CHILD=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	dir, ok := strings.CutPrefix(strings.TrimSpace(line), "dir ")
	if err != nil || !ok {
		t.Fatalf("the child said %q, %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for range 200 {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%s is still there ten seconds after its process was killed", dir)
}
