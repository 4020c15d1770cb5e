package report

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// LearnerQuery asks for a page of learners in order of name.
type LearnerQuery struct {
	Filter
	// States says whose states the filter may ask for: a reach for
	// enrollment.view. What a list of people is narrowed by would tell otherwise
	// what they do (M-108).
	States access.Reach
	Limit  int    // 50 when zero, 200 at most
	Cursor string // of the page before
}

// LearnerPage is a page of a list of learners.
type LearnerPage struct {
	Items      []Learner
	NextCursor string
	Total      int // learners that meet the filters
	ReachTotal int // learners one can see at all, live and ended (N-04)
	Invited    int // pending invitations, counted apart
	Carries    access.Carries
}

// Learners lists the learners of the reach that meet the filters.
func (s *Service) Learners(ctx context.Context, reach access.Reach, lq LearnerQuery) (LearnerPage, error) {
	if err := reach.For(access.LearnerView); err != nil {
		return LearnerPage{}, err
	}
	var page LearnerPage
	err := s.store.Report(ctx, func(src Source) error {
		q, err := s.ask(ctx, src, reach, lq.Filter)
		if err != nil {
			return err
		}
		page, err = q.page(ctx, s, lq)
		if err != nil {
			return err
		}
		_, page.Invited, err = src.Invitations(ctx, reach, InvitationQuery{Limit: 0})
		return err
	})
	return page, err
}

// page reads a page of learners.
func (q *question) page(ctx context.Context, s *Service, lq LearnerQuery) (LearnerPage, error) {
	page := LearnerPage{Carries: q.reach.Carries()}
	cursors, err := cursorsOf(ctx, q.src, q.reach, "learners", lq.Filter)
	if err != nil {
		return page, err
	}
	after, err := cursors.read(lq.Cursor)
	if err != nil {
		return page, err
	}
	var set []access.LearnerNo
	if q.filter.needsTranscripts() {
		if set, err = q.standing(ctx, s, lq.States); err != nil {
			return page, err
		}
	}
	if page.Total, err = q.count(ctx, set); err != nil {
		return page, err
	}
	if page.ReachTotal, err = q.reachTotal(ctx); err != nil {
		return page, err
	}
	limit := pageLimit(lq.Limit)
	page.Items, err = q.src.Page(ctx, q.reach, q.criteria, q.orgs, set, after, limit+1)
	if err != nil {
		return page, err
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		last := page.Items[limit-1]
		page.NextCursor = cursors.write(Position{Folded: last.Folded, ID: string(last.ID)})
	}
	return page, q.addSeats(ctx, page.Items)
}

// errStates refuses to narrow people by what one may not see of them.
var errStates = fault.Field("state", "Your access does not show what learners do, so they cannot be filtered by it.")

// standing lists those of the people asked for who stand as the filter says,
// as far as their enrollments show.
func (q *question) standing(ctx context.Context, s *Service, states access.Reach) ([]access.LearnerNo, error) {
	people := q.reach.Permission() == access.LearnerView // a matrix shows states by itself
	if people && states.IsEmpty() {
		return nil, errStates
	}
	if err := states.For(access.EnrollmentView); people && err != nil {
		return nil, err
	}
	if !people || states.SameBlocks(q.reach) {
		sel, err := q.selection(ctx)
		if err != nil {
			return nil, err
		}
		return sel.numbers(), nil
	}
	f := q.filter
	shown, err := s.ask(ctx, q.src, states, Filter{Purchase: f.Purchase, Seat: f.Seat, Activity: f.Activity, State: f.State, Did: f.Did, Period: f.Period})
	if err != nil {
		return nil, err
	}
	doing, err := shown.selection(ctx)
	if err != nil {
		return nil, err
	}
	found, err := q.src.Select(ctx, q.reach, q.criteria, q.orgs)
	if err != nil {
		return nil, err
	}
	do := doing.numbers()
	return slices.DeleteFunc(found.numbers(), func(no access.LearnerNo) bool {
		_, shown := slices.BinarySearch(do, no)
		return !shown
	}), nil
}

