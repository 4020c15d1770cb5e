package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
)

// The role table of the seed, a test for each of its lines: what the role can
// do, and where. It is written by hand from the seed's sentences.

// What the sentences mean in permissions.
var (
	// add/edit/delete user accounts, create/edit assignments, and manage users
	managing = []access.Permission{
		access.LearnerView, access.AccountCreate, access.AccountEdit, access.AccountDelete, access.AccountMove, access.AccountRole, access.AccountSession,
		access.InvitePlatform, access.AssignmentView, access.AssignmentEdit, access.EnrollmentEdit, access.TeamView,
	}
	// view reports
	reporting = []access.Permission{
		access.ReportView, access.ReportExport, access.ReportSchedule, access.DashboardView, access.MatrixView, access.EnrollmentView, access.CertificationView,
	}
	// load content, edit Content Library, and adjust configuration of their LMS
	configuring = []access.Permission{access.ActivityLoad, access.ActivityEdit, access.OrganizationConfigure, access.LocationEdit}
	// add clients, grant content to a client, and edit or revoke content grants
	clienting = []access.Permission{access.ClientView, access.ClientEdit, access.ContentGrantView, access.ContentGrantEdit}
)

// Where, by the columns of docs/access.md.
const (
	itself  = "oneself, own location"
	below   = itself + ", child location"
	wide    = below + ", parent location, sibling location, without a location, own purchase, other purchase, own team, other team"
	further = wide + ", client"
)

// line holds a role to one line of the table: the permissions it has, all of
// them at these places and nowhere else, and none of the others.
func line(t *testing.T, role access.RoleKey, at string, has ...[]access.Permission) {
	t.Helper()
	posts := slices.DeleteFunc(oracle.Posts(), func(p oracle.Post) bool { return p.Role != role })
	if len(posts) != 1 {
		t.Fatalf("%s stands at %d places around its holder", role, len(posts))
	}
	a, want, held := newAtlas(), strings.Split(at, ", "), slices.Concat(has...)
	for _, p := range slices.Concat(managing, reporting, configuring, clienting) {
		for _, s := range a.spots {
			expected := "–"
			if slices.Contains(held, p) && slices.Contains(want, s.Name) {
				expected = "any"
			}
			if got := a.at(t, posts[0], p, s); got != expected {
				t.Errorf("%s, %s at %s: %s, the seed says %s", role, p, s.Name, got, expected)
			}
		}
	}
}

func TestStudentUsesTheLMSOnlyForTheirOwnLearning(t *testing.T) {
	line(t, access.Student, itself)
	a := newAtlas()
	for _, p := range access.Permissions() {
		for _, s := range a.spots {
			want := "–"
			if (p == access.SelfView || p == access.SelfEdit) && s.Name == "oneself" {
				want = "any"
			}
			if got := a.at(t, oracle.Post{Role: access.Student}, p, s); got != want {
				t.Errorf("a Student has %s at %s: %s, want %s", p, s.Name, got, want)
			}
		}
	}
}

// TestEveryOtherRoleIsAStudentToo: "All other user roles, in addition to the
// special permissions they offer, give those users the Student role for their
// learning activities."
func TestEveryOtherRoleIsAStudentToo(t *testing.T) {
	a := newAtlas()
	for _, post := range oracle.Posts() {
		for _, p := range []access.Permission{access.SelfView, access.SelfEdit} {
			for _, s := range a.spots {
				if got, want := a.at(t, post, p, s) == "any", s.Name == "oneself"; got != want {
					t.Errorf("%s has %s at %s: %v", post.Role, p, s.Name, got)
				}
			}
		}
	}
}

func TestLocalAdministratorManagesTheirLocation(t *testing.T) {
	line(t, access.LocalAdministrator, itself, managing, reporting)
}

func TestLocalAdministratorReportsOnlyReadsOfTheirLocation(t *testing.T) {
	line(t, access.TwinOf(access.LocalAdministrator), itself, reporting)
}

func TestMultipleLocationAdministratorManagesChildLocationsToo(t *testing.T) {
	line(t, access.MultipleLocation, below, managing, reporting)
}

func TestMultipleLocationReportsOnlyReadsOfChildLocationsToo(t *testing.T) {
	line(t, access.TwinOf(access.MultipleLocation), below, reporting)
}

func TestOrganizationAdministratorManagesContentAndConfigurationToo(t *testing.T) {
	line(t, access.OrganizationAdministrator, wide, managing, reporting, configuring)
}

func TestOrganizationReportsOnlyReadsOfTheirLMS(t *testing.T) {
	line(t, access.TwinOf(access.OrganizationAdministrator), wide, reporting)
}

func TestMasterAdministratorManagesClientsToo(t *testing.T) {
	line(t, access.MasterAdministrator, further, managing, reporting, configuring, clienting)
}

func TestMasterReportsOnlyReadsOfAllClients(t *testing.T) {
	line(t, access.TwinOf(access.MasterAdministrator), further, reporting)
}

// TestRolesStandInOrderOfScopeAndPrivilege: "The following roles are
// available, in order of increasing scope and privilege" (M-203).
func TestRolesStandInOrderOfScopeAndPrivilege(t *testing.T) {
	a, before, lesser := newAtlas(), 0, 0
	for _, key := range []access.RoleKey{
		access.Student, access.Purchaser, access.LocalAdministrator, access.MultipleLocation, access.OrganizationAdministrator, access.MasterAdministrator,
	} {
		role, _ := access.Preset(key)
		if role.Rank != before+1 {
			t.Errorf("%s stands at %d, after %d", role.Name, role.Rank, before)
		}
		if before = role.Rank; before < 3 {
			continue // what a Purchaser sees follows from what they bought
		}
		twin, _ := access.Preset(access.TwinOf(key))
		if twin.Rank != role.Rank {
			t.Errorf("%s stands at %d, its full role at %d", twin.Name, twin.Rank, role.Rank)
		}
		post := slices.IndexFunc(oracle.Posts(), func(p oracle.Post) bool { return p.Role == key })
		n := 0
		for _, p := range access.Permissions() {
			for _, c := range a.row(t, oracle.Posts()[post], p) {
				if c != "–" {
					n++
				}
			}
		}
		if role.Rank > 3 && n <= lesser {
			t.Errorf("%s may do %d things, the role below it %d", role.Name, n, lesser)
		}
		lesser = n
	}
}
