package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/roster"
)

var _ roster.Store = (*DB)(nil)

// rosterImport is one import under way: the files lie in temporary tables of
// one connection (staged_people and so on), where a statement each checks them
// and turns them into rows. Everything is decided on staged rows, so what is
// applied is what was checked.
type rosterImport struct {
	*tx
	conn         *sql.Conn
	reach        access.Reach
	organization access.OrgID
	path         access.Path
	zone         *time.Location
	hasClients   bool // it has clients, or may have
	now          time.Time
	bundle       *roster.Bundle
	options      roster.Options
	columns      map[string]map[string]bool // which of its columns a file has
	broken       map[roster.Thing]bool      // files whose rows could not be read
	faults       *roster.Faults
	summary      roster.Summary
	events       []audit.Event
	named        map[string]any            // what :name stands for in statements
	managers     map[access.AccountID]bool // who counted toward the limit before; nil: there is none
	noted        int64                     // rows that differ only in what an import said last
}

// errUndo ends a transaction that is not to be kept, although nothing is wrong.
var errUndo = fault.New(fault.Conflict, "Nothing was changed.")

// ImportRoster stages a bundle, checks it and applies it in one transaction.
// Staging holds no lock, except for enrollments, whose people must be known.
func (db *DB) ImportRoster(ctx context.Context, reach access.Reach, organization access.OrgID, b *roster.Bundle, o roster.Options) (roster.Summary, error) {
	if err := reach.For(roster.Permission); err != nil {
		return roster.Summary{}, err
	}
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return roster.Summary{}, translate(err)
	}
	defer conn.Close()
	// A cancelled import must not leave its tables to whoever gets the connection next.
	defer func() {
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), db.dialect.endStaging); err != nil {
			slog.WarnContext(ctx, "an import's tables were not cleared away", "cause", err)
		}
	}()
	if db.dialect.beginStaging != "" {
		if _, err := conn.ExecContext(ctx, db.dialect.beginStaging); err != nil {
			return roster.Summary{}, translate(err)
		}
	}
	i := &rosterImport{
		conn: conn, tx: &tx{db: db}, reach: reach, organization: organization, now: db.now(), bundle: b, options: o,
		columns: map[string]map[string]bool{}, broken: map[roster.Thing]bool{}, faults: &roster.Faults{},
	}
	if err := i.place(ctx); err != nil {
		return roster.Summary{}, err
	}
	for _, f := range roster.Files() {
		if f.Table != "enrollments" {
			if err := i.stage(ctx, f); err != nil {
				return roster.Summary{}, err
			}
		}
	}
	// Outside of the transaction, which would keep everybody else from doing the same.
	if err := db.dialect.afterLoad(ctx, conn, "account, account_home, identity, role_grant, product, purchase, seat, team_member, enrollment, enrollment_source"); err != nil {
		return roster.Summary{}, err
	}
	return i.inTransaction(ctx)
}

// inTransaction applies what is staged. A lost race is tried again from here:
// the temporary tables take part in the transaction.
func (i *rosterImport) inTransaction(ctx context.Context) (roster.Summary, error) {
	for try := 0; ; try++ {
		again := *i
		again.faults = i.faults.Clone()
		again.broken, again.columns = maps.Clone(i.broken), maps.Clone(i.columns)
		err := again.once(ctx)
		switch {
		case err == nil:
			i.informPlanner(ctx)
			return again.summary, nil
		case errors.Is(err, errUndo):
			return again.summary, nil
		case !isLostRace(err) || try == 5 || ctx.Err() != nil:
			return roster.Summary{}, ctxErr(ctx, translate(err))
		}
	}
}

// informPlanner lets the engine look at tables that a bundle has just filled, so
// that the first reader does not wait for its own housekeeping to come by. The
// import is done either way.
func (i *rosterImport) informPlanner(ctx context.Context) {
	if i.db.dialect.analyze == "" {
		return
	}
	if _, err := i.conn.ExecContext(ctx, i.db.dialect.analyze); err != nil {
		slog.WarnContext(ctx, "the planner was not informed after an import", "cause", err)
	}
}

