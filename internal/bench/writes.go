package bench

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// perBatch is how many items a batch has; the writes are about learners of so
// many pages of two hundred.
const (
	perBatch    = 200
	goingsPages = 3
)

// going is a learner who can go on in an activity.
type going struct {
	reach    access.Reach // to their own
	learner  access.AccountID
	activity content.ProductID
}

// writes measures whole changes: the enrollment, the values before it, the
// audit event and the learner's packed transcript, on the disk before they are
// acknowledged.
func (b *bench) writes(ctx context.Context) error {
	all := b.people[len(b.people)-1]
	learners, err := b.goings(ctx, all)
	if err != nil {
		return err
	}
	edit := all.facts.For(access.EnrollmentEdit, b.Now())
	item := func() learning.Progress {
		g := learners[rand.IntN(len(learners))]
		progress := rand.IntN(100)
		return learning.Progress{Learner: string(g.learner), Activity: string(g.activity), OccurredAt: b.Now(), Progress: &progress}
	}
	record := func(rows int) func(ctx context.Context, _ int) error {
		return func(ctx context.Context, _ int) error {
			items := make([]learning.Progress, rows)
			for i := range items {
				items[i] = item()
			}
			results, err := b.app.Learning.Record(ctx, edit, items)
			if err == nil && results[0].Status != learning.Recorded && results[0].Status != learning.Stale {
				return fmt.Errorf("an item was answered %s", results[0].Status)
			}
			return err
		}
	}
	for _, kind := range []struct {
		name  string
		rows  int
		write func(ctx context.Context, user int) error
	}{
		{"a learner opens an activity", 1, func(ctx context.Context, _ int) error {
			g := learners[rand.IntN(len(learners))]
			_, err := b.app.Learning.Launch(ctx, g.reach, g.activity)
			return err
		}},
		{"one item of progress", 1, record(1)},
		{"two hundred items of progress", perBatch, record(perBatch)},
	} {
		for _, users := range b.Users {
			b.say("%s, %d users", kind.name, users)
			timing, err := load(ctx, users, b.Cell, kind.write)
			if err != nil {
				return err
			}
			b.result.Writes = append(b.result.Writes, Call{Name: kind.name, Rows: kind.rows, Timing: timing})
		}
	}
	return ctx.Err()
}

// goings finds learners with an enrollment that they can go on in.
func (b *bench) goings(ctx context.Context, all person) (out []going, err error) {
	people, enrollments := all.facts.For(access.LearnerView, b.Now()), all.facts.For(access.EnrollmentView, b.Now())
	lq := report.LearnerQuery{Limit: 200}
	for range goingsPages {
		page, err := b.app.Reports.Learners(ctx, people, lq)
		if err != nil {
			return nil, err
		}
		for _, l := range page.Items {
			g, ok, err := b.going(ctx, people, enrollments, l)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, g)
			}
		}
		if lq.Cursor = page.NextCursor; lq.Cursor == "" {
			break
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("none of %d learners can go on in an activity", goingsPages*200)
	}
	return out, nil
}

func (b *bench) going(ctx context.Context, people, enrollments access.Reach, l report.Learner) (going, bool, error) {
	card, err := b.app.Reports.Learner(ctx, people, enrollments, l.ID)
	if err != nil {
		return going{}, false, err
	}
	for _, row := range card.Rows {
		if row.Column.Program() || row.State != transcript.InProgress {
			continue
		}
		facts, err := b.app.Store.Facts(ctx, people.Actor().Realm, l.ID)
		if err != nil {
			return going{}, false, err
		}
		return going{facts.For(access.SelfEdit, b.Now()), l.ID, content.ProductID(row.Column.ID)}, true, nil
	}
	return going{}, false, nil
}
