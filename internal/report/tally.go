package report

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/ambit-lms/ambit/internal/access"
)

// tally is how many learners the reaches of one request hold, as its own
// answers have counted them. Every answer counts on its own snapshot; the
// badge then repeats what the page says instead of counting again.
type tally struct {
	mu      sync.Mutex
	counted map[string]int
}

type tallyKey struct{}

// WithTally begins a request whose answers remember how many learners they
// counted. Nothing is remembered beyond it.
func WithTally(ctx context.Context) context.Context {
	return context.WithValue(ctx, tallyKey{}, &tally{counted: map[string]int{}})
}

// tallyOf finds the tally of a request; nil, which remembers nothing, outside of one.
func tallyOf(ctx context.Context) *tally {
	t, _ := ctx.Value(tallyKey{}).(*tally)
	return t
}

func (t *tally) note(reach access.Reach, n int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counted[whose(reach)] = n
}

func (t *tally) of(reach access.Reach) (n int, ok bool) {
	if t == nil {
		return 0, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	n, ok = t.counted[whose(reach)]
	return n, ok
}

// whose is everything that decides which learners a reach holds: two
// permissions that are given for the same ones see the same number.
func whose(reach access.Reach) string {
	var b strings.Builder
	actor := reach.Actor()
	fmt.Fprintf(&b, "%d %s %s %d %d", actor.Realm, actor.Organization, actor.Account, reach.Revision(), reach.At().UnixNano())
	for _, block := range reach.Blocks() {
		if !block.Own {
			fmt.Fprintf(&b, "\n%q %q %q %q %q", block.Self, block.Lo, block.Hi, block.Purchase, block.Team)
		}
	}
	return b.String()
}
