package store

import (
	"context"
	"errors"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// runOfKey finds the run that its owner started with a key before, and frees
// the key of one that is too old. The owner's account is held by the caller.
func (t *tx) runOfKey(ctx context.Context, p *params, run *report.Run) (earlier report.Run, found bool, err error) {
	q := with(p.list...)
	earlier, err = findRun(ctx, t, `r.realm_id = $1 and r.account_id = $2 and r.request_key = `+q.put(run.Key), q)
	switch {
	case errors.Is(err, fault.ErrNotFound):
		return report.Run{}, false, nil
	case err != nil:
		return report.Run{}, false, err
	case earlier.CreatedAt.After(run.KeySince) && earlier.Organization != run.Organization:
		return report.Run{}, false, report.ErrKeyUsed
	case earlier.CreatedAt.After(run.KeySince):
		return earlier, true, nil
	}
	_, err = t.exec(ctx, `update report_run set request_key = null where realm_id = $1 and run_id = $2`, int64(earlier.Realm), string(earlier.ID))
	return report.Run{}, false, err
}
