package store_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

// policing is the atlas, asked about groups and policies.
type policing struct {
	giving
	groups   *management.Groups
	policies *management.Policies
}

func eachPolicing(t *testing.T, test func(t *testing.T, a policing)) {
	eachGiving(t, func(t *testing.T, g giving) {
		test(t, policing{g, management.NewGroups(g.db), management.NewPolicies(g.db)})
	})
}

// group makes a group as ole.
func (a policing) group(name string) access.GroupID {
	a.t.Helper()
	id, err := a.groups.Add(a.t.Context(), a.reach("ole", access.GroupEdit), name)
	if err != nil {
		a.t.Fatal(err)
	}
	return id
}

// reads is the draft of a policy by which a group lists the people of a location and below.
func (a policing) reads(name, at string, groups ...access.GroupID) management.PolicyDraft {
	return management.PolicyDraft{
		Name: name, Role: access.ListUsers, Groups: groups, From: day.None, Until: day.None,
		Places: []management.PolicyPlace{{Spot: a.at(at), Extent: access.Within}},
	}
}

// saves looks at what a policy changes and saves it.
func (a policing) saves(by string, id access.PolicyID, version int, d management.PolicyDraft) (access.PolicyID, error) {
	a.t.Helper()
	reach := a.reach(by, access.PolicyEdit)
	effect, err := a.policies.Preview(a.t.Context(), reach, id, d)
	if err != nil {
		return "", err
	}
	return a.policies.Save(a.t.Context(), reach, id, management.PolicyEdit{PolicyDraft: d, Version: version, Seen: effect.Effect.Seen})
}

func (a policing) mustSave(id access.PolicyID, version int, d management.PolicyDraft) access.PolicyID {
	a.t.Helper()
	id, err := a.saves("ole", id, version, d)
	if err != nil {
		a.t.Fatal(err)
	}
	return id
}

// does looks at what a change of a group does and makes it.
func (a policing) does(by string, c management.GroupChange) error {
	a.t.Helper()
	reach := a.reach(by, access.GroupEdit)
	preview, err := a.groups.Preview(a.t.Context(), reach, c)
	if err != nil {
		return err
	}
	return a.groups.Change(a.t.Context(), reach, c, preview.Effect.Seen)
}

func (a policing) joins(group access.GroupID, who ...string) management.GroupChange {
	c := management.GroupChange{Group: group, Act: management.JoinGroup, From: day.None, Until: day.None}
	for _, id := range who {
		c.People = append(c.People, a.who(id))
	}
	return c
}

