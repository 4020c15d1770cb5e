package web

import "github.com/ambit-lms/ambit/internal/access"

// LearnerManager names, on pages, a member of the group that gives the roles of
// learner management; it is no role of its own.
var LearnerManager = access.Role{Key: "learner_manager", Name: "Learner manager"}

// RoleName is a role in the reader's language; custom roles keep their own name.
func (p Page) RoleName(role access.Role) string { return p.Role(string(role.Key), role.Name) }

// roleNamed is a base role's name in the reader's language, by its English name.
func (p Page) roleNamed(name string) string {
	for _, role := range append(access.Presets(), LearnerManager) {
		if role.Name == name {
			return p.RoleName(role)
		}
	}
	return name
}

// May says in words what a set of permissions lets one do with learners and
// teams; the rest is left out.
func (p Page) May(set access.Set) []string {
	var out []string
	for _, entry := range []struct {
		permission access.Permission
		key        string
	}{
		{access.LearnerView, "may.learners"},
		{access.DashboardView, "may.dashboards"},
		{access.MatrixView, "may.matrix"},
		{access.ReportView, "may.reports"},
		{access.ReportExport, "may.export"},
		{access.LicenseView, "may.licenses"},
		{access.EnrollmentEdit, "may.enrollments"},
		{access.ReporterAssign, "may.reporters"},
		{access.TeamList, "may.teams"},
		{access.TeamView, "may.members"},
		{access.TeamCreate, "may.team_create"},
		{access.TeamEdit, "may.team_edit"},
		{access.TeamShare, "may.team_share"},
	} {
		if set.Has(entry.permission) {
			out = append(out, p.T(entry.key))
		}
	}
	return out
}

// KindName is an activity's kind in words; an unknown one stands for itself.
func (p Page) KindName(kind string) string {
	switch kind {
	case "course":
		return p.T("kind.course")
	case "event", "session":
		return p.T("kind.event")
	case "test", "exam":
		return p.T("kind.test")
	case "resource":
		return p.T("kind.resource")
	case "video":
		return p.T("kind.video")
	case "":
		return p.T("kind.activity")
	default:
		return kind
	}
}

// Duration is so many minutes in hours and minutes.
func (p Page) Duration(minutes int) string {
	hours, left := minutes/60, minutes%60
	switch {
	case hours == 0:
		return p.T("duration.minutes", "Minutes", left)
	case left == 0:
		return p.T("duration.hours", "Hours", hours)
	}
	return p.T("duration.both", "Hours", hours, "Minutes", left)
}

// seen says what the badge says: how many learners the reader can see.
func (p Page) seen() string {
	if p.Shell.Learners == 0 && len(p.Shell.backOffice()) == 0 {
		return p.T("shell.only_you")
	}
	return p.N("shell.learners", p.Shell.Learners)
}

// StateFilter is the choice of a state.
func (p Page) StateFilter(chosen string) Choice {
	c := Choice{Name: "state", Label: p.T("field.state"), All: p.T("filter.all_states")}
	for _, s := range States() {
		c.Options = append(c.Options, Option{Value: string(s), Label: p.T(stateKey(s)), Chosen: string(s) == chosen})
	}
	return c
}

// SeatFilter is the choice between seats that give access and those that did.
func (p Page) SeatFilter(chosen string) Choice {
	return Choice{Name: "seat", Label: p.T("filter.seat"), All: p.T("filter.seat_any"), Options: []Option{
		{Value: "live", Label: p.T("filter.seat_live"), Chosen: chosen == "live"},
		{Value: "ended", Label: p.T("filter.seat_ended"), Chosen: chosen == "ended"},
	}}
}

// PurchaseFilter is the choice of a purchase.
func (p Page) PurchaseFilter(options []Option) Choice {
	return Choice{Name: "purchase", Label: p.T("field.purchase"), All: p.T("filter.all_purchases"), Options: options}
}

// LocationFilter is the choice of a location with all below it.
func (p Page) LocationFilter(options []Option) Choice {
	return Choice{Name: "location", Label: p.T("field.location"), All: p.T("filter.all_locations"), Options: options}
}

// TeamFilter is the choice of a team.
func (p Page) TeamFilter(options []Option) Choice {
	return Choice{Name: "team", Label: p.T("filter.team"), All: p.T("filter.all_teams"), Options: options}
}

// ActivityFilter is the choice of an activity, for Users.
func (p Page) ActivityFilter(options []Option) Choice {
	return Choice{Name: "activity", Label: p.T("field.activity"), All: p.T("filter.all_activities"), Options: options}
}

// ActivityPicks is the choice of the matrix's columns.
func (p Page) ActivityPicks(options []Option) *Picks {
	return &Picks{Name: "activity", Label: p.T("filter.pick_activities"), Options: options}
}

// Done is the notice after an act of one's own.
type Done string

