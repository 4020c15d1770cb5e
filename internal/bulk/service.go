package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Service leads acts from preview to confirmation, and back.
type Service struct {
	store    Store
	handlers map[Kind]Handler
	now      func() time.Time
}

// NewService makes the service over a store and what acts can do.
func NewService(store Store, now func() time.Time, handlers ...Handler) *Service {
	s := &Service{store: store, handlers: map[Kind]Handler{}, now: now}
	for _, h := range handlers {
		s.handlers[h.Kind()] = h
	}
	return s
}

func (s *Service) handler(kind Kind) (Handler, error) {
	h, ok := s.handlers[kind]
	if !ok {
		return nil, fmt.Errorf("no handler of acts of kind %q", kind)
	}
	return h, nil
}

// Preview works out what an act would do and keeps it to be confirmed.
func (s *Service) Preview(ctx context.Context, self access.Reach, asks Asks, kind Kind, subject string, input any) (Act, error) {
	if err := self.For(access.SelfView); err != nil {
		return Act{}, err
	}
	raw, err := json.Marshal(input)
	if err != nil {
		return Act{}, fmt.Errorf("input of an act %s: %w", kind, err)
	}
	return s.preview(ctx, self, asks, kind, subject, raw)
}

func (s *Service) preview(ctx context.Context, self access.Reach, asks Asks, kind Kind, subject string, input json.RawMessage) (Act, error) {
	h, err := s.handler(kind)
	if err != nil {
		return Act{}, err
	}
	plan, err := h.Plan(ctx, asks, subject, input)
	if err != nil {
		return Act{}, err
	}
	now, actor := s.now().UTC().Truncate(time.Microsecond), self.Actor()
	act := Act{
		ID: ID(access.NewID()), Kind: kind, Organization: actor.Organization, Account: actor.Account, Subject: subject,
		Input: input, Plan: plan, State: Previewed, CreatedAt: now, ExpiresAt: now.Add(ConfirmFor),
	}
	return act, s.store.AddAct(ctx, self, act)
}

// Open gives an act to whoever made its preview.
func (s *Service) Open(ctx context.Context, self access.Reach, id ID) (Act, error) {
	if err := self.For(access.SelfView); err != nil {
		return Act{}, err
	}
	return s.store.Act(ctx, self, id)
}

// List gives one's own acts, the newest first.
func (s *Service) List(ctx context.Context, self access.Reach, query Query) ([]Act, error) {
	if err := self.For(access.SelfView); err != nil {
		return nil, err
	}
	return s.store.Acts(ctx, self, query)
}

// Confirm does what the preview said. One that was confirmed already is given
// as it was done. Where things have changed since, or the preview is too old,
// nothing is done: the answer is a new preview together with ErrChanged or ErrExpired.
func (s *Service) Confirm(ctx context.Context, self access.Reach, asks Asks, id ID) (Act, error) {
	if err := self.For(access.SelfView); err != nil {
		return Act{}, err
	}
	act, err := s.store.Act(ctx, self, id)
	if err != nil {
		return Act{}, err
	}
	h, err := s.handler(act.Kind)
	if err != nil {
		return Act{}, err
	}
	if err = act.Confirmable(s.now()); err == nil {
		var done Act
		if done, err = h.Do(ctx, asks, act); err == nil {
			return done, nil
		}
		// The same act may have been confirmed at the same time: then it stands as done.
		if fault.KindOf(err) == fault.Conflict {
			if act, again := s.store.Act(ctx, self, id); again == nil && act.State != Previewed {
				return act, nil
			}
		}
	}
	switch {
	case errors.Is(err, ErrDone):
		return act, nil
	case errors.Is(err, ErrChanged), errors.Is(err, ErrExpired):
		fresh, failed := s.preview(ctx, self, asks, act.Kind, act.Subject, act.Input)
		if failed != nil {
			return Act{}, failed
		}
		return fresh, err
	}
	return Act{}, err
}

// Undo takes back what an act did. One that was taken back already is given as
// it is.
func (s *Service) Undo(ctx context.Context, self access.Reach, asks Asks, id ID) (Act, error) {
	if err := self.For(access.SelfView); err != nil {
		return Act{}, err
	}
	act, err := s.store.Act(ctx, self, id)
	if err != nil {
		return Act{}, err
	}
	h, err := s.handler(act.Kind)
	if err != nil {
		return Act{}, err
	}
	if err := act.Undoable(s.now()); err != nil {
		if errors.Is(err, ErrUndone) {
			return act, nil
		}
		return Act{}, err
	}
	undone, err := h.Undo(ctx, asks, act)
	if fault.KindOf(err) == fault.Conflict && err != nil {
		if act, again := s.store.Act(ctx, self, id); again == nil && act.State == Undone {
			return act, nil
		}
	}
	return undone, err
}

// Sweep removes previews that nobody confirmed and acts of long ago: what was
// pasted into them is not kept longer than it is of use.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	return s.store.SweepActs(ctx, now, now.Add(-KeepFor))
}