// count tells how many learners meet the filters.
func (q *question) count(ctx context.Context, set []access.LearnerNo) (int, error) {
	if q.filter.needsTranscripts() {
		return len(set), nil
	}
	return q.src.Count(ctx, q.reach, q.criteria, q.orgs)
}

// reachTotal counts everybody the asker can see, whatever the filters.
func (q *question) reachTotal(ctx context.Context) (int, error) {
	n, err := q.src.Count(ctx, q.reach, Criteria{Seat: everySeat}, q.orgs)
	if err == nil {
		tallyOf(ctx).note(q.reach, n)
	}
	return n, err
}

// reachTotalBy is the same where the learners that meet the filters are listed
// already: where nothing is left out, they are everybody. Lists leave out
// learners of purchases whose seat has ended; the whole reach does not.
func (q *question) reachTotalBy(ctx context.Context, sel *Selection) (int, error) {
	f := q.filter
	f.Period = Period{} // narrows nothing by itself
	if f != (Filter{}) || slices.ContainsFunc(q.reach.Blocks(), func(b access.Block) bool { return b.Purchase != "" && !b.Own }) {
		return q.reachTotal(ctx)
	}
	tallyOf(ctx).note(q.reach, sel.Len())
	return sel.Len(), nil
}

// everySeat asks for the whole reach, seats live and ended.
const everySeat Seat = "every"

// EverySeat tells a source that live and ended seats both count.
func (s Seat) EverySeat() bool { return s == everySeat }

func (q *question) addSeats(ctx context.Context, items []Learner) error {
	nos := make([]access.LearnerNo, len(items))
	for i := range items {
		nos[i] = items[i].No
	}
	seats, err := q.src.Seats(ctx, q.reach, nos)
	for i := range items {
		items[i].Purchases = seats[items[i].No]
	}
	return err
}

// ReachTotal counts the learners of a reach, for the badge on every page: the
// number that the page itself has counted, where it has (WithTally).
func (s *Service) ReachTotal(ctx context.Context, reach access.Reach) (int, error) {
	if reach.IsEmpty() {
		return 0, nil
	}
	n, counted := tallyOf(ctx).of(reach)
	if counted {
		return n, nil
	}
	err := s.store.Report(ctx, func(src Source) error {
		q, err := s.ask(ctx, src, reach, Filter{})
		if err != nil {
			return err
		}
		n, err = q.reachTotal(ctx)
		return err
	})
	return n, err
}

// InvitationQuery asks for pending seats.
type InvitationQuery struct {
	Purchase string
	Limit    int // 0: only count
	Cursor   string
	After    Position // read from Cursor by the service
}

// InvitationPage is a page of pending seats, the newest first.
type InvitationPage struct {
	Items      []Invitation
	NextCursor string
	Total      int
}

// Invitations lists the pending seats of the purchases in the reach.
func (s *Service) Invitations(ctx context.Context, reach access.Reach, iq InvitationQuery) (InvitationPage, error) {
	if err := reach.For(access.LearnerView); err != nil {
		return InvitationPage{}, err
	}
	var page InvitationPage
	limit := pageLimit(iq.Limit)
	iq.Limit = limit + 1
	err := s.store.Report(ctx, func(src Source) error {
		cursors, err := cursorsOf(ctx, src, reach, "invitations", iq.Purchase)
		if err != nil {
			return err
		}
		if iq.After, err = cursors.read(iq.Cursor); err != nil {
			return err
		}
		page.Items, page.Total, err = src.Invitations(ctx, reach, iq)
		if len(page.Items) > limit {
			page.Items = page.Items[:limit]
			last := page.Items[limit-1]
			page.NextCursor = cursors.write(Position{Folded: invitationKey(last), ID: last.Seat})
		}
		return err
	})
	return page, err
}

