package api

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// AnalyticsFilter is what analytics are narrowed by.
type AnalyticsFilter struct {
	Q            string `query:"q" maxLength:"200" doc:"Part of a name, an e-mail address or an external id."`
	Organization string `query:"organization" maxLength:"200" doc:"Id or slug: its learners only."`
	Location     string `query:"location" maxLength:"200" doc:"Id or external id; with everything below it."`
	Team         string `query:"team" maxLength:"3000" doc:"Id or external id; several with commas between them: members of any, each once."`
	Purchase     string `query:"purchase" maxLength:"200" doc:"Id or external id: its learners and its activities."`
	Activity     string `query:"activity" maxLength:"200" doc:"Id or external id of an activity or a program: who is enrolled."`
	From         string `query:"from" format:"date" doc:"The first day of the period; 29 days before today without from and to."`
	To           string `query:"to" format:"date" doc:"The last day of the period. It may have five years."`
}

func (f AnalyticsFilter) asked() (report.Filter, error) {
	p, err := period(f.From, f.To)
	return report.Filter{
		Query: f.Q, Organization: f.Organization, Location: f.Location, Team: f.Team, Purchase: f.Purchase, Activity: f.Activity, Period: p,
	}, err
}

// Analyzed is what every answer of analytics begins with.
type Analyzed struct {
	From       string `json:"from" format:"date" doc:"The first day of the period."`
	To         string `json:"to" format:"date" doc:"The last day of the period."`
	BeforeFrom string `json:"before_from" format:"date" doc:"The first day of the period before, which has as many days."`
	BeforeTo   string `json:"before_to" format:"date" doc:"The last day of the period before."`
	Learners   int    `json:"learners" doc:"Learners that meet the filters."`
	ReachTotal int    `json:"reach_total" doc:"Learners in the asker's access, whatever the filters."`
	Zone       string `json:"zone" doc:"Of the asker's organization; days are days of the learner's."`
}

func analyzed(f report.Frame) Analyzed {
	return Analyzed{
		From: f.Period.From.String(), To: f.Period.To.String(), BeforeFrom: f.Before.From.String(), BeforeTo: f.Before.To.String(),
		Learners: f.Learners, ReachTotal: f.ReachTotal, Zone: f.Today.Zone.String(),
	}
}

// GroupFigures is what some learners did together.
type GroupFigures struct {
	Learners  int          `json:"learners"`
	Work      workFigures  `json:"work" doc:"Over every enrollment of theirs in the asker's access, as it stands today."`
	Enrolled  periodFigure `json:"enrolled" doc:"Enrollments that began in the period, and in the one before."`
	Active    periodFigure `json:"active" doc:"Learners that took part: started, completed or were last active in something."`
	Started   periodFigure `json:"started" doc:"Enrollments that were started."`
	Completed periodFigure `json:"completed" doc:"Enrollments that were completed, whatever became of them since."`
	Overdue   periodFigure `json:"overdue" doc:"Enrollments that were overdue on the last day of each period."`
	AtRisk    int          `json:"at_risk" doc:"Learners with anything overdue, failed, or open and without a sign for 30 days."`
}

func aChange(c report.Change) periodFigure { return periodFigure{c.Now, c.Before} }

func aGroup(g report.Group) GroupFigures {
	return GroupFigures{
		Learners: g.Learners, Work: aWork(g.Work), Enrolled: aChange(g.Joined), Active: aChange(g.Active), Started: aChange(g.Begun),
		Completed: aChange(g.Finished), Overdue: aChange(g.Overdue), AtRisk: g.AtRisk,
	}
}

type timeStep struct {
	From   string       `json:"from" format:"date"`
	To     string       `json:"to" format:"date"`
	Now    happenedThen `json:"now"`
	Before happenedThen `json:"before" doc:"In the step of the period before that stands at the same place."`
	Erased happenedThen `json:"erased" doc:"How much of now is of people whose identity was erased since."`
}

type happenedThen struct {
	Enrolled  int `json:"enrolled"`
	Active    int `json:"active"`
	Started   int `json:"started"`
	Completed int `json:"completed"`
	Overdue   int `json:"overdue"`
}

func aStep(s report.TimeStep) timeStep {
	return timeStep{From: s.Period.From.String(), To: s.Period.To.String(), Now: happened(s.Now), Before: happened(s.Then), Erased: happened(s.Erased)}
}

func happened(c report.Counts) happenedThen {
	return happenedThen{Enrolled: c.Joined, Active: c.Active, Started: c.Begun, Completed: c.Finished, Overdue: c.Overdue}
}

type bandFigure struct {
	From  int `json:"from"`
	To    int `json:"to"`
	Count int `json:"count"`
}

func aBand(b report.Band) bandFigure { return bandFigure{b.From, b.To, b.Count} }

