package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// ExportedRuns hands over the files that somebody else had made in the asker's
// organization or one above it, the latest first, also those whose file is not
// kept any more. Whom a file is about is for the service to read.
func (db *DB) ExportedRuns(ctx context.Context, self access.Reach, since time.Time, do func(report.ExportedRun) error) error {
	actor := self.Actor()
	p := with(int64(actor.Realm), string(actor.Account), string(actor.Organization))
	return each(ctx, db.read, `select r.run_id, r.report, r.finished_at, r.account_id, case when r.organization_id = $3 then r.person else '' end, r.company, r.about
		from report_run r join organization o on o.realm_id = r.realm_id and o.organization_id = r.organization_id
		where r.realm_id = $1 and r.account_id <> $2 and r.about is not null and r.state in ('done', 'expired')
			and o.path in `+in(p, actor.Home.Ancestors())+` and r.finished_at > `+p.put(since.UnixMicro())+`
		order by r.finished_at desc, r.run_id desc limit 1000`, p.list, func(row *sql.Rows) error {
		var x report.ExportedRun
		var at sql.NullInt64
		if err := row.Scan(&x.Run, &x.Report, &at, &x.Account, &x.Person, &x.Company, &x.About); err != nil {
			return err
		}
		x.At = instant(at)
		return do(x)
	})
}
