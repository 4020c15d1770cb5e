// Package report tells what the learners in a reach have done: lists of
// learners, the training matrix, and sums. Every figure is a sum over the
// transcripts of reach ∩ filters, taken on one snapshot (I-02).
package report

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Seat narrows to learners whose seat is live or has ended by date.
type Seat string

// The values of the seat filter. AnySeat is live seats for those who see
// learners by purchase, and everybody for those who see them by place.
const (
	AnySeat   Seat = ""
	LiveSeat  Seat = "live"
	EndedSeat Seat = "ended"
)

// Filter is what a list is narrowed by; its zero value narrows nothing. Ids
// may be Ambit's or the customer's own (external ids).
type Filter struct {
	Query    string
	Location string
	Team     string // or several, with commas between them: members of any, each once
	Purchase string
	Activity string // an activity or a program
	State    *transcript.State
	Seat     Seat
	// Organization narrows to the learners of one organization, by its id or slug (M-256).
	Organization string
	// Role and Status narrow to accounts with a base role and in a status. Only
	// those count whom the asker sees by their place.
	Role   access.RoleKey
	Status string
	Did    Did
	Period Period // what Did and figures of a period are about
}

// needsTranscripts tells whether SQL alone cannot answer the filter.
func (f Filter) needsTranscripts() bool {
	return f.State != nil || f.Activity != "" || f.Did != DidAnything
}

// Organization is one whose learners a reach holds, with what its days need.
type Organization struct {
	ID      access.OrgID
	Slug    string
	Path    access.Path
	Name    string
	Zone    *time.Location
	Windows transcript.Windows
	Today   day.Day // filled in by the service from its clock
}

// Learner is a person seen as one who learns. Location, teams and last seen
// are empty where no block that holds the learner carries them.
type Learner struct {
	ID         access.AccountID
	No         access.LearnerNo
	ExternalID string
	Name       string
	Folded     string // sort key
	Email      string
	Status     string
	Home       access.Path
	LocationID access.LocationID
	// LocationExternal is the customer's own id of the location.
	LocationExternal string
	Location         string
	LastSeen         time.Time
	CreatedAt        time.Time
	Purchases        []HeldSeat
}

// HeldSeat is a redeemed seat of a learner on a purchase that the asker sees.
type HeldSeat struct {
	Purchase    access.PurchaseID
	ExternalID  string
	Company     string
	Product     string
	RedeemedAt  time.Time
	AccessUntil day.Day // last day; None: open
}

// Invitation is a pending seat: the typed address and nothing of an account
// that may stand behind it.
type Invitation struct {
	Seat       string
	Purchase   access.PurchaseID
	ExternalID string
	Company    string
	Product    string
	Email      string // empty where the organization hides it until redeemed
	AssignedAt time.Time
	RedeemBy   day.Day
	State      string
}

// Column is an activity or a program of the matrix.
type Column struct {
	ID         string
	ExternalID string
	Title      string
	Folded     string
	Kind       string
	Minutes    int
	No         access.ActivityNo   // of an activity
	Required   []access.ActivityNo // of a program: what it derives from
}

// Program tells whether the column is a program.
func (c Column) Program() bool { return c.Required != nil }

// Part is a purchase's view of a learner: its activities, from the redemption
// of the seat up to a last day.
type Part struct {
	Purchase   access.PurchaseID
	Activities []access.ActivityNo
	Since      day.Day // day of the redemption
	Until      day.Day // last day of access; None: open
}

// Member is a learner who is seen through purchases only.
type Member struct {
	Learner      access.LearnerNo
	Organization int // index in Selection.Organizations
	Parts        []Part
}

// Segment is learners of one organization of whom everything is seen.
type Segment struct {
	Organization int
	Learners     []access.LearnerNo // ascending
}

// Selection is the learners of reach ∩ filters, before states are asked about.
type Selection struct {
	Organizations []Organization
	Wide          []Segment
	Narrow        []Member // ascending by learner; none of them is in Wide
}

// Len counts the learners.
func (s *Selection) Len() int {
	n := len(s.Narrow)
	for _, w := range s.Wide {
		n += len(w.Learners)
	}
	return n
}

// Criteria are a filter with its ids looked up.
type Criteria struct {
	Query        string // folded
	LocationPath access.Path
	Teams        []access.TeamID // members of any of them; of anything when nil
	Purchase     *Part           // the purchase and its activities; rows are its learners
	Seat         Seat
	Nobody       bool               // an id of the filter is unknown: the answer is empty
	Erased       bool               // only those whose identity was erased, for past counts (I-21)
	Learners     []access.LearnerNo // only these, when not nil
	Role         access.RoleKey
	Status       string
	// Expected is how many there are that meet all of this, once they were listed: how they are read depends on it.
	Expected int
}

// Position is where a page ended: the sort key and id of its last row.
type Position struct {
	Folded string
	ID     string
}

// Home is a place with the learners who are placed there. Without a location
// it is the organization itself.
type Home struct {
	Location     Named
	Path         access.Path
	ExternalID   string
	Organization int // index in the organizations of the question
	Learners     []access.LearnerNo
}

// StatusGroup is the learners whose account has a status.
type StatusGroup struct {
	Status   string
	Learners []access.LearnerNo
}

