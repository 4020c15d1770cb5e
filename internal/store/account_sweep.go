package store

import (
	"context"
	"time"
)

// Sweep removes what has served its purpose: sessions and links that have run
// out, tries that no longer count, jobs long done. It is done from time to time.
func (db *DB) Sweep(ctx context.Context, idle, window time.Duration) error {
	const month = 30 * 24 * time.Hour
	now := db.now()
	for _, s := range []struct {
		query string
		until time.Time
	}{
		{`delete from session where expires_at <= $1`, now},
		{`delete from session where used_at <= $1`, now.Add(-idle)},
		{`delete from sign_in_link where expires_at <= $1`, now.Add(-24 * time.Hour)},
		{`delete from attempt where window_at > 0 and window_at <= $1`, now.Add(-window)},
		{`delete from attempt where window_at = 0 and not exists (select 1 from attempt as recent where recent.bucket = attempt.bucket and recent.window_at > $1)`, now.Add(-window)},
		{`delete from job where done_at <= $1`, now.Add(-month)},
		{`delete from mail where sent_at <= $1`, now.Add(-3 * month)},
	} {
		if err := db.change(ctx, func(t *tx) error {
			_, err := t.exec(ctx, s.query, s.until.UnixMicro())
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
