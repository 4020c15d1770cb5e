package server

import (
	"sync"
	"time"

	"github.com/ambit-lms/ambit/internal/fault"
)

// atOnce is how many heavy requests one account, or one address where nobody
// is signed in, may have running in this process.
const atOnce = 4

// busy counts the heavy requests of each account, or address, that run now.
type busy struct {
	mu      sync.Mutex
	running map[string]int
}

func newBusy() *busy { return &busy{running: map[string]int{}} }

// enter takes a place, or says to come back.
func (b *busy) enter(v *Visit) (release func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	who := string(v.Account.ID)
	if who == "" {
		who = v.Address
	}
	if b.running[who] >= atOnce {
		return nil, fault.After(5*time.Second, "You have several of these running already. Please wait for one to end.")
	}
	b.running[who]++
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.running[who]--; b.running[who] == 0 {
			delete(b.running, who)
		}
	}, nil
}
