package language

import "slices"

// columns are the messages that name the columns of reports; pages and files
// say the same.
var columns = []string{
	"report.column.learner", "report.column.email", "report.column.external_id", "report.column.learner_id", "report.column.organization",
	"report.column.location", "report.column.purchases", "report.column.status", "report.column.last_seen", "report.column.created",
	"report.column.enrolled", "report.column.not_started", "report.column.in_progress", "report.column.due_soon", "report.column.overdue",
	"report.column.failed", "report.column.completed", "report.column.expires_soon", "report.column.expired", "report.column.waived",
	"report.column.withdrawn", "report.column.started", "report.column.completion_rate", "report.column.mean_progress",
	"report.column.mean_score", "report.column.minutes_spent", "report.column.activity", "report.column.activity_id", "report.column.kind",
	"report.column.state", "report.column.progress", "report.column.score", "report.column.enrolled_on", "report.column.started_on",
	"report.column.due_on", "report.column.days_late", "report.column.completed_on", "report.column.valid_until",
	"report.column.last_active_on", "report.column.started_in_period", "report.column.completed_in_period", "report.column.participated",
	"report.column.learners", "report.column.program", "report.column.program_id", "report.column.activities", "report.column.company",
	"report.column.product", "report.column.purchase", "report.column.purchase_id", "report.column.purchased", "report.column.seats",
	"report.column.pending", "report.column.redeemed", "report.column.free", "report.column.ended", "report.column.redeem_by",
	"report.column.reporter",
}

// reports are the messages that name the reports and say what they are for.
var reports = []string{
	"report.learners.name", "report.learners.about", "report.enrollments.name", "report.enrollments.about",
	"report.progress.name", "report.progress.about", "report.completion.name", "report.completion.about",
	"report.activities.name", "report.activities.about", "report.programs.name", "report.programs.about",
	"report.due.name", "report.due.about", "report.licenses.name", "report.licenses.about",
	"report.own.name", "report.own.about", "report.matrix.name", "report.matrix.about",
}

// parameters are the messages that name the filters of reports, and those of
// their values that are words of ours.
var parameters = []string{
	"report.filter.q", "report.filter.organization", "report.filter.location", "report.filter.team", "report.filter.purchase",
	"report.filter.activity", "report.filter.state", "report.filter.seat", "report.filter.did", "report.filter.from", "report.filter.to",
	"report.did.started", "report.did.completed", "report.did.scored", "report.did.counted", "report.did.active",
	"report.did.completed_in", "report.did.started_in", "report.did.enrolled_in", "report.did.overdue_on", "report.did.inactive", "report.did.at_risk",
	"report.did.progress_0", "report.did.progress_1_24", "report.did.progress_25_49", "report.did.progress_50_74", "report.did.progress_75_99", "report.did.progress_100",
	"report.did.score_0_49", "report.did.score_50_69", "report.did.score_70_84", "report.did.score_85_100",
	"filter.seat_live", "filter.seat_ended",
}

// inFiles are the messages of the sheets beside the table in a spreadsheet.
var inFiles = []string{
	"file.about", "file.report", "file.made_by", "file.made_at", "file.learners", "file.places", "file.zone", "file.rows", "file.verify",
	"file.legend", "file.nothing", "file.yes", "file.no", "status.invited", "status.active", "status.suspended", "status.deleted", "status.erased",
}

// meanings are the messages that say what the states mean.
var meanings = []string{
	"state.means_completed", "state.means_in_progress", "state.means_due_soon", "state.means_overdue", "state.means_expires_soon",
	"state.means_expired", "state.means_failed", "state.means_not_started", "state.means_withdrawn", "state.means_waived", "state.means_not_enrolled",
}

// states are the messages that name them.
var states = []string{
	"state.completed", "state.in_progress", "state.due_soon", "state.overdue", "state.expires_soon", "state.expired", "state.failed",
	"state.not_started", "state.withdrawn", "state.waived", "state.not_enrolled",
}

// kinds are the messages that name the kinds of activities.
var kinds = []string{"kind.activity", "kind.course", "kind.event", "kind.resource", "kind.test", "kind.video"}

// known says a message of a list, and the bare word where the list has none,
// as with a kind that came with somebody's data.
func (p *Printer) known(list []string, key, bare string) string {
	if slices.Contains(list, key) {
		return p.T(key)
	}
	return bare
}

// Column names a column of a report.
func (p *Printer) Column(key string) string { return p.known(columns, "report.column."+key, key) }

// ReportName names a report.
func (p *Printer) ReportName(key string) string {
	return p.known(reports, "report."+key+".name", key)
}

// ReportAbout says in a sentence what a report is for.
func (p *Printer) ReportAbout(key string) string {
	return p.known(reports, "report."+key+".about", "")
}

// Parameter names a filter of a report.
func (p *Printer) Parameter(name string) string {
	return p.known(parameters, "report.filter."+name, name)
}

// Did says a value of the filter did; Seat one of the filter seat.
func (p *Printer) Did(value string) string { return p.known(parameters, "report.did."+value, value) }

// Seat says a value of the filter seat.
func (p *Printer) Seat(value string) string { return p.known(parameters, "filter.seat_"+value, value) }

// InFile says something of the sheets beside the table in a spreadsheet.
func (p *Printer) InFile(what string) string { return p.known(inFiles, "file."+what, what) }

// AccountStatus says how an account stands.
func (p *Printer) AccountStatus(status string) string {
	return p.known(inFiles, "status."+status, status)
}

// State names a state of an enrollment.
func (p *Printer) State(state string) string { return p.known(states, "state."+state, state) }

// StateMeans says what a state means.
func (p *Printer) StateMeans(state string) string {
	return p.known(meanings, "state.means_"+state, state)
}

// Kind names a kind of activity.
func (p *Printer) Kind(kind string) string { return p.known(kinds, "kind."+kind, kind) }

// OfLearners says whom a file is about.
func (p *Printer) OfLearners(n, of int) string { return p.N("file.of_learners", n, "All", of) }
