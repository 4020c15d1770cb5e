package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/roster"
)

// rosterExport is one export under way, on one snapshot. Rows go from the
// database to the file one by one; the order of each file follows from what is
// written, so that a bundle that was imported is exported as it was.
type rosterExport struct {
	querier
	realm        int64
	organization string
	to           *roster.Writer
	options      roster.ExportOptions
}

// ExportRoster writes an organization's files from one snapshot.
func (db *DB) ExportRoster(ctx context.Context, reach access.Reach, organization access.OrgID, to *roster.Writer, o roster.ExportOptions) error {
	if err := reach.For(roster.ExportPermission); err != nil {
		return err
	}
	return db.view(ctx, func(q querier) error {
		x := &rosterExport{querier: q, realm: int64(reach.Actor().Realm), organization: string(organization), to: to, options: o}
		var path string
		if err := one(ctx, q, `select path from organization where realm_id = $1 and organization_id = $2`, x.here(), &path); err != nil {
			return err
		}
		if covered, _ := reach.CoversThing(access.Thing{Place: access.Path(path)}); !covered {
			return fault.ErrNotFound
		}
		for _, f := range roster.Files() {
			if err := x.file(ctx, f); err != nil {
				return fmt.Errorf("export %s: %w", f.Name, err)
			}
		}
		return nil
	})
}

// RecordExport writes the audit event of an export.
func (db *DB) RecordExport(ctx context.Context, reach access.Reach, organization access.OrgID, e roster.Exported) error {
	if err := reach.For(roster.ExportPermission); err != nil {
		return err
	}
	return db.change(ctx, func(t *tx) error {
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: organization, Action: "roster.exported", SubjectKind: "organization", SubjectID: string(organization), After: e,
		})
	})
}

// here are the first two parameters of every statement of an export.
func (x *rosterExport) here() []any { return []any{x.realm, x.organization} }

func (x *rosterExport) file(ctx context.Context, f *roster.File) error {
	if err := x.to.Begin(f); err != nil {
		return err
	}
	x.tell(f, 0)
	switch f.Table {
	case "enrollments":
		return x.enrollments(ctx, f)
	case "seats":
		return x.seats(ctx, f)
	}
	from, ok := exportedFrom[f.Table]
	if !ok {
		return fmt.Errorf("no statement reads %s", f.Table)
	}
	return x.rows(ctx, f, from, x.here())
}

// exported says where the rows of a file come from: the text of each column and
// everything after them. A statement asks for the columns that the file has, in
// their order.
type exported struct {
	columns map[string]string
	from    string
}

// rows writes what a statement answers.
func (x *rosterExport) rows(ctx context.Context, f *roster.File, from exported, args []any) error {
	columns, into, values := make([]string, len(f.Columns)), make([]any, len(f.Columns)), make([]roster.Value, len(f.Columns))
	for n, c := range f.Columns {
		text, ok := from.columns[c.Name]
		if !ok {
			return fmt.Errorf("nothing is said of its column %s", c.Name)
		}
		columns[n], into[n] = text, &values[n]
	}
	return each(ctx, x, `select `+strings.Join(columns, ", ")+from.from, args, func(row *sql.Rows) error {
		if err := row.Scan(into...); err != nil {
			return err
		}
		return x.to.Row(values)
	})
}

func (x *rosterExport) tell(f *roster.File, rows int) {
	x.options.Progress(roster.Progress{Step: roster.Writing, File: f.Name, Rows: rows})
}

// idOf is the id that something goes by: the customer's, or ours where they gave
// none. An import knows it by either.
func idOf(table, key string) string {
	return "coalesce(" + table + ".external_id, " + table + "." + key + ")"
}

// enrollments walks the learners in the order of their numbers, some at a time,
// and reads each lot's enrollments in the order of their key: there are too many
// to be sorted.
func (x *rosterExport) enrollments(ctx context.Context, f *roster.File) error {
	const atOnce = 500
	written := 0
	for last := access.LearnerNo(0); ; {
		learners, err := collect(ctx, x, fmt.Sprintf(`select learner from account where realm_id = $1 and organization_id = $2 and learner > $3 and status <> 'erased'
			order by learner limit %d`, atOnce), append(x.here(), int64(last)), func(row *sql.Rows) (l access.LearnerNo, err error) {
			err = row.Scan(&l)
			return l, err
		})
		if err != nil || len(learners) == 0 {
			return err
		}
		last = learners[len(learners)-1]
		if err := x.rows(ctx, f, exportedEnrollments(inNumbers(learners)), x.here()); err != nil {
			return err
		}
		if written += len(learners); written%(20*atOnce) == 0 {
			x.tell(f, x.to.Written()[len(x.to.Written())-1].Rows)
		}
	}
}

// seats walks the purchases by id, some at a time, for the same reason.
func (x *rosterExport) seats(ctx context.Context, f *roster.File) error {
	purchases, err := collect(ctx, x, `select purchase_id from purchase p where realm_id = $1 and organization_id = $2 order by `+idOf("p", "purchase_id"), x.here(),
		func(row *sql.Rows) (id string, err error) {
			err = row.Scan(&id)
			return id, err
		})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(purchases, 100) {
		p := with(x.here()...)
		if err := x.rows(ctx, f, exportedSeats(in(p, some)), p.list); err != nil {
			return err
		}
	}
	return nil
}
