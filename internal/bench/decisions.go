package bench

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// decisions measures what every request begins with.
func (b *bench) decisions(ctx context.Context) error {
	placements, err := b.placements(ctx)
	if err != nil {
		return err
	}
	for _, p := range b.people {
		d := Decision{Who: p.name}
		for _, users := range b.Users {
			timing, err := load(ctx, users, b.Cell/2, func(ctx context.Context, _ int) error {
				_, err := b.app.Store.Facts(ctx, p.account.Realm, p.account.ID)
				return err
			})
			if err != nil {
				return err
			}
			d.Facts = append(d.Facts, timing)
		}
		now := b.Now()
		d.FreshPerSecond = rate(b.Cell/4, func(n int) bool {
			return p.facts.For(access.LearnerView, now).Covers(placements[n%len(placements)])
		})
		reach := p.facts.For(access.LearnerView, now)
		d.CoversPerSecond = rate(b.Cell/4, func(n int) bool { return reach.Covers(placements[n%len(placements)]) })
		b.result.Decisions = append(b.result.Decisions, d)
	}
	return ctx.Err()
}

// placements are of learners in and out of the four people's reaches: the
// first in name of each.
func (b *bench) placements(ctx context.Context) (out []access.Placement, err error) {
	for _, p := range b.people {
		page, err := b.app.Reports.Learners(ctx, p.facts.For(access.LearnerView, b.Now()), report.LearnerQuery{})
		if err != nil {
			return nil, err
		}
		for _, l := range page.Items {
			at := access.Placement{Account: l.ID, Home: l.Home}
			for _, s := range l.Purchases {
				at.Purchases = append(at.Purchases, s.Purchase)
			}
			out = append(out, at)
		}
	}
	return out, nil
}

// rate is how often a second something can be done, on one core.
func rate(length time.Duration, do func(n int) bool) float64 {
	const atATime = 1000 // between two looks at the clock
	n, hits := 0, 0
	begun := time.Now()
	for time.Since(begun) < length {
		for range atATime {
			if do(n) {
				hits++
			}
			n++
		}
	}
	if hits < 0 { // uses the answers, so that none is left out
		return 0
	}
	return round(float64(n) / time.Since(begun).Seconds())
}

// sums measures adding up all activities over everybody a person sees.
func (b *bench) sums(ctx context.Context) error {
	for _, p := range b.people {
		for _, users := range b.Users {
			timing, err := load(ctx, users, b.Cell, func(ctx context.Context, _ int) error {
				_, err := b.app.Reports.Dashboard(ctx, p.facts.For(access.ReportView, b.Now()), report.Filter{})
				return err
			})
			if err != nil {
				return err
			}
			b.result.Sums = append(b.result.Sums, Call{Name: "all activities", Who: p.name, Timing: timing})
		}
	}
	return ctx.Err()
}
