package bench

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// pages asks for every page and operation, as everybody, with every number of users.
func (b *bench) pages(ctx context.Context) error {
	for _, r := range b.server.Table() {
		if why := unasked(r); why != "" && r.Method() == http.MethodGet {
			b.result.LeftOut = append(b.result.LeftOut, LeftOut{Name: r.Path(), Reason: why})
		}
	}
	for _, p := range b.people {
		targets, left := b.targets(ctx, p)
		for _, l := range left {
			b.leaveOut(l)
		}
		for n, t := range targets {
			for _, users := range b.Users {
				b.say("%s %d/%d: %s, %d users", p.name, n+1, len(targets), t.name, users)
				c, err := b.page(ctx, p, t, users)
				if err != nil {
					return err
				}
				b.result.Pages = append(b.result.Pages, c)
			}
		}
	}
	return nil
}

// leaveOut gathers the people for whom a route was left out for the same reason.
func (b *bench) leaveOut(l LeftOut) {
	same := slices.IndexFunc(b.result.LeftOut, func(o LeftOut) bool { return o.Name == l.Name && o.Reason == l.Reason })
	if same < 0 {
		b.result.LeftOut = append(b.result.LeftOut, l)
		return
	}
	b.result.LeftOut[same].Who = append(b.result.LeftOut[same].Who, l.Who...)
}

// page measures one address. A failed call is counted, so that one bad page
// does not hide the others.
func (b *bench) page(ctx context.Context, p person, t target, users int) (Call, error) {
	c := Call{Name: t.name, Kind: t.kind.String(), Who: p.name}
	_, c.Bytes = b.front.ask(ctx, p, 0, t.address, nil) // and the engine's caches are warm
	timing, wrong := load(ctx, users, b.Cell, func(ctx context.Context, user int) error {
		return b.get(ctx, p, user, t)
	})
	c.Timing = timing
	if wrong != nil {
		b.say("  failed: %v", wrong)
	}
	return c, ctx.Err()
}

func (b *bench) get(ctx context.Context, p person, user int, t target) error {
	switch status, _ := b.front.ask(ctx, p, user, t.address, nil); status {
	case http.StatusOK:
		return nil
	case http.StatusTooManyRequests:
		return errBusy
	default:
		return fmt.Errorf("%s answers %d", t.name, status)
	}
}