func (a policing) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// TestMembersHaveWhatTheirGroupGives (M-112, M-113, I-23): from the request after
// somebody saved it, and until the one after they left; what they had stays known.
func TestMembersHaveWhatTheirGroupGives(t *testing.T) {
	eachPolicing(t, func(t *testing.T, a policing) {
		germany := []string{"gus", "ben", "stu4", "stu5"}
		group := a.group("Account executives")
		if _, err := a.groups.Add(t.Context(), a.reach("ole", access.GroupEdit), "account EXECUTIVES"); !errors.Is(err, management.ErrGroupName) {
			t.Errorf("a second group of the name: %v", err)
		}
		a.mustSave("", 0, a.reads("Germany", "de", group))
		join := a.joins(group, "stu1")
		preview, err := a.groups.Preview(t.Context(), a.reach("ole", access.GroupEdit), join)
		a.must(err)
		if len(preview.Effect.Changed) != 1 || preview.Effect.Changed[0].Gains != len(germany) || len(preview.Given) != 1 {
			t.Fatalf("the preview says %+v", preview)
		}
		if got := a.seen(t, "stu1"); len(got) > 0 {
			t.Errorf("to look gives nothing, and they see %v (M-114)", got)
		}
		if err := a.groups.Change(t.Context(), a.reach("ole", access.GroupEdit), join, ""); !errors.Is(err, management.ErrUnseen) {
			t.Errorf("without having looked: %v", err)
		}
		a.must(a.groups.Change(t.Context(), a.reach("ole", access.GroupEdit), join, preview.Effect.Seen))
		if got := a.seen(t, "stu1"); !slices.Equal(got, germany) {
			t.Errorf("a member sees %v, want %v", got, germany)
		}
		if err := a.does("ole", join); !errors.Is(err, management.ErrMembers) {
			t.Errorf("a member once more: %v", err)
		}
		a.now = a.now.Add(time.Minute)
		leave := management.GroupChange{Group: group, Act: management.LeaveGroup, People: join.People}
		a.must(a.does("ole", leave))
		if got := a.seen(t, "stu1"); len(got) > 0 {
			t.Errorf("who has left sees %v", got)
		}
		d, err := a.groups.Open(t.Context(), a.reach("ole", access.GroupView), group)
		a.must(err)
		if len(d.Members) != 0 || len(d.Past) != 1 || d.Past[0].ID != a.who("stu1") || !d.Past[0].Until.After(d.Past[0].From) {
			t.Errorf("members %v, past %v", d.Members, d.Past)
		}
		if n := a.text(`select cast(count(*) as text) from audit_event where subject_id = $1`, string(group)); n != "3" {
			t.Errorf("%s events of the group, want 3: made, joined, left (M-127)", n)
		}
		// From a day to another.
		until := a.joins(group, "stu2")
		until.From, until.Until = day.Of(a.now, time.UTC)+2, day.Of(a.now, time.UTC)+3
		a.must(a.does("ole", until))
		for _, tt := range []struct {
			after time.Duration
			sees  bool
		}{{0, false}, {72 * time.Hour, true}, {120 * time.Hour, false}} {
			start := a.now
			a.now = a.now.Add(tt.after)
			if got := a.facts("stu2").Can(access.LearnerView, a.now); got != tt.sees {
				t.Errorf("after %s: sees %v, want %v", tt.after, got, tt.sees)
			}
			a.now = start
		}
		// The end of a group, and back.
		a.must(a.does("ole", a.joins(group, "stu1")))
		end := management.GroupChange{Group: group, Act: management.EndGroup}
		a.must(a.does("ole", end))
		if got := a.seen(t, "stu1"); len(got) > 0 {
			t.Errorf("a group that has ended shows %v", got)
		}
		if err := a.does("ole", a.joins(group, "stu3")); !errors.Is(err, management.ErrGroupEnded) {
			t.Errorf("who joins what has ended: %v", err)
		}
		end.Act = management.RestoreGroup
		a.must(a.does("ole", end))
		if got := a.seen(t, "stu1"); !slices.Equal(got, germany) {
			t.Errorf("after it is back: %v", got)
		}
	})
}

// TestAPolicyIsGrantsOfItsHolders (M-109): one for each holder and place;
// whatever is saved about it replaces them at once.
func TestAPolicyIsGrantsOfItsHolders(t *testing.T) {
	eachPolicing(t, func(t *testing.T, a policing) {
		group := a.group("Readers")
		a.must(a.does("ole", a.joins(group, "stu1")))
		d := a.reads("Countries", "de", group)
		d.People = []access.AccountID{a.who("stu2")}
		id := a.mustSave("", 0, d)
		for _, who := range []string{"stu1", "stu2"} {
			if got, want := a.seen(t, who), []string{"gus", "ben", "stu4", "stu5"}; !slices.Equal(got, want) {
				t.Errorf("%s sees %v, want %v", who, got, want)
			}
		}
		kept := a.text(`select grant_id from role_grant where policy_id = $1 and group_id is not null and ended_at is null`, string(id))
		d.Places, d.People = append(d.Places, management.PolicyPlace{Spot: a.at("fr"), Extent: access.Here}), nil
		a.now = a.now.Add(time.Minute)
		a.mustSave(id, 1, d)
		if got, want := a.seen(t, "stu1"), []string{"fay", "gus", "ben", "stu4", "stu5"}; !slices.Equal(got, want) {
			t.Errorf("with France: %v, want %v", got, want)
		}
		if got := a.seen(t, "stu2"); len(got) > 0 {
			t.Errorf("who holds it no longer sees %v", got)
		}
		if a.text(`select grant_id from role_grant where grant_id = $1 and ended_at is null`, kept) == "" {
			t.Error("what stays as it was was written anew")
		}
		if _, err := a.saves("ole", id, 1, a.reads("Other", "de", group)); !errors.Is(err, management.ErrPolicyChanged) {
			t.Errorf("over somebody else's change: %v", err)
		}
		p, err := a.policies.Open(t.Context(), a.reach("ole", access.PolicyView), id)
		a.must(err)
		if p.Version != 2 || len(p.At) != 2 || len(p.Holders) != 1 || p.Holders[0].Members != 1 {
			t.Errorf("it reads as %+v", p)
		}
		effect, err := a.policies.PreviewEnd(t.Context(), a.reach("ole", access.PolicyEdit), id)
		a.must(err)
		if len(effect.Effect.Changed) != 1 || effect.Effect.Changed[0].Loses != 5 || effect.Ends != 2 {
			t.Errorf("the end: %+v", effect)
		}
		a.must(a.policies.End(t.Context(), a.reach("ole", access.PolicyEdit), id, management.PolicyEdit{Seen: effect.Effect.Seen}))
		if got := a.seen(t, "stu1"); len(got) > 0 {
			t.Errorf("after its end: %v", got)
		}
		if n := a.text(`select cast(count(*) as text) from audit_event where subject_id = $1`, string(id)); n != "3" {
			t.Errorf("%s events, want 3: made, changed, ended", n)
		}
	})
}

