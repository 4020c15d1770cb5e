package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/report"
)

var _ report.TakingStore = (*DB)(nil)

// NoteTaking notes who took rows away on paper or as addresses, and of whom; it
// stands with the organization of that person, also when they worked in a client.
func (db *DB) NoteTaking(ctx context.Context, export access.Reach, t report.Taking) error {
	actor := export.Actor()
	return db.change(ctx, func(tx *tx) error {
		if _, err := tx.exec(ctx, `insert into report_taking (realm_id, taking_id, organization_id, account_id, how, report, taken_at, about) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			int64(actor.Realm), access.NewID(), string(actor.Own()), string(actor.Account), string(t.How), string(t.Request.Report), db.now().UnixMicro(), t.About); err != nil {
			return err
		}
		return tx.audit(ctx, actor, audit.Event{
			Organization: actor.Organization, Action: "report." + string(t.How), SubjectKind: "report", SubjectID: string(t.Request.Report),
			After: struct {
				Request  report.Request `json:"request"`
				Learners int            `json:"learners"`
				Rows     int            `json:"rows"`
			}{t.Request, t.Learners, t.Rows},
		})
	})
}
