package access

import "slices"

// RoleKey names a role: a preset's key, or the id of a custom role.
type RoleKey string

// The presets. Their permissions are in Presets.
const (
	Student                   RoleKey = "student"
	Purchaser                 RoleKey = "purchaser"
	Buyer                     RoleKey = "buyer"
	LicenseReporter           RoleKey = "license_reporter"
	LocalAdministrator        RoleKey = "local_administrator"
	MultipleLocation          RoleKey = "multiple_location_administrator"
	OrganizationAdministrator RoleKey = "organization_administrator"
	MasterAdministrator       RoleKey = "master_administrator"
	AnalyticsViewer           RoleKey = "analytics_viewer"
	AnalyticsReader           RoleKey = "analytics_reader"
	ListTeams                 RoleKey = "list_teams"
	ListUsers                 RoleKey = "list_users"
	CreateTeams               RoleKey = "create_teams"
	ReadTeams                 RoleKey = "read_teams"
	DownloadAnalyticsReports  RoleKey = "download_analytics_reports"
	ManageEnrollments         RoleKey = "manage_enrollments"
	TeamReader                RoleKey = "team_reader"
	TeamEditor                RoleKey = "team_editor"
	TeamAnalyst               RoleKey = "team_analyst"
	reportsOnly               RoleKey = "_reports_only"
)

// Role is two sets of permissions: over everything in the extent, and over
// what the actor owns there (the team they created, the purchase they bought).
type Role struct {
	Key   RoleKey
	Name  string // the field's word, in English, as docs/access.md spells it
	Any   Set
	Own   Set
	Nodes []NodeKind // where it may be granted
	// Extent is the one a base role's grant has; other roles say it in the grant.
	Extent Extent
	Rank   int // place on the ladder, 0 for roles that are no base role
	// Fixed roles can be neither edited nor cloned (M-050).
	Fixed       bool
	ReportsOnly bool
}

// TwinOf is the key of the Reports Only twin of an administrator role.
func TwinOf(key RoleKey) RoleKey { return key + reportsOnly }

// reporter is what a License Reporter may do, and a Purchaser with their participants.
var reporter = SetOf(LearnerView, EnrollmentView, MatrixView, ReportView, ReportExport, ReportSchedule)

var localAdministrator = SetOf(
	AccountCreate, AccountEdit, AccountDelete, AccountMove, AccountRole, AccountSession, AccountExport,
	InvitePlatform, EnrollmentEdit, AssignmentView, AssignmentEdit, CertificationView, CertificationEdit,
	LearnerView, ActivityView, LocationView, TeamList, TeamView, AccessExplain,
) | Reporting()

