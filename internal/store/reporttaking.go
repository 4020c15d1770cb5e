package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/report"
)

var _ report.TakingStore = (*DB)(nil)

// NoteTaking notes who took rows away on paper or as addresses.
func (db *DB) NoteTaking(ctx context.Context, export access.Reach, t report.Taking) error {
	actor := export.Actor()
	return db.change(ctx, func(tx *tx) error {
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
