package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A kept statement answers as a fresh one: with other values, after the schema
// and the rows changed, after a failure, and when there were too many.
func TestKeptStatements(t *testing.T) {
	ctx := t.Context()
	db, err := Open(ctx, filepath.Join(t.TempDir(), "kept.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.read.SetMaxOpenConns(1) // the one connection that keeps them
	write := func(query string, args ...any) {
		t.Helper()
		if _, err := db.write.ExecContext(ctx, query, args...); err != nil {
			t.Fatal(err)
		}
	}
	names := func(ctx context.Context, query string, args ...any) string {
		var out []string
		err := db.view(ctx, func(q querier) error {
			rows, err := q.QueryContext(ctx, query, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var name string
				if err := rows.Scan(&name); err != nil {
					return err
				}
				out = append(out, name)
			}
			return rows.Err()
		})
		if err != nil {
			return "failed"
		}
		return strings.Join(out, " ")
	}
	write(`create table thing (id integer primary key, name text)`)
	write(`insert into thing values (1, 'one'), (2, 'two'), (3, 'three')`)
	const some, missing = `select name from thing where id >= $1 order by id`, `select name from other where id = $1`
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for _, step := range []struct {
		name, got, want string
	}{
		{"all", names(ctx, some, 1), "one two three"},
		{"other values", names(ctx, some, 3), "three"},
		{"nothing", names(ctx, some, 9), ""},
		{"no such table", names(ctx, missing, 1), "failed"},
		{"a request that has ended", names(cancelled, some, 1), "failed"},
		{"after it", names(ctx, some, 2), "two three"},
	} {
		if step.got != step.want {
			t.Errorf("%s: %q, want %q", step.name, step.got, step.want)
		}
	}
	write(`alter table thing rename column name to label`)
	write(`alter table thing add column name text not null default 'new'`)
	write(`create table other (id integer primary key, name text)`)
	write(`insert into other values (1, 'found')`)
	if got := names(ctx, some, 2) + ", " + names(ctx, missing, 1); got != "new new, found" {
		t.Errorf("after the schema changed: %q", got)
	}
	for i := range 3 * keptStatements {
		if got, want := names(ctx, fmt.Sprintf(`select label || '%d' from thing where id = $1`, i), 1), fmt.Sprintf("one%d", i); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	}
	if got := names(ctx, `select label from thing where id in (0`+strings.Repeat(", 2", keptText)+`)`); got != "two" {
		t.Errorf("a long text: %q", got)
	}
}
