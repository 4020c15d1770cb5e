package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// TestALinkIsUsedOnce has many redeem the same link at once, some by the link
// and some by the offer in their account: one wins, the others are told.
func TestALinkIsUsedOnce(t *testing.T) {
	amongInvites(t, func(t *testing.T, w *invites) { w.raceForLinks(t, 16, 50) })
}

func (w *invites) raceForLinks(t *testing.T, racers, rounds int) {
	w.purchase(t, "race", "program", "buyer", rounds, w.now())
	refused := map[string]int{}
	visitors := make([]account.IdentityID, rounds)
	for round := range rounds {
		email := racerOf(round)
		visitors[round] = w.identity(t, email, "")
		if round%2 == 1 { // one who has an account already, by whom it may be accepted as well
			w.account(t, access.AccountID(email), "north", "o000001", "")
			w.db.Write(t, `update account set identity_id = $1, email = $2, email_folded = $2 where account_id = $2`, string(visitors[round]), email)
		}
	}
	for round := range rounds {
		email, visitor := racerOf(round), visitors[round]
		seat, secret := w.offer(t, "race", email)
		var self access.Reach
		if round%2 == 1 {
			self = w.reach(t, access.AccountID(email), access.SelfEdit)
		}
		var won atomic.Int32
		var racing sync.WaitGroup
		var mu sync.Mutex
		start := make(chan struct{})
		for i := range racers {
			racing.Go(func() {
				<-start
				var err error
				if i%2 == 1 && round%2 == 1 {
					_, err = w.redeem.Accept(context.Background(), self, seat, "")
				} else {
					_, _, err = w.redeem.Redeem(context.Background(), secret, visitor, license.Newcomer{Name: account.Name{Given: "Racer"}}, somewhere)
				}
				switch {
				case err == nil:
					won.Add(1)
				case errors.Is(err, license.ErrRedeemed), fault.KindOf(err) == fault.Unavailable:
					mu.Lock()
					refused[fault.Sentence(err)]++
					mu.Unlock()
				default:
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		close(start)
		racing.Wait()
		if won.Load() != 1 {
			t.Errorf("round %d: %d redeemed", round, won.Load())
		}
		if n := w.count(t, `account where email_folded = $1`, email); n != 1 {
			t.Errorf("round %d: %d accounts", round, n)
		}
	}
	if n := w.count(t, `seat_ledger where purchase_id = 'race' and movement = 'redeemed'`); n != rounds {
		t.Errorf("%d movements", n)
	}
	if n := w.count(t, `mail where kind = $1 and about_id = 'race'`, license.RedeemedLetter); n != rounds {
		t.Errorf("%d letters", n)
	}
	w.isSound(t)
	t.Logf("%d rounds of %d: %v", rounds, racers, refused)
}

func racerOf(round int) string { return fmt.Sprintf("racer%d@example.org", round) }
