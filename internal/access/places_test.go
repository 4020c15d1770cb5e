package access_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
)

// atlas is the world of docs/access.md's table of places.
type atlas struct {
	*oracle.World
	spots []oracle.Spot
}

func newAtlas() atlas {
	w, spots := oracle.Atlas()
	return atlas{w, spots}
}

// at is what a role gives for a permission at one kind of place: any, own or –.
func (a atlas) at(t *testing.T, post oracle.Post, p access.Permission, s oracle.Spot) string {
	t.Helper()
	reach := a.Alone(post).For(p, a.Now)
	switch {
	case s.Stranger: // the condition names the asker's realm first; the store holds this table against it
		return "–"
	case s.AboutThing(p):
		covered, owned := reach.CoversThing(a.Access(*s.Thing))
		switch {
		case owned:
			return "own"
		case covered:
			return "any"
		}
		return "–"
	}
	said := "–"
	for i, l := range s.Learners {
		one := "–"
		if reach.Covers(a.Placement(l)) {
			one = "any"
		}
		if i > 0 && one != said {
			t.Fatalf("%s, %s: %q at %s, which is %s, %q before", post.Role, p, one, l, s.Name, said)
		}
		said = one
	}
	return said
}

// row is that for every kind of place.
func (a atlas) row(t *testing.T, post oracle.Post, p access.Permission) []string {
	t.Helper()
	out := make([]string, len(a.spots))
	for i, s := range a.spots {
		out[i] = a.at(t, post, p, s)
	}
	return out
}

// group is permissions that go equally far.
type group struct {
	cells       []string
	permissions []access.Permission
}

// groups sorts the permissions of a post by how far they go.
func (a atlas) groups(t *testing.T, post oracle.Post) []group {
	t.Helper()
	var out []group
	for _, p := range access.Permissions() {
		if p == access.SelfView || p == access.SelfEdit {
			continue // everybody's, told once
		}
		cells := a.row(t, post, p)
		if !slices.ContainsFunc(cells, func(c string) bool { return c != "–" }) {
			continue
		}
		i := slices.IndexFunc(out, func(g group) bool { return slices.Equal(g.cells, cells) })
		if i < 0 {
			out = append(out, group{cells: cells})
			i = len(out) - 1
		}
		out[i].permissions = append(out[i].permissions, p)
	}
	return out
}

// places writes the table of roles against permissions against places.
func places(t *testing.T, d *strings.Builder) {
	t.Helper()
	a := newAtlas()
	d.WriteString(`## Where it holds

Each row is a role and those of its permissions that go equally far; each column is where a learner stands (at a purchase or a team: also
the thing itself, for the permissions about purchases, deals and teams), as seen from somebody who lives at a location of a client
organization and bought one purchase. *Child location* is at any depth, *client* any client of the own organization and theirs; *without a
location* is who belongs to the own organization and to none of its locations; the learners of purchases and teams live at the sibling
location. Whoever owns nothing and has no role has the permissions over oneself, ` + "`self.view` and `self.edit`" + `, at *oneself* and nothing else;
so has everybody.

`)
	head, line := []string{"role", "permissions"}, []string{"---", "---"}
	for _, s := range a.spots {
		head, line = append(head, s.Name), append(line, ":-:")
	}
	row(d, head...)
	row(d, line...)
	for _, post := range oracle.Posts() {
		if role, _ := access.Preset(post.Role); role.Rank > 0 || role.Fixed {
			for _, g := range a.groups(t, post) {
				row(d, append([]string{role.Name, itsPermissions(role, g)}, g.cells...)...)
			}
			if len(a.groups(t, post)) == 0 {
				row(d, append([]string{role.Name, "none but over oneself"}, slices.Repeat([]string{"–"}, len(a.spots))...)...)
			}
		}
	}
	d.WriteString("\nThe other roles go as far as they are given, by anybody who has as much:\n\n")
	head[0], head[1] = "given at", "roles"
	row(d, head...)
	row(d, line...)
	a.given(t, d)
	d.WriteString("\n")
}

// itsPermissions names a group: the whole role, or each permission.
func itsPermissions(r access.Role, g group) string {
	if len(g.permissions) == (r.Any | r.Own).Len() {
		return fmt.Sprintf("all %d", len(g.permissions))
	}
	var ids []string
	for _, p := range g.permissions {
		ids = append(ids, "`"+p.String()+"`")
	}
	return strings.Join(ids, " ")
}

// given writes the roles that are no base roles, by the places they are given at.
func (a atlas) given(t *testing.T, d *strings.Builder) {
	t.Helper()
	type line struct {
		at           string
		cells, roles []string
	}
	var lines []line
	var order []string
	for _, post := range oracle.Posts() {
		role, _ := access.Preset(post.Role)
		if role.Rank > 0 || role.Fixed {
			continue
		}
		where := string(post.Place.Kind)
		if post.Place.Kind == access.AtOrganization || post.Place.Kind == access.AtLocation {
			where += ", " + post.Place.Extent.String()
		}
		if !slices.Contains(order, where) {
			order = append(order, where)
		}
		for _, g := range a.groups(t, post) {
			name := role.Name
			if said := itsPermissions(role, g); !strings.HasPrefix(said, "all ") {
				name += " (" + said + ")"
			}
			at := slices.IndexFunc(lines, func(l line) bool { return l.at == where && slices.Equal(l.cells, g.cells) })
			if at < 0 {
				lines = append(lines, line{at: where, cells: g.cells})
				at = len(lines) - 1
			}
			lines[at].roles = append(lines[at].roles, name)
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(slices.Index(order, a.at), slices.Index(order, b.at)) })
	for _, l := range lines {
		row(d, append([]string{l.at, strings.Join(l.roles, ", ")}, l.cells...)...)
	}
}

// TestPlacesAgreeWithTheReference decides the whole table a second time.
func TestPlacesAgreeWithTheReference(t *testing.T) {
	a, cells := newAtlas(), map[string]int{}
	for _, post := range oracle.Posts() {
		w := *a.World
		w.Purchases = slices.Clone(w.Purchases)
		w.Purchases[0].Buyer = "of site" // the holder has the post and nothing else
		if g, ok := w.Held(post); ok {
			w.Grants = []oracle.Grant{g}
		}
		for _, p := range access.Permissions() {
			for _, s := range a.spots {
				want := "–"
				switch covered, owned := false, false; {
				case s.Stranger:
				case s.AboutThing(p):
					if covered, owned = w.Touches(oracle.Holder, p, *s.Thing); owned {
						want = "own"
					} else if covered {
						want = "any"
					}
				case w.Sees(oracle.Holder, p, s.Learners[0]):
					want = "any"
				}
				got := a.at(t, post, p, s)
				if got != want {
					t.Errorf("%s at %s %s, %s at %s: %s, reference %s", post.Role, post.Place.Kind, post.Place.Extent, p, s.Name, got, want)
				}
				cells[got]++
			}
		}
	}
	if cells["any"] < 1000 || cells["own"] < 5 || cells["–"] < 1000 {
		t.Errorf("the table is too poor: %v", cells)
	}
}
