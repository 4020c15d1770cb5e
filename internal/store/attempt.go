package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/account"
)

// CountTry counts a try against every bucket, or against none where one of
// them is full, and then tells how long until there is room. The row at instant
// 0 is the bucket's own: changing it first makes the tries of one bucket follow
// one another, so that no two of them both take the last place.
func (db *DB) CountTry(ctx context.Context, buckets []account.Bucket, window time.Duration) (time.Duration, error) {
	var wait time.Duration
	err := db.change(ctx, func(t *tx) error {
		wait = 0
		now := db.now()
		for _, b := range buckets {
			if _, err := t.exec(ctx, `insert into attempt (bucket, window_at, tries) values ($1, 0, 1)
				on conflict (bucket, window_at) do update set tries = attempt.tries + 1`, b.Key); err != nil {
				return err
			}
			var tries int
			var oldest sql.NullInt64
			if err := one(ctx, t, `select coalesce(sum(tries), 0), min(window_at) from attempt where bucket = $1 and window_at > $2`,
				[]any{b.Key, now.Add(-window).UnixMicro()}, &tries, &oldest); err != nil {
				return err
			}
			if tries >= b.Limit {
				wait = max(wait, instant(oldest).Add(window).Sub(now), time.Second)
			}
		}
		if wait > 0 {
			return nil
		}
		for _, b := range buckets {
			if _, err := t.exec(ctx, `insert into attempt (bucket, window_at, tries) values ($1, $2, 1)
				on conflict (bucket, window_at) do update set tries = attempt.tries + 1`, b.Key, now.UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
	return wait, err
}
