package report

import (
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// everybody adds up all learners of a walk.
type everybody struct{ Group }

func (g *everybody) fork() collector              { return &everybody{} }
func (g *everybody) join(o collector)             { g.merge(&o.(*everybody).Group) }
func (g *everybody) learner(_ *view, mine *Group) { g.merge(mine) }

// spreads counts enrollments by their progress and score.
type spreads struct{ counts [10]int }

func (b *spreads) fork() collector       { return &spreads{} }
func (b *spreads) learner(*view, *Group) {}
func (b *spreads) join(o collector) {
	for i, n := range o.(*spreads).counts {
		b.counts[i] += n
	}
}

func (b *spreads) enrollment(x *enrollments, _ *signs) {
	if !counts(x.state) {
		return
	}
	b.counts[progressBand[min(x.entry.Progress, 100)]]++
	if x.entry.Score >= 0 {
		b.counts[scoreBand[min(x.entry.Score/100, 100)]]++
	}
}

// The place in bands of each percent and of each point.
var progressBand, scoreBand = func() (progress, score [101]uint8) {
	for i, b := range bands {
		for n := b.From; n <= b.To; n++ {
			if i < progressBands {
				progress[n] = uint8(i)
			} else {
				score[n] = uint8(i)
			}
		}
	}
	return progress, score
}()

// told gives the distributions of progress and of scores.
func (b *spreads) told() (progress, score []Band) {
	all := slices.Clone(bands)
	for i := range all {
		all[i].Count = b.counts[i]
	}
	return all[:progressBands:progressBands], all[progressBands:]
}

// durations counts completions of the period by the days they took.
type durations struct{ counts []uint32 }

func (d *durations) add(e *transcript.Entry, s *signs) {
	if s.finished != inPeriod || e.Enrolled == day.None || e.Completed < e.Enrolled {
		return
	}
	n := int(e.Completed - e.Enrolled)
	if missing := n + 1 - len(d.counts); missing > 0 {
		d.counts = append(d.counts, make([]uint32, missing)...)
	}
	d.counts[n]++
}

func (d *durations) merge(o *durations) {
	if missing := len(o.counts) - len(d.counts); missing > 0 {
		d.counts = append(d.counts, make([]uint32, missing)...)
	}
	for i, n := range o.counts {
		d.counts[i] += n
	}
}

// told finds the quartiles: the smallest number of days within which a quarter,
// half and three quarters of the completions came.
func (d *durations) told() (out Durations) {
	for days, n := range d.counts {
		if n > 0 && out.Measured == 0 {
			out.Shortest = days
		}
		if n > 0 {
			out.Longest = days
		}
		out.Measured += int(n)
	}
	within := func(quarters int) int {
		left := (out.Measured*quarters + 3) / 4
		for days, n := range d.counts {
			if left -= int(n); left <= 0 {
				return days
			}
		}
		return 0
	}
	if out.Measured > 0 {
		out.Quartile, out.Median, out.UpperQuartile = within(1), within(2), within(3)
	}
	return out
}

// took is durations over everything.
type took struct{ durations }

func (d *took) fork() collector                     { return &took{} }
func (d *took) join(o collector)                    { d.merge(&o.(*took).durations) }
func (d *took) enrollment(x *enrollments, s *signs) { d.add(&x.entry, s) }
func (d *took) learner(*view, *Group)               {}

// byColumn adds up each activity, or program, over its learners.
type byColumn struct {
	groups []Group
	took   []durations
}

func newByColumn(n int) *byColumn { return &byColumn{make([]Group, n), make([]durations, n)} }

func (b *byColumn) fork() collector       { return newByColumn(len(b.groups)) }
func (b *byColumn) learner(*view, *Group) {}
func (b *byColumn) join(o collector) {
	from := o.(*byColumn)
	for i := range b.groups {
		b.groups[i].merge(&from.groups[i])
		b.took[i].merge(&from.took[i])
	}
}

func (b *byColumn) enrollment(x *enrollments, s *signs) {
	g := &b.groups[x.rank]
	g.Learners++
	g.count(&x.entry, x.state, s)
	g.Active.Now += one(s.active[0])
	g.Active.Before += one(s.active[1])
	g.AtRisk += one(s.risk != 0)
	b.took[x.rank].add(&x.entry, s)
}

// told gives the columns that anybody is enrolled in.
func (b *byColumn) told(columns []Column) (out []ActivityGroup) {
	for i := range columns {
		if b.groups[i].Learners > 0 {
			out = append(out, ActivityGroup{Column: columns[i], Group: b.groups[i], Took: b.took[i].told()})
		}
	}
	return out
}

// byPlace adds up learners by the one group that each is in, if any.
type byPlace struct {
	of     byLearner // one up
	groups []Group
	size   []int // learners of each, also those without a transcript
	rest   Group // of those in none
	others int   // how many those are
}

// put puts learners into a group.
func (b *byPlace) put(group int, learners []access.LearnerNo) {
	for _, no := range learners {
		b.of.put(no, int32(group)+1)
	}
	b.size[group] += len(learners)
}

func (b *byPlace) fork() collector { return &byPlace{of: b.of, groups: make([]Group, len(b.groups))} }

func (b *byPlace) join(o collector) {
	from := o.(*byPlace)
	for i := range b.groups {
		b.groups[i].merge(&from.groups[i])
	}
	b.rest.merge(&from.rest)
}

func (b *byPlace) learner(v *view, mine *Group) {
	if i := b.of.at(v.learner); i > 0 {
		b.groups[i-1].merge(mine)
	} else {
		b.rest.merge(mine)
	}
}

// byTeam adds up learners by the teams that each is shown to be in.
type byTeam struct {
	of     map[access.LearnerNo][]int32
	groups []Group
	steps  *series // tells which step a day is in
	trends [][]int // completions in each step
	done   []int   // of the learner, in each step
}

func newByTeam(of map[access.LearnerNo][]int32, teams int, steps *series) *byTeam {
	b := &byTeam{of: of, groups: make([]Group, teams), steps: steps, trends: make([][]int, teams), done: make([]int, steps.n)}
	for i := range b.trends {
		b.trends[i] = make([]int, steps.n)
	}
	return b
}

func (b *byTeam) fork() collector { return newByTeam(b.of, len(b.groups), b.steps) }
func (b *byTeam) join(o collector) {
	from := o.(*byTeam)
	for i := range b.groups {
		b.groups[i].merge(&from.groups[i])
		for step, n := range from.trends[i] {
			b.trends[i][step] += n
		}
	}
}

func (b *byTeam) enrollment(x *enrollments, s *signs) {
	if s.finished == inPeriod {
		b.done[b.steps.at(x.entry.Completed)-b.steps.n]++
	}
}

func (b *byTeam) learner(v *view, mine *Group) {
	for _, i := range b.of[v.learner] {
		b.groups[i].merge(mine)
		for step, n := range b.done {
			b.trends[i][step] += n
		}
	}
	clear(b.done)
}
