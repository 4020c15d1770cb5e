package surface

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

// byFolded puts things in the order of lists: by folded name, then id.
func byFolded[T any](list []T, key func(T) (folded, id string)) {
	slices.SortFunc(list, func(a, b T) int {
		af, ai := key(a)
		bf, bi := key(b)
		return cmp.Or(strings.Compare(af, bf), strings.Compare(ai, bi))
	})
}

func (r *reading) management() {
	r.each("team", "team_id organization_id owner_id external_id ended_at", "team_id", func(v row) {
		if v[4] == nil {
			r.teams[v.text(0)] = &team{id: v.text(0), org: v.text(1), owner: v.text(2), external: v.text(3)}
		}
	})
	r.each("team_member", "team_id account_id until_at", "team_id account_id", func(v row) {
		t, p := r.teams[v.text(0)], r.byID[access.AccountID(v.text(1))]
		if v[2] == nil && t != nil {
			t.members, p.teams = append(t.members, p), append(p.teams, t.id)
		}
	})
	r.each("acting_group", "group_id ended_at", "group_id", func(v row) {
		if v[1] == nil {
			r.groups[v.text(0)] = &group{}
		}
	})
	r.each("group_member", "group_id account_id from_at until_at", "group_id account_id from_at", func(v row) {
		if g := r.groups[v.text(0)]; g != nil {
			g.members = append(g.members, membership{access.AccountID(v.text(1)), v.at(2), v.at(3)})
		}
	})
	r.each("custom_role", "role_id name any_permissions own_permissions ended_at reports_only node_kinds", "role_id", func(v row) {
		if v[4] != nil {
			return
		}
		role := access.Role{Key: access.RoleKey(v.text(0)), Name: v.text(1), Any: listed(v.text(2)), Own: listed(v.text(3)), ReportsOnly: v.yes(5)}
		if role.ReportsOnly {
			role.Any, role.Own = role.Any&access.Reporting(), 0
		}
		for _, kind := range strings.Fields(v.text(6)) {
			role.Nodes = append(role.Nodes, access.NodeKind(kind))
		}
		r.roles[v.text(0)] = role
	})
	r.each("role_grant", "account_id group_id role node_kind node_organization_id node_location_id purchase_id team_id extent from_at until_at ended_at", "grant_id", func(v row) {
		g := &grant{account: v.text(0), group: v.text(1), role: v.text(2), from: v.at(9), until: v.at(10), ended: v.at(11)}
		g.at = place{kind: access.NodeKind(v.text(3)), id: cmp.Or(v.text(4), v.text(5), v.text(6), v.text(7)), extent: access.ParseExtent(v.text(8))}
		r.grants = append(r.grants, g)
	})
}

// listed reads the permissions of a custom role; unknown ones give nothing.
func listed(text string) access.Set {
	var out access.Set
	for _, id := range strings.Fields(text) {
		for _, p := range access.Permissions() {
			if p.String() == id {
				out |= access.SetOf(p)
			}
		}
	}
	return out
}

const factColumns = "learner activity started_at completed_at last_active_at due_on valid_until outcome outcome_on progress score minutes_spent"

// outcomes keeps one text of each for millions of rows.
var outcomes = map[string]string{"failed": "failed", "withdrawn": "withdrawn", "waived": "waived"}

func (r row) facts() facts {
	f := facts{
		started: r.at(2), completed: r.at(3), active: r.at(4), due: r.day(5), valid: r.day(6), outcome: outcomes[r.text(7)], outcomeOn: r.day(8),
		progress: uint8(r.number(9)), score: -1, minutes: int32(r.number(11)),
	}
	if r[10] != nil {
		f.score = int32(r.number(10))
	}
	return f
}

func (r *reading) learning() {
	byNo := map[access.LearnerNo]*person{}
	for _, p := range r.people {
		byNo[p.no] = p
	}
	r.each("enrollment", factColumns, "learner activity", func(v row) {
		p, no, f := byNo[access.LearnerNo(v.number(0))], access.ActivityNo(v.number(1)), v.facts()
		p.did = append(p.did, enrollment{
			activity: no, begin: day.None, end: day.None, started: p.on(f.started), completed: p.on(f.completed), active: p.on(f.active),
			due: f.due, valid: f.valid, outcome: f.outcome, outcomeOn: f.outcomeOn, progress: f.progress, score: f.score, minutes: f.minutes,
		})
		r.enrollments++
		if p.past != nil {
			p.past.now[no] = f
		}
	})
	r.each("enrollment_source", "learner activity from_at until_at", "learner activity", func(v row) {
		p, no := byNo[access.LearnerNo(v.number(0))], access.ActivityNo(v.number(1))
		s := span{v.at(2), v.at(3)}
		if p.past != nil {
			p.past.sources[no] = append(p.past.sources[no], s)
		}
		if e := p.find(no); e != nil {
			e.keep(p, s)
		}
	})
	for _, p := range r.people {
		for i := range p.did {
			if p.did[i].end == open {
				p.did[i].end = day.None
			}
		}
	}
	r.each("enrollment_change", factColumns+" changed_at", "learner activity no", func(v row) {
		p, no := byNo[access.LearnerNo(v.number(0))], access.ActivityNo(v.number(1))
		if p.past != nil {
			p.past.before[no] = append(p.past.before[no], formerly{v.at(12), v.facts()})
		}
	})
}

// open marks, while rows are read, that a source has no end.
const open = day.Day(1<<31 - 1)

// keep adds a source: an enrollment begins with its earliest and ends with its last.
func (e *enrollment) keep(p *person, s span) {
	if from := p.on(s.from); e.begin == day.None || from < e.begin {
		e.begin = from
	}
	last := open
	if !s.until.IsZero() {
		last = p.on(s.until.Add(-time.Microsecond))
	}
	if e.end == day.None || last > e.end {
		e.end = last
	}
}

// find gives the person's enrollment in an activity, nil where there is none.
func (p *person) find(no access.ActivityNo) *enrollment {
	i, found := slices.BinarySearchFunc(p.did, no, func(e enrollment, no access.ActivityNo) int { return cmp.Compare(e.activity, no) })
	if !found {
		return nil
	}
	return &p.did[i]
}
