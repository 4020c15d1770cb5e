package report

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// errUnseen keeps a file back that says more than its owner may see today.
var errUnseen = fault.New(fault.Conflict, "This file holds learners or details that you no longer see. Make it again.")

// File sends a file to its owner, if they may still have what is in it. It
// calls begin before the first byte, and asks for their access again before
// each part: where it is not the same any more, sending breaks off.
func (r *Runs) File(ctx context.Context, self access.Reach, asks Asks, id RunID, begin func(Run) error, w io.Writer) error {
	if err := self.For(access.SelfView); err != nil {
		return err
	}
	run, err := r.store.FindRun(ctx, self, id)
	switch {
	case err != nil:
		return err
	case run.State.Open():
		return errNotYet
	case run.State != RunDone || !r.now().Before(run.ExpiresAt):
		return errNoFile
	}
	rep, ok := Find(run.Request.Report)
	if !ok {
		return errNoFile
	}
	// A token may be for less than its account.
	for _, p := range []access.Permission{rep.Permission(), rep.ExportPermission()} {
		if err := asks(p).For(p); err != nil {
			return err
		}
	}
	first, err := r.mayFetch(ctx, self, &run)
	if err != nil {
		return err
	}
	if err := r.store.FetchRun(ctx, self, id); err != nil {
		return err
	}
	if err := begin(run); err != nil {
		return err
	}
	return r.send(ctx, self, &run, first, w)
}

// mayFetch holds a file against what its owner gets now.
func (r *Runs) mayFetch(ctx context.Context, self access.Reach, run *Run) (holding, error) {
	now, err := r.holds(ctx, run)
	if errors.Is(err, errAccessChanged) {
		return holding{}, fault.ErrForbidden
	}
	if err != nil {
		return holding{}, err
	}
	raw, err := r.store.RunAbout(ctx, self, run.ID)
	if err != nil {
		return holding{}, err
	}
	whom, err := readAbout(raw)
	if err != nil {
		return holding{}, fmt.Errorf("whom file %s is about: %w", run.ID, err)
	}
	seen, err := r.service.stillSees(ctx, now, whom, run)
	if err == nil && !seen {
		err = errUnseen
	}
	return now, err
}

func (r *Runs) send(ctx context.Context, self access.Reach, run *Run, first holding, w io.Writer) error {
	for no, sent := 0, int64(0); sent < run.Bytes; no++ {
		part, err := r.store.RunPart(ctx, self, run.ID, no)
		if err != nil {
			return err
		}
		now, err := r.holds(ctx, run)
		if err != nil {
			return err
		}
		if !now.same(first) {
			return errAccessChanged
		}
		plain, err := part.unpack()
		if err != nil {
			return fmt.Errorf("part %d of file %s: %w", no, run.ID, err)
		}
		if _, err := w.Write(plain); err != nil {
			return err
		}
		sent += int64(len(plain))
	}
	return nil
}

// stillSees tells whether both of an owner's reaches hold everybody a file is
// about, and of each at least as much.
func (s *Service) stillSees(ctx context.Context, now holding, whom *subjects, run *Run) (bool, error) {
	reaches := []access.Reach{now.view}
	if !now.export.SameBlocks(now.view) {
		reaches = append(reaches, now.export)
	}
	seen := true
	err := s.store.Report(ctx, func(src Source) error {
		for _, reach := range reaches {
			if !whom.placesWithin(reach, run) {
				seen = false
				return nil
			}
			q, err := s.ask(ctx, src, reach, Filter{})
			if err != nil {
				return err
			}
			sel, err := src.Select(ctx, reach, Criteria{Seat: everySeat}, q.orgs)
			if err != nil {
				return err
			}
			if seen = whom.within(&sel); !seen {
				return nil
			}
		}
		return nil
	})
	return seen, err
}