func (i *rosterImport) once(ctx context.Context) error {
	t, err := i.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	i.tx = &tx{Tx: t, db: i.db}
	if err := i.run(ctx); err != nil {
		return err
	}
	return t.Commit()
}

// place reads the organization, which must lie in the reach.
func (i *rosterImport) place(ctx context.Context) error {
	var path, zone string
	err := one(ctx, i.conn, `select o.path, o.zone, o.may_have_clients or exists (
			select 1 from organization c where c.realm_id = o.realm_id and c.parent_id = o.organization_id)
		from organization o where o.realm_id = $1 and o.organization_id = $2`,
		[]any{int64(i.reach.Actor().Realm), string(i.organization)}, &path, &zone, &i.hasClients)
	if err != nil {
		return err
	}
	if covered, _ := i.reach.CoversThing(access.Thing{Place: access.Path(path)}); !covered {
		return fault.ErrNotFound
	}
	i.path, i.zone = access.Path(path), day.ZoneOr(zone)
	i.named = map[string]any{
		"realm": int64(i.reach.Actor().Realm), "organization": string(i.organization), "path": path, "now": i.now.UnixMicro(), "by": i.by(),
	}
	return nil
}

// by names who imports, for grants and ledgers.
func (i *rosterImport) by() string {
	if a := i.reach.Actor(); a.Account != "" {
		return string(a.Account)
	}
	return i.reach.Actor().System
}

// run checks and applies under the lock of the organization.
func (i *rosterImport) run(ctx context.Context) error {
	var err error
	_, i.reach, err = i.changeAccess(ctx, i.reach, "$2", with(i.named["realm"], i.named["organization"]))
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		i.tables, i.match, i.know, i.refer, i.fill, i.stageEnrollments, i.analyzeStaged,
		i.decidePeople, i.decideLicenses,
		i.checkKeys, i.checkPlaces, i.checkPeople, i.checkLibrary, i.checkEnrollments, i.checkLicenses,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := i.faults.Refusal(); err != nil {
		return err
	}
	i.tell(roster.Applying, "", 0)
	for _, step := range []func(context.Context) error{
		i.countManagers, i.applyPlaces, i.applyPeople, i.analyzeApplied, i.applyLibrary, i.applyTeams, i.applyEnrollments, i.applyLicenses, i.applyReporters, i.partReporters, i.limitManagers, i.packTouched, i.count, i.record,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return i.finish(ctx)
}

// analyzeApplied tells the planner of people and places before anything refers to them.
func (i *rosterImport) analyzeApplied(ctx context.Context) error {
	return i.analyze(ctx, "location", "identity", "account")
}

// finish decides whether the transaction is kept. Where nothing differs not
// even the revision may move, so a second run leaves no trace.
func (i *rosterImport) finish(ctx context.Context) error {
	if i.options.Invite {
		if err := i.invite(ctx); err != nil {
			return err
		}
	}
	i.summary.DryRun, i.summary.Warnings = i.options.DryRun, i.bundle.Warnings()
	if i.options.DryRun || !i.summary.IsChange() && i.summary.Invited == 0 && i.noted == 0 {
		return errUndo
	}
	return nil
}

// note keeps what this import says, for the next one to compare with. Where that
// alone differs the row is unchanged: it stands as the bundle says already.
func (i *rosterImport) note(ctx context.Context, query string) error {
	n, err := i.doing(ctx, query)
	i.noted += n
	return err
}

func (i *rosterImport) tell(step roster.Step, file string, rows int) {
	i.options.Progress(roster.Progress{Step: step, File: file, Rows: rows})
}

// check notes a fault for each row that a query names by its line and a text
// that {} in the reason stands for.
func (i *rosterImport) check(ctx context.Context, file, column, reason, query string) error {
	query, args := i.statement(query)
	err := each(ctx, i, query, args, func(row *sql.Rows) error {
		var line int
		var text sql.NullString
		if err := row.Scan(&line, &text); err != nil {
			return err
		}
		i.faults.Add(roster.Fault{File: file + ".csv", Line: line, Column: column, Reason: replaced(reason, text.String)})
		return nil
	})
	if err != nil {
		return fmt.Errorf("check %s of %s: %w", column, file, err)
	}
	return nil
}