// Purchase is a license purchase as a report tells of it.
type Purchase struct {
	ID          access.PurchaseID
	ExternalID  string
	Company     string
	Product     string // title
	ProductID   string
	Reporter    string // name, empty for none
	Activities  []access.ActivityNo
	PurchasedAt time.Time
	RedeemBy    day.Day
	Seats       int // bought, over-assigned ones included
	Pending     int
	Redeemed    int  // live and ended by date
	Ended       int  // of those, ended by date
	Placed      bool // seen by place rather than as a purchase of one's own
}

// Source reads what reports are made of, on one snapshot. Every method that
// names people takes the reach.
type Source interface {
	// CursorKey is what the installation signs the cursors of its lists with.
	CursorKey(ctx context.Context) ([]byte, error)
	// Organizations lists those whose learners the reach holds, the actor's own first.
	Organizations(ctx context.Context, reach access.Reach) ([]Organization, error)
	// Resolve looks up the ids of a filter in the actor's organization.
	Resolve(ctx context.Context, reach access.Reach, f Filter) (Criteria, error)
	// Count counts the learners of the reach that meet the criteria.
	Count(ctx context.Context, reach access.Reach, c Criteria, orgs []Organization) (int, error)
	// Select lists them by number, with what may be seen of each.
	Select(ctx context.Context, reach access.Reach, c Criteria, orgs []Organization) (Selection, error)
	// Page reads learners in order of name after a position; only those in set, where set is not nil.
	Page(ctx context.Context, reach access.Reach, c Criteria, orgs []Organization, set []access.LearnerNo, after Position, limit int) ([]Learner, error)
	// Seats lists the redeemed seats of learners on purchases that the reach shows.
	Seats(ctx context.Context, reach access.Reach, learners []access.LearnerNo) (map[access.LearnerNo][]HeldSeat, error)
	// Teams lists the teams of a learner that the reach carries.
	Teams(ctx context.Context, reach access.Reach, learner access.LearnerNo) ([]Named, error)
	// Learner finds one learner of the reach with their placement.
	Learner(ctx context.Context, reach access.Reach, id access.AccountID) (Learner, access.Placement, error)
	// Transcripts yields the records of learners, ascending; a learner without one is passed over. A record stays as it
	// is after do has returned.
	Transcripts(ctx context.Context, reach access.Reach, learners []access.LearnerNo, do func(access.LearnerNo, []byte) error) error
	// EntriesAsOf gives entries as they stood at the end of a day.
	EntriesAsOf(ctx context.Context, reach access.Reach, learners []access.LearnerNo, d day.Day) (map[access.LearnerNo][]transcript.Entry, error)
	// Columns lists the activities and the programs that some block shows, by title.
	Columns(ctx context.Context, reach access.Reach, orgs []Organization) (activities, programs []Column, err error)
	// Place names the location that a filter's id means today, if the reach shows it.
	Place(ctx context.Context, reach access.Reach, id string) (Named, error)
	// Facets lists what the reach can be filtered by.
	Facets(ctx context.Context, reach access.Reach) (Facets, error)
	// Order lists the learners that meet the criteria in order of name.
	Order(ctx context.Context, reach access.Reach, c Criteria, orgs []Organization) ([]access.LearnerNo, error)
	// Homes gathers those whose place the reach carries by where they are placed, in order of the tree.
	Homes(ctx context.Context, reach access.Reach, c Criteria, orgs []Organization) ([]Home, error)
	// Locations names those of the reach that stand at some paths.
	Locations(ctx context.Context, reach access.Reach, paths []access.Path) (map[access.Path]Named, error)
	// Statuses gathers those whose status the reach carries by it.
	Statuses(ctx context.Context, reach access.Reach, c Criteria, orgs []Organization) ([]StatusGroup, error)
	// Purchases lists the purchases in the reach, the newest first, with their seats.
	Purchases(ctx context.Context, reach access.Reach, c Criteria, orgs []Organization) ([]Purchase, error)
	// Holders lists the learners of purchases in the reach, with the part of each purchase that they hold a seat of.
	Holders(ctx context.Context, reach access.Reach, c Criteria, orgs []Organization, purchases []Purchase) (Selection, error)
	// AnybodyErased tells whether any identity of the realm was erased.
	AnybodyErased(ctx context.Context, reach access.Reach) (bool, error)
	// TeamList lists teams of a reach for team.list whose members the first reach shows, one's own first, and counts them.
	TeamList(ctx context.Context, reach, teams access.Reach, q TeamsAsked) ([]TeamListed, int, error)
	// TeamMembers lists by team those of its members whom the filter by that team finds.
	TeamMembers(ctx context.Context, reach access.Reach, c Criteria, orgs []Organization, teams []access.TeamID) (map[access.TeamID][]access.LearnerNo, error)
	// Invitations lists the pending seats of purchases in the reach, the newest first, and counts them.
	Invitations(ctx context.Context, reach access.Reach, q InvitationQuery) ([]Invitation, int, error)
}

// Store opens a Source; everything read within do is of one moment.
type Store interface {
	Report(ctx context.Context, do func(Source) error) error
}

// Service answers what people ask about learners.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService makes the service with its clock.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }
