package management

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Source is where access comes from, which says how it can be ended.
type Source string

// The sources of access.
const (
	ByHand       Source = "given"     // ended and extended here
	ByBaseRole   Source = "base_role" // ends with the base role
	ByReporting  Source = "reporter"  // is revoked at the purchase
	ByGroup      Source = "group"     // ends with the membership
	ByPolicy     Source = "policy"    // ends with the policy
	ByOwnPurpose Source = "bought"    // follows from having bought
)

// SourceOf tells where a grant comes from.
func SourceOf(g access.Grant) Source {
	switch {
	case g.Via != nil:
		return ByGroup
	case g.ID == "":
		return ByOwnPurpose
	case g.FollowsHome:
		return ByBaseRole
	case g.Role.Key == access.LicenseReporter:
		return ByReporting
	case g.Policy != "":
		return ByPolicy
	}
	return ByHand
}

// Holding is one access that somebody has, had or will have.
type Holding struct {
	Grant access.Grant
	Given Giver
	// Zone is that of the holder's organization: days of access are its days.
	Zone *time.Location
}

// Source tells where it comes from.
func (h Holding) Source() Source { return SourceOf(h.Grant) }

// Over tells whether it has ended, by a hand or by its day.
func (h Holding) Over(now time.Time) bool {
	end := h.Grant.Ended
	if end.IsZero() {
		end = h.Grant.Until
	}
	return !end.IsZero() && !end.After(now)
}

// LastDay is the last day of access; None where it is open.
func (h Holding) LastDay() day.Day { return lastDay(h.Grant.Until, h.Zone) }

func lastDay(until time.Time, zone *time.Location) day.Day {
	if until.IsZero() {
		return day.None
	}
	return day.Of(until.Add(-time.Microsecond), zone)
}

// extension is by how many days access is extended in one click.
const extension = 90

// Extended is the last day after an extension in one click: counted from the
// present one, or from today where that is past.
func (h Holding) Extended(now time.Time) day.Day {
	return max(h.LastDay(), day.Of(now, h.Zone)).Add(extension)
}

// Holdings are everything that somebody holds, as far as the asker may know.
type Holdings struct {
	Person
	Now, Past []Holding // Now holds what begins later, too
	Hidden    int       // live access at places that the asker may not see
}

// Spot names the place of access.
type Spot struct {
	Kind access.NodeKind
	ID   string
}

// GrantPlace is a place where access can be given.
type GrantPlace struct {
	Spot
	Name, Within string // Within: the organization, or the way to the top
	Path         access.Path
	Organization access.OrgID
	// What the organization uses, which roles depend on.
	Locations, Hierarchies, MayHaveClients bool
}

// Giving is access that somebody is to be given (N-02, N-07).
type Giving struct {
	To     access.AccountID
	Role   access.RoleKey
	At     Spot
	Extent access.Extent
	Usual  bool // as far as the role usually goes at the place, instead of Extent
	// From is the first day, None: at once. Until is the last day, None: until
	// somebody ends it. Both are days of the organization of who gets it.
	From, Until day.Day
	Reason      string
}

// The refusals of giving, extending and ending access.
var (
	ErrGiveMore     = fault.New(fault.Forbidden, "This is more access than yours includes there.")
	ErrGiveSelf     = fault.New(fault.Forbidden, "Nobody gives themselves access, or extends their own. Ask somebody else who may.")
	ErrGiveRole     = fault.Field("role", "This role cannot be given at this place.")
	ErrGivePlace    = fault.Field("place", "Choose a place in the person's own organization, or in a client of it.")
	ErrGiveThere    = fault.New(fault.Conflict, "They have this access already.")
	ErrGiveInactive = fault.New(fault.Conflict, "Only somebody whose account is active or invited can be given access.")
	ErrEndElsewhere = fault.New(fault.Conflict, "This access was not given by hand, so it cannot be ended or extended here. The page says what ends it.")
	ErrEndOver      = fault.New(fault.Conflict, "This access has ended already.")
	ErrExtendOpen   = fault.New(fault.Conflict, "This access has no last day, so there is nothing to extend.")
)

// checked is the input without what is around it, or what is wrong with it.
func (g Giving) checked() (Giving, error) {
	g.Reason = strings.TrimSpace(g.Reason)
	var wrong []fault.Problem
	if g.To == "" {
		wrong = append(wrong, fault.Problem{Field: "account_id", Sentence: "Choose who gets access."})
	}
	if g.Role == "" {
		wrong = append(wrong, fault.Problem{Field: "role", Sentence: "Choose a role."})
	}
	if g.At.ID == "" {
		wrong = append(wrong, fault.Problem{Field: "place", Sentence: "Choose a place."})
	}
	if utf8.RuneCountInString(g.Reason) > longestReason {
		wrong = append(wrong, fault.Problem{Field: "reason", Sentence: "Give the reason in at most 500 characters."})
	}
	if !g.From.IsNone() && !g.Until.IsNone() && g.Until < g.From {
		wrong = append(wrong, fault.Problem{Field: "until", Sentence: "The last day cannot lie before the first one."})
	}
	if len(wrong) > 0 {
		return g, fault.Invalidf(wrong...)
	}
	return g, nil
}

// Dates gives the instants between which it counts; from is no earlier than now.
func (g Giving) Dates(now time.Time, zone *time.Location) (from, until time.Time, err error) {
	today := day.Of(now, zone)
	from = now
	switch {
	case !g.From.IsNone() && g.From < today:
		return from, until, fault.Field("from", "Choose today or a later day.")
	case !g.From.IsNone() && g.From > today:
		from = g.From.Start(zone)
	}
	if !g.Until.IsNone() {
		if g.Until < today {
			return from, until, fault.Field("until", "Choose a day that is not over yet.")
		}
		until = g.Until.Add(1).Start(zone)
	}
	return from, until, nil
}

// Givable tells whether a role can be given by hand at all. Student and
// Purchaser give nothing of their own, and the fixed ones go their own way.
func Givable(role access.Role) bool {
	return !role.Fixed && role.Key != access.Purchaser && len(role.Nodes) > 0 && role.Any|role.Own != 0
}

// Extents lists how far a role can be given at a place, the usual first: as far
// as its place on the ladder says, else as the place has something below it.
func (p GrantPlace) Extents(role access.Role) []access.Extent {
	switch {
	case p.Kind == access.AtPurchase || p.Kind == access.AtTeam:
		return []access.Extent{access.Here}
	case role.Rank > 0:
		return []access.Extent{role.Extent}
	case p.Kind == access.AtLocation && !p.Hierarchies:
		return []access.Extent{access.Here}
	case p.Kind == access.AtLocation:
		return []access.Extent{access.Within, access.Here}
	case p.MayHaveClients:
		return []access.Extent{access.Within, access.Beyond}
	}
	return []access.Extent{access.Within}
}

// Offers tells whether a role can be given at a place: where the role belongs,
// and where the organization of the place has what the role needs.
func (p GrantPlace) Offers(role access.Role) bool {
	if !Givable(role) || !slices.Contains(role.Nodes, p.Kind) {
		return false
	}
	switch {
	case role.Rank > 0 && role.Extent == access.Beyond:
		return p.MayHaveClients
	case role.Rank > 0 && role.Extent == access.Within && p.Kind == access.AtLocation:
		return p.Hierarchies
	}
	return true
}

// MayGiveAccess tells whether the asker may give what a grant says (I-06): some
// grant of their own covers all of its place and has every permission of its
// role, and a role of the ladder stands no higher than their own.
func MayGiveAccess(reach access.Reach, g access.Grant) error {
	if g.Role.Rank > 0 {
		if err := account.MayGive(reach, g.Role, g.Node.Path); err != nil {
			return ErrGiveMore
		}
	}
	if err := MayHandOn(reach, g); err != nil {
		return ErrGiveMore
	}
	return nil
}

// sortHoldings puts what counts or will count first, the widest role first.
func sortHoldings(list []Holding) {
	slices.SortStableFunc(list, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(b.Grant.Role.Rank, a.Grant.Role.Rank), a.Grant.From.Compare(b.Grant.From), cmp.Compare(a.Grant.ID, b.Grant.ID))
	})
}
