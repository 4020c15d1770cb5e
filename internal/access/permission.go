package access

import (
	"fmt"
	"math/bits"
)

// Permission is one atomic right. The zero value is no permission at all.
type Permission uint8

// Every permission of the catalogue (see docs/access.md). Public and SignedIn
// are declarations for routes, never part of a role.
const (
	None Permission = iota
	SelfView
	SelfEdit
	LearnerView
	EnrollmentView
	DashboardView
	MatrixView
	ReportView
	ReportExport
	ReportSchedule
	TeamList
	TeamView
	TeamCreate
	TeamEdit
	TeamShare
	AccountCreate
	AccountEdit
	AccountDelete
	AccountMove
	AccountRole
	AccountSession
	AccountMerge
	AccountErase
	AccountExport
	AccountViewAs
	InvitePlatform
	InviteActivity
	InviteProgram
	EnrollmentEdit
	AssignmentView
	AssignmentEdit
	CertificationView
	CertificationEdit
	ActivityView
	ActivityEdit
	ActivityLoad
	ContentGrantView
	ContentGrantEdit
	ClientView
	ClientEdit
	LocationView
	LocationEdit
	OrganizationConfigure
	LicenseView
	LicenseSell
	DealView
	DealEdit
	SeatAssign
	SeatRelease
	ReporterAssign
	GroupView
	GroupEdit
	PolicyView
	PolicyEdit
	RoleView
	RoleEdit
	GrantEdit
	AccessExplain
	AccessReview
	MailView
	MailResend
	AuditView
	permissions // how many there are

	Public   Permission = 254 // anybody, signed in or not
	SignedIn Permission = 255 // an identity with a session, before an account is chosen
)

// nodes a permission can be granted at, beyond organizations and locations.
type leaves uint8

const (
	treeOnly   leaves = 0
	atPurchase leaves = 1 << iota
	atTeam
)

type entry struct {
	id        string
	reporting bool // part of Reports Only twins (I-14)
	write     bool // changes something for others or oneself
	leaves    leaves
	means     string // what it lets one do, for docs/access.md and the role editor
}

var catalogue = [permissions]entry{
	SelfView:              {"self.view", false, false, treeOnly, "see one's own learning, profile and certifications"},
	SelfEdit:              {"self.edit", false, true, treeOnly, "change one's own profile and password"},
	LearnerView:           {"learner.view", false, false, atPurchase | atTeam, "open Users and see the learners there"},
	EnrollmentView:        {"enrollment.view", true, false, atPurchase | atTeam, "see what learners are enrolled in"},
	DashboardView:         {"dashboard.view", true, false, atPurchase | atTeam, "open dashboards"},
	MatrixView:            {"matrix.view", true, false, atPurchase | atTeam, "open the Training Matrix"},
	ReportView:            {"report.view", true, false, atPurchase | atTeam, "read reports"},
	ReportExport:          {"report.export", true, false, atPurchase | atTeam, "take reports away as files"},
	ReportSchedule:        {"report.schedule", true, true, atPurchase | atTeam, "have own reports delivered on schedule"},
	TeamList:              {"team.list", false, false, atTeam, "see which teams there are"},
	TeamView:              {"team.view", false, false, atTeam, "see who is in a team"},
	TeamCreate:            {"team.create", false, true, treeOnly, "create teams"},
	TeamEdit:              {"team.edit", false, true, atTeam, "rename teams and change their members"},
	TeamShare:             {"team.share", false, true, atTeam, "share a team with others"},
	AccountCreate:         {"account.create", false, true, treeOnly, "add people"},
	AccountEdit:           {"account.edit", false, true, treeOnly, "edit people"},
	AccountDelete:         {"account.delete", false, true, treeOnly, "delete people"},
	AccountMove:           {"account.move", false, true, treeOnly, "move people between locations"},
	AccountRole:           {"account.role", false, true, treeOnly, "change base roles"},
	AccountSession:        {"account.session", false, true, treeOnly, "end people's sessions"},
	AccountMerge:          {"account.merge", false, true, treeOnly, "merge duplicate people"},
	AccountErase:          {"account.erase", false, true, treeOnly, "erase a person's identity"},
	AccountExport:         {"account.export", false, false, treeOnly, "export a person's data"},
	AccountViewAs:         {"account.view_as", false, false, treeOnly, "look at pages as somebody else"},
	InvitePlatform:        {"invite.platform", false, true, treeOnly, "invite people to the platform"},
	InviteActivity:        {"invite.activity", false, true, treeOnly, "invite people to an activity"},
	InviteProgram:         {"invite.program", false, true, treeOnly, "invite people to a program"},
	EnrollmentEdit:        {"enrollment.edit", false, true, treeOnly, "enroll, withdraw and record progress"},
	AssignmentView:        {"assignment.view", false, false, treeOnly, "see assignments"},
	AssignmentEdit:        {"assignment.edit", false, true, treeOnly, "create and edit assignments"},
	CertificationView:     {"certification.view", true, false, atPurchase | atTeam, "see certifications"},
	CertificationEdit:     {"certification.edit", false, true, treeOnly, "edit certifications"},
	ActivityView:          {"activity.view", false, false, treeOnly, "see the Content Library"},
	ActivityEdit:          {"activity.edit", false, true, treeOnly, "edit the Content Library"},
	ActivityLoad:          {"activity.load", false, true, treeOnly, "load content"},
	ContentGrantView:      {"content_grant.view", false, false, treeOnly, "see content granted to clients"},
	ContentGrantEdit:      {"content_grant.edit", false, true, treeOnly, "grant content to clients"},
	ClientView:            {"client.view", false, false, treeOnly, "see client organizations"},
	ClientEdit:            {"client.edit", false, true, treeOnly, "add and edit client organizations"},
	LocationView:          {"location.view", false, false, treeOnly, "see locations"},
	LocationEdit:          {"location.edit", false, true, treeOnly, "edit locations"},
	OrganizationConfigure: {"organization.configure", false, true, treeOnly, "change the organization's settings"},
	LicenseView:           {"license.view", false, false, atPurchase, "see license purchases"},
	LicenseSell:           {"license.sell", false, true, treeOnly, "sell licenses"},
	DealView:              {"deal.view", false, false, treeOnly, "see custom deals"},
	DealEdit:              {"deal.edit", false, true, treeOnly, "edit custom deals"},
	SeatAssign:            {"seat.assign", false, true, atPurchase, "assign seats, resend and revoke them while pending"},
	SeatRelease:           {"seat.release", false, true, atPurchase, "release redeemed seats"},
	ReporterAssign:        {"reporter.assign", false, true, atPurchase, "appoint, transfer and revoke License Reporters"},
	GroupView:             {"group.view", false, false, treeOnly, "see groups"},
	GroupEdit:             {"group.edit", false, true, treeOnly, "edit groups"},
	PolicyView:            {"policy.view", false, false, treeOnly, "see policies"},
	PolicyEdit:            {"policy.edit", false, true, treeOnly, "edit policies"},
	RoleView:              {"role.view", false, false, treeOnly, "see roles"},
	RoleEdit:              {"role.edit", false, true, treeOnly, "edit custom roles"},
	GrantEdit:             {"grant.edit", false, true, treeOnly, "give and end access"},
	AccessExplain:         {"access.explain", false, false, treeOnly, "ask why somebody can see somebody"},
	AccessReview:          {"access.review", false, false, treeOnly, "review who has access"},
	MailView:              {"mail.view", false, false, treeOnly, "see the mail log"},
	MailResend:            {"mail.resend", false, true, treeOnly, "send a mail again"},
	AuditView:             {"audit.view", false, false, treeOnly, "read the audit log"},
}