// Card is everything the asker may see of one learner.
type Card struct {
	Learner
	Teams []Named
	Rows  []CardRow
	Today Organization
}

// Named is an id with its name; Depth counts the levels above it in a tree.
type Named struct {
	ID, Name string
	Depth    int
}

// Facets are the choices of a list's filters: only what the access carries.
type Facets struct {
	Purchases, Locations, Teams []Named
	// ManyLocations tells that there are more than a list of choices holds, so
	// that none are listed: one is picked from the tree.
	ManyLocations bool
}

// HaveLocations tells whether there is any location to narrow a list to.
func (f Facets) HaveLocations() bool { return f.ManyLocations || len(f.Locations) > 0 }

// Place names the location that a filter by an id means: where it was merged
// into another, that one. Nothing where the reach shows no such location.
func (s *Service) Place(ctx context.Context, reach access.Reach, id string) (Named, error) {
	var out Named
	if reach.IsEmpty() {
		return out, fault.ErrForbidden
	}
	err := s.store.Report(ctx, func(src Source) error {
		var err error
		out, err = src.Place(ctx, reach, id)
		return err
	})
	return out, err
}

// Facets lists what the learners of a reach can be filtered by.
func (s *Service) Facets(ctx context.Context, reach access.Reach) (Facets, error) {
	var out Facets
	if reach.IsEmpty() {
		return out, fault.ErrForbidden
	}
	err := s.store.Report(ctx, func(src Source) error {
		var err error
		out, err = src.Facets(ctx, reach)
		return err
	})
	return out, err
}

// CardRow is the learner's state in one activity.
type CardRow struct {
	Column Column
	Entry  transcript.Entry
	State  transcript.State
}

// Learner opens one learner: who they are through people, what they did
// through enrollments (a reach for enrollment.view, which may be empty).
func (s *Service) Learner(ctx context.Context, people, enrollments access.Reach, id access.AccountID) (Card, error) {
	if err := people.For(access.LearnerView); err != nil {
		return Card{}, err
	}
	var card Card
	err := s.store.Report(ctx, func(src Source) error {
		learner, placement, err := src.Learner(ctx, people, id)
		if err != nil {
			return err
		}
		card.Learner = learner
		seats, err := src.Seats(ctx, people, []access.LearnerNo{learner.No})
		if err != nil {
			return err
		}
		card.Purchases = seats[learner.No]
		if card.Teams, err = src.Teams(ctx, people, learner.No); err != nil {
			return err
		}
		if enrollments.IsEmpty() || !enrollments.Covers(placement) {
			return nil
		}
		card.Rows, card.Today, err = s.rows(ctx, src, enrollments, learner.No)
		return err
	})
	return card, err
}

// rows tells the learner's state in every activity they are enrolled in and
// the reach shows: through live seats, else up to the day the last one ended.
func (s *Service) rows(ctx context.Context, src Source, reach access.Reach, no access.LearnerNo) ([]CardRow, Organization, error) {
	var out []CardRow
	var org Organization
	for _, seat := range []Seat{AnySeat, EndedSeat} {
		q, err := s.ask(ctx, src, reach, Filter{Seat: seat})
		if err != nil {
			return nil, org, err
		}
		q.criteria.Learners = []access.LearnerNo{no}
		sel, err := q.src.Select(ctx, reach, q.criteria, q.orgs)
		if err != nil {
			return nil, org, err
		}
		if sel.Len() == 0 {
			continue
		}
		activities, _, err := src.Columns(ctx, reach, q.orgs)
		if err != nil {
			return nil, org, err
		}
		err = q.each(ctx, &sel, func(v *view) error {
			org = *v.org
			for _, c := range activities {
				if !v.shows(c) {
					continue
				}
				if e, state := v.cell(c); state != transcript.NotEnrolled {
					out = append(out, CardRow{Column: c, Entry: e, State: state})
				}
			}
			return v.err()
		})
		return out, org, err
	}
	return out, org, nil
}
