package web

import (
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
)

// permissionWord is a permission in words: what it lets one do, and what it shows.
type permissionWord struct {
	permission access.Permission
	name       string // message key
	shows      string // message key; empty: nothing that one does not see anyway
}

// permissionGroup is permissions about one thing.
type permissionGroup struct {
	title string // message key
	words []permissionWord
}

// permissionGroups is the catalogue as people are told it, in the order it is shown in.
func permissionGroups() []permissionGroup {
	return []permissionGroup{
		{"permission.group.people", []permissionWord{
			{access.LearnerView, "permission.learner_view", "permission.shows.people"},
			{access.AccountCreate, "permission.account_create", ""},
			{access.AccountEdit, "permission.account_edit", ""},
			{access.AccountDelete, "permission.account_delete", ""},
			{access.AccountMove, "permission.account_move", ""},
			{access.AccountRole, "permission.account_role", ""},
			{access.AccountSession, "permission.account_session", ""},
			{access.AccountMerge, "permission.account_merge", ""},
			{access.AccountErase, "permission.account_erase", ""},
			{access.AccountExport, "permission.account_export", "permission.shows.person"},
			{access.AccountViewAs, "permission.account_view_as", "permission.shows.person"},
			{access.InvitePlatform, "permission.invite_platform", ""},
			{access.InviteActivity, "permission.invite_activity", ""},
			{access.InviteProgram, "permission.invite_program", ""},
		}},
		{"permission.group.learning", []permissionWord{
			{access.EnrollmentView, "permission.enrollment_view", "permission.shows.learning"},
			{access.DashboardView, "permission.dashboard_view", "permission.shows.sums"},
			{access.MatrixView, "permission.matrix_view", "permission.shows.learning"},
			{access.ReportView, "permission.report_view", "permission.shows.learning"},
			{access.ReportExport, "permission.report_export", "permission.shows.files"},
			{access.ReportSchedule, "permission.report_schedule", "permission.shows.files"},
			{access.CertificationView, "permission.certification_view", "permission.shows.learning"},
			{access.CertificationEdit, "permission.certification_edit", ""},
			{access.EnrollmentEdit, "permission.enrollment_edit", ""},
			{access.AssignmentView, "permission.assignment_view", "permission.shows.learning"},
			{access.AssignmentEdit, "permission.assignment_edit", ""},
		}},
		{"permission.group.teams", []permissionWord{
			{access.TeamList, "permission.team_list", "permission.shows.teams"},
			{access.TeamView, "permission.team_view", "permission.shows.members"},
			{access.TeamCreate, "permission.team_create", ""},
			{access.TeamEdit, "permission.team_edit", ""},
			{access.TeamShare, "permission.team_share", ""},
		}},
		{"permission.group.content", []permissionWord{
			{access.ActivityView, "permission.activity_view", "permission.shows.library"},
			{access.ActivityEdit, "permission.activity_edit", ""},
			{access.ActivityLoad, "permission.activity_load", ""},
			{access.ContentGrantView, "permission.content_grant_view", "permission.shows.library"},
			{access.ContentGrantEdit, "permission.content_grant_edit", ""},
		}},
		{"permission.group.structure", []permissionWord{
			{access.LocationView, "permission.location_view", "permission.shows.tree"},
			{access.LocationEdit, "permission.location_edit", ""},
			{access.OrganizationConfigure, "permission.organization_configure", ""},
			{access.ClientView, "permission.client_view", "permission.shows.clients"},
			{access.ClientEdit, "permission.client_edit", ""},
		}},
		{"permission.group.licenses", []permissionWord{
			{access.LicenseView, "permission.license_view", "permission.shows.purchases"},
			{access.LicenseSell, "permission.license_sell", ""},
			{access.DealView, "permission.deal_view", "permission.shows.deals"},
			{access.DealEdit, "permission.deal_edit", ""},
			{access.SeatAssign, "permission.seat_assign", ""},
			{access.SeatRelease, "permission.seat_release", ""},
			{access.ReporterAssign, "permission.reporter_assign", ""},
		}},
		{"permission.group.access", []permissionWord{
			{access.GroupView, "permission.group_view", "permission.shows.access"},
			{access.GroupEdit, "permission.group_edit", ""},
			{access.PolicyView, "permission.policy_view", "permission.shows.access"},
			{access.PolicyEdit, "permission.policy_edit", ""},
			{access.RoleView, "permission.role_view", "permission.shows.access"},
			{access.RoleEdit, "permission.role_edit", ""},
			{access.GrantEdit, "permission.grant_edit", ""},
			{access.AccessExplain, "permission.access_explain", "permission.shows.access"},
			{access.AccessReview, "permission.access_review", "permission.shows.access"},
		}},
		{"permission.group.log", []permissionWord{
			{access.MailView, "permission.mail_view", "permission.shows.mail"},
			{access.MailResend, "permission.mail_resend", ""},
			{access.AuditView, "permission.audit_view", "permission.shows.log"},
		}},
	}
}

// PermissionName says what a permission lets one do.
func (p Page) PermissionName(permission access.Permission) string {
	for _, group := range permissionGroups() {
		for _, word := range group.words {
			if word.permission == permission {
				return p.T(word.name)
			}
		}
	}
	return permission.String()
}

// permissionNamed says it by its id.
func (p Page) permissionNamed(id string) string {
	if permission, err := access.ParsePermission(id); err == nil {
		return p.PermissionName(permission)
	}
	return id
}

// fieldOf names a field of an event; who gains and who loses a permission by a
// change of a role is told by the permission.
func (p Page) fieldOf(field string) string {
	if id, gains := strings.CutPrefix(field, "gains."); gains {
		return p.T("roles.gain") + ": " + p.permissionNamed(id)
	}
	if id, loses := strings.CutPrefix(field, "loses."); loses {
		return p.T("roles.lose") + ": " + p.permissionNamed(id)
	}
	return p.EventField(field)
}
