package store_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// TestTwoAppointmentsAtOnce races administrators and the buyer for one
// purchase, while readers look: never two reporters, never a gap once there is
// one, and nobody is told anything but success or a conflict (M-038, M-054).
func TestTwoAppointmentsAtOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.redeem(t, "acme", "pia", w.now())
		w.mustAssign(t, "admin", "acme", "buyer")
		people := []access.AccountID{"ann", "ben", "pia"}
		actors := []access.AccountID{"admin", "master", "buyer"}
		licenses := license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now)
		var done atomic.Bool
		var watching sync.WaitGroup
		watching.Go(func() {
			for !done.Load() {
				var holders int
				w.db.Read(t, `select count(*) from role_grant where realm_id = 1 and purchase_id = 'acme' and role = 'license_reporter' and ended_at is null`, nil, &holders)
				if holders != 1 {
					t.Errorf("a reader sees %d reporters", holders)
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
		for round := range seatRounds {
			var racing sync.WaitGroup
			start := make(chan struct{})
			var reaches []access.Reach
			for _, actor := range actors {
				reaches = append(reaches, w.reach(t, actor, access.ReporterAssign))
			}
			for i := range seatRacers {
				reach := reaches[i%2] // administrators, and now and then the buyer
				if i%8 == 7 {
					reach = reaches[2]
				}
				to := people[(i+round)%len(people)]
				racing.Go(func() {
					<-start
					if err := licenses.AssignReporter(context.Background(), reach, "acme", to); err != nil && fault.KindOf(err) != fault.Conflict {
						t.Errorf("round %d: %v", round, err)
					}
				})
			}
			close(start)
			racing.Wait()
		}
		done.Store(true)
		watching.Wait()
		w.isSound(t)
	})
}

// TestAppointAndRevokeAtOnce races appointments and transfers with revocations.
func TestAppointAndRevokeAtOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		licenses := license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now)
		for round := range seatRounds {
			var racing sync.WaitGroup
			reaches := []access.Reach{w.reach(t, "admin", access.ReporterAssign), w.reach(t, "master", access.ReporterAssign)}
			for i := range seatRacers {
				reach := reaches[i%2]
				to := []access.AccountID{"ann", "ben", "buyer"}[i%3]
				racing.Go(func() {
					var err error
					if i%4 == 3 {
						err = licenses.RevokeReporter(context.Background(), reach, "acme")
					} else {
						err = licenses.AssignReporter(context.Background(), reach, "acme", to)
					}
					if err != nil && fault.KindOf(err) != fault.Conflict {
						t.Errorf("round %d: %v", round, err)
					}
				})
			}
			racing.Wait()
			var open int
			w.db.Read(t, `select count(*) from role_grant where purchase_id = 'acme' and role = 'license_reporter' and ended_at is null`, nil, &open)
			if open > 1 {
				t.Fatalf("round %d: %d reporters", round, open)
			}
		}
		w.isSound(t)
	})
}
