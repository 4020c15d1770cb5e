package report

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// check refuses filters that no block of the asker carries.
func (f Filter) check(reach access.Reach) error {
	carries := reach.Carries()
	var wrong []fault.Problem
	if f.Location != "" && !carries.Location {
		wrong = append(wrong, fault.Problem{Field: "location", Sentence: "Your access does not show locations, so it cannot be filtered by them."})
	}
	if f.Team != "" && !carries.Team {
		wrong = append(wrong, fault.Problem{Field: "team", Sentence: "Your access does not show teams, so it cannot be filtered by them."})
	}
	if len(f.TeamNames()) > mostTeams {
		wrong = append(wrong, fault.Problem{Field: "team", Sentence: "Choose at most 100 teams."})
	}
	if f.Organization != "" && !carries.Location {
		wrong = append(wrong, fault.Problem{Field: "organization", Sentence: "Your access does not show organizations, so it cannot be filtered by them."})
	}
	if (f.Role != "" || f.Status != "") && !carries.Location {
		wrong = append(wrong, fault.Problem{Field: "role", Sentence: "Your access does not show people's accounts, so it cannot be filtered by them."})
	}
	if role, known := access.Preset(f.Role); f.Role != "" && (!known || role.Rank == 0) {
		wrong = append(wrong, fault.Problem{Field: "role", Sentence: "Choose a base role."})
	}
	if f.Status != "" && !slices.Contains([]string{"active", "invited", "suspended"}, f.Status) {
		wrong = append(wrong, fault.Problem{Field: "status", Sentence: "An account is active, invited or suspended."})
	}
	if f.Seat != AnySeat && f.Seat != LiveSeat && f.Seat != EndedSeat {
		wrong = append(wrong, fault.Problem{Field: "seat", Sentence: "Seat is live or ended."})
	}
	if len(wrong) > 0 {
		return fault.Invalidf(wrong...)
	}
	return nil
}

// question is a filter made ready to ask: what every answer begins with.
type question struct {
	src      Source
	reach    access.Reach
	filter   Filter
	criteria Criteria
	orgs     []Organization

	made *Selection // once it was needed
}

func (s *Service) ask(ctx context.Context, src Source, reach access.Reach, f Filter) (*question, error) {
	if err := f.check(reach); err != nil {
		return nil, err
	}
	orgs, err := src.Organizations(ctx, reach)
	if err != nil {
		return nil, err
	}
	for i := range orgs {
		orgs[i].Today = day.Of(s.now(), orgs[i].Zone)
	}
	criteria, err := src.Resolve(ctx, reach, f)
	if err != nil {
		return nil, err
	}
	return &question{src: src, reach: reach, filter: f, criteria: criteria, orgs: orgs}, nil
}

// selection lists the learners that meet the whole filter, states included;
// the activity of the filter is looked up among the columns.
func (q *question) selection(ctx context.Context) (*Selection, error) {
	if q.made == nil {
		sel, err := q.sift(ctx)
		if err != nil {
			return nil, err
		}
		q.made = &sel
	}
	return q.made, nil
}

func (q *question) sift(ctx context.Context) (Selection, error) {
	sel, err := q.src.Select(ctx, q.reach, q.criteria, q.orgs)
	q.criteria.Expected = sel.Len()
	if err != nil || !q.filter.needsTranscripts() {
		return sel, err
	}
	match, err := q.matcher(ctx)
	if err != nil {
		return Selection{}, err
	}
	const kept, left = 1, 2 // by their transcript
	top := access.LearnerNo(0)
	for _, w := range sel.Wide {
		top = max(top, w.Learners[len(w.Learners)-1])
	}
	if n := len(sel.Narrow); n > 0 {
		top = max(top, sel.Narrow[n-1].Learner)
	}
	decided := make([]uint8, top+1) // each of its places is written by one worker only
	err = q.spread(ctx, &sel, func() func(*view) error {
		return func(v *view) error {
			decided[v.learner] = left
			if match(v) {
				decided[v.learner] = kept
			}
			return v.err()
		}
	})
	if err != nil {
		return Selection{}, err
	}
	// A learner without a transcript is enrolled in nothing.
	keeps := func(l access.LearnerNo, org int, parts []Part) bool {
		if decided[l] != 0 {
			return decided[l] == kept
		}
		return match(newView(l, &sel.Organizations[org], parts, nil))
	}
	for i, w := range sel.Wide {
		sel.Wide[i].Learners = slices.DeleteFunc(w.Learners, func(l access.LearnerNo) bool { return !keeps(l, w.Organization, nil) })
	}
	sel.Narrow = slices.DeleteFunc(sel.Narrow, func(m Member) bool { return !keeps(m.Learner, m.Organization, m.Parts) })
	return sel, nil
}

// matcher makes the condition on a learner's states.
func (q *question) matcher(ctx context.Context) (func(*view) bool, error) {
	if q.filter.Activity == "" {
		return func(v *view) bool { return v.any(q.filter) }, nil
	}
	column, err := q.column(ctx)
	if err != nil {
		return nil, err
	}
	return func(v *view) bool {
		if column == nil || !v.shows(*column) {
			return false
		}
		e, state := v.cell(*column)
		if q.filter.State == nil && state == transcript.NotEnrolled {
			return false
		}
		return q.filter.keeps(&e, state, v.org)
	}, nil
}

// column finds the filter's activity among what the reach shows; nil when it shows none.
func (q *question) column(ctx context.Context) (*Column, error) {
	activities, programs, err := q.src.Columns(ctx, q.reach, q.orgs)
	if err != nil {
		return nil, err
	}
	for _, list := range [][]Column{activities, programs} {
		for i := range list {
			if list[i].ID == q.filter.Activity || list[i].ExternalID == q.filter.Activity && list[i].ExternalID != "" {
				return &list[i], nil
			}
		}
	}
	return nil, nil
}

// numbers lists the learners of a selection, ascending.
func (s *Selection) numbers() []access.LearnerNo {
	out := make([]access.LearnerNo, 0, s.Len())
	for _, w := range s.Wide {
		out = append(out, w.Learners...)
	}
	for _, m := range s.Narrow {
		out = append(out, m.Learner)
	}
	slices.Sort(out)
	return out
}

// find tells what a selection shows of a learner; nil parts mean everything.
func (s *Selection) find(l access.LearnerNo) (org *Organization, parts []Part, ok bool) {
	if i, found := slices.BinarySearchFunc(s.Narrow, l, func(m Member, l access.LearnerNo) int { return int(int64(m.Learner) - int64(l)) }); found {
		return &s.Organizations[s.Narrow[i].Organization], s.Narrow[i].Parts, true
	}
	for _, w := range s.Wide {
		if _, found := slices.BinarySearch(w.Learners, l); found {
			return &s.Organizations[w.Organization], nil, true
		}
	}
	return nil, nil, false
}
