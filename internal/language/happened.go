package language

import (
	"slices"
	"strings"
)

// happenings are the sentences that tell events of the audit, by action.
var happenings = []string{
	"audit.did.account.accepted",
	"audit.did.account.created",
	"audit.did.account.profile_changed",
	"audit.did.account.role_changed",
	"audit.did.account.sign_in_added",
	"audit.did.account.status_changed",
	"audit.did.activity.added",
	"audit.did.activity.changed",
	"audit.did.activity.completed",
	"audit.did.activity.launched",
	"audit.did.audit.exported",
	"audit.did.deal.activated",
	"audit.did.deal.changed",
	"audit.did.deal.created",
	"audit.did.deal.ended",
	"audit.did.group.created",
	"audit.did.group.members_added",
	"audit.did.location.added",
	"audit.did.location.changed",
	"audit.did.location.merged",
	"audit.did.location.moved",
	"audit.did.location.retired",
	"audit.did.location_type.added",
	"audit.did.location_type.changed",
	"audit.did.location_type.removed",
	"audit.did.mail.resent",
	"audit.did.organization.auto_reporter",
	"audit.did.organization.changed",
	"audit.did.organization.client_changed",
	"audit.did.organization.created",
	"audit.did.organization.ended",
	"audit.did.organization.locations_switched",
	"audit.did.organization.reopened",
	"audit.did.organization.suspended",
	"audit.did.password.changed",
	"audit.did.password.set",
	"audit.did.program.added",
	"audit.did.program.changed",
	"audit.did.progress.recorded",
	"audit.did.purchase.changed",
	"audit.did.purchase.closed",
	"audit.did.purchase.sold",
	"audit.did.report.addresses",
	"audit.did.report.asked",
	"audit.did.report.cancelled",
	"audit.did.report.deleted",
	"audit.did.report.expired",
	"audit.did.report.exported",
	"audit.did.report.failed",
	"audit.did.report.fetched",
	"audit.did.report.printed",
	"audit.did.report.stopped",
	"audit.did.report_view.changed",
	"audit.did.report_view.deleted",
	"audit.did.report_view.saved",
	"audit.did.reporter.appointed",
	"audit.did.reporter.ended",
	"audit.did.reporter.revoked",
	"audit.did.reporter.transferred",
	"audit.did.reporter.waiting",
	"audit.did.roster.exported",
	"audit.did.roster.imported",
	"audit.did.seat.assigned",
	"audit.did.seat.redeemed",
	"audit.did.seat.released",
	"audit.did.seat.resent",
	"audit.did.seat.revoked",
	"audit.did.session.ended",
	"audit.did.session.opened",
	"audit.did.session.refused",
	"audit.did.token.created",
	"audit.did.token.revoked",
}

// eventFields name what an event says was changed.
var eventFields = []string{
	"audit.field.access_days",
	"audit.field.access_until",
	"audit.field.account",
	"audit.field.action",
	"audit.field.auto_reporter",
	"audit.field.buyer",
	"audit.field.bytes",
	"audit.field.columns",
	"audit.field.company",
	"audit.field.complete_by",
	"audit.field.deal",
	"audit.field.external_id",
	"audit.field.format",
	"audit.field.from",
	"audit.field.kind",
	"audit.field.learners",
	"audit.field.letters",
	"audit.field.locale",
	"audit.field.location",
	"audit.field.max_people",
	"audit.field.members",
	"audit.field.minutes",
	"audit.field.name",
	"audit.field.name_changed",
	"audit.field.network",
	"audit.field.parent",
	"audit.field.product",
	"audit.field.purchase",
	"audit.field.reach_total",
	"audit.field.read_only",
	"audit.field.redeem_by",
	"audit.field.reporter",
	"audit.field.reusable",
	"audit.field.role",
	"audit.field.rows",
	"audit.field.seat",
	"audit.field.seats",
	"audit.field.session",
	"audit.field.sha256",
	"audit.field.spent",
	"audit.field.status",
	"audit.field.title",
	"audit.field.until",
	"audit.field.url",
	"audit.field.zone",
}

// Happened tells an event of the audit in a sentence, from the names Actor,
// Subject and Person; false where there is none for its action.
func (p *Printer) Happened(action string, pairs ...any) (string, bool) {
	key := "audit.did." + action
	if !slices.Contains(happenings, key) {
		return "", false
	}
	return p.T(key, pairs...), true
}

// Happenings lists the actions that have a sentence, in their order.
func Happenings() []string {
	out := make([]string, len(happenings))
	for i, key := range happenings {
		out[i] = strings.TrimPrefix(key, "audit.did.")
	}
	return out
}

// EventField names a field of an event; one without a name stands for itself.
func (p *Printer) EventField(field string) string {
	return p.known(eventFields, "audit.field."+field, field)
}
