package api

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

type dashboardInput struct{ Filter }

type dashboard struct {
	ByActivity []activitySum `json:"by_activity" nullable:"false"`
	Total      int           `json:"total" doc:"Learners that meet the filters."`
	ReachTotal int           `json:"reach_total" doc:"Learners in the asker's access, whatever the filters."`
}

type activitySum struct {
	Activity       activity `json:"activity"`
	Counts         counts   `json:"counts"`
	Enrolled       int      `json:"enrolled" doc:"All but not_enrolled."`
	CompletionRate *float64 `json:"completion_rate" minimum:"0" maximum:"1" doc:"Completed and expires_soon of all enrolled but withdrawn and waived; null where those are none."`
	MeanProgress   *float64 `json:"mean_progress" minimum:"0" maximum:"100" doc:"Of the same, in percent."`
	MeanScore      *float64 `json:"mean_score" minimum:"0" maximum:"100" doc:"Of those among them with a score, in points."`
}

// counts is how many learners are in each state.
type counts struct {
	NotEnrolled int `json:"not_enrolled"`
	NotStarted  int `json:"not_started"`
	InProgress  int `json:"in_progress"`
	DueSoon     int `json:"due_soon"`
	Overdue     int `json:"overdue"`
	Failed      int `json:"failed"`
	Completed   int `json:"completed"`
	ExpiresSoon int `json:"expires_soon"`
	Expired     int `json:"expired"`
	Waived      int `json:"waived"`
	Withdrawn   int `json:"withdrawn"`
}

func (a *API) dashboard(ctx context.Context, reach access.Reach, in *dashboardInput) (*dashboard, error) {
	filter, err := in.asked()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Reports.Dashboard(ctx, reach, filter)
	if err != nil {
		return nil, err
	}
	return &dashboard{ByActivity: list(found.ByActivity, anActivitySum), Total: found.Total, ReachTotal: found.ReachTotal}, nil
}

func anActivitySum(c report.ColumnSum) activitySum {
	return activitySum{
		Activity: anActivity(c.Column), Enrolled: c.Sum.Enrolled(),
		CompletionRate: ratio(c.Sum.CompletionRate()), MeanProgress: ratio(c.Sum.MeanProgress()), MeanScore: ratio(c.Sum.MeanScore()),
		Counts: countsOf(c.Sum.Count),
	}
}

func countsOf(n [transcript.States]int) counts {
	return counts{
		NotEnrolled: n[transcript.NotEnrolled], NotStarted: n[transcript.NotStarted], InProgress: n[transcript.InProgress],
		DueSoon: n[transcript.DueSoon], Overdue: n[transcript.Overdue], Failed: n[transcript.Failed],
		Completed: n[transcript.Completed], ExpiresSoon: n[transcript.ExpiresSoon], Expired: n[transcript.Expired],
		Waived: n[transcript.Waived], Withdrawn: n[transcript.Withdrawn],
	}
}
