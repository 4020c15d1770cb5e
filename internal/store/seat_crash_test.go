package store_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// The environment of the process that is killed, and what it says.
const (
	crashAt  = "AMBIT_TEST_CRASH_AT"  // the database
	crashAct = "AMBIT_TEST_CRASH_ACT" // the act to confirm
	crashNow = "begun"
	crashAck = "acknowledged"
)

const crashSeats = 1000

// TestConfirmAndBeKilled is what the killed process runs; by itself it has nothing to do.
func TestConfirmAndBeKilled(t *testing.T) {
	address := os.Getenv(crashAt)
	if address == "" {
		t.Skip("it is run by TestAProcessThatIsKilledLeavesNoHalfAct")
	}
	w := &world{clock: &clock{at: crashTime}}
	db, err := store.Open(t.Context(), address, w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.db = db
	acts := bulk.NewService(w.db, w.now, license.Acts(w.licenses())...)
	fmt.Println(crashNow)
	if _, err := acts.Confirm(t.Context(), w.reach(t, "buyer", access.SelfView), bulk.Asks(w.asks(t, "buyer")), bulk.ID(os.Getenv(crashAct))); err != nil {
		t.Fatal(err)
	}
	fmt.Println(crashAck)
	time.Sleep(time.Minute) // to be killed
}

var crashTime = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// TestAProcessThatIsKilledLeavesNoHalfAct kills one at random moments of
// assigning a thousand seats: either nothing of the act is there or all of it,
// what was acknowledged is, and confirming it again sends no second letter.
func TestAProcessThatIsKilledLeavesNoHalfAct(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			address := storetest.Address(t, engine)
			w := newWorldAt(t, address)
			w.T = t
			people := license.SeatInput{}
			for i := range crashSeats {
				people.People = append(people.People, license.Invitee{Email: fmt.Sprintf("p%d@example.com", i)})
			}
			acts := bulk.NewService(w.db, w.now, license.Acts(w.licenses())...)
			self, asks := w.reach(t, "buyer", access.SelfView), bulk.Asks(w.asks(t, "buyer"))
			whole := 0
			for round := range seatKills {
				id := w.fresh(t, round, crashSeats)
				act, err := acts.Preview(t.Context(), self, bulk.Asks(w.asks(t, "buyer")), license.SeatAct, string(id), people)
				if err != nil {
					t.Fatal(err)
				}
				acknowledged := killed(t, address, act.ID, time.Duration(rand.Int64N(int64(500*time.Millisecond))))
				before := w.invitations(t, id)
				switch got := w.counts(t, id)[1]; {
				case got != 0 && got != crashSeats, got != len(before):
					t.Fatalf("round %d: %d seats, %d letters", round, got, len(before))
				case acknowledged && got != crashSeats:
					t.Fatalf("round %d: an acknowledged act is gone", round)
				case got == crashSeats:
					whole++
				}
				if act, err = acts.Confirm(t.Context(), self, asks, act.ID); err != nil || act.State != bulk.Done {
					t.Fatalf("round %d: confirmed again: %+v, %v", round, act.State, err)
				}
				if after := w.invitations(t, id); len(after) != crashSeats || len(before) > 0 && !slices.Equal(after, before) {
					t.Fatalf("round %d: %d letters before, %d after, or others", round, len(before), len(after))
				}
			}
			w.isSound(t)
			t.Logf("%d of %d kills came after the commit", whole, seatKills)
		})
	}
}

// invitations lists the ids of the invitations of a purchase.
func (w *world) invitations(t testing.TB, id license.PurchaseID) []string {
	return w.db.Texts(t, `select m.mail_id from mail m join seat s on s.seat_id = m.about_id where m.kind = 'seat.invitation' and s.purchase_id = $1 order by m.mail_id`, string(id))
}

// killed runs the process, kills it some time after it has begun and tells
// whether it had acknowledged by then.
func killed(t *testing.T, address string, act bulk.ID, after time.Duration) (acknowledged bool) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestConfirmAndBeKilled$", "-test.count=1")
	child.Env = append(os.Environ(), crashAt+"="+address, crashAct+"="+string(act))
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = child.Wait() }() // it was killed, and says so
	said := make(chan string)
	go func() {
		defer close(said)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			said <- lines.Text()
		}
	}()
	for line := range said {
		if line == crashNow {
			break
		}
	}
	kill := time.AfterFunc(after, func() { _ = child.Process.Kill() })
	defer kill.Stop()
	for line := range said {
		acknowledged = acknowledged || line == crashAck
	}
	return acknowledged
}
