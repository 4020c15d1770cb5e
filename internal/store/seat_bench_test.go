package store_test

import (
	"fmt"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
)

// BenchmarkAssignSeats assigns a thousand addresses at once, and tells how many
// statements that takes.
func BenchmarkAssignSeats(b *testing.B) {
	const seats = 1000
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			w := newWorld(b, engine)
			people := make([]license.Invitee, seats)
			for i := range people {
				people[i].Email = fmt.Sprintf("person%d@example.com", i)
			}
			reach, licenses, round := w.reach(b, "buyer", access.SeatAssign), w.licenses(), 0
			assign := func(b *testing.B) {
				round++
				id := license.PurchaseID(fmt.Sprintf("deal%d", round))
				w.sell(b, id, seats)
				reach = w.reach(b, "buyer", access.SeatAssign)
				b.StartTimer()
				done, err := licenses.AssignSeats(b.Context(), reach, id, people)
				b.StopTimer()
				if err != nil || done.Lines[seats-1].Result != license.ResultAssigned {
					b.Fatal(err)
				}
			}
			statements := w.db.Statements(b, func() { assign(b) })
			b.ResetTimer()
			b.StartTimer()
			for b.Loop() {
				b.StopTimer()
				assign(b)
				b.StartTimer()
			}
			b.ReportMetric(float64(statements), "statements")
		})
	}
}
