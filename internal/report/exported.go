package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Exported is a file that somebody had made and that a learner is in (N-06).
type Exported struct {
	Run     RunID
	Report  Key
	At      time.Time
	Account access.AccountID
	Person  string // empty for somebody of another organization
	Company string
}

// ExportedRun is a file with whom it is about.
type ExportedRun struct {
	Exported
	About []byte
}

// ExportStore finds files by their owners.
type ExportStore interface {
	// ExportedRuns hands over files of the realm that other people had made of
	// people in an organization or above it, the latest first, since an instant.
	ExportedRuns(ctx context.Context, self access.Reach, since time.Time, each func(ExportedRun) error) error
}

// exportsKept is how far back a learner is told of files.
const exportsKept = 366 * 24 * time.Hour

// WhoExportedMe lists the files of the last year that others had made and that
// the asker is in, the latest first.
func (r *Runs) WhoExportedMe(ctx context.Context, self access.Reach) ([]Exported, error) {
	if err := self.For(access.SelfView); err != nil {
		return nil, err
	}
	var out []Exported
	err := r.store.ExportedRuns(ctx, self, self.At().Add(-exportsKept), func(x ExportedRun) error {
		is, err := concerns(x.About, self.Actor().Learner)
		if err != nil {
			return fmt.Errorf("whom file %s is about: %w", x.Run, err)
		}
		if is {
			out = append(out, x.Exported)
		}
		return nil
	})
	return out, err
}

// concerns tells whether a learner is in a file.
func concerns(about []byte, learner access.LearnerNo) (bool, error) {
	s, err := readAbout(about)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(s.of, func(list []access.LearnerNo) bool {
		_, found := slices.BinarySearch(list, learner)
		return found
	}), nil
}
