package report

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
)

// Chosen names the learners that a filter finds, in order of name and no more
// than most, for acts on all of them; total is how many there are. states says
// whose states the filter may ask for, as in LearnerQuery.
func (s *Service) Chosen(ctx context.Context, reach, states access.Reach, f Filter, most int) (ids []access.AccountID, total int, err error) {
	if err := reach.For(access.LearnerView); err != nil {
		return nil, 0, err
	}
	err = s.store.Report(ctx, func(src Source) error {
		q, err := s.ask(ctx, src, reach, f)
		if err != nil {
			return err
		}
		var set []access.LearnerNo
		if f.needsTranscripts() {
			if set, err = q.standing(ctx, s, states); err != nil {
				return err
			}
		}
		if total, err = q.count(ctx, set); err != nil || total == 0 {
			return err
		}
		found, err := src.Page(ctx, reach, q.criteria, q.orgs, set, Position{}, most)
		for _, l := range found {
			ids = append(ids, l.ID)
		}
		return err
	})
	return ids, total, err
}
