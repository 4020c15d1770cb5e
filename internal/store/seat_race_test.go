package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// A race puts many people on one purchase at once, again and again. The build
// tag night makes it 64 people and 500 rounds.

// takenOrAgain tells whether an answer is one that a loser may get.
func takenOrAgain(err error) bool {
	switch fault.KindOf(err) {
	case fault.Conflict, fault.Unavailable, fault.LimitReached:
		return true
	}
	return false
}

// race runs every step at the same time.
func race(steps ...func()) {
	var running sync.WaitGroup
	start := make(chan struct{})
	for _, step := range steps {
		running.Go(func() {
			<-start
			step()
		})
	}
	close(start)
	running.Wait()
}

// fresh gives the purchase of a race's next round.
func (w *world) fresh(t testing.TB, round, seats int) license.PurchaseID {
	id := license.PurchaseID(fmt.Sprintf("round%d", round))
	w.sell(t, id, seats)
	return id
}

// TestTheLastSeatsGoToSoMany: many buyers' helpers assign the few seats there
// are, one at a time and by the list; never one more is given than there is.
func TestTheLastSeatsGoToSoMany(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		licenses := w.licenses()
		reaches := []access.Reach{w.reach(t, "admin", access.SeatAssign), w.reach(t, "master", access.SeatAssign)}
		for round := range seatRounds {
			seats := 1 + round%5
			id := w.fresh(t, round, seats)
			buyer := w.reach(t, "buyer", access.SeatAssign)
			given := make([]int, seatRacers)
			var steps []func()
			for i := range seatRacers {
				reach := append(reaches, buyer)[i%3]
				steps = append(steps, func() {
					if i%2 == 0 {
						_, err := licenses.AssignSeat(context.Background(), reach, id, license.Invitee{Email: fmt.Sprintf("p%d@example.com", i)})
						if err == nil {
							given[i] = 1
						} else if !takenOrAgain(err) {
							t.Errorf("round %d: %v", round, err)
						}
						return
					}
					done, err := licenses.AssignSeats(context.Background(), reach, id, addresses(fmt.Sprintf("p%d@example.com", i), fmt.Sprintf("q%d@example.com", i)))
					if err != nil && !takenOrAgain(err) {
						t.Errorf("round %d: %v", round, err)
					}
					for _, l := range done.Lines {
						if l.Result == license.ResultAssigned {
							given[i]++
						} else if l.Result != license.ResultNoSeat {
							t.Errorf("round %d: %s", round, l.Result)
						}
					}
				})
			}
			race(steps...)
			sum := 0
			for _, n := range given {
				sum += n
			}
			if got, want := w.counts(t, id), [5]int{seats, seats, 0, 0, 0}; got != want || sum != seats {
				t.Fatalf("round %d: %v, %d told that they succeeded, want %v", round, got, sum, want)
			}
		}
		w.isSound(t)
	})
}

// TestOnePersonIsNotAssignedTwiceAtOnce: in other letters, and by account and by address.
func TestOnePersonIsNotAssignedTwiceAtOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		licenses, reach := w.licenses(), w.reach(t, "admin", access.SeatAssign)
		for round := range seatRounds {
			id := w.fresh(t, round, 2*seatRacers)
			var won, lost sync.Map
			var steps []func()
			for i := range seatRacers {
				to := []license.Invitee{{Account: "ann"}, {Email: "ann@example.org"}, {Email: "ANN@Example.org"}, {Email: strings.ToUpper("new@example.com")}, {Email: "new@example.com"}}[i%5]
				who := "ann"
				if i%5 > 2 {
					who = "new"
				}
				steps = append(steps, func() {
					_, err := licenses.AssignSeat(context.Background(), reach, id, to)
					switch {
					case err == nil:
						if before, twice := won.Swap(who, i); twice {
							t.Errorf("round %d: %s was given a seat by %v and by %d", round, who, before, i)
						}
					case takenOrAgain(err):
						lost.Store(i, err)
					default:
						t.Errorf("round %d: %v", round, err)
					}
				})
			}
			race(steps...)
			if got := w.counts(t, id); got[1] != 2 {
				t.Fatalf("round %d: %d pending, want 2", round, got[1])
			}
		}
		w.isSound(t)
	})
}

// TestAssigningAgainstRevoking: the last seat is taken back and given, and what
// is told agrees with what is kept.
func TestAssigningAgainstRevoking(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		licenses, reach := w.licenses(), w.reach(t, "admin", access.SeatAssign)
		for round := range seatRounds {
			id := w.fresh(t, round, 2)
			w.give(t, "buyer", id, addresses("a@example.com", "b@example.com")...)
			first, second := w.seatOf(t, id, "a@example.com"), w.seatOf(t, id, "b@example.com")
			var mu sync.Mutex
			assigned, revoked := 0, 0
			var steps []func()
			for i := range seatRacers {
				steps = append(steps, func() {
					var err error
					switch i % 4 {
					case 0:
						err = licenses.RevokeSeat(context.Background(), reach, id, first, "")
					case 1:
						err = licenses.RevokeSeat(context.Background(), reach, id, second, "")
					default:
						_, err = licenses.AssignSeat(context.Background(), reach, id, license.Invitee{Email: fmt.Sprintf("p%d@example.com", i)})
					}
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err == nil && i%4 < 2:
						revoked++
					case err == nil:
						assigned++
					case !takenOrAgain(err):
						t.Errorf("round %d: %v", round, err)
					}
				})
			}
			race(steps...)
			if got := w.counts(t, id); revoked != 2 || got[1] != assigned || got[4] != 2-assigned {
				t.Fatalf("round %d: %d revoked, %d assigned, kept %v", round, revoked, assigned, got)
			}
		}
		w.isSound(t)
	})
}

// TestRedeemingAgainstRevokingAndReleasing: a seat ends once, whoever comes first.
func TestRedeemingAgainstRevokingAndReleasing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		licenses := w.licenses()
		assign, release := w.reach(t, "admin", access.SeatAssign), w.reach(t, "admin", access.SeatRelease)
		for round := range seatRounds {
			id := w.fresh(t, round, 1)
			w.give(t, "buyer", id, license.Invitee{Email: "ann@example.org"})
			seat := w.seatOf(t, id, "ann@example.org")
			var steps []func()
			for i := range seatRacers {
				steps = append(steps, func() {
					var err error
					switch i % 3 {
					case 0:
						err = w.db.RedeemSeat(context.Background(), w.actor("ann"), seat, "ann", w.now())
					case 1:
						err = licenses.RevokeSeat(context.Background(), assign, id, seat, "")
					default:
						err = licenses.ReleaseSeat(context.Background(), release, id, seat, "")
					}
					if err != nil && !takenOrAgain(err) {
						t.Errorf("round %d: %v", round, err)
					}
				})
			}
			race(steps...)
			got := w.counts(t, id)
			if got[1] != 0 || got[2]+got[3]+got[4] != 1 {
				t.Fatalf("round %d: %v", round, got)
			}
		}
		w.isSound(t)
	})
}
