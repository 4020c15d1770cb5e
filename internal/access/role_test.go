package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
)

// roleTable is every role against every permission, as the design's prose says
// it: over everything in the place (any), over what one owns there (own; with
// self, over oneself), or not at all. It is written by hand and knows nothing
// of role.go: who changes a role changes it here too, and reads what it does.
const roleTable = `
permission              Stu Pur Loc LRO Mul MRO Org ORO Mas XRO Buy Rep AVi ARe LTe LUs CTe RTe DAR MEn TRe TEd TAn
self.view               own own own own own own own own own own own own own own own own own own own own own own own
self.edit               own own own own own own own own own own own own own own own own own own own own own own own
learner.view             –  any any  –  any  –  any  –  any  –   –  any  –   –   –  any  –   –   –   – any any any
enrollment.view          –  any any any any any any any any any  –  any  –  any  –   –   –   –   –   –  –   –  any
dashboard.view           –   –  any any any any any any any any  –   –  any  –   –   –   –   –   –   –  –   –  any
matrix.view              –  any any any any any any any any any  –  any  –  any  –   –   –   –   –   –  –   –  any
report.view              –  any any any any any any any any any  –  any  –  any  –   –   –   –   –   –  –   –  any
report.export            –  any any any any any any any any any  –  any  –   –   –   –   –   –  any  –  –   –  any
report.schedule          –  any any any any any any any any any  –  any  –   –   –   –   –   –   –   –  –   –   –
team.list                –   –  any  –  any  –  any  –  any  –   –   –   –   –  any  –   –   –   –   – any any any
team.view                –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –  any  –   – any any any
team.create              –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –  any  –   –   –  –   –   –
team.edit                –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –  own  –   –   –  –  any  –
team.share               –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –  own  –   –   –  –   –   –
account.create           –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
account.edit             –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
account.delete           –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
account.move             –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
account.role             –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
account.session          –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
account.merge            –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
account.erase            –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
account.export           –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
account.view_as          –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
invite.platform          –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
invite.activity          –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
invite.program           –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
enrollment.edit          –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –  any  –   –   –
assignment.view          –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
assignment.edit          –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
certification.view       –   –  any any any any any any any any  –   –   –   –   –   –   –   –   –   –  –   –   –
certification.edit       –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
activity.view            –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
activity.edit            –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
activity.load            –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
content_grant.view       –   –   –   –   –   –   –   –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
content_grant.edit       –   –   –   –   –   –   –   –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
client.view              –   –   –   –   –   –   –   –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
client.edit              –   –   –   –   –   –   –   –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
location.view            –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
location.edit            –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
organization.configure   –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
license.view             –  own  –   –   –   –  any  –  any  –  own  –   –   –   –   –   –   –   –   –  –   –   –
license.sell             –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
deal.view                –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
deal.edit                –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
seat.assign              –  own  –   –   –   –  any  –  any  –  own  –   –   –   –   –   –   –   –   –  –   –   –
seat.release             –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
reporter.assign          –   –   –   –   –   –  any  –  any  –  own  –   –   –   –   –   –   –   –   –  –   –   –
group.view               –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
group.edit               –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
policy.view              –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
policy.edit              –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
role.view                –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
role.edit                –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
grant.edit               –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
access.explain           –   –  any  –  any  –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
access.review            –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
mail.view                –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
mail.resend              –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
audit.view               –   –   –   –   –   –  any  –  any  –   –   –   –   –   –   –   –   –   –   –  –   –   –
`

type column struct {
	short string
	key   access.RoleKey
}

// columns names the roles of the table, left to right.
var columns = []column{
	{"Stu", access.Student},
	{"Pur", access.Purchaser},
	{"Loc", access.LocalAdministrator},
	{"LRO", access.TwinOf(access.LocalAdministrator)},
	{"Mul", access.MultipleLocation},
	{"MRO", access.TwinOf(access.MultipleLocation)},
	{"Org", access.OrganizationAdministrator},
	{"ORO", access.TwinOf(access.OrganizationAdministrator)},
	{"Mas", access.MasterAdministrator},
	{"XRO", access.TwinOf(access.MasterAdministrator)},
	{"Buy", access.Buyer},
	{"Rep", access.LicenseReporter},
	{"AVi", access.AnalyticsViewer},
	{"ARe", access.AnalyticsReader},
	{"LTe", access.ListTeams},
	{"LUs", access.ListUsers},
	{"CTe", access.CreateTeams},
	{"RTe", access.ReadTeams},
	{"DAR", access.DownloadAnalyticsReports},
	{"MEn", access.ManageEnrollments},
	{"TRe", access.TeamReader},
	{"TEd", access.TeamEditor},
	{"TAn", access.TeamAnalyst},
}