// TestNobodyGivesMoreByAPolicy (I-06): neither what they lack, nor where they
// are not, nor anything to themselves, on whatever way round a group.
func TestNobodyGivesMoreByAPolicy(t *testing.T) {
	eachPolicing(t, func(t *testing.T, a policing) {
		// stu1 keeps groups and policies of the organization, and sees Germany.
		a.exec(`insert into custom_role (realm_id, role_id, organization_id, name, name_folded, description, any_permissions, own_permissions, node_kinds, reports_only, created_at)
			values (1, 'keeper', $1, 'Keeper', 'keeper', '', 'policy.view policy.edit group.view group.edit', '', 'organization', $2, 0)`, string(schoolID), false)
		a.exec(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
			values (1, 'keeps', $1, $2, 'keeper', 'organization', $1, 'within', 0, $3, '', '')`, string(schoolID), string(a.who("stu1")), false)
		a.mustGive(a.listUsers("stu1", "de"))
		group := a.group("Readers")
		a.must(a.does("ole", a.joins(group, "stu1")))
		free := a.group("Others")
		for _, tt := range []struct {
			name string
			d    management.PolicyDraft
			want error
		}{
			{"what they have, to others", a.reads("Germany", "de", free), nil},
			{"elsewhere", a.reads("France", "fr", free), management.ErrMoreThanOwn},
			{"more", func() management.PolicyDraft {
				d := a.reads("More", "de", free)
				d.Role = access.AnalyticsReader
				return d
			}(), management.ErrMoreThanOwn},
			{"to a group of their own", a.reads("Mine", "de", group), management.ErrGiveSelf},
			{"to themselves", func() management.PolicyDraft {
				d := a.reads("Me", "de")
				d.People = []access.AccountID{a.who("stu1")}
				return d
			}(), management.ErrGiveSelf},
			{"a base role", func() management.PolicyDraft {
				d := a.reads("Base", "de", free)
				d.Role = access.LocalAdministrator
				return d
			}(), management.ErrPolicyRole},
			{"the reporter's", func() management.PolicyDraft {
				d := a.reads("Reporter", "de", free)
				d.Role = access.LicenseReporter
				return d
			}(), management.ErrPolicyRole},
		} {
			if _, err := a.saves("stu1", "", 0, tt.d); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
		a.mustSave("", 0, a.reads("France", "fr", free))
		if err := a.does("stu1", a.joins(free, "stu4")); !errors.Is(err, management.ErrMoreThanOwn) {
			t.Errorf("hands on a group that gives France: %v", err)
		}
		if err := a.does("ole", a.joins(free, "ole")); !errors.Is(err, management.ErrGiveSelf) {
			t.Errorf("adds themselves: %v", err)
		}
		stranger := a.joins(free)
		stranger.People = []access.AccountID{access.AccountID(access.NewID())}
		if err := a.does("ole", stranger); !errors.Is(err, management.ErrNotOurs) {
			t.Errorf("somebody who is not there: %v", err)
		}
	})
}

// TestAPolicyAndAMemberAtOnce: what somebody confirmed for one group of people
// is never done to another. Of an edit of a policy and a new member of its group
// that were looked at together, one is done and the other is looked at again.
func TestAPolicyAndAMemberAtOnce(t *testing.T) {
	eachPolicing(t, func(t *testing.T, a policing) {
		group := a.group("Readers")
		a.must(a.does("ole", a.joins(group, "stu2")))
		id := a.mustSave("", 0, a.reads("Countries", "de", group))
		wide := a.reads("Countries", "fr", group)
		join := a.joins(group, "stu1")
		policy, err := a.policies.Preview(t.Context(), a.reach("ole", access.PolicyEdit), id, wide)
		a.must(err)
		member, err := a.groups.Preview(t.Context(), a.reach("ole", access.GroupEdit), join)
		a.must(err)
		edits, adds := a.reach("ole", access.PolicyEdit), a.reach("ole", access.GroupEdit)
		var both sync.WaitGroup
		var edited, added error
		both.Go(func() {
			_, edited = a.policies.Save(t.Context(), edits, id, management.PolicyEdit{PolicyDraft: wide, Version: 1, Seen: policy.Effect.Seen})
		})
		both.Go(func() { added = a.groups.Change(t.Context(), adds, join, member.Effect.Seen) })
		both.Wait()
		switch {
		case edited == nil && errors.Is(added, management.ErrUnseen):
			if got := a.seen(t, "stu1"); len(got) > 0 {
				t.Errorf("who was not added sees %v", got)
			}
		case added == nil && errors.Is(edited, management.ErrUnseen):
			if got, want := a.seen(t, "stu1"), []string{"gus", "ben", "stu4", "stu5"}; !slices.Equal(got, want) {
				t.Errorf("who was added sees %v, want %v", got, want)
			}
		default:
			t.Errorf("edited: %v, added: %v", edited, added)
		}
	})
}

// TestTheLimitCountsMembersOfGroups: of groups that give something, and
// of a policy that a group begins to hold.
func TestTheLimitCountsMembersOfGroups(t *testing.T) {
	eachPolicing(t, func(t *testing.T, a policing) {
		group := a.group("Readers")
		a.must(a.does("ole", a.joins(group, "stu1", "stu2")))
		m, err := a.groups.Preview(t.Context(), a.reach("ole", access.GroupEdit), a.joins(group, "stu3"))
		a.must(err)
		a.exec(`update organization set manager_limit = $1`, int64(m.Managers.Count+1))
		if _, err := a.saves("ole", "", 0, a.reads("Germany", "de", group)); fault.KindOf(err) != fault.LimitReached {
			t.Errorf("two more managers for one place: %v", err)
		}
		a.must(a.does("ole", management.GroupChange{Group: group, Act: management.LeaveGroup, People: []access.AccountID{a.who("stu2")}}))
		a.mustSave("", 0, a.reads("Germany", "de", group))
		if err := a.does("ole", a.joins(group, "stu3")); fault.KindOf(err) != fault.LimitReached {
			t.Errorf("one manager too many: %v", err)
		}
	})
}

// TestEveryOrganizationHasThePolicyOfEnrollments: it is held by nobody,
// and only who holds it can change.
func TestEveryOrganizationHasThePolicyOfEnrollments(t *testing.T) {
	eachPolicing(t, func(t *testing.T, a policing) {
		a.exec(`insert into policy (realm_id, policy_id, organization_id, name, name_folded, role, system_key, created_at) values (1, 'enrolls', $1, 'Learner management: enrollments', 'x', 'manage_enrollments', 'manage_enrollments', 0)`, string(schoolID))
		a.exec(`insert into policy_place (realm_id, policy_id, node_kind, node_id, extent, from_at) values (1, 'enrolls', 'organization', $1, 'within', 0)`, string(schoolID))
		group := a.group("Executives")
		reach := a.reach("ole", access.PolicyEdit)
		policy, on, err := a.policies.Enrolling(t.Context(), reach, group, true)
		a.must(err)
		if len(policy.Holders) != 0 || policy.Role != access.ManageEnrollments {
			t.Fatalf("from the start it is %+v", policy)
		}
		if _, err := a.policies.PreviewEnd(t.Context(), reach, policy.ID); !errors.Is(err, management.ErrPolicySystem) {
			t.Errorf("its end: %v", err)
		}
		on.Role, on.Name = access.ListUsers, "Something else"
		a.mustSave(policy.ID, policy.Version, on)
		a.must(a.does("ole", a.joins(group, "stu1")))
		if held := a.facts("stu1"); !held.Can(access.EnrollmentEdit, a.now) || held.Can(access.LearnerView, a.now) {
			t.Errorf("a member holds %+v", held.Grants())
		}
		policy, off, err := a.policies.Enrolling(t.Context(), reach, group, false)
		a.must(err)
		if policy.Name == "Something else" {
			t.Error("a policy that Ambit comes with was renamed")
		}
		a.now = a.now.Add(time.Minute)
		a.mustSave(policy.ID, policy.Version, off)
		if a.facts("stu1").Can(access.EnrollmentEdit, a.now) {
			t.Error("a group that holds it no longer enrolls")
		}
	})
}
