package web

import (
	"time"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
)

// roleGallery is the pages of the roles with sample content.
func roleGallery() map[string]func(p Page) templ.Component {
	reader := management.RoleDraft{
		Name: "Regional reader", Description: "Reads of a region, and makes teams there.", Any: access.SetOf(access.LearnerView, access.ReportView, access.MatrixView),
		Own: access.SetOf(access.TeamEdit), Nodes: management.NodeKinds()[:2],
	}
	row := func(p Page, name, description, places string, people int) RoleRow {
		return RoleRow{Name: name, Description: description, To: p.Path("roles", name), Places: places, Gives: 4, People: people, Changed: sampleNow}
	}
	page := func(p Page, title string) Page { return framed(p, title, PlaceRoles) }
	draw := func(p Page) RoleView {
		return RoleView{
			Description: reader.Description, Places: p.nodeKinds(reader.Nodes), People: 3, Others: 1, Groups: p.givenBy(reader.Whole("x")),
			Holders: []RoleHolderRow{
				{Name: "Amélie Laurent", Place: "France", To: p.Path("users", "x"), Until: sampleNow.Add(720 * time.Hour)},
				{Name: "نور حداد", Place: "مصر", Via: p.T("roles.via", "Group", "Regional leads")},
			},
			Versions: []RoleVersionRow{
				{
					Number: 2, At: sampleNow, By: "Giulia Conti", Reason: "Teams are made by regions now", Added: []string{p.PermissionName(access.TeamEdit)},
					Removed: []string{p.PermissionName(access.ReportExport)}, Other: []string{p.T("roles.was", "Field", p.T("roles.name"), "Before", "Reader", "After", "Regional reader")},
				},
				{Number: 1, At: sampleNow.Add(-240 * time.Hour), First: true},
			},
			Edit: p.Path("roles"), Clone: p.Path("roles"), End: p.Path("roles"), Events: p.Path("audit"),
		}
	}
	form := func(p Page) RoleFormView {
		v := RoleFormView{
			Name: reader.Name, Description: reader.Description, Version: 2, Groups: p.permissions(reader.Any, reader.Own, management.Grantable().Without(access.SetOf(access.ClientEdit))),
		}
		for i, kind := range management.NodeKinds() {
			v.Nodes = append(v.Nodes, Option{Value: string(kind), Label: p.NodeKindName(kind), Chosen: i < 2})
		}
		return v
	}
	effect := func(p Page) RoleEffectView {
		return RoleEffectView{
			Intro: p.T("roles.effect_intro"), Confirm: p.T("roles.confirm"), Seen: "x", Draft: []FormField{{"name", reader.Name}},
			Rows: []PermissionChangeRow{
				{Name: p.PermissionName(access.ReportExport), Loses: management.Reached{People: 3, Learners: 1480}},
				{Name: p.PermissionName(access.LearnerView), Gains: management.Reached{People: 1, Learners: 12}},
				{Name: p.PermissionName(access.TeamEdit), Gains: management.Reached{People: 3}},
			},
			Sight: SightView{Rows: []SightRow{{Name: "Amélie Laurent", Gains: 12, Sample: []string{"Jean Petit", "Léa Moreau"}, More: 10}}, Others: 1},
		}
	}
	return map[string]func(p Page) templ.Component{
		"roles": func(p Page) templ.Component {
			fixed := row(p, p.T("role.license_reporter"), "", p.T("roles.at.purchase"), 7)
			fixed.Fixed = true
			twin := row(p, "Reader", "", p.nodeKinds(management.NodeKinds()), 0)
			twin.ReportsOnly = true
			ended := row(p, "Old reader", "", p.T("roles.at.team"), 0)
			ended.Ended = sampleNow
			return Roles(page(p, p.T("nav.roles")), RolesView{
				Custom: []RoleRow{row(p, reader.Name, reader.Description, p.nodeKinds(reader.Nodes), 3), twin},
				System: []RoleRow{{Name: p.T("role.student"), Uncounted: true, To: p.Path("roles", "student")}, fixed}, Ended: []RoleRow{ended}, Add: p.Path("roles", "new"),
			})
		},
		"roles-none": func(p Page) templ.Component { return Roles(page(p, p.T("nav.roles")), RolesView{}) },
		"role":       func(p Page) templ.Component { return Role(page(p, reader.Name), draw(p)) },
		"role-ended": func(p Page) templ.Component {
			v := draw(p)
			v.Ended, v.Edit, v.End, v.Holders, v.Others, v.People = sampleNow, "", "", nil, 0, 0
			return Role(page(p, reader.Name), v)
		},
		"role-fixed": func(p Page) templ.Component {
			preset, _ := access.Preset(access.LicenseReporter)
			return Role(page(p, p.RoleName(preset)), RoleView{Fixed: true, Places: p.nodeKinds(preset.Nodes), Groups: p.givenBy(preset)})
		},
		"role-form": func(p Page) templ.Component {
			return RoleForm(page(p, p.T("roles.edit_title", "Name", reader.Name)), form(p))
		},
		"role-form-refused": func(p Page) templ.Component {
			v := form(p)
			v.New, v.ReportsOnly = true, true
			v.Faults = Faults{"name": "Enter a name of at most 100 characters.", "permissions": "A Reports Only role gives permissions for reports only. Take the others out."}
			return RoleForm(page(p, p.T("roles.add")), v)
		},
		"role-effect": func(p Page) templ.Component {
			return RoleEffect(page(p, p.T("roles.effect_title", "Name", reader.Name)), effect(p))
		},
		"role-end": func(p Page) templ.Component {
			v := effect(p)
			v.Ending, v.Intro, v.Confirm, v.Rows, v.Sight = true, p.T("roles.end_intro"), p.T("roles.end_confirm"), nil, SightView{}
			return RoleEffect(page(p, p.T("roles.end_title", "Name", reader.Name)), v)
		},
	}
}
