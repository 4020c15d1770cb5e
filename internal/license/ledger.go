package license

import "time"

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

// Movements lists them in the order of a seat's life.
func Movements() []Movement {
	return []Movement{SeatsBought, SeatsChanged, SeatAssigned, SeatRedeemed, SeatReleased, SeatRevoked}
}

// Entry is one line of a purchase's ledger: what was added to each count. The
// sums over all lines are the balance (N-09).
type Entry struct {
	Movement Movement
	Seat     SeatID // empty for the purchase itself
	Seats    int
	Pending  int
	Redeemed int
	Spent    int // redeemed and released where the plan does not give the seat back
}

// Moved is the ledger line of a seat that went from one state to another; the
// empty state is that of a free seat. ok is false where no count moves.
func Moved(seat SeatID, from, to SeatState) (e Entry, ok bool) {
	e = Entry{Seat: seat, Pending: held(to, Pending) - held(from, Pending), Redeemed: held(to, Redeemed) - held(from, Redeemed)}
	e.Movement = map[SeatState]Movement{Pending: SeatAssigned, Redeemed: SeatRedeemed, Released: SeatReleased, Revoked: SeatRevoked}[to]
	return e, e.Pending != 0 || e.Redeemed != 0
}

// Freed is what the entry adds to the free seats.
func (e Entry) Freed() int { return e.Seats - e.Pending - e.Redeemed - e.Spent }

// LedgerLine is an entry as it stands in the ledger, and the balance after it.
type LedgerLine struct {
	Entry
	No      int
	At      time.Time
	By      Person // who did it; nobody where System did
	System  string
	Holder  Person // the seat's, once it was redeemed
	Email   string // the seat's, as it was typed; empty where it is not told
	Balance Entry  // the sums of this line and all before it
}

// LedgerQuery asks for a page of a purchase's ledger, the newest first.
type LedgerQuery struct {
	Before int // the number of the last line of the page before; zero: the first page
	Limit  int
}

// Size is the page's size in bounds.
func (q LedgerQuery) Size() int { return limit(q.Limit) }

// LedgerPage is a page of the ledger and what answers "why are so many left?":
// the sums by movement give exactly the balance.
type LedgerPage struct {
	Items   []LedgerLine
	Next    int     // for LedgerQuery.Before; zero: there is no more
	Total   int     // lines in the ledger
	Sums    []Entry // one for each movement that happened, in the order of seats' lives
	Times   map[Movement]int
	Balance Entry
	Over    int // seats in use beyond those that are paid for
}

// Free is how many seats are left, as the purchase shows it.
func (p LedgerPage) Free() int { return p.Balance.Freed() + p.Over }

func held(s, state SeatState) int {
	if s == state {
		return 1
	}
	return 0
}
