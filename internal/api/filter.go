package api

import (
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Filter is what lists of learners are narrowed by. One that the asker's
// access does not carry is refused, not ignored.
type Filter struct {
	Q            string `query:"q" maxLength:"200" doc:"Part of a name, an e-mail address or an external id."`
	Organization string `query:"organization" maxLength:"200" doc:"Id or slug: its learners only."`
	Location     string `query:"location" maxLength:"200" doc:"Id or external id; with everything below it."`
	Team         string `query:"team" maxLength:"3000" doc:"Id or external id; several with commas between them: members of any, each once."`
	Purchase     string `query:"purchase" maxLength:"200" doc:"Id or external id: its learners and its activities."`
	Activity     string `query:"activity" maxLength:"200" doc:"Id or external id of an activity or a program: who is enrolled, or in the state asked for."`
	State        string `query:"state" enum:"not_enrolled,not_started,in_progress,due_soon,overdue,failed,completed,expires_soon,expired,waived,withdrawn" doc:"Who is in this state in the activity asked for, or in any."`
	Seat         string `query:"seat" enum:"live,ended" doc:"Learners of purchases whose seat is live or has ended by date."`
	Did          string `query:"did" enum:"started,completed,scored,counted,active,completed_in,started_in,enrolled_in,overdue_on,inactive,at_risk,progress_0,progress_1_24,progress_25_49,progress_50_74,progress_75_99,progress_100,score_0_49,score_50_69,score_70_84,score_85_100" doc:"What is true of an enrollment whatever its state is now: started, completed or scored at all, counted in the rates; active, completed_in, started_in or enrolled_in the period, or overdue_on its last day; inactive for 30 days, or at_risk: overdue, failed or inactive; of what counts, with its progress or score within a range."`
	From         string `query:"from" format:"date" doc:"The first day of the period; 29 days before today without from and to."`
	To           string `query:"to" format:"date" doc:"The last day of the period."`
}

// asked is the filter as the reports take it.
func (f Filter) asked() (report.Filter, error) {
	p, err := period(f.From, f.To)
	out := report.Filter{
		Query: f.Q, Organization: f.Organization, Location: f.Location, Team: f.Team, Purchase: f.Purchase, Activity: f.Activity,
		Seat: report.Seat(f.Seat), Did: report.Did(f.Did), Period: p,
	}
	if state, ok := transcript.ParseState(f.State); ok {
		out.State = &state
	}
	return out, err
}

// Window is which page of a list is asked for.
type Window struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Rows of a page."`
	Cursor string `query:"cursor" maxLength:"2000" doc:"The next_cursor of the page before."`
}

// page is a page of a list with how many rows there are in all.
type page[T any] struct {
	Items      []T     `json:"items" nullable:"false"`
	NextCursor *string `json:"next_cursor" doc:"Of the next page; null on the last one."`
	Total      int     `json:"total" doc:"Rows on all pages."`
}

var errNoLocations = fault.Field("by_location", "Your access does not show locations, so it cannot be added up by them.")
