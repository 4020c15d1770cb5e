package report

import (
	"cmp"
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

// slot is one row of a report in the order asked for: small, so that millions
// of them fit while a file is put in order.
type slot struct {
	key      int64
	name     uint32 // rank of the learner in order of name
	activity int32  // rank of the activity in order of title
	empty    bool   // without a value: last, whatever the direction
	learner  access.LearnerNo
}

// compare orders slots: by value, then by name, then by title.
func compareSlots(a, b *slot, desc bool) int {
	switch {
	case a.empty != b.empty:
		if a.empty {
			return 1
		}
		return -1
	case a.key != b.key && !a.empty:
		if desc {
			return cmp.Compare(b.key, a.key)
		}
		return cmp.Compare(a.key, b.key)
	}
	return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.activity, b.activity))
}

// sorter keeps the first slots after one, or all of them.
type sorter struct {
	desc  bool
	after *slot
	limit int // none when zero
	kept  []slot
	worst *slot // of the kept ones, once there are enough
	total int
}

func (s *sorter) add(x slot) {
	s.total++
	if s.after != nil && compareSlots(&x, s.after, s.desc) <= 0 || s.worst != nil && compareSlots(&x, s.worst, s.desc) >= 0 {
		return
	}
	s.kept = append(s.kept, x)
	if s.limit > 0 && len(s.kept) >= 8*s.limit {
		s.sort()
		s.kept = s.kept[:s.limit]
		worst := s.kept[s.limit-1]
		s.worst = &worst
	}
}

func (s *sorter) sort() {
	slices.SortFunc(s.kept, func(a, b slot) int { return compareSlots(&a, &b, s.desc) })
}

// ranks tells each learner's place in order of name, by number.
func (q *question) ranks(ctx context.Context) ([]uint32, error) {
	order, err := q.src.Order(ctx, q.reach, q.criteria, q.orgs)
	if err != nil {
		return nil, err
	}
	top := access.LearnerNo(0)
	for _, no := range order {
		top = max(top, no)
	}
	out := make([]uint32, top+1)
	for i, no := range order {
		out[no] = uint32(i) + 1
	}
	return out, nil
}

// collect puts every row of the report's learners or enrollments into a sorter.
func (t *tabulation) collect(ctx context.Context, s *sorter, sel *Selection, ranks []uint32) error {
	field, _ := t.sortField()
	name := func(no access.LearnerNo) uint32 {
		if int(no) < len(ranks) {
			return ranks[no]
		}
		return 0
	}
	put := func(about *subject, no access.LearnerNo, activity int32) {
		x := slot{name: name(no), activity: activity, learner: no}
		switch field.Key {
		case "learner":
			x.key = int64(x.name)
		case "activity":
			x.key = int64(activity)
		default:
			v := about.value(&field)
			x.key, x.empty = v.Number, v.IsEmpty()
		}
		s.add(x)
	}
	if t.rep.row == rowOfEnrollment {
		var about subject
		return t.each(ctx, sel, func(v *view) error {
			x := t.over(v)
			for x.next() {
				if t.keeps(&x.entry, x.state, v.org) {
					about = subject{org: v.org, column: x.column, entry: &x.entry, state: x.state}
					put(&about, v.learner, x.rank)
				}
			}
			return x.err()
		})
	}
	seen := make(map[access.LearnerNo]bool, sel.Len())
	err := t.each(ctx, sel, func(v *view) error {
		seen[v.learner] = true
		w, err := t.workOf(v)
		put(&subject{org: v.org, work: &w}, v.learner, 0)
		return err
	})
	if err != nil {
		return err
	}
	for _, no := range sel.numbers() {
		if !seen[no] { // without a record: enrolled in nothing
			org, _, _ := sel.find(no)
			w := newWork()
			put(&subject{org: org, work: &w}, no, 0)
		}
	}
	return nil
}

// sortField is the column that the rows are in order of.
func (t *tabulation) sortField() (Field, bool) {
	for _, f := range t.rq.fields(t.rep, t.reach.Carries()) {
		if f.Key == t.rq.Sort {
			return f, true
		}
	}
	return Field{Key: "learner"}, false
}