// durationFigures are days from the enrollment to the completion.
type durationFigures struct {
	Measured      int `json:"measured" doc:"Completions of the period that came no earlier than the enrollment."`
	Shortest      int `json:"shortest" doc:"In days, as the others; all zero where nothing is measured."`
	Quartile      int `json:"quartile" doc:"Within so many days a quarter of them came."`
	Median        int `json:"median"`
	UpperQuartile int `json:"upper_quartile"`
	Longest       int `json:"longest"`
}

func aDuration(d report.Durations) durationFigures {
	return durationFigures{d.Measured, d.Shortest, d.Quartile, d.Median, d.UpperQuartile, d.Longest}
}

type userAnalytics struct {
	Analyzed
	All      GroupFigures    `json:"all"`
	Step     string          `json:"step" enum:"day,week,month" doc:"Days up to a month, seven days up to half a year, calendar months beyond."`
	Series   []timeStep      `json:"series" nullable:"false"`
	Progress []bandFigure    `json:"progress" nullable:"false" doc:"Enrollments by percent of progress, without withdrawn and waived ones."`
	Score    []bandFigure    `json:"score" nullable:"false" doc:"Those of them with a score by its points."`
	Took     durationFigures `json:"days_to_completion"`
	Overdue  int             `json:"learners_overdue"`
	Failing  int             `json:"learners_failing"`
	Inactive int             `json:"learners_inactive"`
}

type analyticsInput struct{ AnalyticsFilter }

func (a *API) userAnalytics(ctx context.Context, reach access.Reach, in *analyticsInput) (*userAnalytics, error) {
	filter, err := in.asked()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Reports.UserAnalytics(ctx, reach, filter)
	if err != nil {
		return nil, err
	}
	return &userAnalytics{
		Analyzed: analyzed(found.Frame), All: aGroup(found.All), Step: string(found.Step), Series: list(found.Series, aStep),
		Progress: list(found.Progress, aBand), Score: list(found.Score, aBand), Took: aDuration(found.Took),
		Overdue: found.Late, Failing: found.Failing, Inactive: found.Inactive,
	}, nil
}

type activityAnalytics struct {
	Analyzed
	Items []activityFigures `json:"items" nullable:"false"`
}

type activityFigures struct {
	Activity activity `json:"activity"`
	GroupFigures
	Took durationFigures `json:"days_to_completion"`
}

func anActivityGroup(g report.ActivityGroup) activityFigures {
	return activityFigures{Activity: anActivity(g.Column), GroupFigures: aGroup(g.Group), Took: aDuration(g.Took)}
}

func (a *API) activityAnalytics(ctx context.Context, reach access.Reach, in *analyticsInput) (*activityAnalytics, error) {
	filter, err := in.asked()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Reports.ActivityAnalytics(ctx, reach, filter)
	if err != nil {
		return nil, err
	}
	return &activityAnalytics{analyzed(found.Frame), list(found.Activities, anActivityGroup)}, nil
}

func (a *API) programAnalytics(ctx context.Context, reach access.Reach, in *analyticsInput) (*activityAnalytics, error) {
	filter, err := in.asked()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Reports.ProgramAnalytics(ctx, reach, filter)
	if err != nil {
		return nil, err
	}
	return &activityAnalytics{analyzed(found.Frame), list(found.Programs, anActivityGroup)}, nil
}

type participationAnalytics struct {
	Analyzed
	All      GroupFigures `json:"all"`
	Step     string       `json:"step" enum:"day,week,month"`
	Series   []timeStep   `json:"series" nullable:"false"`
	Days     []timeStep   `json:"days" nullable:"false" doc:"Each day of a period of no more than 92; empty for longer ones."`
	Weekdays []int        `json:"weekdays" nullable:"false" doc:"From Monday on, how many learners took part on each day, added up."`
}

func (a *API) participationAnalytics(ctx context.Context, reach access.Reach, in *analyticsInput) (*participationAnalytics, error) {
	filter, err := in.asked()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Reports.ParticipationAnalytics(ctx, reach, filter)
	if err != nil {
		return nil, err
	}
	return &participationAnalytics{
		Analyzed: analyzed(found.Frame), All: aGroup(found.All), Step: string(found.Step), Series: list(found.Series, aStep),
		Days: list(found.Days, aStep), Weekdays: found.Weekdays[:],
	}, nil
}

type locationAnalytics struct {
	Analyzed
	Items         []placeFigures        `json:"items" nullable:"false" doc:"The places below the location asked for, or of the first level that has two, the largest first: each with all below it."`
	More          int                   `json:"more" doc:"Places beyond the 200 largest."`
	Others        GroupFigures          `json:"others" doc:"Learners in none of the places of this level."`
	Organizations []organizationFigures `json:"organizations" nullable:"false" doc:"Of the learners, where there are several."`
}

type placeFigures struct {
	Location place `json:"location"`
	Deeper   bool  `json:"deeper" doc:"Whether anybody is placed below it."`
	GroupFigures
}

