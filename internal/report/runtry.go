package report

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/table"
)

// try is one attempt at a run's file. Only what may be tried again is an error;
// whatever else became of it stands at the run.
//
// A file that somebody waits for steps aside for nobody.
func (r *Runs) try(ctx context.Context, run Run, m Making, awaited bool) error {
	a := &attempt{Runs: r, ctx: ctx, run: run, making: m, sink: sink{ctx: ctx, hash: sha256.New(), size: r.settings.Part, level: gzip.BestSpeed}}
	if !awaited {
		a.aside, a.asidePacking = r.aside(), r.aside()
		a.asideWriting = a.aside
	}
	if run.Format == table.XLSX {
		a.level = gzip.NoCompression // a spreadsheet is packed already
	}
	err := a.write()
	switch kind := fault.KindOf(err); {
	case err == nil:
		err = r.end(ctx, m, RunEnd{
			State: RunDone, Rows: a.rows, Bytes: a.bytes, SHA256: hex.EncodeToString(a.hash.Sum(nil)), ExpiresAt: r.now().Add(r.settings.Keep),
		})
	case errors.Is(err, ErrRunOver):
		return nil
	case errors.Is(err, errAccessChanged), kind == fault.Forbidden, kind == fault.NotFound:
		err = r.end(ctx, m, RunEnd{State: RunStopped, Why: errAccessChanged.Error(), Rows: a.rows})
	case kind == fault.Invalid:
		err = r.end(ctx, m, RunEnd{State: RunFailed, Why: fault.Sentence(err), Rows: a.rows})
	}
	if errors.Is(err, ErrRunOver) {
		return nil
	}
	return err
}

func (r *Runs) end(ctx context.Context, m Making, end RunEnd) error {
	return r.store.EndRun(ctx, m, end)
}

// attempt writes one file.
type attempt struct {
	*Runs
	ctx    context.Context
	run    Run
	making Making
	access holding // as it was when the attempt began
	sink
	rows   int
	looked int // after which row access was last asked for
	aside  *aside
}

// write writes the whole file from one snapshot.
func (a *attempt) write() error {
	var err error
	if a.access, err = a.holds(a.ctx, &a.run); err != nil {
		return err
	}
	a.sink.keep = a.keep
	defer func() { _ = a.wait() }()
	zone := day.ZoneOr(a.run.Zone)
	reader := newReader(a.words, a.run.Locale, zone)
	filters, err := a.service.inWords(a.ctx, a.access.view, a.run.Request, reader)
	if err != nil {
		return err
	}
	f := &file{run: &a.run, reader: reader, zone: zone, to: a, filters: filters, rows: &a.rows}
	if a.run.Request.Report == MatrixReport {
		err = a.matrix(f)
	} else {
		err = a.report(f)
	}
	if err != nil {
		f.abandon()
		return err
	}
	if err := f.out.Close(); err != nil {
		return err
	}
	if err := a.flush(); err != nil {
		return err
	}
	return a.look() // what was revoked until now keeps the file from coming out
}

func (a *attempt) report(f *file) error {
	return a.service.Each(a.ctx, a.access.view, a.access.export, a.run.Request, func(h Head) error {
		keys := make([]string, len(h.Columns))
		for i, c := range h.Columns {
			keys[i] = c.Key
		}
		if err := a.describe(f, RunFile{Expected: h.Total, Learners: h.Learners, ReachTotal: h.ReachTotal, Columns: keys, About: about(h.Selection, a.access.view, a.access.export)}); err != nil {
			return err
		}
		return f.begin(h)
	}, func(row Row) error {
		if err := f.row(row); err != nil {
			return err
		}
		return a.wrote()
	})
}

func (a *attempt) matrix(f *file) error {
	rq := a.run.Request
	query := MatrixQuery{LearnerQuery: LearnerQuery{Filter: rq.Filter}, Columns: rq.Matrix.Columns, Pick: rq.Matrix.Pick}
	return a.service.ExportMatrix(a.ctx, a.access.view, a.access.export, query, func(m Matrix) error {
		sheet, keys := f.matrixSheet(m)
		if err := a.describe(f, RunFile{Expected: -1, Learners: m.Selection.Len(), ReachTotal: m.ReachTotal, Columns: keys, About: about(m.Selection, a.access.view, a.access.export)}); err != nil {
			return err
		}
		return f.open(sheet)
	}, func(carries access.Carries, row MatrixRow) error {
		if err := f.matrixRow(carries, row); err != nil {
			return err
		}
		return a.wrote()
	})
}

