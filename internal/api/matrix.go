package api

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

type activity struct {
	ID         string  `json:"id"`
	ExternalID *string `json:"external_id"`
	Title      string  `json:"title"`
}

func anActivity(c report.Column) activity {
	return activity{ID: c.ID, ExternalID: text(c.ExternalID), Title: c.Title}
}

// Standing is how a learner stands in an activity, in days of their organization.
type Standing struct {
	State        string   `json:"state" enum:"not_enrolled,not_started,in_progress,due_soon,overdue,failed,completed,expires_soon,expired,waived,withdrawn"`
	Progress     int      `json:"progress" minimum:"0" maximum:"100"`
	Score        *float64 `json:"score" doc:"Points of 100."`
	DueOn        *string  `json:"due_on" format:"date"`
	StartedOn    *string  `json:"started_on" format:"date"`
	CompletedOn  *string  `json:"completed_on" format:"date"`
	ValidUntil   *string  `json:"valid_until" format:"date"`
	MinutesSpent int      `json:"minutes_spent" minimum:"0"`
}

func standing(e transcript.Entry, state transcript.State) Standing {
	return Standing{
		State: state.String(), Progress: int(e.Progress), Score: points(e.Score), DueOn: date(e.Due),
		StartedOn: date(e.Started), CompletedOn: date(e.Completed), ValidUntil: date(e.ValidUntil), MinutesSpent: int(e.Minutes),
	}
}

type cell struct {
	Activity activity `json:"activity"`
	Standing
}

type matrixRow struct {
	Learner learnerName `json:"learner"`
	Cells   []cell      `json:"cells" nullable:"false" doc:"Of the activities on this page; absent where the asker's access does not hold the learner and the activity together."`
}

type learnerName struct {
	ID         access.AccountID `json:"id"`
	ExternalID *string          `json:"external_id"`
	Name       string           `json:"name"`
}

type matrix struct {
	Activities     []activity  `json:"activities" nullable:"false" doc:"The columns of this page, by title."`
	Rows           []matrixRow `json:"rows" nullable:"false"`
	NextCursor     *string     `json:"next_cursor" doc:"Of the next rows; null on the last page."`
	NextActivities *string     `json:"next_activities" doc:"For activities_cursor: the next columns of the same rows; null on the last page."`
	Total          int         `json:"total" doc:"Learners that meet the filters."`
	ReachTotal     int         `json:"reach_total" doc:"Learners in the asker's access, whatever the filters."`
}

type matrixInput struct {
	Filter
	Window
	Columns          string `query:"columns" enum:"activities,programs" default:"activities" doc:"What the columns are."`
	ActivitiesCursor string `query:"activities_cursor" maxLength:"2000" doc:"The next_activities of the page before."`
}

func (a *API) matrix(ctx context.Context, reach access.Reach, in *matrixInput) (*matrix, error) {
	query, err := (&learnersInput{Filter: in.Filter, Window: in.Window}).query()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Reports.Matrix(ctx, reach, report.MatrixQuery{
		LearnerQuery: query, Columns: report.ColumnKind(in.Columns), ColumnCursor: in.ActivitiesCursor,
	})
	if err != nil {
		return nil, err
	}
	return &matrix{
		Activities: list(found.Columns, anActivity),
		Rows: list(found.Rows, func(r report.MatrixRow) matrixRow {
			return matrixRow{Learner: aName(r.Learner), Cells: cells(found.Columns, r.Cells)}
		}),
		NextCursor: text(found.NextCursor), NextActivities: text(found.NextActivities),
		Total: found.Total, ReachTotal: found.ReachTotal,
	}, nil
}

func aName(l report.Learner) learnerName {
	return learnerName{ID: l.ID, ExternalID: text(l.ExternalID), Name: l.Name}
}

func cells(columns []report.Column, row []report.Cell) []cell {
	out := []cell{}
	for i, c := range row {
		if c.Shown {
			out = append(out, cell{Activity: anActivity(columns[i]), Standing: standing(c.Entry, c.State)})
		}
	}
	return out
}

type libraryActivity struct {
	ID         content.ProductID `json:"id"`
	ExternalID *string           `json:"external_id"`
	Title      string            `json:"title"`
	Kind       string            `json:"kind" enum:"course,event,test,resource,link"`
	Minutes    *int              `json:"minutes" doc:"How long it takes, where that is known."`
}

type activities struct {
	Items []libraryActivity `json:"items" nullable:"false"`
	Total int               `json:"total"`
}

func (a *API) listActivities(ctx context.Context, reach access.Reach, _ *none) (*activities, error) {
	found, err := a.ask.Content.Activities(ctx, reach)
	if err != nil {
		return nil, err
	}
	return &activities{Total: len(found), Items: list(found, func(c content.Activity) libraryActivity {
		return libraryActivity{ID: c.ID, ExternalID: text(c.ExternalID), Title: c.Title, Kind: string(c.Kind), Minutes: positive(c.Minutes)}
	})}, nil
}