// sortedPage is a page in the order of a column: all transcripts are gone
// through, only the learners of the page are read whole.
func (t *tabulation) sortedPage(ctx context.Context, limit int, after *placed) (Table, error) {
	out := Table{Columns: t.fields}
	sel, err := t.selection(ctx)
	if err != nil {
		return out, err
	}
	out.Learners = sel.Len()
	ranks, err := t.ranks(ctx)
	if err != nil {
		return out, err
	}
	s := &sorter{desc: t.rq.Desc, limit: limit + 1}
	if after != nil {
		if int(after.no) >= len(ranks) || ranks[after.no] == 0 {
			return out, errCursor // whoever stood there has left the list
		}
		s.after = &slot{key: after.Key, empty: after.Empty, name: ranks[after.no], activity: t.rankOfID(after.Activity), learner: after.no}
	}
	if err := t.collect(ctx, s, sel, ranks); err != nil {
		return out, err
	}
	out.Total = s.total
	s.sort()
	more := len(s.kept) > limit
	s.kept = s.kept[:min(limit, len(s.kept))]
	if err := t.slotRows(ctx, sel, s.kept, func(r Row) error {
		out.Rows = append(out.Rows, r)
		return nil
	}); err != nil {
		return out, err
	}
	if more {
		last := s.kept[limit-1]
		row := out.Rows[len(out.Rows)-1]
		out.NextCursor = t.mark(placed{Key: last.key, Empty: last.empty, Learner: row.Learner, Activity: row.Activity})
	}
	return out, nil
}

// rankOfID is the place in order of title of an activity by its id.
func (t *tabulation) rankOfID(id string) int32 {
	if t.program != nil {
		return 0
	}
	for i := range t.columns {
		if t.columns[i].ID == id {
			return int32(i)
		}
	}
	return 0
}

// slotRows makes the rows of some slots, in their order.
func (t *tabulation) slotRows(ctx context.Context, sel *Selection, slots []slot, do func(Row) error) error {
	if len(slots) == 0 {
		return nil
	}
	nos := make([]access.LearnerNo, len(slots))
	for i := range slots {
		nos[i] = slots[i].learner
	}
	slices.Sort(nos)
	items, sub, err := t.read(ctx, sel, slices.Compact(nos))
	if err != nil {
		return err
	}
	byNo := make(map[access.LearnerNo]*Learner, len(items))
	for i := range items {
		byNo[items[i].No] = &items[i]
	}
	views, err := t.views(ctx, &sub)
	if err != nil {
		return err
	}
	rows := rowMaker{tabulation: t, keep: true}
	for _, x := range slots {
		l := byNo[x.learner]
		v, err := sub.view(views, x.learner)
		if err != nil {
			return err
		}
		if l == nil || v == nil {
			continue
		}
		if t.rep.row != rowOfEnrollment {
			w, err := t.workOf(v)
			if err != nil {
				return err
			}
			about := subject{learner: l, org: v.org, work: &w}
			if err := do(Row{Learner: l.ID, no: l.No, Values: about.values(t.fields)}); err != nil {
				return err
			}
			continue
		}
		rows.only = x.activity + 1
		if err := rows.make(l, v, func(_ *Column, r Row) error { return do(r) }); err != nil {
			return err
		}
	}
	return nil
}

// read reads learners by number, in order of name, with what the selection
// shows of them.
func (t *tabulation) read(ctx context.Context, sel *Selection, nos []access.LearnerNo) ([]Learner, Selection, error) {
	items, err := t.src.Page(ctx, t.reach, t.criteria, t.orgs, nos, Position{}, len(nos))
	if err != nil {
		return nil, Selection{}, err
	}
	if slices.ContainsFunc(t.fields, func(f Field) bool { return f.Key == "purchases" }) {
		if err := t.addSeats(ctx, items); err != nil {
			return nil, Selection{}, err
		}
	}
	return items, sel.of(nos), nil
}

// of is the part of a selection that some learners are; nos is ascending.
func (s *Selection) of(nos []access.LearnerNo) Selection {
	out := Selection{Organizations: s.Organizations}
	wide := make([][]access.LearnerNo, len(s.Wide))
	for _, no := range nos {
		if i, found := slices.BinarySearchFunc(s.Narrow, no, func(m Member, l access.LearnerNo) int { return cmp.Compare(m.Learner, l) }); found {
			out.Narrow = append(out.Narrow, s.Narrow[i])
			continue
		}
		for i, w := range s.Wide {
			if _, found := slices.BinarySearch(w.Learners, no); found {
				wide[i] = append(wide[i], no)
				break
			}
		}
	}
	for i, list := range wide {
		if len(list) > 0 {
			out.Wide = append(out.Wide, Segment{Organization: s.Wide[i].Organization, Learners: list})
		}
	}
	return out
}