// TestEveryRoleAgainstEveryPermission holds the decisions of each preset, at
// each kind of place it may have, against the table. An empty cell fails.
func TestEveryRoleAgainstEveryPermission(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(roleTable), "\n")
	var shorts []string
	for _, c := range columns {
		shorts = append(shorts, c.short)
	}
	if heads := strings.Fields(lines[0]); !slices.Equal(heads[1:], shorts) {
		t.Fatalf("the table's columns are %v, want %v", heads[1:], shorts)
	}
	for _, r := range access.Presets() {
		if !slices.ContainsFunc(columns, func(c column) bool { return c.key == r.Key }) {
			t.Errorf("the table has no column for %s", r.Name)
		}
	}
	rows := map[string][]string{}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		if len(cells) != 1+len(columns) {
			t.Fatalf("%s has %d cells, want %d", cells[0], len(cells)-1, len(columns))
		}
		rows[cells[0]] = cells[1:]
	}
	if len(rows) != len(access.Permissions()) {
		t.Errorf("the table has %d rows, the catalogue %d permissions", len(rows), len(access.Permissions()))
	}
	for _, p := range access.Permissions() {
		cells, ok := rows[p.String()]
		if !ok {
			t.Errorf("the table has no row for %s", p)
			continue
		}
		for i, c := range columns {
			role, ok := access.Preset(c.key)
			if !ok {
				t.Fatalf("there is no preset %s", c.key)
			}
			if got := cell(role, p); got != cells[i] {
				t.Errorf("%s, %s: decided %q, the table says %q", role.Name, p, got, cells[i])
			}
		}
	}
}

// cell is what a role gives for a permission wherever it may be placed.
func cell(role access.Role, p access.Permission) string {
	nodes := role.Nodes
	if len(nodes) == 0 {
		nodes = []access.NodeKind{""} // held nowhere: only what everybody has
	}
	out := "–"
	for _, kind := range nodes {
		switch given := gives(role, kind, p); {
		case given == "any", given == "own" && out == "–":
			out = given
		}
	}
	return out
}

// gives asks for a decision: what an account gets by a grant of the role at a kind of place.
func gives(role access.Role, kind access.NodeKind, p access.Permission) string {
	var held []access.Grant
	if kind != "" {
		held = []access.Grant{{Role: role, Node: access.Node{Kind: kind, ID: "there", Path: access.Root}}}
	}
	out := "–"
	for _, b := range access.NewFacts(access.Actor{Account: "ida"}, 1, held).For(p, now).Blocks() {
		if b.Own || b.Self != "" {
			out = "own"
			continue
		}
		return "any"
	}
	return out
}

