package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/roster"
)

// What a staged table has besides the columns of its file. Every one also has
// line, wrong (the cells that could not be read), target (the id of the row it
// becomes), number (its dense number), made and changed, and for a reference
// x_id the columns x_id_ref and x_id_no: what it refers to.
var stagedExtra = map[string]struct {
	fresh []string // ids made in advance for rows that may have to be inserted
	work  string
}{
	"locations":  {fresh: []string{"new_id"}},
	"people":     {fresh: []string{"new_id", "identity_new", "grant_new"}, work: peopleWork},
	"activities": {fresh: []string{"new_id"}},
	"programs":   {fresh: []string{"new_id"}},
	"teams":      {fresh: []string{"new_id"}},
	"deals":      {fresh: []string{"new_id"}},
	"purchases":  {fresh: []string{"new_id", "grant_new"}, work: purchasesWork},
	"seats":      {fresh: []string{"new_id"}, work: seatsWork},
}

const (
	peopleWork = `, identity_ref {text}, was_role {text}, was_said_role {text}, said_role {text}, base_role {text},
		was_status {text}, was_said_status {text}, said_status {text}, account_status {text},
		was_location {text}, was_email {text}, home {text}, regrant {bool} not null default false`
	purchasesWork = `, was_said_reporter {text}, was_seats {int}, was_product {text}, was_days {int}, was_until {int}`
	seatsWork     = `, was_state {text}, was_said_state {text}, was_redeemed_at {int}, final_state {text}, access_until {int}, was_spent {bool} not null default false, final_spent {bool}`
)

// stage reads a file into its table. Files that the bundle lacks get an empty
// one, so that no statement has to ask.
func (i *rosterImport) stage(ctx context.Context, f *roster.File) error {
	create, columns := stagedTable(f)
	if _, err := i.conn.ExecContext(ctx, i.db.dialect.types.Replace(create)); err != nil {
		return fmt.Errorf("stage %s: %w", f.Name, translate(err))
	}
	i.columns[f.Table] = map[string]bool{}
	if !i.bundle.Has(f) {
		return nil
	}
	return i.read(ctx, f, func(r *roster.Reader) error {
		rows := &stagedRows{reader: r, fresh: len(stagedExtra[f.Table].fresh), tell: func(n int) { i.tell(roster.Reading, f.Name, n) }}
		if err := i.db.dialect.load(ctx, i.conn, "staged_"+f.Table, columns, rows); err != nil {
			return fmt.Errorf("stage %s: %w", f.Name, err)
		}
		return nil
	})
}

// read opens a file, notes which columns it has and hands on its rows.
func (i *rosterImport) read(ctx context.Context, f *roster.File, load func(r *roster.Reader) error) error {
	i.tell(roster.Reading, f.Name, 0)
	r, ok, err := i.bundle.Read(f, i.zone, i.faults)
	if err != nil {
		return err
	}
	if !ok {
		i.broken[f.Makes] = true
		return nil
	}
	defer r.Close()
	has := map[string]bool{}
	for _, c := range f.Columns {
		has[c.Name] = r.Has(c.Name)
	}
	i.columns[f.Table] = has
	if err := load(r); err != nil {
		return err
	}
	if r.Err() != nil {
		return r.Err()
	}
	i.tell(roster.Reading, f.Name, r.Rows())
	return i.db.dialect.afterLoad(ctx, i.conn, "staged_"+f.Table)
}

// stagedTable is the statement that creates a file's table, and the columns
// that are loaded.
func stagedTable(f *roster.File) (create string, load []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "create temporary table staged_%s (line {int} not null {line_key}, wrong {text}", f.Table)
	load = []string{"line", "wrong"}
	for _, c := range f.Widths() {
		fmt.Fprintf(&b, ", %s %s", c.Name, c.Kind.SQL())
		load = append(load, c.Name)
	}
	for _, id := range stagedExtra[f.Table].fresh {
		fmt.Fprintf(&b, ", %s {text}", id)
		load = append(load, id)
	}
	for _, c := range f.Columns {
		if c.Kind == roster.Reference {
			fmt.Fprintf(&b, ", %s_ref {text}, %s_no {int}", c.Name, c.Name)
		}
	}
	b.WriteString(", target {text}, number {int}, made {bool} not null default false, changed {bool} not null default false")
	b.WriteString(stagedExtra[f.Table].work + ") {strict}")
	return b.String(), load
}

// stagedRows gives the rows of a reader as they are loaded.
type stagedRows struct {
	reader *roster.Reader
	fresh  int
	tell   func(rows int)
	out    []any
}

func (s *stagedRows) Next() bool {
	if s.reader.Rows()%10_000 == 9_999 {
		s.tell(s.reader.Rows())
	}
	return s.reader.Next()
}

func (s *stagedRows) Err() error { return s.reader.Err() }

func (s *stagedRows) Values() ([]any, error) {
	s.out = append(s.out[:0], int64(s.reader.Line()), s.reader.Wrong())
	s.out = append(s.out, s.reader.Values()...)
	for range s.fresh {
		s.out = append(s.out, access.NewID())
	}
	return s.out, nil
}

var namedMark = regexp.MustCompile(`:[a-z]+`)

// statement fills in the types and the named values of a statement: each
// becomes a parameter, numbered in the order of first appearance.
func (i *rosterImport) statement(query string) (string, []any) {
	p := with()
	var seen []string
	query = namedMark.ReplaceAllStringFunc(i.db.dialect.types.Replace(query), func(mark string) string {
		v, ok := i.named[mark[1:]]
		if !ok {
			panic("store: statement with an unknown name " + mark)
		}
		at := slices.Index(seen, mark)
		if at < 0 {
			at = len(seen)
			seen = append(seen, mark)
			p.put(v)
		}
		// The engines infer types from different surroundings; said, they agree.
		if _, number := v.(int64); number {
			return i.db.dialect.types.Replace("cast($" + strconv.Itoa(at+1) + " as {int})")
		}
		return "cast($" + strconv.Itoa(at+1) + " as text)"
	})
	return query, p.list
}

// do runs statements one after the other.
func (i *rosterImport) do(ctx context.Context, queries ...string) error {
	for _, query := range queries {
		if _, err := i.doing(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// doing runs a statement and tells how many rows it changed.
func (i *rosterImport) doing(ctx context.Context, query string) (int64, error) {
	query, args := i.statement(query)
	n, err := i.exec(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("%w in %s", err, firstLine(query))
	}
	return n, nil
}

// number reads a single number.
func (i *rosterImport) number(ctx context.Context, query string) (n int64, err error) {
	query, args := i.statement(query)
	err = one(ctx, i, query, args, &n)
	return n, err
}

// list reads rows.
func list[T any](ctx context.Context, i *rosterImport, query string, scan func(row *sql.Rows) (T, error)) ([]T, error) {
	query, args := i.statement(query)
	return collect(ctx, i, query, args, scan)
}

func firstLine(query string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(query), "\n")
	return line
}

func replaced(reason, text string) string { return strings.ReplaceAll(reason, "{}", text) }