// Permissions lists the catalogue in its order.
func Permissions() []Permission {
	out := make([]Permission, 0, permissions-1)
	for p := SelfView; p < permissions; p++ {
		out = append(out, p)
	}
	return out
}

// String gives the permission's id, as in "report.export".
func (p Permission) String() string {
	switch {
	case p == Public:
		return "public"
	case p == SignedIn:
		return "signed-in"
	case p > None && p < permissions:
		return catalogue[p].id
	}
	return "none"
}

// ParsePermission finds a permission by its id.
func ParsePermission(id string) (Permission, error) {
	for p := SelfView; p < permissions; p++ {
		if catalogue[p].id == id {
			return p, nil
		}
	}
	return None, fmt.Errorf("there is no permission %q", id)
}

// Means says in a few words what the permission lets one do.
func (p Permission) Means() string {
	if p < permissions {
		return catalogue[p].means
	}
	return ""
}

// Reporting tells whether Reports Only roles may hold it (I-14).
func (p Permission) Reporting() bool { return p < permissions && catalogue[p].reporting }

// Writes tells whether it changes anything; a read-only token has none of these.
func (p Permission) Writes() bool { return p < permissions && catalogue[p].write }

// GrantableAt tells whether the permission means anything at a kind of node.
// What everybody may do over oneself is never a matter of grants.
func (p Permission) GrantableAt(kind NodeKind) bool {
	if p <= SelfEdit || p >= permissions {
		return false
	}
	switch kind {
	case AtPurchase:
		return catalogue[p].leaves&atPurchase != 0
	case AtTeam:
		return catalogue[p].leaves&atTeam != 0
	}
	return true
}

// Set is a set of permissions, one bit each.
type Set uint64

// SetOf collects permissions.
func SetOf(ps ...Permission) Set {
	var s Set
	for _, p := range ps {
		s |= 1 << p
	}
	return s
}

// All is every permission there is.
func All() Set { return SetOf(Permissions()...) }

// Has tells whether p is in the set.
func (s Set) Has(p Permission) bool { return p > None && p < permissions && s&(1<<p) != 0 }

// Without takes permissions out.
func (s Set) Without(o Set) Set { return s &^ o }

// Len counts them.
func (s Set) Len() int { return bits.OnesCount64(uint64(s)) }

// List gives them in the catalogue's order.
func (s Set) List() []Permission {
	var out []Permission
	for p := SelfView; p < permissions; p++ {
		if s.Has(p) {
			out = append(out, p)
		}
	}
	return out
}

// Reporting is every reporting permission; Reading is every one that writes nothing.
func Reporting() Set { return pick(Permission.Reporting) }

// Reading is what a read-only API token may use of its owner's permissions.
func Reading() Set { return pick(func(p Permission) bool { return !p.Writes() }) }

func pick(keep func(Permission) bool) Set {
	var s Set
	for p := SelfView; p < permissions; p++ {
		if keep(p) {
			s |= 1 << p
		}
	}
	return s
}
