package license

import "github.com/ambit-lms/ambit/internal/content"

// maxLimit is the largest page; a query without a limit gets the default.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// limit brings a page's size into bounds.
func limit(n int) int {
	switch {
	case n <= 0:
		return defaultLimit
	case n > maxLimit:
		return maxLimit
	}
	return n
}

// PurchaseQuery asks for a page of purchases.
type PurchaseQuery struct {
	Q        string // looks into company, product and buyer
	State    State  // empty: all
	Company  string // of this company, however it is spelled
	Product  content.ProductID
	Reporter ReporterFilter
	Cursor   Cursor
	Limit    int
}

// ReporterFilter narrows purchases by how they stand with their reporter.
type ReporterFilter string

// The ways to narrow.
const (
	AnyReporter     ReporterFilter = ""
	WithoutReporter ReporterFilter = "none"
	ReporterAbsent  ReporterFilter = "never_signed_in" // has one, who has never signed in
	ReporterWaiting ReporterFilter = "waiting"         // an automatic appointment met the manager limit
)

// Size is the page's size in bounds.
func (q PurchaseQuery) Size() int { return limit(q.Limit) }

// PurchasePage is a page of purchases; Total counts all that the query finds.
type PurchasePage struct {
	Items []Purchase
	Next  Cursor
	Total int
}

// SeatQuery asks for a page of a purchase's seats.
type SeatQuery struct {
	Q      string    // looks into addresses and names
	State  SeatState // empty: all
	Cursor Cursor
	Limit  int
}

// Size is the page's size in bounds.
func (q SeatQuery) Size() int { return limit(q.Limit) }

// SeatPage is a page of seats; Total counts all that the query finds.
type SeatPage struct {
	Items []Seat
	Next  Cursor
	Total int
	// Hidden tells that the addresses of pending seats are not told to the asker.
	Hidden bool
	// Assigns and Releases tell what the asker may do about the purchase's seats.
	Assigns, Releases bool
}

// CandidateQuery narrows the people who could become reporter.
type CandidateQuery struct {
	Q     string // looks into names and addresses
	Limit int
}

// Size is the list's size in bounds.
func (q CandidateQuery) Size() int { return limit(q.Limit) }

// Cursor is where the next page begins; the empty one is the first page. It is
// opaque to those who hand it back, and signed for its viewer and its list.
type Cursor string
