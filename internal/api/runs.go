package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
)

// aRun is a file that somebody had made of a report.
type aRun struct {
	ID         report.RunID `json:"id"`
	Report     report.Key   `json:"report"`
	Format     string       `json:"format" enum:"csv,xlsx,jsonl"`
	Filters    runFilters   `json:"filters" doc:"What it was narrowed by."`
	Columns    []string     `json:"columns" nullable:"false" doc:"Keys of the columns of the file, once it has begun."`
	Group      *string      `json:"group"`
	Sort       *string      `json:"sort"`
	State      string       `json:"state" enum:"waiting,running,done,failed,cancelled,stopped,expired" doc:"Only what is done has a file. It is stopped when its owner's access changes while it is made."`
	Why        *string      `json:"why" doc:"A sentence where the file was not made."`
	Done       float64      `json:"done" minimum:"0" maximum:"1" doc:"How much of the file is written."`
	Rows       int          `json:"rows" minimum:"0" doc:"Rows written."`
	Expected   int          `json:"expected" minimum:"0" doc:"Rows that there will be; an estimate until the first one is written."`
	Learners   int          `json:"learners" doc:"Learners that the file is about."`
	ReachTotal int          `json:"reach_total" doc:"Learners in the asker's access at that time."`
	Bytes      *int64       `json:"bytes"`
	SHA256     *string      `json:"sha256" doc:"Of the file, in hexadecimal digits; whoever holds the file can check it with this at /verify."`
	Zone       string       `json:"zone" doc:"The time zone of the instants in the file."`
	CreatedAt  time.Time    `json:"created_at"`
	StartedAt  *time.Time   `json:"started_at"`
	FinishedAt *time.Time   `json:"finished_at"`
	ExpiresAt  *time.Time   `json:"expires_at" doc:"Until when the file is kept."`
}

// runFilters are those of the rows, under the same names.
type runFilters struct {
	Q            string `json:"q,omitempty" maxLength:"200"`
	Organization string `json:"organization,omitempty" maxLength:"200"`
	Location     string `json:"location,omitempty" maxLength:"200"`
	Team         string `json:"team,omitempty" maxLength:"200"`
	Purchase     string `json:"purchase,omitempty" maxLength:"200"`
	Activity     string `json:"activity,omitempty" maxLength:"200"`
	State        string `json:"state,omitempty" enum:"not_enrolled,not_started,in_progress,due_soon,overdue,failed,completed,expires_soon,expired,waived,withdrawn"`
	Seat         string `json:"seat,omitempty" enum:"live,ended"`
	Did          string `json:"did,omitempty" enum:"started,completed,scored,counted,active,completed_in,started_in,enrolled_in,overdue_on,inactive,at_risk,progress_0,progress_1_24,progress_25_49,progress_50_74,progress_75_99,progress_100,score_0_49,score_50_69,score_70_84,score_85_100"`
	From         string `json:"from,omitempty" format:"date"`
	To           string `json:"to,omitempty" format:"date"`
}

func (f runFilters) asked() (report.Filter, error) { return Filter(f).asked() }

func filtersOf(f report.Filter) runFilters {
	out := runFilters{
		Q: f.Query, Organization: f.Organization, Location: f.Location, Team: f.Team, Purchase: f.Purchase, Activity: f.Activity,
		Seat: string(f.Seat), Did: string(f.Did),
	}
	if f.State != nil {
		out.State = f.State.String()
	}
	if f.Period != (report.Period{}) {
		out.From, out.To = f.Period.From.String(), f.Period.To.String()
	}
	return out
}

func runOf(r report.Run) aRun {
	out := aRun{
		ID: r.ID, Report: r.Request.Report, Format: string(r.Format), Filters: filtersOf(r.Request.Filter), Columns: list(r.Columns, itself),
		Group: text(r.Request.Group), Sort: text(r.Request.Sort), State: string(r.State), Why: text(r.Why), Done: r.Done(),
		Rows: r.Rows, Expected: r.Expected, Learners: r.Learners, ReachTotal: r.ReachTotal, SHA256: text(r.SHA256), Zone: r.Zone,
		CreatedAt: r.CreatedAt.UTC(), StartedAt: at(r.StartedAt), FinishedAt: at(r.FinishedAt), ExpiresAt: at(r.ExpiresAt),
	}
	if r.Request.Desc {
		out.Sort = text("-" + r.Request.Sort)
	}
	if r.State == report.RunDone {
		out.Bytes = &r.Bytes
	}
	return out
}

