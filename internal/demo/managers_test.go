package demo_test

import (
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/demo"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/team"
)

// TestTheManagersStand asks the school for what the pages of groups, policies
// and teams are to show: an executive with the policy of enrollments and one
// without, a team with a past that is shared, and somebody who has one team.
func TestTheManagersStand(t *testing.T) {
	db, s := loaded(t)
	o, err := s.Organizations.BySlug(t.Context(), "northwind")
	if err != nil {
		t.Fatal(err)
	}
	who := func(email string) func(access.Permission) access.Reach {
		t.Helper()
		m, err := db.MembershipByEmail(t.Context(), o.Realm, o.ID, fold.Email(email))
		if err != nil {
			t.Fatal(email, err)
		}
		facts, err := db.Facts(t.Context(), o.Realm, m.Account.ID)
		if err != nil {
			t.Fatal(err)
		}
		return func(p access.Permission) access.Reach { return facts.For(p, noon()) }
	}
	robert, elif, sara := who("robert.king@northwind.example"), who("elif.demir@northwind.example"), who("sara.holm@folko.example")
	steven := who("steven.buchanan@northwind.example")

	groups, err := s.Groups.List(t.Context(), steven(access.GroupView))
	if err != nil || len(groups) != 2 || groups[0].Members != 1 || groups[1].Members != 1 || groups[1].Policies != groups[0].Policies+1 {
		t.Errorf("groups: %+v, %v", groups, err)
	}
	policies, err := s.Policies.List(t.Context(), steven(access.PolicyView))
	if err != nil || len(policies) != len(access.LearnerManagement())+2 {
		t.Errorf("%d policies, %v", len(policies), err)
	}
	if !robert(access.EnrollmentEdit).IsEmpty() || elif(access.EnrollmentEdit).IsEmpty() {
		t.Error("want an executive who enrolls and one who does not")
	}
	for _, p := range []access.Permission{access.InvitePlatform, access.InviteActivity, access.InviteProgram, access.ActivityEdit, access.GroupView} {
		if !robert(p).IsEmpty() || !elif(p).IsEmpty() || !sara(p).IsEmpty() {
			t.Errorf("a learner manager has %s", p)
		}
	}

	page, err := s.Teams.List(t.Context(), sara(access.TeamList), sara(access.LearnerView), team.Query{})
	if err != nil || len(page.Items) != 1 || page.Items[0].OwnerName != "" {
		t.Fatalf("teams of the company manager: %+v, %v", page.Items, err)
	}
	n, err := report.NewService(db, noon).ReachTotal(t.Context(), sara(access.LearnerView))
	if err != nil || n == 0 || n != page.Items[0].Members {
		t.Errorf("she sees %d learners, %v; her team has %d", n, err, page.Items[0].Members)
	}
	all, err := s.Teams.Members(t.Context(), robert(access.TeamView), robert(access.LearnerView), page.Items[0].ID, team.MemberQuery{Past: true})
	if err != nil || all.Total != n+1 {
		t.Errorf("%d were ever members, %v, want one more than the %d who are", all.Total, err, n)
	}
	mine, err := s.Teams.List(t.Context(), robert(access.TeamList), robert(access.LearnerView), team.Query{Mine: true})
	if err != nil || len(mine.Items) != 2 {
		t.Fatalf("teams of Robert King: %+v, %v", mine.Items, err)
	}
	shares, err := s.Teams.Shares(t.Context(), robert(access.TeamShare), mine.Items[0].ID)
	if err != nil || len(shares) != 1 || shares[0].LastDay().IsNone() {
		t.Errorf("shares: %+v, %v", shares, err)
	}
	for _, p := range demo.People() {
		if p.Group == demo.OfManagers && who(p.Email)(access.LearnerView).IsEmpty() {
			t.Errorf("%s sees nobody", p.Name)
		}
	}
}