// TestWhereEachRoleMayBePlaced says the right side of the design's preset table.
func TestWhereEachRoleMayBePlaced(t *testing.T) {
	const organization, location, purchase, team = access.AtOrganization, access.AtLocation, access.AtPurchase, access.AtTeam
	type places []access.NodeKind
	for _, tt := range []struct {
		key    access.RoleKey
		name   string
		nodes  places
		extent access.Extent
		fixed  bool
	}{
		{access.Student, "Student", nil, access.Here, false},
		{access.Purchaser, "Purchaser", places{purchase}, access.Here, false},
		{access.Buyer, "Buyer", places{purchase}, access.Here, true},
		{access.LicenseReporter, "License Reporter", places{purchase}, access.Here, true},
		{access.LocalAdministrator, "Local Administrator", places{location}, access.Here, false},
		{access.MultipleLocation, "Multiple Location Administrator", places{location}, access.Within, false},
		{access.OrganizationAdministrator, "Organization Administrator", places{organization}, access.Within, false},
		{access.MasterAdministrator, "Master Administrator", places{organization}, access.Beyond, false},
		{access.TwinOf(access.LocalAdministrator), "Local Administrator (Reports Only)", places{location}, access.Here, false},
		{access.TwinOf(access.MultipleLocation), "Multiple Location Administrator (Reports Only)", places{location}, access.Within, false},
		{access.TwinOf(access.OrganizationAdministrator), "Organization Administrator (Reports Only)", places{organization}, access.Within, false},
		{access.TwinOf(access.MasterAdministrator), "Master Administrator (Reports Only)", places{organization}, access.Beyond, false},
		{access.AnalyticsViewer, "Analytics Viewer", places{organization, location, purchase, team}, access.Here, false},
		{access.AnalyticsReader, "Analytics Reader", places{organization, location, purchase, team}, access.Here, false},
		{access.ListUsers, "List Users", places{organization, location, purchase, team}, access.Here, false},
		{access.DownloadAnalyticsReports, "Download Analytics Reports", places{organization, location, purchase, team}, access.Here, false},
		{access.ListTeams, "List Teams", places{organization, team}, access.Here, false},
		{access.ReadTeams, "Read Teams", places{organization, team}, access.Here, false},
		{access.CreateTeams, "Create Teams", places{organization}, access.Here, false},
		{access.ManageEnrollments, "Manage Enrollments", places{organization, location}, access.Here, false},
		{access.TeamReader, "Team Reader", places{team}, access.Here, false},
		{access.TeamEditor, "Team Editor", places{team}, access.Here, false},
		{access.TeamAnalyst, "Team Analyst", places{team}, access.Here, false},
	} {
		got, ok := access.Preset(tt.key)
		if !ok {
			t.Errorf("there is no %s", tt.name)
			continue
		}
		if got.Name != tt.name || !slices.Equal(got.Nodes, tt.nodes) || got.Extent != tt.extent || got.Fixed != tt.fixed {
			t.Errorf("%s: %q at %v, %s, fixed %v; want %q at %v, %s, fixed %v",
				tt.key, got.Name, got.Nodes, got.Extent, got.Fixed, tt.name, tt.nodes, tt.extent, tt.fixed)
		}
	}
	var names []string
	for _, key := range access.LearnerManagement() {
		role, _ := access.Preset(key)
		names = append(names, role.Name)
		if !slices.Contains(role.Nodes, organization) {
			t.Errorf("%s cannot be given over an organization (M-110)", role.Name)
		}
	}
	slices.Sort(names)
	want := []string{"Analytics Reader", "Analytics Viewer", "Create Teams", "Download Analytics Reports", "List Teams", "List Users", "Read Teams"}
	if !slices.Equal(names, want) {
		t.Errorf("the learner managers' roles are %v, want %v (M-106)", names, want)
	}
}

// TestBaseRolesAreFoundByTheirNames, which is how a bundle names them.
func TestBaseRolesAreFoundByTheirNames(t *testing.T) {
	for _, r := range access.BaseRoles() {
		if got, ok := access.BaseRole(r.Name); !ok || got.Key != r.Key {
			t.Errorf("BaseRole(%q) = %s, %v", r.Name, got.Key, ok)
		}
	}
	for _, name := range []string{"", "License Reporter", "student", "Buyer", "List Users"} {
		if got, ok := access.BaseRole(name); ok {
			t.Errorf("BaseRole(%q) = %s, which is no base role of that name", name, got.Key)
		}
	}
}

// TestPermissionsAreFoundByTheirIDs, each of which is said once and explained.
func TestPermissionsAreFoundByTheirIDs(t *testing.T) {
	ids := map[string]bool{}
	for _, p := range access.Permissions() {
		if got, err := access.ParsePermission(p.String()); err != nil || got != p {
			t.Errorf("ParsePermission(%q) = %s, %v", p, got, err)
		}
		if ids[p.String()] || p.Means() == "" {
			t.Errorf("%s is said twice or not explained: %q", p, p.Means())
		}
		ids[p.String()] = true
	}
	for _, id := range []string{"", "none", "public", "signed-in", "learner.edit"} {
		if p, err := access.ParsePermission(id); err == nil {
			t.Errorf("ParsePermission(%q) = %s", id, p)
		}
	}
}

// TestSetsHoldWhatWasPutIn and neither routes' declarations nor nonsense.
func TestSetsHoldWhatWasPutIn(t *testing.T) {
	all := access.All()
	for _, p := range []access.Permission{access.None, access.Public, access.SignedIn, 200} {
		if all.Has(p) || access.SetOf(p).Has(p) {
			t.Errorf("a set holds %d", p)
		}
	}
	two := access.SetOf(access.LearnerView, access.AuditView)
	if got := two.List(); !slices.Equal(got, []access.Permission{access.LearnerView, access.AuditView}) || two.Len() != 2 {
		t.Errorf("List() = %v, Len() = %d", got, two.Len())
	}
	if rest := all.Without(two); rest.Has(access.AuditView) || rest.Len() != all.Len()-2 {
		t.Errorf("Without() left %d of %d", rest.Len(), all.Len())
	}
}
