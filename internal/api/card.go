package api

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

type card struct {
	Learner
	Teams       []place      `json:"teams" nullable:"false"`
	Enrollments []enrollment `json:"enrollments" nullable:"false" doc:"Empty too where the asker may not see what the learner is enrolled in."`
}

type enrollment struct {
	Activity activity `json:"activity"`
	Standing
}

type oneInput struct {
	ID string `path:"id" doc:"Of the learner's account."`
}

func (a *API) openLearner(ctx context.Context, reach access.Reach, in *oneInput) (*card, error) {
	enrollments := server.VisitOf(ctx).Reach(access.EnrollmentView)
	found, err := a.ask.Reports.Learner(ctx, reach, enrollments, access.AccountID(in.ID))
	if err != nil {
		return nil, err
	}
	return &card{
		Learner: aLearner(found.Learner),
		Teams:   list(found.Teams, func(t report.Named) place { return place{ID: t.ID, Name: t.Name} }),
		Enrollments: list(found.Rows, func(r report.CardRow) enrollment {
			return enrollment{Activity: anActivity(r.Column), Standing: standing(r.Entry, r.State)}
		}),
	}, nil
}
