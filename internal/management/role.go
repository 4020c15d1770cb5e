package management

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
)

// RoleDraft is what one says of a custom role (M-206).
type RoleDraft struct {
	Name, Description string
	Any, Own          access.Set        // over everything where it is held, and over what its holder owns there
	Nodes             []access.NodeKind // where it may be given
	ReportsOnly       bool
}

// CustomRole is a role that an organization made for itself.
type CustomRole struct {
	RoleDraft
	ID           access.RoleKey
	Organization access.OrgID
	Version      int
	Changed      time.Time // when this version was written
	Ended        time.Time
	People       int // who hold it, or will
}

// RoleVersion is how a custom role was from a moment on.
type RoleVersion struct {
	RoleDraft
	Version int
	At      time.Time
	By      Giver
	Reason  string
}

// Role is what it gives where it is held at a kind of node: nothing where it may
// not be given, and no more than reports where it is Reports Only. Whoever loads
// grants asks here, so that whatever stands in a row, nobody holds more.
func (d RoleDraft) Role(key access.RoleKey, at access.NodeKind) access.Role {
	role := access.Role{Key: key, Name: d.Name, Nodes: d.Nodes, ReportsOnly: d.ReportsOnly}
	if slices.Contains(d.Nodes, at) {
		role.Any, role.Own = d.gives()
	}
	return role
}

func (d RoleDraft) gives() (anyOf, own access.Set) {
	if d.ReportsOnly {
		return d.Any & access.Reporting(), 0
	}
	return d.Any, d.Own
}

// Whole is all that it can give, wherever it is held.
func (d RoleDraft) Whole(key access.RoleKey) access.Role {
	role := access.Role{Key: key, Name: d.Name, Nodes: d.Nodes, ReportsOnly: d.ReportsOnly}
	role.Any, role.Own = d.gives()
	return role
}

// Same tells whether two drafts say the same.
func (d RoleDraft) Same(o RoleDraft) bool {
	return d.Name == o.Name && d.Description == o.Description && d.GivesSame(o)
}

// GivesSame tells whether both give the same, whatever they are called.
func (d RoleDraft) GivesSame(o RoleDraft) bool {
	return d.Any == o.Any && d.Own == o.Own && d.ReportsOnly == o.ReportsOnly && slices.Equal(d.Nodes, o.Nodes)
}

// NodeKinds lists where roles can be given, in the order they are shown in.
func NodeKinds() []access.NodeKind {
	return []access.NodeKind{access.AtOrganization, access.AtLocation, access.AtPurchase, access.AtTeam}
}

// Ownable is what can be given over only what the holder owns: the purchases
// they bought and the teams they made. Learners have no owner.
func Ownable() access.Set {
	return access.SetOf(access.TeamView, access.TeamEdit, access.TeamShare, access.LicenseView, access.SeatAssign, access.SeatRelease, access.ReporterAssign)
}

// Grantable is every permission that a role can give at all.
func Grantable() access.Set {
	return access.All().Without(access.SetOf(access.SelfView, access.SelfEdit))
}

// Base is a draft to begin a role with: what a role that Ambit comes with
// gives. The fixed ones are no base for anything (M-050), nor is one that gives nothing.
func Base(preset access.Role) (RoleDraft, bool) {
	if preset.Fixed || preset.Any|preset.Own == 0 {
		return RoleDraft{}, false
	}
	return RoleDraft{
		Any: preset.Any & Grantable(), Own: preset.Own & Ownable(), ReportsOnly: preset.ReportsOnly,
		Nodes: slices.DeleteFunc(NodeKinds(), func(k access.NodeKind) bool { return !slices.Contains(preset.Nodes, k) }),
	}, true
}

// The refusals of custom roles.
var (
	ErrRoleMoreThanOwn = fault.New(fault.Forbidden, "This role gives more than your own access includes, or is held where your access does not go.")
	ErrRoleEnded       = fault.New(fault.Conflict, "This role has ended.")
	ErrRoleChanged     = fault.New(fault.Conflict, "Somebody else has changed this role meanwhile. Look at it as it is now.")
	ErrRoleName        = fault.Field("name", "There is a role of this name already.")
)

// limits of what is typed.
const (
	longestRoleName        = 100
	longestRoleDescription = 500
	longestReason          = 500
)

// Checked is the draft as it is kept, or what is wrong with it.
func (d RoleDraft) Checked() (RoleDraft, error) {
	d.Name, d.Description = strings.TrimSpace(d.Name), strings.TrimSpace(d.Description)
	known := slices.DeleteFunc(NodeKinds(), func(k access.NodeKind) bool { return !slices.Contains(d.Nodes, k) })
	var wrong []fault.Problem
	refuse := func(p fault.Problem) { wrong = append(wrong, p) }
	if n := utf8.RuneCountInString(d.Name); n == 0 || n > longestRoleName {
		refuse(fault.Problem{Field: "name", Sentence: "Enter a name of at most 100 characters."})
	} else if slices.ContainsFunc(access.Presets(), func(r access.Role) bool { return fold.Text(r.Name) == fold.Text(d.Name) }) {
		refuse(fault.Problem{Field: "name", Sentence: "A role that Ambit comes with has this name. Choose another one."})
	}
	if utf8.RuneCountInString(d.Description) > longestRoleDescription {
		refuse(fault.Problem{Field: "description", Sentence: "Describe the role in at most 500 characters."})
	}
	switch {
	case len(d.Nodes) == 0:
		refuse(fault.Problem{Field: "nodes", Sentence: "Choose at least one kind of place where the role can be given."})
	case len(known) < len(slices.Compact(slices.Sorted(slices.Values(d.Nodes)))):
		refuse(fault.Problem{Field: "nodes", Sentence: "There is no such kind of place."})
	}
	d.Nodes, d.Own = known, d.Own.Without(d.Any)
	all := d.Any | d.Own
	switch {
	case all == 0:
		refuse(fault.Problem{Field: "permissions", Sentence: "Choose at least one permission."})
	case all.Without(Grantable()) != 0:
		refuse(fault.Problem{Field: "permissions", Sentence: "What everybody may do with their own learning and profile is never part of a role."})
	case d.ReportsOnly && all.Without(access.Reporting()) != 0:
		refuse(fault.Problem{Field: "permissions", Sentence: "A Reports Only role gives permissions for reports only. Take the others out."})
	case len(known) > 0 && len(d.idle()) > 0:
		refuse(fault.Problem{Field: "permissions", Sentence: "Some of these permissions mean nothing at the kinds of place that you chose."})
	}
	if d.Own.Without(Ownable()) != 0 {
		refuse(fault.Problem{Field: "own", Sentence: "Only purchases and teams have owners. Choose the other permissions for everything."})
	}
	if d.ReportsOnly && d.Own != 0 {
		refuse(fault.Problem{Field: "own", Sentence: "A Reports Only role gives nothing over what somebody owns."})
	}
	if len(wrong) > 0 {
		return d, fault.Invalidf(wrong...)
	}
	return d, nil
}

// idle lists permissions that mean nothing at any of the kinds of node.
func (d RoleDraft) idle() []access.Permission {
	return slices.DeleteFunc((d.Any | d.Own).List(), func(p access.Permission) bool { return slices.ContainsFunc(d.Nodes, p.GrantableAt) })
}
