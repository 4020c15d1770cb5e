package store_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/once"
)

// keyed is a world in which purchases are made by requests with keys.
type keyed struct {
	*world
	requests *once.Service
	before   int
}

func inKeyed(t *testing.T, test func(t *testing.T, w *keyed)) {
	inWorld(t, func(t *testing.T, w *world) {
		test(t, &keyed{world: w, requests: once.NewService(w.db, w.now), before: w.count(t, `select count(*) from purchase`)})
	})
}

// sold counts the purchases that were made since.
func (w *keyed) sold(t *testing.T) int {
	t.Helper()
	return w.count(t, `select count(*) from purchase`) - w.before
}

func request(t *testing.T, key, body string) once.Request {
	t.Helper()
	rq, err := once.NewRequest(key, "POST /purchases", []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return rq
}

// ask sells once for a request; then is what happens after the sale.
func (w *keyed) ask(t *testing.T, rq once.Request, then func() error) (once.Answer, bool, error) {
	reach := w.reach(t, "admin", access.LicenseSell)
	return w.requests.Do(t.Context(), reach, rq, func(ctx context.Context) (once.Answer, error) {
		id, err := w.selling().Sell(ctx, reach, anySale())
		if err == nil && then != nil {
			err = then()
		}
		return once.Answer{Status: http.StatusCreated, Location: "/purchases/" + string(id), Body: `{"id":"` + string(id) + `"}`}, err
	})
}

func TestARequestWithAKeyIsDoneOnce(t *testing.T) {
	inKeyed(t, func(t *testing.T, w *keyed) {
		first, again, err := w.ask(t, request(t, "k", "a"), nil)
		if err != nil || again {
			t.Fatal(first, again, err)
		}
		w.move(23 * time.Hour)
		if second, again, err := w.ask(t, request(t, "k", "a"), nil); err != nil || !again || second != first {
			t.Errorf("again: %+v, %t, %v; first %+v", second, again, err, first)
		}
		if _, _, err := w.ask(t, request(t, "k", "b"), nil); !errors.Is(err, once.ErrUsed) || fault.KindOf(err) != fault.Invalid {
			t.Errorf("another body: %v", err)
		}
		other := request(t, "k", "a")
		other.Operation = "POST /seats"
		if _, _, err := w.ask(t, other, nil); !errors.Is(err, once.ErrUsed) {
			t.Errorf("another operation: %v", err)
		}
		if n := w.sold(t); n != 1 {
			t.Errorf("%d purchases", n)
		}
		w.move(2 * time.Hour) // a day and an hour after the first
		if _, again, err := w.ask(t, request(t, "k", "b"), nil); err != nil || again || w.sold(t) != 2 {
			t.Errorf("a key of yesterday: %t, %v", again, err)
		}
	})
}

func TestAFailedRequestFreesItsKey(t *testing.T) {
	inKeyed(t, func(t *testing.T, w *keyed) {
		reach := w.reach(t, "admin", access.LicenseSell)
		wrong := func(ctx context.Context) (once.Answer, error) {
			_, err := w.selling().Sell(ctx, reach, license.Sale{})
			return once.Answer{}, err
		}
		if _, _, err := w.requests.Do(t.Context(), reach, request(t, "k", "a"), wrong); fault.KindOf(err) != fault.Invalid {
			t.Fatal(err)
		}
		if _, again, err := w.ask(t, request(t, "k", "b"), nil); err != nil || again || w.sold(t) != 1 {
			t.Errorf("the corrected request: %t, %v, %d sold", again, err, w.sold(t))
		}
	})
}

// What was committed is never repeated, whatever happens between the commit
// and the answer.
func TestWorkThatWasCommittedIsNeverRepeated(t *testing.T) {
	inKeyed(t, func(t *testing.T, w *keyed) {
		if _, _, err := w.ask(t, request(t, "failed", "a"), func() error { return errors.New("the answer could not be made") }); err == nil {
			t.Fatal("no failure")
		}
		if _, _, err := w.ask(t, request(t, "failed", "a"), nil); !errors.Is(err, once.ErrLost) || fault.KindOf(err) != fault.Conflict {
			t.Errorf("after a failure: %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_, _, err := w.ask(t, request(t, "killed", "a"), func() error { panic("the process ends here") })
			t.Error("no panic", err)
		}()
		if _, _, err := w.ask(t, request(t, "killed", "a"), nil); !errors.Is(err, once.ErrRunning) {
			t.Errorf("right after the process was killed: %v", err)
		}
		w.move(time.Hour)
		if _, _, err := w.ask(t, request(t, "killed", "a"), nil); !errors.Is(err, once.ErrLost) {
			t.Errorf("an hour after: %v", err)
		}
		if n := w.sold(t); n != 2 {
			t.Errorf("%d purchases", n)
		}
	})
}

// A claim that ran out is taken over; whoever held it can commit no more.
func TestAClaimThatWasTakenOverCannotCommit(t *testing.T) {
	inKeyed(t, func(t *testing.T, w *keyed) {
		reach, rq := w.reach(t, "admin", access.LicenseSell), request(t, "k", "a")
		_, _, err := w.requests.Do(t.Context(), reach, rq, func(ctx context.Context) (once.Answer, error) {
			w.move(time.Hour)
			if _, again, err := w.ask(t, rq, nil); err != nil || again {
				t.Errorf("the second: %t, %v", again, err)
			}
			_, err := w.selling().Sell(ctx, reach, anySale())
			return once.Answer{}, err
		})
		if !errors.Is(err, once.ErrTakenOut) || w.sold(t) != 1 {
			t.Errorf("the first: %v, %d sold", err, w.sold(t))
		}
		if _, again, err := w.ask(t, rq, nil); err != nil || !again {
			t.Errorf("the answer of the second is gone: %t, %v", again, err)
		}
	})
}

func TestTheSameKeyInParallel(t *testing.T) {
	inKeyed(t, func(t *testing.T, w *keyed) {
		const rounds, clients = 10, 16
		for round := range rounds {
			rq := request(t, "k"+string(rune('a'+round)), "a")
			var group sync.WaitGroup
			answers, failures := make([]once.Answer, clients), make([]error, clients)
			for i := range clients {
				group.Go(func() { answers[i], _, failures[i] = w.ask(t, rq, nil) })
			}
			group.Wait()
			var told once.Answer
			for i, err := range failures {
				switch {
				case errors.Is(err, once.ErrRunning):
				case err != nil:
					t.Errorf("round %d: %v", round, err)
				case told != (once.Answer{}) && answers[i] != told:
					t.Errorf("round %d: two answers, %+v and %+v", round, told, answers[i])
				default:
					told = answers[i]
				}
			}
			if told == (once.Answer{}) {
				t.Errorf("round %d: nobody was answered", round)
			}
		}
		if n := w.sold(t); n != rounds {
			t.Errorf("%d purchases for %d keys", n, rounds)
		}
	})
}

func TestKeysAreOnesOwnAndAreSwept(t *testing.T) {
	inKeyed(t, func(t *testing.T, w *keyed) {
		if _, _, err := w.ask(t, request(t, "k", "a"), nil); err != nil {
			t.Fatal(err)
		}
		reach := w.reach(t, "master", access.LicenseSell)
		_, again, err := w.requests.Do(t.Context(), reach, request(t, "k", "b"), func(context.Context) (once.Answer, error) { return once.Answer{Status: 200}, nil })
		if err != nil || again {
			t.Errorf("somebody else's same key: %t, %v", again, err)
		}
		w.move(once.KeyFor + time.Minute)
		if err := w.requests.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.count(t, `select count(*) from request_key`); n != 0 {
			t.Errorf("%d keys are left", n)
		}
		for _, bad := range []string{"", "a\nb", "\xff", string(make([]byte, 201))} {
			if _, err := once.NewRequest(bad, "", nil); !errors.Is(err, once.ErrKey) {
				t.Errorf("key %q: %v", bad, err)
			}
		}
	})
}
