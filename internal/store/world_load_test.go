package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/store"
)

// loading writes one school into a realm of a database.
type loading struct {
	*drawn
	insert func(table string, row map[string]any)
}

type columns = map[string]any

// load fills a realm with the school, keeping every constraint.
func (s *drawn) load(tb testing.TB, db *store.DB) {
	tb.Helper()
	var nos []access.LearnerNo
	for _, l := range s.learners {
		nos = append(nos, l.No)
	}
	db.Load(tb, s.realm, nos, func(insert func(string, map[string]any)) {
		in := loading{s, func(table string, row map[string]any) {
			row["realm_id"] = int64(s.realm)
			insert(table, row)
		}}
		in.places()
		in.people()
		in.library()
		in.management()
		in.licenses()
		in.learning()
		in.grants()
	})
}

func micro(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

func dayNo(d day.Day) any {
	if d == day.None {
		return nil
	}
	return int64(d)
}

func null[T ~string](v T) any {
	if v == "" {
		return nil
	}
	return string(v)
}

func (in loading) places() {
	in.insert("realm", columns{
		"nodes": int64(len(in.Organizations) + len(in.Locations)), "learners": int64(len(in.People)), "activities": int64(len(in.activities)), "created_at": int64(0),
	})
	for _, o := range in.Organizations {
		c := in.orgs[o.ID]
		in.insert("organization", columns{
			"organization_id": string(o.ID), "slug": fmt.Sprintf("realm-%d-%d", in.realm, c.index), "parent_id": null(o.Parent),
			"path": string(in.OrganizationPath(o.ID)), "name": string(o.ID), "name_folded": string(o.ID), "zone": c.zone.String(), "locale": "en",
			"may_have_clients": true, "status": "active", "revision": int64(1), "hide_pending": c.hidePending, "due_soon_days": int64(c.dueSoon),
			"expires_soon_days": int64(c.expiresSoon), "locations_enabled": true, "hierarchies_enabled": true, "auto_reporter": false, "created_at": int64(0),
		})
	}
	for _, l := range in.Locations {
		in.insert("location", columns{
			"location_id": string(l.ID), "organization_id": string(l.Organization), "parent_id": null(l.Parent), "path": string(in.LocationPath(l.ID)),
			"name": string(l.ID), "name_folded": string(l.ID), "created_at": int64(0), "external_id": fmt.Sprintf("L-%d", l.No),
		})
		in.insert("location_place", columns{"location_id": string(l.ID), "from_at": int64(0), "parent_id": null(l.Parent)})
	}
}

// rooted gives a base role that can be held: nobody administers a location without one.
func rooted(p oracle.Person) access.RoleKey {
	if role, _ := access.Preset(p.BaseRole); p.Location == "" && slices.Contains(role.Nodes, access.AtLocation) {
		return access.Student
	}
	return p.BaseRole
}

func (in loading) people() {
	for _, l := range in.learners {
		given, family, _ := strings.Cut(l.name, " ")
		in.insert("account", columns{
			"account_id": string(l.ID), "organization_id": string(l.Organization), "learner": int64(l.No), "external_id": l.external,
			"email": l.email, "email_folded": l.email, "given_name": given, "family_name": family, "name": l.name, "name_folded": l.folded,
			"search_text": l.folded + "\n" + l.email + "\n" + strings.ToLower(l.external), "status": l.status, "base_role": string(rooted(l.Person)),
			"location_id": null(l.Location), "home": string(in.Home(l.Organization, l.Location)), "created_at": int64(0),
		})
		in.insert("account_home", columns{"account_id": string(l.ID), "from_at": int64(0), "location_id": null(l.Location)})
	}
}

func (in loading) library() {
	product := func(id, kind, external, title, folded string, org access.OrgID) {
		in.insert("product", columns{
			"product_id": id, "organization_id": string(org), "kind": kind, "external_id": external, "title": title, "title_folded": folded, "created_at": int64(0),
		})
	}
	for _, a := range in.activities {
		product(a.id, "activity", a.external, a.title, a.folded, a.org)
		in.insert("activity", columns{"activity_id": a.id, "activity": int64(a.no), "kind": "course", "self_complete": false})
	}
	for _, p := range in.programs {
		product(p.id, "program", "P-"+p.id, p.title, p.folded, p.org)
		// The last activity of the organization once belonged to it.
		in.insert("program_activity", columns{
			"program_id": p.id, "activity": int64(in.orgs[p.org].activities[3].no), "position": int64(0), "required": true, "from_at": int64(0), "until_at": int64(1),
		})
		for i, a := range p.parts {
			in.insert("program_activity", columns{
				"program_id": p.id, "activity": int64(a.no), "position": int64(i), "required": p.required[i], "from_at": int64(2),
			})
		}
	}
}

func (in loading) management() {
	for _, t := range in.Teams {
		in.insert("team", columns{
			"team_id": string(t.ID), "organization_id": string(t.Organization), "name": string(t.ID), "name_folded": string(t.ID),
			"external_id": "T-" + string(t.ID), "owner_id": string(t.Owner), "created_at": int64(0),
		})
		for _, m := range t.Members {
			in.insert("team_member", columns{
				"organization_id": string(t.Organization), "team_id": string(t.ID), "account_id": string(m.Account),
				"learner": int64(in.learner(m.Account).No), "from_at": micro(m.From), "until_at": micro(m.Until),
			})
		}
	}
	for _, g := range in.Groups {
		in.insert("acting_group", columns{
			"group_id": string(g.ID), "organization_id": string(g.Organization), "name": string(g.ID), "name_folded": string(g.ID), "created_at": int64(0),
		})
		for _, m := range g.Members {
			in.insert("group_member", columns{
				"organization_id": string(g.Organization), "group_id": string(g.ID), "account_id": string(m.Account), "from_at": micro(m.From), "until_at": micro(m.Until),
			})
		}
	}
	for _, r := range in.Roles {
		in.insert("custom_role", columns{
			"role_id": string(r.Key), "organization_id": string(in.Organizations[0].ID), "name": r.Name, "name_folded": strings.ToLower(r.Name), "description": "",
			"any_permissions": listed(r.Any), "own_permissions": listed(r.Own), "node_kinds": "organization location purchase team", "reports_only": false, "created_at": int64(0),
		})
	}
	for _, p := range in.Policies {
		in.insert("policy", columns{
			"policy_id": string(p.ID), "organization_id": string(p.Organization), "name": string(p.ID), "name_folded": string(p.ID), "role": string(p.Role), "created_at": int64(0),
		})
	}
}

func listed(s access.Set) string {
	var out []string
	for _, p := range s.List() {
		out = append(out, p.String())
	}
	return strings.Join(out, " ")
}

func (in loading) licenses() {
	for _, p := range in.Purchases {
		sold, used := in.sold[p.ID], 0
		for _, a := range p.Assigned {
			if a.State == oracle.Pending || a.State == oracle.Redeemed {
				used++
			}
		}
		in.insert("purchase", columns{
			"purchase_id": string(p.ID), "organization_id": string(p.Organization), "external_id": sold.external, "product_id": sold.id, "buyer_id": string(p.Buyer),
			"company": "Company of " + string(p.ID), "company_folded": "company of " + string(p.ID), "seats": int64(p.Seats), "seats_over": int64(0),
			"seats_used": int64(used), "purchased_at": micro(p.Bought), "created_at": int64(0),
		})
		in.movement(p.ID, 0, "bought", p.Seats, 0, 0)
	}
	line := map[access.PurchaseID]int{}
	for _, l := range in.learners {
		for _, held := range l.seats {
			in.seat(l, held)
			line[held.purchase]++
			switch held.State {
			case oracle.Pending:
				in.movement(held.purchase, line[held.purchase], "assigned", 0, 1, 0)
			case oracle.Redeemed:
				in.movement(held.purchase, line[held.purchase], "redeemed", 0, 0, 1)
			}
		}
	}
}

func (in loading) movement(p access.PurchaseID, no int, what string, seats, pending, redeemed int) {
	in.insert("seat_ledger", columns{
		"purchase_id": string(p), "no": int64(no), "at": int64(0), "movement": what, "seats": int64(seats), "pending": int64(pending), "redeemed": int64(redeemed), "actor": "",
	})
}

// seat writes an assignment; of half of the pending ones only the address is known.
func (in loading) seat(l *learner, held *seat) {
	row := columns{
		"seat_id": held.id, "organization_id": string(l.Organization), "purchase_id": string(held.purchase), "email": l.email, "email_folded": l.email,
		"state": string(held.State), "assigned_at": micro(held.Assigned), "ended_at": micro(held.Ended), "access_until": dayNo(held.until),
	}
	if held.State != oracle.Pending || l.No%2 == 0 {
		row["account_id"] = string(l.ID)
	}
	if held.wasHeld {
		row["learner"], row["redeemed_at"] = int64(l.No), micro(held.Redeemed)
	}
	in.insert("seat", row)
}

func (in loading) learning() {
	for _, l := range in.learners {
		for _, no := range in.taken(l) {
			p := l.did[no]
			key := func(more columns) columns {
				more["learner"], more["activity"] = int64(l.No), int64(no)
				return more
			}
			row := key(factColumns(p.now))
			row["enrolled_at"], row["changes"] = micro(p.enrolled), int64(len(p.before))
			in.insert("enrollment", row)
			for _, k := range p.kept {
				in.insert("enrollment_source", key(columns{"kind": k.kind, "ref": k.ref, "from_at": micro(k.from), "until_at": micro(k.until)}))
			}
			for i, b := range p.before {
				row := key(factColumns(b.facts))
				row["no"], row["changed_at"] = int64(i+1), micro(b.until)
				in.insert("enrollment_change", row)
			}
		}
	}
}

// taken lists the activities that the learner has an enrollment in, in order.
func (s *drawn) taken(l *learner) []access.ActivityNo {
	var out []access.ActivityNo
	for _, a := range s.activities {
		if l.did[a.no] != nil {
			out = append(out, a.no)
		}
	}
	return out
}

func factColumns(f facts) columns {
	out := columns{
		"started_at": micro(f.started), "completed_at": micro(f.completed), "last_active_at": micro(f.active), "due_on": dayNo(f.due), "valid_until": dayNo(f.valid),
		"outcome": null(f.outcome), "outcome_on": dayNo(f.outcomeOn), "progress": int64(f.progress), "score": nil, "minutes_spent": int64(f.minutes),
	}
	if f.score >= 0 {
		out["score"] = int64(f.score)
	}
	return out
}

func (in loading) grants() {
	for _, g := range in.Grants {
		row := columns{
			"grant_id": string(g.ID), "organization_id": string(g.Organization), "account_id": null(g.Account), "group_id": null(g.Group), "role": string(g.Role),
			"node_kind": string(g.Place.Kind), "extent": g.Place.Extent.String(), "from_at": micro(g.From), "until_at": micro(g.Until), "ended_at": micro(g.Ended),
			"follows_home": g.FollowsHome, "policy_id": null(g.Policy), "given_by": "", "reason": "",
		}
		row[map[access.NodeKind]string{
			access.AtOrganization: "node_organization_id", access.AtLocation: "node_location_id", access.AtPurchase: "purchase_id", access.AtTeam: "team_id",
		}[g.Place.Kind]] = g.Place.Node
		in.insert("role_grant", row)
	}
}