type organizationFigures struct {
	Organization place `json:"organization"`
	GroupFigures
}

func (a *API) locationAnalytics(ctx context.Context, reach access.Reach, in *analyticsInput) (*locationAnalytics, error) {
	filter, err := in.asked()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Reports.LocationAnalytics(ctx, reach, filter)
	if err != nil {
		return nil, err
	}
	return &locationAnalytics{
		Analyzed: analyzed(found.Frame), More: found.More, Others: aGroup(found.Others),
		Items: list(found.Places, func(p report.PlaceGroup) placeFigures {
			return placeFigures{place{ID: p.ID, Name: p.Name}, p.Deeper, aGroup(p.Group)}
		}),
		Organizations: list(found.Organizations, func(o report.OrganizationGroup) organizationFigures {
			return organizationFigures{place{ID: string(o.Organization.ID), Name: o.Organization.Name}, aGroup(o.Group)}
		}),
	}, nil
}

type teamAnalyticsInput struct {
	AnalyticsFilter
	Search string `query:"search" maxLength:"200" doc:"Part of a team's name."`
	Mine   bool   `query:"mine" doc:"Only teams that the asker owns."`
	Limit  int    `query:"limit" minimum:"1" maximum:"50" default:"20" doc:"Teams of a page."`
	Cursor string `query:"cursor" maxLength:"2000" doc:"The next_cursor of the page before."`
}

type teamAnalytics struct {
	Analyzed
	Items      []teamFigures `json:"items" nullable:"false" doc:"The asker's own first, then by name."`
	NextCursor *string       `json:"next_cursor" doc:"Of the next page; null on the last one."`
	Total      int           `json:"total" doc:"Teams on all pages."`
	Together   GroupFigures  `json:"together" doc:"Everybody in at least one team of this page, each once."`
}

type teamFigures struct {
	Team  place   `json:"team"`
	Owner *string `json:"owner" doc:"The owner's name."`
	Mine  bool    `json:"mine" doc:"Whether the asker owns it."`
	GroupFigures
	Trend []int `json:"trend" nullable:"false" doc:"Completions in each step of the period, as analytics of users cut it."`
}

func (a *API) teamAnalytics(ctx context.Context, reach access.Reach, in *teamAnalyticsInput) (*teamAnalytics, error) {
	filter, err := in.asked()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Reports.TeamAnalytics(ctx, reach, server.VisitOf(ctx).Reach(access.TeamList), report.TeamQuery{
		Filter: filter, Search: in.Search, Mine: in.Mine, Limit: in.Limit, Cursor: in.Cursor,
	})
	if err != nil {
		return nil, err
	}
	return &teamAnalytics{
		Analyzed: analyzed(found.Frame), Together: aGroup(found.Together),
		Items: list(found.Teams, func(t report.TeamGroup) teamFigures {
			return teamFigures{place{ID: string(t.ID), Name: t.Name}, text(t.Owner), t.Mine, aGroup(t.Group), t.Trend}
		}),
		NextCursor: text(found.NextCursor), Total: found.Total,
	}, nil
}

type riskInput struct {
	AnalyticsFilter
	Window
	Risk string `query:"risk" enum:"overdue,failed,inactive" doc:"Only those for whom this is a reason."`
}

type riskPage struct {
	Analyzed
	Items      []learnerAtRisk `json:"items" nullable:"false" doc:"The most urgent first: the longest overdue, then failed ones, then those inactive for longest."`
	NextCursor *string         `json:"next_cursor" doc:"Of the next page; null on the last one."`
	Total      int             `json:"total" doc:"Learners on all pages."`
}

type learnerAtRisk struct {
	Learner learnerName  `json:"learner"`
	Reasons []riskReason `json:"reasons" nullable:"false" doc:"The most urgent first."`
}

type riskReason struct {
	Risk     string   `json:"risk" enum:"overdue,failed,inactive"`
	Count    int      `json:"count" doc:"Enrollments."`
	Activity activity `json:"activity" doc:"Where it is worst."`
	Since    *string  `json:"since" format:"date" doc:"The due day, the day of the failure, or of the last sign."`
	Days     int      `json:"days" doc:"From then to today."`
}

func (a *API) atRisk(ctx context.Context, reach access.Reach, in *riskInput) (*riskPage, error) {
	filter, err := in.asked()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Reports.AtRisk(ctx, reach, report.RiskQuery{Filter: filter, Risk: report.Risk(in.Risk), Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	return &riskPage{
		Analyzed: analyzed(found.Frame),
		Items: list(found.Items, func(r report.RiskRow) learnerAtRisk {
			return learnerAtRisk{aName(r.Learner), list(r.Reasons, func(why report.RiskReason) riskReason {
				return riskReason{string(why.Risk), why.Count, anActivity(why.Activity), date(why.Since), why.Days}
			})}
		}),
		NextCursor: text(found.NextCursor), Total: found.Total,
	}, nil
}
