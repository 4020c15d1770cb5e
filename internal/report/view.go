package report

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// view is one learner's record seen through what the asker may see of it.
type view struct {
	learner access.LearnerNo
	org     *Organization
	all     bool                // everything is seen; otherwise only allowed
	allowed []access.ActivityNo // ascending
	parts   []Part              // that allow them
	record  []byte
	entries []transcript.Entry // decoded when first asked for
	decoded bool
	damage  error
}

func newView(l access.LearnerNo, org *Organization, parts []Part, record []byte) *view {
	v := &view{learner: l, org: org, all: parts == nil, parts: parts, record: record}
	if len(parts) == 1 {
		v.allowed = parts[0].Activities
	} else {
		for _, p := range parts {
			v.allowed = append(v.allowed, p.Activities...)
		}
		slices.Sort(v.allowed)
		v.allowed = slices.Compact(v.allowed)
	}
	return v
}

func (v *view) err() error { return v.damage }

func (v *view) decode() []transcript.Entry {
	if !v.decoded {
		v.entries, v.damage = transcript.Decode(v.record)
		v.decoded = true
	}
	return v.entries
}

func (v *view) may(a access.ActivityNo) bool {
	if v.all {
		return true
	}
	_, ok := slices.BinarySearch(v.allowed, a)
	return ok
}

// shows tells whether the column is seen of this learner: of a program all
// required activities must be (M-008).
func (v *view) shows(c Column) bool {
	if !c.Program() {
		return v.may(c.No)
	}
	return !slices.ContainsFunc(c.Required, func(a access.ActivityNo) bool { return !v.may(a) })
}

// cell tells the learner's entry and state in a column that shows.
func (v *view) cell(c Column) (transcript.Entry, transcript.State) {
	find := transcript.Finder(v.decode())
	var e transcript.Entry
	if c.Program() {
		e = transcript.Program(c.Required, find, v.org.Today)
	} else {
		var ok bool
		if e, ok = find(c.No); !ok {
			return transcript.Empty(c.No), transcript.NotEnrolled
		}
	}
	state := e.On(v.org.Today, v.org.Windows)
	return v.ownDates(c, e), state
}

// ownDates leaves of when an enrollment began and ends what the asker's own
// purchases say: another purchase's dates tell of another company.
func (v *view) ownDates(c Column, e transcript.Entry) transcript.Entry {
	if v.all || e.Enrolled == day.None && e.Until == day.None {
		return e
	}
	e.Enrolled, e.Until = day.None, day.None
	open := false
	for _, p := range v.parts {
		if !p.holds(c) {
			continue
		}
		if e.Enrolled == day.None || p.Since < e.Enrolled {
			e.Enrolled = p.Since
		}
		open = open || p.Until == day.None
		e.Until = max(e.Until, p.Until)
	}
	if open {
		e.Until = day.None
	}
	return e
}

// holds tells whether the part has the column's activity, or one of its program's.
func (p *Part) holds(c Column) bool {
	if !c.Program() {
		return slices.Contains(p.Activities, c.No)
	}
	return slices.ContainsFunc(c.Required, func(a access.ActivityNo) bool { return slices.Contains(p.Activities, a) })
}

// any tells whether state and did of a filter hold of some activity that
// shows; not_enrolled is asked of the whole: enrolled in nothing that shows.
func (v *view) any(f Filter) bool {
	nothing := f.State != nil && *f.State == transcript.NotEnrolled
	enrolled := false
	r := transcript.Read(v.record)
	for e := (transcript.Entry{}); r.Next(&e); {
		if !v.may(e.Activity) {
			continue
		}
		state := e.On(v.org.Today, v.org.Windows)
		if state == transcript.NotEnrolled {
			continue
		}
		enrolled = true
		if !v.all {
			e = v.ownDates(Column{No: e.Activity}, e)
		}
		if !nothing && f.keeps(&e, state, v.org) {
			return true
		}
	}
	v.damage = r.Err()
	return nothing && f.Did == DidAnything && !enrolled
}

// each yields the view of every learner of a selection that has a record.
func (q *question) each(ctx context.Context, sel *Selection, do func(*view) error) error {
	for _, w := range sel.Wide {
		org := &sel.Organizations[w.Organization]
		v := view{org: org, all: true}
		if err := q.src.Transcripts(ctx, q.reach, w.Learners, func(l access.LearnerNo, record []byte) error {
			v.learner, v.record, v.decoded, v.entries, v.damage = l, record, false, nil, nil
			return do(&v)
		}); err != nil {
			return err
		}
	}
	return q.eachNarrow(ctx, sel, do)
}

func (q *question) eachNarrow(ctx context.Context, sel *Selection, do func(*view) error) error {
	live := make([]access.LearnerNo, 0, len(sel.Narrow))
	members := make(map[access.LearnerNo]*Member, len(sel.Narrow))
	ended := map[day.Day][]access.LearnerNo{}
	for i := range sel.Narrow {
		m := &sel.Narrow[i]
		members[m.Learner] = m
		today := sel.Organizations[m.Organization].Today
		if slices.ContainsFunc(m.Parts, func(p Part) bool { return p.Until == day.None || p.Until >= today }) {
			live = append(live, m.Learner)
			continue
		}
		for _, p := range m.Parts {
			if on := ended[p.Until]; len(on) == 0 || on[len(on)-1] != m.Learner {
				ended[p.Until] = append(on, m.Learner)
			}
		}
	}
	err := q.src.Transcripts(ctx, q.reach, live, func(l access.LearnerNo, record []byte) error {
		m := members[l]
		return do(newView(l, &sel.Organizations[m.Organization], m.Parts, record))
	})
	if err != nil || len(ended) == 0 {
		return err
	}
	return q.eachEnded(ctx, sel, members, ended, do)
}

// eachEnded yields learners whose seats have all ended by date: the facts up to
// the last day of the seat that shows them.
func (q *question) eachEnded(ctx context.Context, sel *Selection, members map[access.LearnerNo]*Member, ended map[day.Day][]access.LearnerNo, do func(*view) error) error {
	found := map[access.LearnerNo][]transcript.Entry{}
	days := make([]day.Day, 0, len(ended))
	for d := range ended {
		days = append(days, d)
	}
	slices.Sort(days)
	slices.Reverse(days) // where two seats show an activity, the later day counts
	for _, d := range days {
		past, err := q.src.EntriesAsOf(ctx, q.reach, ended[d], d)
		if err != nil {
			return err
		}
		for l, entries := range past {
			for _, e := range entries {
				if !members[l].shows(e.Activity, d) || slices.ContainsFunc(found[l], func(f transcript.Entry) bool { return f.Activity == e.Activity }) {
					continue
				}
				if e.Until == day.None || e.Until > d {
					e.Until = d
				}
				found[l] = append(found[l], e)
			}
		}
	}
	for i := range sel.Narrow {
		m := &sel.Narrow[i]
		if entries, ok := found[m.Learner]; ok {
			if err := do(newView(m.Learner, &sel.Organizations[m.Organization], m.Parts, transcript.Encode(entries))); err != nil {
				return err
			}
		}
	}
	return nil
}

// shows tells whether a part that ended on a day holds an activity.
func (m *Member) shows(a access.ActivityNo, until day.Day) bool {
	return slices.ContainsFunc(m.Parts, func(p Part) bool {
		_, ok := slices.BinarySearch(p.Activities, a)
		return ok && p.Until == until
	})
}
