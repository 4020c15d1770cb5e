package license

// Movement names what happened to a purchase's seats.
type Movement string

// The movements of seats.
const (
	SeatsBought  Movement = "bought"
	SeatsChanged Movement = "changed" // the number of seats, afterwards
	SeatAssigned Movement = "assigned"
	SeatRedeemed Movement = "redeemed"
	SeatReleased Movement = "released"
	SeatRevoked  Movement = "revoked"
)

// Entry is one line of a purchase's ledger: what was added to each count. The
// sums over all lines are the balance (N-09).
type Entry struct {
	Movement Movement
	Seat     SeatID // empty for the purchase itself
	Seats    int
	Pending  int
	Redeemed int
}

// Moved is the ledger line of a seat that went from one state to another; the
// empty state is that of a free seat. ok is false where no count moves.
func Moved(seat SeatID, from, to SeatState) (e Entry, ok bool) {
	e = Entry{Seat: seat, Pending: held(to, Pending) - held(from, Pending), Redeemed: held(to, Redeemed) - held(from, Redeemed)}
	e.Movement = map[SeatState]Movement{Pending: SeatAssigned, Redeemed: SeatRedeemed, Released: SeatReleased, Revoked: SeatRevoked}[to]
	return e, e.Pending != 0 || e.Redeemed != 0
}

func held(s, state SeatState) int {
	if s == state {
		return 1
	}
	return 0
}
