package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/learning"
)

// BenchmarkProgressWrites measures whole changes a second: the enrollment, the
// values before it, the audit event and the packed transcript of a learner
// with fifty enrollments, on the disk before it is acknowledged (PostgreSQL
// with AMBIT_TEST_PG_FSYNC=1). own: a learner opens an activity; api: one item
// from elsewhere; batch: two hundred items at once.
func BenchmarkProgressWrites(b *testing.B) {
	const learners, activities, perBatch = 1000, 50, 200
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			w := newWorld(b, engine)
			w.many(b, learners, activities)
			service := learning.NewService(w.db)
			admin := w.reach(b, "admin", access.EnrollmentEdit)
			var tick atomic.Int64
			// item is news about anybody, later than all before it.
			item := func() learning.Progress {
				n := tick.Add(1)
				progress := int(n % 100)
				return learning.Progress{
					Learner: fmt.Sprintf("m%d", rand.IntN(learners)), Activity: fmt.Sprintf("b%d", rand.IntN(activities)),
					OccurredAt: w.now().Add(time.Duration(n-1e9) * time.Microsecond), Progress: &progress,
				}
			}
			for _, kind := range []struct {
				name  string
				rows  int
				write func(ctx context.Context) error
			}{
				{"own", 1, func(ctx context.Context) error {
					w.move(time.Microsecond)
					no := rand.IntN(learners)
					id := access.AccountID(fmt.Sprintf("m%d", no))
					actor := access.Actor{Realm: worldRealm, Account: id, Learner: access.LearnerNo(1000 + no), Organization: "north"}
					_, err := service.Launch(ctx, access.NewFacts(actor, 1, nil).For(access.SelfEdit, w.now()), content.ProductID(fmt.Sprintf("b%d", rand.IntN(activities))))
					return err
				}},
				{"api", 1, func(ctx context.Context) error {
					_, err := service.Record(ctx, admin, []learning.Progress{item()})
					return err
				}},
				{"batch", perBatch, func(ctx context.Context) error {
					items := make([]learning.Progress, perBatch)
					for i := range items {
						items[i] = item()
					}
					_, err := service.Record(ctx, admin, items)
					return err
				}},
			} {
				for _, writers := range []int{1, 32} {
					b.Run(fmt.Sprintf("%s/%d", kind.name, writers), func(b *testing.B) {
						var left atomic.Int64
						left.Store(int64(b.N))
						var writing sync.WaitGroup
						for range writers {
							writing.Go(func() {
								for left.Add(-1) >= 0 {
									if err := kind.write(b.Context()); err != nil {
										b.Error(err)
										return
									}
								}
							})
						}
						writing.Wait()
						b.ReportMetric(float64(b.N*kind.rows)/b.Elapsed().Seconds(), "writes/s")
					})
				}
			}
		})
	}
}

// many adds learners m0, m1, … to north, each enrolled in b0, b1, ….
func (w *world) many(tb testing.TB, learners, activities int) {
	for i := range activities {
		w.db.Write(tb, `insert into product (realm_id, product_id, organization_id, kind, title, title_folded, created_at) values (1, $1, 'north', 'activity', $1, $1, 0)`, fmt.Sprintf("b%d", i))
		w.db.Write(tb, `insert into activity (realm_id, activity_id, activity, kind, url, self_complete) values (1, $1, $2, 'course', 'https://learn.example.org', $3)`, fmt.Sprintf("b%d", i), 100+i, true)
	}
	for i := range learners {
		w.db.Write(tb, `insert into account (realm_id, account_id, organization_id, learner, given_name, family_name, name, name_folded, search_text, status, base_role, home, created_at)
			values (1, $1, 'north', $2, $1, '', $1, $1, $1, 'active', 'student', 'o000001', 0)`, fmt.Sprintf("m%d", i), 1000+i)
	}
	w.db.Write(tb, `insert into enrollment (realm_id, learner, activity, enrolled_at, progress, minutes_spent, changes)
		select 1, a.learner, c.activity, $1, 0, 0, 0 from account a cross join activity c where a.learner >= 1000 and c.activity >= 100`, w.now().Add(-time.Hour).UnixMicro())
	w.db.Write(tb, `insert into enrollment_source (realm_id, learner, activity, kind, ref, from_at) select realm_id, learner, activity, 'hand', '', enrolled_at from enrollment where learner >= 1000`)
	if w.db.Engine() == "postgres" {
		w.db.Write(tb, `analyze`)
	}
}
