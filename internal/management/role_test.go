package management_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

func TestADraftOfARoleIsChecked(t *testing.T) {
	ok := management.RoleDraft{Name: " Reader ", Any: access.SetOf(access.ReportView, access.LearnerView), Nodes: []access.NodeKind{access.AtTeam, access.AtLocation, access.AtTeam}}
	for _, tt := range []struct {
		name   string
		change func(*management.RoleDraft)
		fields string
	}{
		{"as it should be", func(*management.RoleDraft) {}, ""},
		{"without a name", func(d *management.RoleDraft) { d.Name = " " }, "name"},
		{"with a name that is too long", func(d *management.RoleDraft) { d.Name = strings.Repeat("é", 101) }, "name"},
		{"under the name of a preset", func(d *management.RoleDraft) { d.Name = "license reporter" }, "name"},
		{"with a long story", func(d *management.RoleDraft) { d.Description = strings.Repeat("x", 501) }, "description"},
		{"for nowhere", func(d *management.RoleDraft) { d.Nodes = nil }, "nodes"},
		{"for a planet", func(d *management.RoleDraft) { d.Nodes = append(d.Nodes, "planet") }, "nodes"},
		{"that gives nothing", func(d *management.RoleDraft) { d.Any = 0 }, "permissions"},
		{"that gives oneself", func(d *management.RoleDraft) { d.Any = access.SetOf(access.SelfEdit) }, "permissions"},
		{"at a team, of locations", func(d *management.RoleDraft) {
			d.Nodes, d.Any = []access.NodeKind{access.AtTeam}, access.SetOf(access.LocationEdit)
		}, "permissions"},
		{"over learners that one owns", func(d *management.RoleDraft) { d.Own = access.SetOf(access.AccountEdit) }, "own"},
		{"Reports Only, with more", func(d *management.RoleDraft) { d.ReportsOnly = true }, "permissions"},
		{"Reports Only, with what one owns", func(d *management.RoleDraft) {
			d.ReportsOnly, d.Any, d.Own = true, access.SetOf(access.ReportView), access.SetOf(access.TeamEdit)
		}, "permissions own"},
		{"Reports Only", func(d *management.RoleDraft) { d.ReportsOnly, d.Any = true, access.Reporting() }, ""},
	} {
		d := ok
		d.Nodes = slices.Clone(ok.Nodes)
		tt.change(&d)
		got, err := d.Checked()
		var fields []string
		for _, p := range fault.Fields(err) {
			fields = append(fields, p.Field)
		}
		if strings.Join(fields, " ") != tt.fields || err == nil && (got.Name != "Reader" || !slices.Equal(got.Nodes, []access.NodeKind{access.AtLocation, access.AtTeam})) {
			t.Errorf("%s: %+v, %v, want %q", tt.name, got, err, tt.fields)
		}
	}
}

// TestFixedRolesAreNoBase (M-050): the License Reporter is never the base of a
// custom role, and every other preset that gives something is a draft that can be saved.
func TestFixedRolesAreNoBase(t *testing.T) {
	for _, preset := range access.Presets() {
		d, ok := management.Base(preset)
		if want := !slices.Contains([]access.RoleKey{access.LicenseReporter, access.Buyer, access.Student}, preset.Key); ok != want {
			t.Errorf("%s is a base: %v", preset.Name, ok)
		}
		if d.Name = "Copy"; !ok {
			continue
		}
		if got, err := d.Checked(); err != nil || got.Any != preset.Any || got.ReportsOnly != preset.ReportsOnly {
			t.Errorf("a copy of %s: %+v, %v", preset.Name, got, err)
		}
	}
}

// TestReportsOnlyGivesReportsAtMost (I-14): whatever its row says.
func TestReportsOnlyGivesReportsAtMost(t *testing.T) {
	d := management.RoleDraft{Any: access.All(), Own: access.All(), Nodes: management.NodeKinds(), ReportsOnly: true}
	for _, kind := range d.Nodes {
		if role := d.Role("r", kind); role.Any != access.Reporting() || role.Own != 0 || !role.ReportsOnly {
			t.Errorf("at a %s: %v, %v", kind, role.Any.List(), role.Own.List())
		}
	}
	d.ReportsOnly, d.Nodes = false, d.Nodes[:1]
	if role := d.Role("r", access.AtLocation); role.Any|role.Own != 0 {
		t.Errorf("where it is not for: %v", role.Any.List())
	}
}
