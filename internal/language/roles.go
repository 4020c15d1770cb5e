package language

// roles are the names of the roles that Ambit comes with, by their keys.
var roles = []string{
	"role.analytics_reader",
	"role.analytics_viewer",
	"role.buyer",
	"role.create_teams",
	"role.download_analytics_reports",
	"role.learner_manager",
	"role.license_reporter",
	"role.list_teams",
	"role.list_users",
	"role.local_administrator",
	"role.local_administrator_reports_only",
	"role.manage_enrollments",
	"role.master_administrator",
	"role.master_administrator_reports_only",
	"role.multiple_location_administrator",
	"role.multiple_location_administrator_reports_only",
	"role.organization_administrator",
	"role.organization_administrator_reports_only",
	"role.purchaser",
	"role.read_teams",
	"role.student",
	"role.team_analyst",
	"role.team_editor",
	"role.team_reader",
}

// Role names a role by its key; one that Ambit does not come with has the name
// that its organization gave it.
func (p *Printer) Role(key, own string) string { return p.known(roles, "role."+key, own) }
