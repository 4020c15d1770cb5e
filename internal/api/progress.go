package api

import (
	"context"
	"math"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/learning"
)

type progressInput struct{ Body progressBatch }

type progressBatch struct {
	Items []progress `json:"items" nullable:"false" minItems:"1" maxItems:"1000"`
}

// progress is one item; what it leaves out stays as it is. Its values are
// looked at one by one, so that one bad item does not hold up the others.
type progress struct {
	Learner      string     `json:"learner" doc:"Id or external id."`
	Activity     string     `json:"activity" doc:"Id or external id."`
	OccurredAt   time.Time  `json:"occurred_at" doc:"When this was so. Of two items the later one counts; a completion is never taken back."`
	StartedAt    *time.Time `json:"started_at,omitempty"`
	CompletedAt  *time.Time `json:"completed_at,omitempty"`
	Progress     *int       `json:"progress,omitempty" doc:"0 to 100."`
	Score        *float64   `json:"score,omitempty" doc:"0 to 100, with decimals."`
	MinutesSpent *int       `json:"minutes_spent,omitempty" doc:"Altogether, not since the last time."`
}

type progressResults struct {
	Results []progressResult `json:"results" nullable:"false" doc:"One for each item, in the same order."`
}

type progressResult struct {
	Status string         `json:"status" enum:"ok,not_found,stale,invalid" doc:"not_found: not enrolled, or not in the asker's access. stale: something later is known already."`
	Errors []invalidField `json:"errors,omitempty" nullable:"false"`
}

type invalidField struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

func (a *API) recordProgress(ctx context.Context, reach access.Reach, in *progressInput) (*progressResults, error) {
	found, err := a.ask.Learning.Record(ctx, reach, list(in.Body.Items, progress.item))
	if err != nil {
		return nil, err
	}
	return &progressResults{Results: list(found, func(r learning.Result) progressResult {
		return progressResult{Status: string(r.Status), Errors: list(r.Problems, func(p fault.Problem) invalidField {
			return invalidField{Field: p.Field, Detail: p.Sentence}
		})}
	})}, nil
}

func (p progress) item() learning.Progress {
	out := learning.Progress{
		Learner: p.Learner, Activity: p.Activity, OccurredAt: p.OccurredAt, Progress: p.Progress, Score: hundredths(p.Score), Minutes: p.MinutesSpent,
	}
	if p.StartedAt != nil {
		out.StartedAt = *p.StartedAt
	}
	if p.CompletedAt != nil {
		out.CompletedAt = *p.CompletedAt
	}
	return out
}

// hundredths is the score as learning takes it; one beyond every score stays
// beyond, so that learning refuses it.
func hundredths(score *float64) *int32 {
	if score == nil {
		return nil
	}
	value := int32(math.Round(min(max(*score, -1), 101) * 100))
	return &value
}
