package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// ExportedRuns hands over what somebody else took away in the asker's
// organization or one above it, the latest first: files, also those that are
// not kept any more, prints and lists of addresses. Whom each is about is for
// the service to read.
func (db *DB) ExportedRuns(ctx context.Context, self access.Reach, since time.Time, do func(report.ExportedRun) error) error {
	actor := self.Actor()
	p := with(int64(actor.Realm), string(actor.Account), string(actor.Own()))
	within, from := in(p, actor.Home.Ancestors()), p.put(since.UnixMicro())
	return each(ctx, db.read, `select r.run_id, '', r.report, r.finished_at at, r.account_id, case when r.organization_id = $3 then r.person else '' end, r.company, r.about
		from report_run r join organization o on o.realm_id = r.realm_id and o.organization_id = r.organization_id
		where r.realm_id = $1 and r.account_id <> $2 and r.about is not null and r.state in ('done', 'expired') and o.path in `+within+` and r.finished_at > `+from+`
		union all select '', t.how, t.report, t.taken_at at, t.account_id, case when t.organization_id = $3 then a.name else '' end, o.name, t.about
		from report_taking t join organization o on o.realm_id = t.realm_id and o.organization_id = t.organization_id
			join account a on a.realm_id = t.realm_id and a.account_id = t.account_id
		where t.realm_id = $1 and t.account_id <> $2 and o.path in `+within+` and t.taken_at > `+from+`
		order by at desc limit 1000`, p.list, func(row *sql.Rows) error {
		var x report.ExportedRun
		var at sql.NullInt64
		if err := row.Scan(&x.Run, &x.How, &x.Report, &at, &x.Account, &x.Person, &x.Company, &x.About); err != nil {
			return err
		}
		x.At = instant(at)
		return do(x)
	})
}