var presets = func() []Role {
	clients := SetOf(ClientView, ClientEdit, ContentGrantView, ContentGrantEdit)
	tree := []NodeKind{AtOrganization, AtLocation}
	everywhere := []NodeKind{AtOrganization, AtLocation, AtPurchase, AtTeam}
	people := All().Without(SetOf(SelfView, SelfEdit))
	// Who shares a team says with one of three roles how far: who is in it,
	// changing that, or what its members have learned.
	teamReader := SetOf(TeamList, TeamView, LearnerView)
	ladder := []Role{
		{Key: Student, Name: "Student", Rank: 1},
		{Key: Purchaser, Name: "Purchaser", Rank: 2, Any: reporter, Own: SetOf(LicenseView, SeatAssign), Nodes: []NodeKind{AtPurchase}},
		{Key: LocalAdministrator, Name: "Local Administrator", Rank: 3, Any: localAdministrator, Nodes: []NodeKind{AtLocation}, Extent: Here},
		{Key: MultipleLocation, Name: "Multiple Location Administrator", Rank: 4, Any: localAdministrator, Nodes: []NodeKind{AtLocation}, Extent: Within},
		{Key: OrganizationAdministrator, Name: "Organization Administrator", Rank: 5, Any: people.Without(clients), Nodes: []NodeKind{AtOrganization}, Extent: Within},
		{Key: MasterAdministrator, Name: "Master Administrator", Rank: 6, Any: people, Nodes: []NodeKind{AtOrganization}, Extent: Beyond},
	}
	var out []Role
	for _, r := range ladder {
		out = append(out, r)
		if r.Rank > 2 { // each administrator has a twin: same place, only reports (M-205)
			twin := r
			twin.Key, twin.Name = TwinOf(r.Key), r.Name+" (Reports Only)"
			twin.Any, twin.Own, twin.ReportsOnly = r.Any&Reporting(), 0, true
			out = append(out, twin)
		}
	}
	return append(
		out,
		Role{Key: Buyer, Name: "Buyer", Own: SetOf(LicenseView, SeatAssign, ReporterAssign), Nodes: []NodeKind{AtPurchase}, Fixed: true},
		Role{Key: LicenseReporter, Name: "License Reporter", Any: reporter, Nodes: []NodeKind{AtPurchase}, Fixed: true},
		Role{Key: AnalyticsViewer, Name: "Analytics Viewer", Any: SetOf(DashboardView), Nodes: everywhere},
		Role{Key: AnalyticsReader, Name: "Analytics Reader", Any: SetOf(EnrollmentView, MatrixView, ReportView), Nodes: everywhere},
		Role{Key: ListTeams, Name: "List Teams", Any: SetOf(TeamList), Nodes: []NodeKind{AtOrganization, AtTeam}},
		Role{Key: ListUsers, Name: "List Users", Any: SetOf(LearnerView), Nodes: everywhere},
		Role{Key: CreateTeams, Name: "Create Teams", Any: SetOf(TeamCreate), Own: SetOf(TeamEdit, TeamShare), Nodes: []NodeKind{AtOrganization}},
		Role{Key: ReadTeams, Name: "Read Teams", Any: SetOf(TeamView), Nodes: []NodeKind{AtOrganization, AtTeam}},
		Role{Key: DownloadAnalyticsReports, Name: "Download Analytics Reports", Any: SetOf(ReportExport), Nodes: everywhere},
		Role{Key: ManageEnrollments, Name: "Manage Enrollments", Any: SetOf(EnrollmentEdit), Nodes: tree},
		Role{Key: TeamReader, Name: "Team Reader", Any: teamReader, Nodes: []NodeKind{AtTeam}},
		Role{Key: TeamEditor, Name: "Team Editor", Any: teamReader | SetOf(TeamEdit), Nodes: []NodeKind{AtTeam}},
		Role{Key: TeamAnalyst, Name: "Team Analyst", Any: teamReader | SetOf(EnrollmentView, DashboardView, MatrixView, ReportView, ReportExport), Nodes: []NodeKind{AtTeam}},
	)
}()

// Presets lists every role that Ambit comes with, the ladder first.
func Presets() []Role { return slices.Clone(presets) }

// Preset finds one of them.
func Preset(key RoleKey) (Role, bool) {
	for _, r := range presets {
		if r.Key == key {
			return r, true
		}
	}
	return Role{}, false
}

// BaseRole finds a role of the ladder by its name, as docs/access.md spells it.
func BaseRole(name string) (Role, bool) {
	for _, r := range presets {
		if r.Rank > 0 && r.Name == name {
			return r, true
		}
	}
	return Role{}, false
}

// BaseRoles lists the ladder in order of privilege.
func BaseRoles() []Role {
	return slices.DeleteFunc(Presets(), func(r Role) bool { return r.Rank == 0 })
}

// LearnerManagement lists the roles that the group Learner managers comes with (seed 001).
func LearnerManagement() []RoleKey {
	return []RoleKey{AnalyticsViewer, AnalyticsReader, ListTeams, ListUsers, CreateTeams, ReadTeams, DownloadAnalyticsReports}
}
