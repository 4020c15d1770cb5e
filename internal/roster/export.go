package roster

import (
	"context"
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
)

// ExportPermission is what an export asks of whoever runs it, over the whole organization.
const ExportPermission = access.AccountExport

// Writing is what an export is doing; see Progress.
const Writing Step = "writing"

// ExportOptions say how an organization is exported.
type ExportOptions struct {
	// Progress is told now and then what is being done; it may be nil.
	Progress func(Progress)
}

// Exported counts what an export wrote.
type Exported struct {
	Files []Written `json:"files"`
}

// Export writes an organization as a bundle into a folder, which must not exist
// yet or be empty. All of it is as it stood at one moment. On a failure there is
// no folder, and whoever gets one stands in the audit log.
func (s *Service) Export(ctx context.Context, reach access.Reach, organization access.OrgID, into string, o ExportOptions) (done Exported, err error) {
	if err := reach.For(ExportPermission); err != nil {
		return Exported{}, err
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	f, err := newFolder(into)
	if err != nil {
		return Exported{}, err
	}
	defer func() {
		if left := f.discard(); err == nil {
			err = left
		}
	}()
	w := NewWriter(f.create)
	err = s.store.ExportRoster(ctx, reach, organization, w, o)
	if ended := w.End(); err == nil {
		err = ended
	}
	if err != nil {
		return Exported{}, err
	}
	if err := s.store.RecordExport(ctx, reach, organization, Exported{w.Written()}); err != nil {
		return Exported{}, err
	}
	if err := f.keep(); err != nil {
		return Exported{}, fmt.Errorf("give %s its name: %w", into, err)
	}
	return Exported{w.Written()}, nil
}
