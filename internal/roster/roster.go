// Package roster brings whole schools in and out: a roster bundle is a folder of
// CSV files with the customer's own ids (files.go says which). Everything is
// checked first, every fault is told by file, line, column and reason, and then
// all of it is applied in one transaction or nothing is. An export writes the
// same files back. It knows what the files mean; how rows become tables, and
// tables rows, is package store's business.
package roster

import (
	"context"
	"io/fs"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Options say how a bundle is imported.
type Options struct {
	DryRun bool // check and count everything, change nothing
	Invite bool // write to every person of the bundle who has no password yet
	// Progress is told now and then what is being done; it may be nil.
	Progress func(Progress)
}

// Progress is what an import is doing.
type Progress struct {
	Step Step
	File string // empty where the step is about none
	Rows int    // read so far
}

// Step is a part of an import.
type Step string

// The parts of an import, in their order.
const (
	Reading  Step = "reading"
	Checking Step = "checking"
	Applying Step = "applying"
	Packing  Step = "packing" // transcripts
)

// Summary counts what an import did, or would do in a dry run.
type Summary struct {
	Files    []Count  `json:"files"`
	Warnings []string `json:"warnings,omitempty"`
	Invited  int      `json:"invited"`
	DryRun   bool     `json:"dry_run"`
}

// Count is one file's share of a summary.
type Count struct {
	File      string `json:"file"`
	Created   int    `json:"created"`
	Changed   int    `json:"changed"`
	Unchanged int    `json:"unchanged"`
}

// IsChange tells whether anything was created or changed.
func (s Summary) IsChange() bool {
	for _, c := range s.Files {
		if c.Created+c.Changed > 0 {
			return true
		}
	}
	return false
}

// Rows counts the rows of all files.
func (s Summary) Rows() int {
	n := 0
	for _, c := range s.Files {
		n += c.Created + c.Changed + c.Unchanged
	}
	return n
}

// Store applies bundles, and reads them back.
type Store interface {
	// ImportRoster applies a bundle to an organization in the reach, whole or not
	// at all. With faults it changes nothing and answers a *Refusal.
	ImportRoster(ctx context.Context, reach access.Reach, organization access.OrgID, b *Bundle, o Options) (Summary, error)
	// ExportRoster writes every file of a bundle with the rows of an organization
	// in the reach, from one snapshot.
	ExportRoster(ctx context.Context, reach access.Reach, organization access.OrgID, to *Writer, o ExportOptions) error
	// RecordExport notes in the audit log who took an organization away.
	RecordExport(ctx context.Context, reach access.Reach, organization access.OrgID, e Exported) error
}

// Permission is what an import asks of whoever runs it, over the whole organization.
const Permission = access.AccountCreate

// Service imports and exports bundles.
type Service struct{ store Store }

// NewService makes the service over a store.
func NewService(store Store) *Service { return &Service{store: store} }

// Import reads a bundle into an organization. What is wrong with the bundle
// comes back as a *Refusal; nothing was changed then. A bundle gives any role
// to anybody, so it is no permission's to bring one in: only pieces of Ambit
// itself do, the command line among them.
func (s *Service) Import(ctx context.Context, reach access.Reach, organization access.OrgID, files fs.FS, o Options) (Summary, error) {
	if err := reach.For(Permission); err != nil {
		return Summary{}, err
	}
	if reach.Actor().System == "" {
		return Summary{}, fault.ErrForbidden
	}
	b, err := Open(files)
	if err != nil {
		return Summary{}, err
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	return s.store.ImportRoster(ctx, reach, organization, b, o)
}

// ErrNoBundle is the answer to a folder without a single file of a bundle.
var ErrNoBundle = fault.New(fault.Invalid, "This folder holds no file of a roster bundle, such as people.csv.")
