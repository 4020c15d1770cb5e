package report

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/job"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/table"
)

// Runs makes reports into files: small ones at once, long ones as jobs. A file
// belongs to who asked for it. What may be in it is asked again while it is
// made and whenever it is fetched.
type Runs struct {
	service  *Service
	store    RunStore
	words    *language.Catalogue
	settings RunSettings
	now      func() time.Time
}

// NewRuns makes the service of files with its clock.
func NewRuns(service *Service, store RunStore, words *language.Catalogue, settings RunSettings, now func() time.Time) *Runs {
	return &Runs{service: service, store: store, words: words, settings: settings.orUsual(), now: now}
}

// StartOnce asks for a file by a key. What was started with the same key
// within a day is answered instead of another one; no key never was.
func (r *Runs) StartOnce(ctx context.Context, self access.Reach, asks Asks, rq Request, format table.Format, key string) (Run, error) {
	if err := self.For(access.SelfView); err != nil {
		return Run{}, err
	}
	if err := checkKey(key); err != nil {
		return Run{}, err
	}
	rep, ok := Find(rq.Report)
	if !ok {
		return Run{}, fault.ErrNotFound
	}
	if _, known := table.ParseFormat(string(format)); !known {
		return Run{}, fault.Field("format", "A file is csv, xlsx or jsonl.")
	}
	view := asks(rep.Permission())
	if _, err := rq.Check(view); err != nil {
		return Run{}, err
	}
	if err := asks(rep.ExportPermission()).For(rep.ExportPermission()); err != nil {
		return Run{}, err
	}
	expected, long, err := r.service.expect(ctx, view, rq, r.settings.AtOnce)
	if err != nil {
		return Run{}, err
	}
	run := Run{ID: RunID(access.NewID()), Request: rq, Format: format, State: RunRunning, Expected: expected, Key: key, KeySince: r.now().Add(-keyFor)}
	if long {
		run.State = RunWaiting
	}
	begun, err := r.store.AddRun(ctx, self, run, r.settings.Open)
	if err != nil {
		return Run{}, err
	}
	again, err := run.earlier(begun)
	if err != nil || again || long {
		return begun, err
	}
	run = begun
	// A file that has begun is finished, also when its owner has gone on to another page.
	ctx = context.WithoutCancel(ctx)
	m := Making{Realm: run.Realm, Run: run.ID, Attempt: 1}
	if err := r.try(ctx, run, m, true); err != nil {
		return Run{}, errors.Join(err, r.end(ctx, m, RunEnd{State: RunFailed, Why: errNotMade.Error()})) // nobody tries again
	}
	return r.store.FindRun(ctx, self, run.ID)
}

// Run finds one of somebody's own runs.
func (r *Runs) Run(ctx context.Context, self access.Reach, id RunID) (Run, error) {
	if err := self.For(access.SelfView); err != nil {
		return Run{}, err
	}
	return r.store.FindRun(ctx, self, id)
}

// runsOnPage is how many runs a page lists.
const runsOnPage = 50

// List lists somebody's own runs, the newest first.
func (r *Runs) List(ctx context.Context, self access.Reach, cursor string) (RunPage, error) {
	if err := self.For(access.SelfView); err != nil {
		return RunPage{}, err
	}
	after, err := readRunCursor(cursor)
	if err != nil {
		return RunPage{}, err
	}
	items, total, err := r.store.Runs(ctx, self, after, runsOnPage+1)
	page := RunPage{Items: items, Total: total}
	if len(items) > runsOnPage {
		page.Items = items[:runsOnPage]
		last := page.Items[runsOnPage-1]
		page.NextCursor = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", last.CreatedAt.UnixMicro(), last.ID))
	}
	return page, err
}

func readRunCursor(text string) (RunPosition, error) {
	if text == "" {
		return RunPosition{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	at, id, _ := strings.Cut(string(raw), " ")
	micros, wrong := strconv.ParseInt(at, 10, 64)
	if err != nil || wrong != nil || id == "" || strings.ContainsRune(id, 0) {
		return RunPosition{}, errCursor
	}
	return RunPosition{At: time.UnixMicro(micros).UTC(), Run: RunID(id)}, nil
}

// Cancel ends a run that waits or works; of one that is done the file is deleted.
func (r *Runs) Cancel(ctx context.Context, self access.Reach, id RunID) error {
	if err := self.For(access.SelfView); err != nil {
		return err
	}
	return r.store.CancelRun(ctx, self, id)
}

// tries is how often a file is tried to be made before its owner is told that it cannot be.
const tries = 3

// Do makes the file of a job. An attempt that another process did not end is
// begun anew: what it wrote is gone.
func (r *Runs) Do(ctx context.Context, j job.Job) error {
	var ref RunRef
	if err := json.Unmarshal(j.Payload, &ref); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	run, m, err := r.store.BeginRun(ctx, j.Realm, ref.Run)
	if errors.Is(err, ErrRunOver) || errors.Is(err, fault.ErrNotFound) {
		return nil // cancelled, or done before
	}
	if err != nil {
		return err
	}
	if err := r.try(ctx, run, m, false); err != nil {
		if j.Attempt >= tries && ctx.Err() == nil {
			return errors.Join(err, r.end(ctx, m, RunEnd{State: RunFailed, Why: errNotMade.Error()}))
		}
		return err
	}
	return nil
}

// Sweep deletes files that were kept long enough and ends runs that no process
// works on any more.
func (r *Runs) Sweep(ctx context.Context) error {
	return r.store.SweepRuns(ctx, r.now().Add(-time.Hour), errRunEnded.Error())
}

// Verify tells what a file was, for whoever holds exactly this file and so
// knows its hash.
func (r *Runs) Verify(ctx context.Context, sha256 string) (Manifest, bool, error) {
	sum := strings.ToLower(strings.TrimSpace(sha256))
	if raw, err := hex.DecodeString(sum); err != nil || len(raw) != 32 {
		return Manifest{}, false, fault.Field("sha256", "A SHA-256 has 64 digits, 0 to 9 and a to f.")
	}
	run, err := r.store.RunBySum(ctx, sum)
	if errors.Is(err, fault.ErrNotFound) {
		return Manifest{}, false, nil
	}
	return r.Manifest(run), err == nil, err
}