type runBody struct {
	Format     string     `json:"format" enum:"csv,xlsx,jsonl" doc:"csv and xlsx are for people, in the language of the account; jsonl is for programs, with keys and codes."`
	Filters    runFilters `json:"filters,omitempty" doc:"As those of the rows of the report."`
	Columns    []string   `json:"columns,omitempty" nullable:"false" maxItems:"100" doc:"Keys of columns; the usual ones without it."`
	Group      string     `json:"group,omitempty" maxLength:"100" doc:"As that of the rows."`
	Sort       string     `json:"sort,omitempty" maxLength:"100" doc:"As that of the rows."`
	Matrix     string     `json:"matrix,omitempty" enum:"activities,programs" doc:"Of the report matrix: what its columns are."`
	Activities []string   `json:"activities,omitempty" nullable:"false" maxItems:"1000" doc:"Of the report matrix: ids of the columns to have; all of them without it."`
}

type startOwnInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"A text of your own. The same request with the same key within a day starts nothing and answers the same run."`
	Body runBody
}

type startInput struct {
	Report report.Key `path:"report" doc:"Key of the report; matrix too."`
	Key    string     `header:"Idempotency-Key" maxLength:"200" doc:"A text of your own. The same request with the same key within a day starts nothing and answers the same run."`
	Body   runBody
}

// startRun starts a run of a report about others.
func (a *API) startRun(ctx context.Context, _ access.Reach, in *startInput) (*aRun, error) {
	if in.Report == report.OwnReport { // has an operation of its own
		return nil, fault.ErrNotFound
	}
	return a.start(ctx, in.Report, &startOwnInput{in.Key, in.Body})
}

func (a *API) startOwnRun(ctx context.Context, _ access.Reach, in *startOwnInput) (*aRun, error) {
	return a.start(ctx, report.OwnReport, in)
}

func (a *API) start(ctx context.Context, key report.Key, in *startOwnInput) (*aRun, error) {
	visit := server.VisitOf(ctx)
	// Reading is enough for a report, but a run stays behind: a token that may only read starts none.
	if err := visit.Reach(access.SelfEdit).For(access.SelfEdit); err != nil {
		return nil, err
	}
	filter, err := in.Body.Filters.asked()
	if err != nil {
		return nil, err
	}
	rq := report.Request{
		Report: key, Filter: filter, Columns: in.Body.Columns, Group: in.Body.Group,
		Matrix: report.MatrixShape{Columns: report.ColumnKind(in.Body.Matrix), Pick: in.Body.Activities},
	}
	rq.Sort, rq.Desc = strings.CutPrefix(in.Body.Sort, "-")
	if key != report.MatrixReport && (in.Body.Matrix != "" || len(in.Body.Activities) > 0) {
		return nil, fault.Field("matrix", "Only the report matrix has these columns.")
	}
	format, _ := table.ParseFormat(in.Body.Format)
	run, err := a.ask.Runs.StartOnce(ctx, visit.Reach(access.SelfView), visit.Reach, rq, format, in.Key)
	if err != nil {
		return nil, err
	}
	out := runOf(run)
	return &out, nil
}

// Location is where a run is found (located).
func (r *aRun) location() string { return Prefix + "/report-runs/" + string(r.ID) }

type runsInput struct {
	Cursor string `query:"cursor" maxLength:"2000" doc:"The next_cursor of the page before."`
}

func (a *API) listRuns(ctx context.Context, reach access.Reach, in *runsInput) (*page[aRun], error) {
	found, err := a.ask.Runs.List(ctx, reach, in.Cursor)
	if err != nil {
		return nil, err
	}
	return &page[aRun]{Items: list(found.Items, runOf), NextCursor: text(found.NextCursor), Total: found.Total}, nil
}

type runInput struct {
	ID string `path:"id" doc:"Of the run."`
}

func (a *API) openRun(ctx context.Context, reach access.Reach, in *runInput) (*aRun, error) {
	found, err := a.ask.Runs.Run(ctx, reach, report.RunID(in.ID))
	if err != nil {
		return nil, err
	}
	out := runOf(found)
	return &out, nil
}

// endRun asks with self.edit, which a read-only token has not; the run is
// looked for among what one sees of oneself.
func (a *API) endRun(ctx context.Context, _ access.Reach, in *runInput) (*none, error) {
	return &none{}, a.ask.Runs.Cancel(ctx, server.VisitOf(ctx).Reach(access.SelfView), report.RunID(in.ID))
}

// sendFile sends the file of a run. Access is asked again before and while it
// is sent; where it has ended the connection breaks off.
func (a *API) sendFile(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	begin := func(run report.Run) error {
		sum, err := hex.DecodeString(run.SHA256)
		if err != nil {
			return fmt.Errorf("hash of run %s: %w", run.ID, err)
		}
		h := w.Header()
		h.Set("Content-Type", run.Format.MediaType())
		h.Set("Content-Length", strconv.FormatInt(run.Bytes, 10))
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": run.FileName()}))
		h.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum)+":")
		w.WriteHeader(http.StatusOK)
		return nil
	}
	id := report.RunID(r.PathValue("id"))
	return a.ask.Runs.File(r.Context(), reach, server.VisitOf(r.Context()).Reach, id, begin, server.Stream(w))
}
