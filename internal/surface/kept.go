package surface

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// kept is a store of files that forgets: one file in memory, nothing written.
// It answers what making a file at once asks for; the rest of the interface is
// for files that are listed and fetched later.
type kept struct {
	report.RunStore
	subject Subject
	visitor Visitor
	run     report.Run
	file    bytes.Buffer
}

// AddRun takes the run as it is asked for.
func (k *kept) AddRun(_ context.Context, self access.Reach, run report.Run, _ int) (report.Run, error) {
	v := k.visitor
	run.Realm, run.Organization, run.Account, run.Person, run.Company = v.Realm, v.Organization, self.Actor().Account, v.Name, v.Title
	run.Zone, run.Locale, run.CreatedAt, run.StartedAt = v.Zone, "en", k.subject.Now, k.subject.Now
	k.run = run
	return run, nil
}

// FindRun gives it back.
func (k *kept) FindRun(context.Context, access.Reach, report.RunID) (report.Run, error) {
	return k.run, nil
}

// DescribeRun notes whom the file is about.
func (k *kept) DescribeRun(_ context.Context, _ report.Making, f report.RunFile) error {
	k.run.Learners, k.run.ReachTotal, k.run.Columns = f.Learners, f.ReachTotal, f.Columns
	return nil
}

// NoteRun lets it go on.
func (k *kept) NoteRun(context.Context, report.Making, int) error { return nil }

// AddRunPart keeps a part of the file.
func (k *kept) AddRunPart(_ context.Context, _ report.Making, _ int, part report.RunPart) error {
	z, err := gzip.NewReader(bytes.NewReader(part.Packed))
	if err != nil {
		return err
	}
	_, err = io.CopyN(&k.file, z, int64(part.Size))
	return err
}

// EndRun notes how it ended.
func (k *kept) EndRun(_ context.Context, _ report.Making, end report.RunEnd) error {
	k.run.State, k.run.Why, k.run.Rows, k.run.SHA256, k.run.Bytes = end.State, end.Why, end.Rows, end.SHA256, end.Bytes
	return nil
}

// Standing loads what the person holds, as a run does now and then.
func (k *kept) Standing(ctx context.Context, realm access.RealmID, account access.AccountID, _ access.OrgID) (access.Facts, bool, error) {
	facts, err := k.subject.Holdings.Facts(ctx, realm, account)
	if fault.KindOf(err) == fault.NotFound {
		return facts, false, nil
	}
	return facts, true, err
}
