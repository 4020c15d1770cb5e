package web

import (
	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

// accountGallery is the pages on which accounts are looked after, with sample content.
func accountGallery() map[string]func(p Page) templ.Component {
	of := func(p Page, title string) Page { return framed(p, p.T(title, "Name", "Bjørn Lindqvist"), PlaceUsers) }
	options := func(p Page) []Option { return p.roleOptions(access.BaseRoles(), access.LocalAdministrator) }
	due := day.Of(sampleNow, sampleNow.Location())
	panel := AccountPanel{Role: "Student", Status: "Active", ExternalID: "P-7", HasAddress: true, SignsIn: true, Edit: "#", ChangeRole: "#", Move: "#", Suspend: "#", Delete: "#", Reset: "#", EndSessions: "#"}
	invited := AccountPanel{Role: "Local Administrator", Status: "Invited", Quiet: true, HasAddress: true, Invited: sampleNow, Edit: "#", Invite: "#", Revoke: "#", Delete: "#"}
	card := func(account AccountPanel) func(p Page) templ.Component {
		return func(p Page) templ.Component {
			return Learner(of(p, "people.edit_title"), LearnerView{ID: "l1", Name: "Bjørn Lindqvist", Email: "bjorn.lindqvist@ernst-handel.example", Location: "Oslo", LastActive: due, Account: &account})
		}
	}
	return map[string]func(p Page) templ.Component{
		"account":         card(panel),
		"account-invited": card(invited),
		"account-above":   card(AccountPanel{Role: "Organization Administrator", Status: "Active", Above: true, HasAddress: true}),
		"account-new": func(p Page) templ.Component {
			return AccountForm(of(p, "people.add"), AccountFormView{
				New: true, Action: "#", Back: "#", Locations: true, LocationName: "مسقط", LocationID: "l1", Pick: "#", MayInvite: true, Invite: true, Roles: options(p),
				Email: "bjorn", Faults: Faults{"email": "Enter an e-mail address such as ann@example.com.", "location": "There is no such location in your access."},
			})
		},
		"account-edit": func(p Page) templ.Component {
			return AccountForm(of(p, "people.edit_title"), AccountFormView{Action: "#", Back: "#", BackTo: "Bjørn Lindqvist", GivenName: "Bjørn", FamilyName: "Lindqvist", Email: "bjorn@example.com"})
		},
		"account-delete": func(p Page) templ.Component {
			return AccountAct(of(p, "people.delete_title"), AccountActView{
				Back: "#", BackTo: "Bjørn Lindqvist", Action: "#", Text: p.T("people.delete_text", "Name", "Bjørn Lindqvist", "Organization", "Northwind Academy"),
				Button: p.T("people.delete_name", "Name", "Bjørn Lindqvist"), AskReason: true, Needed: true, Severe: true, Faults: Faults{"reason": "Say why in at most 500 characters."},
			})
		},
		"account-role": func(p Page) templ.Component {
			v := RoleChoiceView{Back: "#", BackTo: "Bjørn Lindqvist", Action: "#"}
			for i, role := range access.BaseRoles() {
				v.Roles = append(v.Roles, RoleChoice{Key: string(role.Key), Name: p.RoleName(role), Means: p.roleMeans(role.Key), Now: i == 0, Chosen: i == 0})
			}
			return ChooseRole(of(p, "people.role_title"), v)
		},
		"account-change": func(p Page) templ.Component {
			return AccountChange(of(p, "people.role_title"), AccountChangeView{
				Back: "#", BackTo: p.T("people.other_role"), Action: "#", Name: "role", Value: "local_administrator",
				Intro:  p.T("people.role_intro", "Name", "Bjørn Lindqvist", "From", p.T("role.student"), "To", p.T("role.local_administrator")),
				Button: p.T("people.role_confirm", "Name", "Bjørn Lindqvist", "To", p.T("role.local_administrator")),
				Sight:  SightView{Rows: []SightRow{{Name: "Bjørn Lindqvist", Gains: 48, Sample: []string{"Ann One", "فريد حداد"}, More: 46}}, Others: 1},
			})
		},
		"users-deleted": func(p Page) templ.Component {
			return DeletedUsers(of(p, "nav.users"), DeletedView{
				Tabs: UsersTabs{Learners: "#", Invited: "#", Deleted: "#"},
				Rows: []DeletedRow{{Name: "Bjørn Lindqvist", Email: "bjorn@example.com", Location: "Oslo", By: "Grace Mbeki", Reason: "Left the company", At: sampleNow, Restore: "#"}},
			})
		},
		"users-deleted-none": func(p Page) templ.Component {
			return DeletedUsers(of(p, "nav.users"), DeletedView{Tabs: UsersTabs{Learners: "#", Invited: "#", Deleted: "#"}})
		},
		"pressing": func(p Page) templ.Component {
			row := func(s Standing) PressingRow {
				return PressingRow{Learner: "Bjørn Lindqvist", Activity: "Version Control with Git", To: "#", Standing: s, Day: due}
			}
			return Pressing(framed(p, p.T("nav.pressing"), PlacePressing), PressingView{Lists: []PressingList{
				{ID: "late", Icon: "circle-check", Title: p.T("pressing.late"), Hint: p.T("pressing.late_hint"), When: p.T("field.due"), Total: 30, All: "#", Rows: []PressingRow{row(Standing{State: Overdue, Due: due.Add(-3), On: due})}},
				{ID: "expiring", Icon: "hourglass", Title: p.T("pressing.expiring"), Hint: p.T("pressing.expiring_hint"), When: p.T("pressing.valid_until"), Total: 1, All: "#", Rows: []PressingRow{row(Standing{State: ExpiresSoon, ValidUntil: due.Add(9), On: due})}},
				{ID: "expired", Icon: "circle-check", Title: p.T("pressing.expired"), Hint: p.T("pressing.expired_hint"), All: "#", None: p.T("pressing.nothing_expired"), NoneNext: p.T("pressing.nothing_expired_next")},
			}})
		},
	}
}
