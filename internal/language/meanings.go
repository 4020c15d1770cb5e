package language

// columnMeanings are the messages that say what the columns of reports mean.
var columnMeanings = []string{
	"report.column.learner.about", "report.column.email.about", "report.column.external_id.about", "report.column.learner_id.about",
	"report.column.organization.about", "report.column.location.about", "report.column.purchases.about", "report.column.status.about",
	"report.column.last_seen.about", "report.column.created.about", "report.column.enrolled.about", "report.column.not_started.about",
	"report.column.in_progress.about", "report.column.due_soon.about", "report.column.overdue.about", "report.column.failed.about",
	"report.column.completed.about", "report.column.expires_soon.about", "report.column.expired.about", "report.column.waived.about",
	"report.column.withdrawn.about", "report.column.started.about", "report.column.completion_rate.about",
	"report.column.mean_progress.about", "report.column.mean_score.about", "report.column.minutes_spent.about",
	"report.column.activity.about", "report.column.activity_id.about", "report.column.kind.about", "report.column.state.about",
	"report.column.progress.about", "report.column.score.about", "report.column.enrolled_on.about", "report.column.started_on.about",
	"report.column.due_on.about", "report.column.days_late.about", "report.column.completed_on.about", "report.column.valid_until.about",
	"report.column.last_active_on.about", "report.column.started_in_period.about", "report.column.completed_in_period.about",
	"report.column.participated.about", "report.column.learners.about", "report.column.program.about", "report.column.program_id.about",
	"report.column.activities.about", "report.column.company.about", "report.column.product.about", "report.column.purchase.about",
	"report.column.purchase_id.about", "report.column.purchased.about", "report.column.seats.about", "report.column.pending.about",
	"report.column.redeemed.about", "report.column.free.about", "report.column.ended.about", "report.column.redeem_by.about",
	"report.column.reporter.about",
}

// ColumnMeans says what a column of a report means.
func (p *Printer) ColumnMeans(key string) string {
	return p.known(columnMeanings, "report.column."+key+".about", "")
}
