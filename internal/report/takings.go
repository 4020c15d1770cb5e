package report

import (
	"context"
	"errors"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Taking is what somebody took away without a file.
type Taking struct {
	How      TakingKind
	Request  Request
	Learners int
	Rows     int
	About    []byte // whom it holds, packed
}

// TakingKind says how.
type TakingKind string

// The kinds of taking.
const (
	TakenPrinted   TakingKind = "printed"
	TakenAddresses TakingKind = "addresses"
)

// TakingStore notes in the audit who took what.
type TakingStore interface {
	NoteTaking(ctx context.Context, export access.Reach, t Taking) error
}

// Takings hands out rows that no file is made of: on paper, and as addresses
// for a letter. Both hold what a file would hold, and are noted like one.
type Takings struct {
	service *Service
	store   TakingStore
}

// NewTakings makes the service.
func NewTakings(service *Service, store TakingStore) *Takings { return &Takings{service, store} }

// errEnough ends the reading of rows early.
var errEnough = errors.New("enough rows")

// Printed is the first rows of a report.
type Printed struct {
	Head Head
	Rows []Row
	More bool // there are more than the limit
}

// Print reads so many rows of a report, for paper.
func (t *Takings) Print(ctx context.Context, view, export access.Reach, rq Request, limit int) (Printed, error) {
	var out Printed
	var whom []access.LearnerNo
	err := t.service.Each(ctx, view, export, rq,
		func(h Head) error { out, whom = Printed{Head: h}, nil; return nil },
		func(row Row) error {
			if out.More = len(out.Rows) == limit; out.More {
				return errEnough
			}
			if row.no != 0 {
				whom = append(whom, row.no)
			}
			row.Values = slices.Clone(row.Values)
			out.Rows = append(out.Rows, row)
			return nil
		})
	if err != nil && !errors.Is(err, errEnough) {
		return Printed{}, err
	}
	sel := out.Head.Selection // of sums over all of them
	if len(whom) > 0 {
		sel = selectionOf(whom)
	}
	return out, t.store.NoteTaking(ctx, export, Taking{TakenPrinted, rq, out.Head.Learners, len(out.Rows), about(sel, view, export)})
}

// selectionOf is the learners whose rows were taken, each once.
func selectionOf(whom []access.LearnerNo) *Selection {
	slices.Sort(whom)
	return &Selection{Wide: []Segment{{Learners: slices.Compact(whom)}}}
}

// Addresses is where the learners of a report can be written to.
type Addresses struct {
	List       []string // each learner once, in the order of the report
	Learners   int      // whom the report is about
	ReachTotal int
	Over       bool // there are more than the limit, and none is given
}

// ErrNoAddresses tells that the rows of a report are no learners.
var ErrNoAddresses = fault.New(fault.Invalid, "This report lists purchases, not learners, so it has no addresses.")

// Addresses collects the addresses of a report's learners, up to a limit.
func (t *Takings) Addresses(ctx context.Context, view, export access.Reach, rq Request, limit int) (Addresses, error) {
	rep, err := rq.Check(view)
	if err != nil {
		return Addresses{}, err
	}
	list := Request{Report: rep.Key, Filter: rq.Filter, Columns: []string{"learner", "email"}}
	switch {
	case rep.row == rowOfPurchase, rep.Key == OwnReport, rep.Key == MatrixReport:
		return Addresses{}, ErrNoAddresses
	case rep.row == rowOfActivity, rep.row == rowOfProgram:
		list.Report = LearnersReport
	}
	var out Addresses
	seen := map[access.AccountID]bool{}
	var whom []access.LearnerNo
	email := 0
	err = t.service.Each(ctx, view, export, list,
		func(h Head) error {
			out = Addresses{Learners: h.Learners, ReachTotal: h.ReachTotal}
			clear(seen)
			whom = nil
			email = slices.IndexFunc(h.Columns, func(f Field) bool { return f.Key == "email" })
			return nil
		},
		func(row Row) error {
			if seen[row.Learner] || row.Values[email].Text == "" {
				return nil
			}
			if len(out.List) == limit {
				out.Over, out.List = true, nil
				return errEnough
			}
			seen[row.Learner] = true
			whom = append(whom, row.no)
			out.List = append(out.List, row.Values[email].Text)
			return nil
		})
	if err != nil && !errors.Is(err, errEnough) {
		return Addresses{}, err
	}
	if out.Over {
		return out, nil // nothing was taken
	}
	return out, t.store.NoteTaking(ctx, export, Taking{TakenAddresses, rq, len(out.List), len(out.List), about(selectionOf(whom), view, export)})
}
