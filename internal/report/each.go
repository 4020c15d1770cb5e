package report

import (
	"context"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Head is what a file begins with: what it holds and of whom.
type Head struct {
	Report     Report
	Columns    []Field
	Learners   int // whom the file is about
	ReachTotal int // whom its owner can see at all
	Total      int // rows; below zero where they are not counted beforehand
	Today      Organization
	At         time.Time
	Carries    access.Carries
	// Selection is the learners the file is about and what it may show of each.
	Selection *Selection
}

// How many learners are read at once for a file: few first, for whoever wants
// no more than a page, and never so many that a page loaded meanwhile has to
// wait long for them.
const (
	firstBatch = 50
	eachBatch  = 100
)

// Each yields every row of a report from one snapshot, in the order of its
// table: what a file is written from (I-26). A file holds what may both be seen
// and be taken away; the two need not be the same learners. The values of a row
// are good until do returns.
func (s *Service) Each(ctx context.Context, view, export access.Reach, rq Request, begin func(Head) error, do func(Row) error) error {
	rep, err := rq.Check(view)
	if err != nil {
		return err
	}
	if err := export.For(rep.ExportPermission()); err != nil {
		return err
	}
	return s.store.Report(ctx, func(src Source) error {
		t, err := s.tabulate(ctx, src, view, rep, rq)
		if err != nil {
			return err
		}
		if err := t.restrict(ctx, s, export); err != nil {
			return err
		}
		sel, err := t.selection(ctx)
		if err != nil {
			return err
		}
		head := Head{Report: rep, Columns: t.fields, Learners: sel.Len(), Total: -1, Today: t.orgs[0], At: s.now(), Carries: view.Carries(), Selection: sel}
		if head.ReachTotal, err = t.reachTotal(ctx); err != nil {
			return err
		}
		if err := begin(head); err != nil {
			return err
		}
		return t.every(ctx, sel, do)
	})
}

// restrict keeps of the question what a second reach covers too.
func (t *tabulation) restrict(ctx context.Context, s *Service, to access.Reach) error {
	if to.SameBlocks(t.reach) {
		return nil
	}
	other, err := s.ask(ctx, t.src, to, Filter{Purchase: t.filter.Purchase, Seat: t.filter.Seat})
	if err != nil {
		return err
	}
	allowed, err := other.selection(ctx)
	if err != nil {
		return err
	}
	sel, err := t.selection(ctx)
	if err != nil {
		return err
	}
	both := sel.and(allowed)
	t.made, t.within = &both, other
	return nil
}

// and is what two selections of the same organizations both show.
func (s *Selection) and(o *Selection) Selection {
	out := Selection{Organizations: s.Organizations}
	for _, w := range s.Wide {
		kept := Segment{Organization: w.Organization}
		for _, no := range w.Learners {
			_, parts, ok := o.find(no)
			switch {
			case !ok:
			case parts == nil:
				kept.Learners = append(kept.Learners, no)
			default:
				out.Narrow = append(out.Narrow, Member{Learner: no, Organization: w.Organization, Parts: parts})
			}
		}
		if len(kept.Learners) > 0 {
			out.Wide = append(out.Wide, kept)
		}
	}
	for _, m := range s.Narrow {
		_, parts, ok := o.find(m.Learner)
		if !ok {
			continue
		}
		if parts != nil {
			m.Parts = common(m.Parts, parts)
		}
		out.Narrow = append(out.Narrow, m)
	}
	slices.SortFunc(out.Narrow, func(a, b Member) int { return int(int64(a.Learner) - int64(b.Learner)) })
	return out
}

// common keeps of the parts the activities that others show too.
func common(parts, others []Part) []Part {
	allowed := newView(0, nil, others, nil)
	out := make([]Part, len(parts)) // not nil, which would mean everything
	for i, p := range parts {
		p.Activities = slices.DeleteFunc(slices.Clone(p.Activities), func(a access.ActivityNo) bool { return !allowed.may(a) })
		out[i] = p
	}
	return out
}

// every yields all rows.
func (t *tabulation) every(ctx context.Context, sel *Selection, do func(Row) error) error {
	switch {
	case t.rq.Group != "", t.rep.row == rowOfActivity, t.rep.row == rowOfProgram, t.rep.row == rowOfPurchase:
		rows, err := t.short(ctx, sel)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := do(r.row); err != nil {
				return err
			}
		}
		return nil
	case t.rq.Sort != "" && (t.rq.Sort != "learner" || t.rq.Desc):
		ranks, err := t.ranks(ctx)
		if err != nil {
			return err
		}
		s := &sorter{desc: t.rq.Desc}
		if err := t.collect(ctx, s, sel, ranks); err != nil {
			return err
		}
		s.sort()
		for batch := range slices.Chunk(s.kept, eachBatch) {
			if err := t.slotRows(ctx, sel, batch, do); err != nil {
				return err
			}
		}
		return nil
	}
	return t.everyByName(ctx, sel, do)
}

// everyByName yields the rows of learners in order of name. Some learners are
// read while the rows of those before are made; do asks the source nothing.
func (t *tabulation) everyByName(ctx context.Context, sel *Selection, do func(Row) error) error {
	order, err := t.src.Order(ctx, t.reach, t.criteria, t.orgs)
	if err != nil {
		return err
	}
	if t.within != nil || t.filter.needsTranscripts() {
		order = slices.DeleteFunc(order, func(no access.LearnerNo) bool { _, _, ok := sel.find(no); return !ok })
	}
	read, stop := make(chan some), make(chan struct{})
	go func() {
		defer close(read)
		for size := firstBatch; len(order) > 0; size = min(4*size, eachBatch) {
			nos := slices.Clone(order[:min(size, len(order))])
			order = order[len(nos):]
			slices.Sort(nos)
			next := t.some(ctx, sel, nos)
			select {
			case read <- next:
			case <-stop:
				return
			}
			if next.err != nil {
				return
			}
		}
	}()
	for s := range read { // to its end, so that nothing is asked once we are gone
		if err != nil {
			continue
		}
		if err = t.someRows(s, do); err != nil {
			close(stop)
		}
	}
	return err
}

// some is learners read for a file, with what is seen of each.
type some struct {
	items []Learner
	sub   Selection
	views map[access.LearnerNo]*view
	err   error
}

func (t *tabulation) some(ctx context.Context, sel *Selection, nos []access.LearnerNo) (s some) {
	s.items, s.sub, s.err = t.read(ctx, sel, nos)
	if s.err == nil && (t.rep.row != rowOfLearner || t.needsWork()) {
		s.views, s.err = t.views(ctx, &s.sub)
	}
	return s
}

func (t *tabulation) someRows(s some, do func(Row) error) error {
	if s.err != nil {
		return s.err
	}
	if t.rep.row == rowOfLearner {
		return t.learnerRows(s.items, &s.sub, s.views, do)
	}
	rows := rowMaker{tabulation: t}
	for i := range s.items {
		v, err := s.sub.view(s.views, s.items[i].No)
		if err != nil {
			return err
		}
		if v == nil {
			continue
		}
		if err := rows.make(&s.items[i], v, func(_ *Column, r Row) error { return do(r) }); err != nil {
			return err
		}
	}
	return nil
}
