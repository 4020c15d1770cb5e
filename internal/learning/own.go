package learning

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Source is one thing by which an enrollment came.
type Source struct {
	Kind    SourceKind
	Company string // of a seat's purchase
	Program string // title of what was bought, where that is a program
	Open    bool
}

// Own is one of a person's own activities, in days of their organization.
type Own struct {
	Activity content.Activity
	Entry    transcript.Entry
	State    transcript.State
	Sources  []Source
}

// Program is the title of the program by which the activity came, if it did.
func (o Own) Program() string {
	for _, s := range o.Sources {
		if s.Program != "" {
			return s.Program
		}
	}
	return ""
}

// Active tells whether a source still keeps the enrollment, so that one may go on.
func (o Own) Active() bool {
	if o.State == transcript.Withdrawn {
		return false
	}
	for _, s := range o.Sources {
		if s.Open {
			return true
		}
	}
	return false
}

// Launchable tells whether Launch would open the activity.
func (o Own) Launchable() bool { return o.Active() && o.Activity.Launchable() }

// MayComplete tells whether the person may mark the activity as done.
func (o Own) MayComplete() bool {
	return o.Active() && o.Activity.SelfComplete && o.Entry.Completed.IsNone()
}

// What one cannot do with an own activity, and why.
var (
	ErrAccessEnded  = fault.New(fault.Conflict, "Your access to this activity has ended.")
	ErrWithdrawn    = fault.New(fault.Conflict, "You are withdrawn from this activity.")
	ErrNothingToRun = fault.New(fault.Conflict, "There is nothing to open for this activity.")
	ErrNotByOneself = fault.New(fault.Conflict, "This activity cannot be marked as done by yourself.")
)

// Standing is what decides about an own activity, read while nobody else can change it.
type Standing struct {
	Activity   content.Activity
	Enrollment Enrollment
}

// Open tells whether a source keeps the enrollment at an instant.
func (e Enrollment) Open(now time.Time) bool {
	return !e.From.IsZero() && !now.Before(e.From) && (e.Until.IsZero() || now.Before(e.Until))
}

// goOn tells whether the learner may go on with the activity at all.
func (s Standing) goOn(now time.Time) error {
	switch {
	case !s.Enrollment.Open(now):
		return ErrAccessEnded
	case s.Enrollment.Outcome == transcript.OutcomeWithdrawn:
		return ErrWithdrawn
	}
	return nil
}

// Launch gives the enrollment after the activity was opened at an instant.
func (s Standing) Launch(now time.Time) (Enrollment, error) {
	e := s.Enrollment
	if err := s.goOn(now); err != nil {
		return e, err
	}
	if !s.Activity.Launchable() {
		return e, ErrNothingToRun
	}
	if e.StartedAt.IsZero() {
		e.StartedAt = now
	}
	e.LastActiveAt = now
	return e, nil
}

// Complete gives the enrollment after the learner marked it as done; one that
// is completed already stays as it is.
func (s Standing) Complete(now time.Time) (Enrollment, error) {
	e := s.Enrollment
	if err := s.goOn(now); err != nil {
		return e, err
	}
	switch {
	case !s.Activity.SelfComplete:
		return e, ErrNotByOneself
	case !e.CompletedAt.IsZero():
		return e, nil
	}
	if e.StartedAt.IsZero() {
		e.StartedAt = now
	}
	e.CompletedAt, e.LastActiveAt, e.Progress = now, now, 100
	return e, nil
}

// Store is what the package asks of the database. Each write is one whole
// change: rows, the values that stood before, and the transcript.
type Store interface {
	EnrollStore
	OwnActivities(ctx context.Context, reach access.Reach) ([]Own, error)
	LaunchActivity(ctx context.Context, reach access.Reach, activity content.ProductID) (url string, err error)
	CompleteActivity(ctx context.Context, reach access.Reach, activity content.ProductID) error
	RecordProgress(ctx context.Context, reach access.Reach, items []Progress) ([]Status, error)
}

// Service is each person's own learning, and progress told from elsewhere.
type Service struct{ store Store }

// NewService makes the service over a store.
func NewService(store Store) *Service { return &Service{store: store} }

// Mine lists a person's own activities, by title.
func (s *Service) Mine(ctx context.Context, reach access.Reach) ([]Own, error) {
	if err := reach.For(access.SelfView); err != nil {
		return nil, err
	}
	return s.store.OwnActivities(ctx, reach)
}

// OwnReport is the same as rows of a person's own activity report (M-240).
func (s *Service) OwnReport(ctx context.Context, reach access.Reach) ([]Own, error) {
	return s.Mine(ctx, reach)
}

// Launch opens an own activity: it marks it as started and gives the address to go to.
func (s *Service) Launch(ctx context.Context, reach access.Reach, activity content.ProductID) (string, error) {
	if err := reach.For(access.SelfEdit); err != nil {
		return "", err
	}
	return s.store.LaunchActivity(ctx, reach, activity)
}

// Complete marks an own activity as done, where the activity allows it.
func (s *Service) Complete(ctx context.Context, reach access.Reach, activity content.ProductID) error {
	if err := reach.For(access.SelfEdit); err != nil {
		return err
	}
	return s.store.CompleteActivity(ctx, reach, activity)
}