// What pages report as done, by the value of the parameter "done".
const (
	DoneSettings    Done = "settings"
	DoneLogo        Done = "logo"
	DoneLogoRemoved Done = "logo-removed"

	DoneProfile  Done = "profile"
	DonePassword Done = "password"
	DoneSession  Done = "session"
	DoneToken    Done = "token"
	DoneActivity Done = "activity"

	DoneReporter        Done = "reporter"
	DoneReporterRevoked Done = "reporter-revoked"

	DoneSeat         Done = "seat"
	DoneSeatRevoked  Done = "seat-revoked"
	DoneSeatReleased Done = "seat-released"
	DoneSeatGiven    Done = "seat-given"
	DoneLetter       Done = "letter"

	DoneInvitation        Done = "invitation"
	DoneInvitationRevoked Done = "invitation-revoked"

	DoneView            Done = "view"
	DoneViewDeleted     Done = "view-deleted"
	DoneRunCancelled    Done = "run-cancelled"
	DoneRunDeleted      Done = "run-deleted"
	DoneLibraryAdded    Done = "library-added"
	DoneLibrarySaved    Done = "library-saved"
	DonePurchaseSold    Done = "purchase-sold"
	DonePurchaseChanged Done = "purchase-changed"
	DoneSetup           Done = "setup"

	DoneDealSaved     Done = "deal-saved"
	DoneDealActivated Done = "deal-activated"
	DoneDealEnded     Done = "deal-ended"

	DoneGiven    Done = "given"
	DoneEnded    Done = "access-ended"
	DoneExtended Done = "extended"
)

// DoneNotice is the sentence for an act, and whether there is one.
func (p Page) DoneNotice(what Done) (Notice, bool) {
	switch what {
	case DoneSettings:
		return Notice{Text: p.T("done.settings")}, true
	case DoneLogo:
		return Notice{Text: p.T("done.logo")}, true
	case DoneLogoRemoved:
		return Notice{Text: p.T("done.logo_removed")}, true
	case DoneProfile:
		return Notice{Text: p.T("done.profile")}, true
	case DonePassword:
		return Notice{Text: p.T("done.password")}, true
	case DoneSession:
		return Notice{Text: p.T("done.session")}, true
	case DoneToken:
		return Notice{Text: p.T("done.token")}, true
	case DoneActivity:
		return Notice{Text: p.T("done.activity")}, true
	case DoneReporter:
		return Notice{Text: p.T("done.reporter")}, true
	case DoneReporterRevoked:
		return Notice{Text: p.T("done.reporter_revoked")}, true
	case DoneSeatRevoked:
		return Notice{Text: p.T("done.seat_revoked")}, true
	case DoneSeatReleased:
		return Notice{Text: p.T("done.seat_released")}, true
	case DoneSeatGiven:
		return Notice{Text: p.T("done.seat_given")}, true
	case DoneInvitation:
		return Notice{Text: p.T("done.invitation")}, true
	case DoneInvitationRevoked:
		return Notice{Text: p.T("done.invitation_revoked")}, true
	case DoneSeat:
		return Notice{Text: p.T("done.seat")}, true
	case DoneLetter:
		return Notice{Text: p.T("done.letter")}, true
	case DoneView:
		return Notice{Text: p.T("done.view")}, true
	case DoneViewDeleted:
		return Notice{Text: p.T("done.view_deleted")}, true
	case DoneRunCancelled:
		return Notice{Text: p.T("done.run_cancelled")}, true
	case DonePurchaseSold:
		return Notice{Text: p.T("done.purchase_sold")}, true
	case DonePurchaseChanged:
		return Notice{Text: p.T("done.purchase_changed")}, true
	case DoneSetup:
		return Notice{Text: p.T("done.setup")}, true
	case DoneRunDeleted:
		return Notice{Text: p.T("done.run_deleted")}, true
	case DoneLibraryAdded:
		return Notice{Text: p.T("done.library_added")}, true
	case DoneLibrarySaved:
		return Notice{Text: p.T("done.library_saved")}, true
	case DoneDealSaved:
		return Notice{Text: p.T("done.deal_saved")}, true
	case DoneDealActivated:
		return Notice{Text: p.T("done.deal_activated")}, true
	case DoneDealEnded:
		return Notice{Text: p.T("done.deal_ended")}, true
	case DoneGiven:
		return Notice{Text: p.T("done.given")}, true
	case DoneEnded:
		return Notice{Text: p.T("done.access_ended")}, true
	case DoneExtended:
		return Notice{Text: p.T("done.extended")}, true
	case DoneClientCreated:
		return Notice{Text: p.T("done.client_created")}, true
	case DoneClient:
		return Notice{Text: p.T("done.client")}, true
	case DoneLocation:
		return Notice{Text: p.T("done.location")}, true
	case DoneRole:
		return Notice{Text: p.T("done.role")}, true
	case DoneTeam:
		return Notice{Text: p.T("done.team")}, true
	case DoneTeamShared:
		return Notice{Text: p.T("done.team_shared")}, true
	case DoneTeamUnshared:
		return Notice{Text: p.T("done.team_unshared")}, true
	case DoneRoleEnded:
		return Notice{Text: p.T("done.role_ended")}, true
	case DoneGroup:
		return Notice{Text: p.T("done.group")}, true
	case DoneMembersAdded:
		return Notice{Text: p.T("done.members_added")}, true
	case DoneMemberLeft:
		return Notice{Text: p.T("done.member_left")}, true
	case DoneGroupEnded:
		return Notice{Text: p.T("done.group_ended")}, true
	case DoneGroupBack:
		return Notice{Text: p.T("done.group_restored")}, true
	case DonePolicy:
		return Notice{Text: p.T("done.policy")}, true
	case DonePolicyEnded:
		return Notice{Text: p.T("done.policy_ended")}, true
	}
	return p.accountNotice(what)
}
