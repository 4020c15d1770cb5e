package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Exported is what somebody took away that a learner is in (N-06): a file that
// they had made, a print, or a list of addresses.
type Exported struct {
	Run     RunID      // of a file
	How     TakingKind // empty for a file
	Report  Key
	At      time.Time
	Account access.AccountID
	Person  string // empty for somebody of another organization
	Company string
}

// ExportedRun is what was taken with whom it is about.
type ExportedRun struct {
	Exported
	About []byte
}

// ExportStore finds what was taken by who took it.
type ExportStore interface {
	// ExportedRuns hands over what other people in an organization or above it
	// took away, the latest first, since an instant.
	ExportedRuns(ctx context.Context, self access.Reach, since time.Time, each func(ExportedRun) error) error
}

// exportsKept is how far back a learner is told.
const exportsKept = 366 * 24 * time.Hour

// WhoExportedMe lists what others took away in the last year that the asker is
// in, the latest first.
func (r *Runs) WhoExportedMe(ctx context.Context, self access.Reach) ([]Exported, error) {
	if err := self.For(access.SelfView); err != nil {
		return nil, err
	}
	var out []Exported
	err := r.store.ExportedRuns(ctx, self, self.At().Add(-exportsKept), func(x ExportedRun) error {
		is, err := concerns(x.About, self.Actor().Learner)
		if err != nil {
			return fmt.Errorf("whom %s %s is about: %w", cmp.Or(x.How, "file"), x.Run, err)
		}
		if is {
			out = append(out, x.Exported)
		}
		return nil
	})
	return out, err
}

// concerns tells whether a learner is in what was taken.
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
