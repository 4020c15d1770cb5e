package api

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

type overviewInput struct {
	Filter
	Step       string `query:"step" enum:"week,month" default:"month" doc:"How long the steps of the series are; weeks begin on Monday."`
	Steps      int    `query:"steps" minimum:"1" maximum:"60" default:"12" doc:"How many steps the series has; the last one holds today."`
	ByLocation bool   `query:"by_location" doc:"Adds up by location too; refused where the asker's access does not show locations."`
}

type overview struct {
	Learners      int            `json:"learners" doc:"Learners that meet the filters."`
	ReachTotal    int            `json:"reach_total" doc:"Learners in the asker's access, whatever the filters."`
	Seats         seatFigures    `json:"seats"`
	Work          workFigures    `json:"work" doc:"Over every enrollment in the asker's access."`
	Active        int            `json:"active" doc:"Learners that took part in the period."`
	Participation *float64       `json:"participation" minimum:"0" maximum:"1" doc:"Active of learners; null where there are none."`
	Started       periodFigure   `json:"started" doc:"Enrollments that were started in the period, and in as many days before it."`
	Completed     periodFigure   `json:"completed" doc:"Enrollments that were completed in the period, whatever became of them since, and in as many days before it."`
	From          string         `json:"from" format:"date" doc:"The first day of the period."`
	To            string         `json:"to" format:"date" doc:"The last day of the period."`
	Series        []stepFigure   `json:"series" nullable:"false"`
	ByActivity    []activityDone `json:"by_activity" nullable:"false"`
	ByLocation    []locationDone `json:"by_location" nullable:"false" doc:"Empty unless asked for."`
	Zone          string         `json:"zone" doc:"Of the asker's organization; days are days of the learner's."`
}

// periodFigure is how often something happened in a period and in the one before.
type periodFigure struct {
	Now    int `json:"now"`
	Before int `json:"before"`
}

type seatFigures struct {
	Purchases int `json:"purchases" doc:"License purchases in the asker's access."`
	Invited   int `json:"invited" doc:"Pending seats."`
	Redeemed  int `json:"redeemed" doc:"Redeemed seats, live and ended by date."`
	Ended     int `json:"ended" doc:"Those of them that have ended by date."`
}

// workFigures is what enrollments add up to.
type workFigures struct {
	Counts         counts   `json:"counts"`
	Enrolled       int      `json:"enrolled" doc:"All but not_enrolled."`
	Started        int      `json:"started" doc:"With a first start or any progress, without withdrawn and waived ones."`
	Completed      int      `json:"completed" doc:"Completed and expires_soon."`
	CompletionRate *float64 `json:"completion_rate" minimum:"0" maximum:"1" doc:"Completed of all enrolled but withdrawn and waived; null where those are none."`
	MeanProgress   *float64 `json:"mean_progress" minimum:"0" maximum:"100" doc:"Of the same, in percent."`
	MeanScore      *float64 `json:"mean_score" minimum:"0" maximum:"100" doc:"Of those among them with a score, in points."`
	MinutesSpent   int      `json:"minutes_spent" minimum:"0"`
}

type stepFigure struct {
	From      string `json:"from" format:"date"`
	To        string `json:"to" format:"date"`
	Started   int    `json:"started"`
	Completed int    `json:"completed"`
	Erased    int    `json:"erased" doc:"How many of the completions are of people whose identity was erased since."`
}

type activityDone struct {
	Activity activity    `json:"activity"`
	Work     workFigures `json:"work"`
	Recent   int         `json:"recent" doc:"Completed in the period."`
}

type locationDone struct {
	Location maybe[place] `json:"location" doc:"Null for those who are placed at the organization itself."`
	Learners int          `json:"learners"`
	Work     workFigures  `json:"work"`
}

func (a *API) overview(ctx context.Context, reach access.Reach, in *overviewInput) (*overview, error) {
	filter, err := in.asked()
	if err != nil {
		return nil, err
	}
	if in.ByLocation && !reach.Carries().Location {
		return nil, errNoLocations
	}
	found, err := a.ask.Reports.Overview(ctx, reach, report.OverviewQuery{
		Filter: filter, Step: report.Step(in.Step), Steps: in.Steps, ByLocation: in.ByLocation,
	})
	if err != nil {
		return nil, err
	}
	out := &overview{
		Learners: found.Learners, ReachTotal: found.ReachTotal, Work: aWork(found.Work), Active: found.Active,
		Seats:   seatFigures{found.Seats.Purchases, found.Seats.Invited, found.Seats.Redeemed, found.Seats.Ended},
		Started: periodFigure{found.Begun, found.BegunBefore}, Completed: periodFigure{found.Finished, found.FinishedBefore},
		From: found.From.String(), To: found.To.String(), Zone: found.Today.Zone.String(),
		Participation: ratio(float64(found.Active)/float64(max(found.Learners, 1)), found.Learners > 0),
		Series: list(found.Series, func(s report.StepFigure) stepFigure {
			return stepFigure{From: s.From.String(), To: s.To.String(), Started: s.Begun, Completed: s.Finished, Erased: s.Erased}
		}),
		ByActivity: list(found.ByActivity, func(f report.ActivityFigure) activityDone {
			return activityDone{Activity: anActivity(f.Column), Work: aWork(f.Sum), Recent: f.Finished}
		}),
		ByLocation: list(found.ByLocation, func(f report.LocationFigure) locationDone {
			out := locationDone{Learners: f.Learners, Work: aWork(f.Work)}
			if f.ID != "" {
				out.Location = some(place{ID: f.ID, Name: f.Name})
			}
			return out
		}),
	}
	return out, nil
}

func aWork(s transcript.Sum) workFigures {
	return workFigures{
		Counts: countsOf(s.Count), Enrolled: s.Enrolled(), Started: s.Started(), Completed: s.Done(), MinutesSpent: int(s.Minutes()),
		CompletionRate: ratio(s.CompletionRate()), MeanProgress: ratio(s.MeanProgress()), MeanScore: ratio(s.MeanScore()),
	}
}
