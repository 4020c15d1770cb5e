package report

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
)

// riskShown is how many of those at risk a tab shows besides the way to all.
const riskShown = 5

// analysis is a tab being made.
type analysis struct {
	*tabulation
	frame Frame
}

// analyze makes a tab on one snapshot; key says what its columns are.
func (s *Service) analyze(ctx context.Context, reach access.Reach, f Filter, key Key, make func(*analysis) error) error {
	if err := reach.For(access.ReportView); err != nil {
		return err
	}
	return s.store.Report(ctx, func(src Source) error {
		frame, err := s.framed(ctx, src, reach, f)
		if err != nil {
			return err
		}
		rep, _ := Find(key)
		t, err := s.tabulate(ctx, src, reach, rep, Request{Report: key, Filter: frame.Filter})
		if err != nil {
			return err
		}
		return make(&analysis{tabulation: t, frame: frame})
	})
}

// walk goes over all learners that meet the filters, and says of them what the
// frame says.
func (a *analysis) walk(ctx context.Context, parts ...collector) error {
	sel, err := a.selection(ctx)
	if err != nil {
		return err
	}
	a.frame.Learners = sel.Len()
	if a.frame.ReachTotal, err = a.reachTotalBy(ctx, sel); err != nil {
		return err
	}
	all := &everybody{}
	w := stroll{t: a.tabulation, frame: &a.frame, parts: append(parts, all)}
	if a.rep.row == rowOfProgram {
		w.derived, w.programs = true, a.columns
	}
	if err := w.over(ctx, sel); err != nil {
		return err
	}
	a.frame.Empty = emptiness(&a.frame, &all.Group)
	return nil
}

// emptiness says why there is nothing to show.
func emptiness(f *Frame, g *Group) Emptiness {
	switch {
	case f.ReachTotal == 0:
		return NobodyInReach
	case f.Learners == 0:
		return NobodyFound
	case g.Work.Enrolled() == 0:
		return NoEnrollments
	case g.Joined == (Change{}) && g.Active == (Change{}) && g.Overdue == (Change{}):
		return NothingHappens
	}
	return ""
}

// gone collects of the past what people did whose identity was erased since;
// nil where nobody's was, or a name is looked for.
func (a *analysis) gone(ctx context.Context, steps *series) (*series, error) {
	any, err := a.src.AnybodyErased(ctx, a.reach)
	if err != nil || !any || a.filter.Query != "" {
		return nil, err
	}
	c := a.criteria
	c.Erased = true
	sel, err := a.src.Select(ctx, a.reach, c, a.orgs)
	if err != nil {
		return nil, err
	}
	out := steps.fork().(*series)
	out.past = true
	w := stroll{t: a.tabulation, frame: &a.frame, parts: []collector{out}}
	return out, w.over(ctx, &sel)
}

// UserAnalytics is about everybody who meets the filters, in one walk over
// their transcripts.
func (s *Service) UserAnalytics(ctx context.Context, reach access.Reach, f Filter) (UserAnalytics, error) {
	var out UserAnalytics
	err := s.analyze(ctx, reach, f, ActivitiesReport, func(a *analysis) error {
		out = UserAnalytics{Step: stepsOf(a.frame.Period)}
		all, steps, spread, days := &everybody{}, newSeries(&a.frame, out.Step), &spreads{}, &took{}
		risk := newAtRisk(AnyRisk, riskShown, nil)
		if err := a.walk(ctx, all, steps, spread, days, risk); err != nil {
			return err
		}
		gone, err := a.gone(ctx, steps)
		if err != nil {
			return err
		}
		risk.sort()
		if out.Risk, err = a.riskRows(ctx, risk.kept[:min(riskShown, len(risk.kept))]); err != nil {
			return err
		}
		out.Frame, out.All, out.Series, out.Took = a.frame, all.Group, steps.told(gone), days.told()
		out.All.Learners = a.frame.Learners // also those without a transcript
		out.Progress, out.Score = spread.told()
		out.Late, out.Failing, out.Inactive = risk.learners[0], risk.learners[1], risk.learners[2]
		return nil
	})
	return out, err
}

// ActivityAnalytics is about each activity over its learners.
func (s *Service) ActivityAnalytics(ctx context.Context, reach access.Reach, f Filter) (ActivityAnalytics, error) {
	var out ActivityAnalytics
	err := s.analyze(ctx, reach, f, ActivitiesReport, func(a *analysis) error {
		columns := a.shown()
		by := newByColumn(len(columns))
		err := a.walk(ctx, by)
		out = ActivityAnalytics{Frame: a.frame, Activities: by.told(columns)}
		return err
	})
	return out, err
}

// ProgramAnalytics is about each program over its learners.
func (s *Service) ProgramAnalytics(ctx context.Context, reach access.Reach, f Filter) (ProgramAnalytics, error) {
	var out ProgramAnalytics
	err := s.analyze(ctx, reach, f, ProgramsReport, func(a *analysis) error {
		by := newByColumn(len(a.columns))
		err := a.walk(ctx, by)
		out = ProgramAnalytics{Frame: a.frame, Programs: by.told(a.columns)}
		return err
	})
	return out, err
}

// ParticipationAnalytics is about who took part when.
func (s *Service) ParticipationAnalytics(ctx context.Context, reach access.Reach, f Filter) (ParticipationAnalytics, error) {
	var out ParticipationAnalytics
	err := s.analyze(ctx, reach, f, ActivitiesReport, func(a *analysis) error {
		out = ParticipationAnalytics{Step: stepsOf(a.frame.Period)}
		all, steps, days := &everybody{}, newSeries(&a.frame, out.Step), newSeries(&a.frame, Days)
		if err := a.walk(ctx, all, steps, days); err != nil {
			return err
		}
		goneSteps, err := a.gone(ctx, steps)
		if err != nil {
			return err
		}
		goneDays, err := a.gone(ctx, days)
		if err != nil {
			return err
		}
		out.Frame, out.All, out.Series = a.frame, all.Group, steps.told(goneSteps)
		out.All.Learners = a.frame.Learners // also those without a transcript
		each := days.told(goneDays)
		for _, d := range each {
			out.Weekdays[(int(d.Period.From.Time().Weekday())+6)%7] += d.Now.Active
		}
		if len(each) <= quarter {
			out.Days = each
		}
		return nil
	})
	return out, err
}

// quarter is up to how many days each is shown.
const quarter = 92