// describe notes what is known with the first row, for the run and for the file itself.
func (a *attempt) describe(f *file, d RunFile) error {
	if d.Expected < 0 {
		d.Expected = a.run.Expected
	}
	d.Filters, d.Places = f.filters, placesOf(a.access.view)
	a.run.Expected, a.run.Learners, a.run.ReachTotal, a.run.Columns, a.run.Places, a.run.Filters = d.Expected, d.Learners, d.ReachTotal, d.Columns, d.Places, d.Filters
	return a.store.DescribeRun(a.ctx, a.making, d)
}

// rowsAtOnce is how many rows are written before somebody else may go first.
const rowsAtOnce = 64

// wrote counts a row, and now and then looks whether to go on.
func (a *attempt) wrote() error {
	a.rows++
	if a.rows%rowsAtOnce == 0 {
		a.aside.step(a.ctx)
	}
	if a.rows-a.looked < a.settings.Look {
		return nil
	}
	if err := a.store.NoteRun(a.ctx, a.making, a.rows); err != nil {
		return err
	}
	return a.look()
}

// keep keeps a part of the file, if its owner may still have it.
func (a *attempt) keep(part RunPart) error {
	if err := a.look(); err != nil {
		return err
	}
	return a.store.AddRunPart(a.ctx, a.making, a.rows, part)
}

// look asks for the owner's access anew and stops the attempt where it is not the same.
func (a *attempt) look() error {
	a.looked = a.rows
	now, err := a.holds(a.ctx, &a.run)
	if err != nil {
		return err
	}
	if !now.same(a.access) {
		return errAccessChanged
	}
	return nil
}

// holding is what somebody may see and take away of a report.
type holding struct{ view, export access.Reach }

func (h holding) same(o holding) bool {
	return h.view.SameBlocks(o.view) && h.export.SameBlocks(o.export)
}

// holds asks what the owner of a run gets now, from facts loaded anew.
func (r *Runs) holds(ctx context.Context, run *Run) (holding, error) {
	facts, active, err := r.store.Standing(ctx, run.Realm, run.Account, run.Organization)
	if err != nil {
		return holding{}, err
	}
	if !active {
		return holding{}, errAccessChanged
	}
	rep, ok := Find(run.Request.Report)
	if !ok {
		return holding{}, fault.ErrNotFound
	}
	now := r.now()
	s := holding{facts.For(rep.Permission(), now), facts.For(rep.ExportPermission(), now)}
	if s.view.For(rep.Permission()) != nil || s.export.For(rep.ExportPermission()) != nil {
		return holding{}, errAccessChanged
	}
	return s, nil
}

// placesOf names where the learners of a reach are.
func placesOf(reach access.Reach) []string {
	var out []string
	seen := map[string]bool{}
	for _, b := range reach.Blocks() {
		if label := b.Grant().Node.Label; label != "" && !b.Own && !seen[label] {
			seen[label] = true
			out = append(out, label)
		}
	}
	return out
}

// expect estimates how many rows a file will have, and tells whether making it
// takes longer than its owner should wait.
func (s *Service) expect(ctx context.Context, reach access.Reach, rq Request, atOnce int) (rows int, long bool, err error) {
	rep, err := rq.Check(reach)
	if err != nil {
		return 0, false, err
	}
	err = s.store.Report(ctx, func(src Source) error {
		q, err := s.ask(ctx, src, reach, rq.Filter)
		if err != nil || rep.row != rowOfLearner && rep.row != rowOfEnrollment || rq.Group != "" {
			return err // a few rows, whatever they add up
		}
		if rows, err = src.Count(ctx, reach, q.criteria, q.orgs); err != nil {
			return err
		}
		each := 1.0
		switch {
		case rep.Key == MatrixReport:
			const widely = 10 // a row of the matrix is as much as some of a list
			long = rows*widely > atOnce
		case rep.row == rowOfEnrollment && rq.Filter.Activity == "":
			if each, err = q.entriesEach(ctx); err != nil {
				return err
			}
		}
		rows = int(float64(rows)*each + 0.5)
		long = long || rows > atOnce
		return nil
	})
	return rows, long, err
}

// sampled is by how many learners the number of rows is estimated.
const sampled = 60

// entriesEach is how many activities a learner of the question has on average, by a sample.
func (q *question) entriesEach(ctx context.Context) (float64, error) {
	some, err := q.src.Page(ctx, q.reach, q.criteria, q.orgs, nil, Position{}, sampled)
	if err != nil || len(some) == 0 {
		return 0, err
	}
	sel, err := q.selectOnly(ctx, some)
	if err != nil {
		return 0, err
	}
	entries := 0
	err = q.each(ctx, &sel, func(v *view) error {
		for _, e := range v.decode() {
			if v.may(e.Activity) {
				entries++
			}
		}
		return v.err()
	})
	return float64(entries) / float64(len(some)), err
}

// madeAt is when a file says that it was made.
func (r *Run) madeAt() time.Time {
	if !r.StartedAt.IsZero() {
		return r.StartedAt
	}
	return r.CreatedAt
}
