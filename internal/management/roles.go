package management

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/cursor"
	"github.com/ambit-lms/ambit/internal/fault"
)

// RoleList is the roles of an organization.
type RoleList struct {
	Custom []CustomRole // by name, ended ones last
	System []SystemRole // in the order of access.Presets
}

// SystemRole is a role that Ambit comes with.
type SystemRole struct {
	access.Role
	People int // who hold it, or will; not counted for students, who hold nothing
}

// RoleDetails is one role: what it gives, how it came to that, and who holds it.
type RoleDetails struct {
	Role     access.Role // what it can give
	Custom   *CustomRole // nil where Ambit comes with it
	Versions []RoleVersion
	People   int          // who hold it, all of them
	Others   int          // of these, whom the asker does not see
	Holders  []RoleHolder // a page of the ones they do see, by name
	Next     string       // the cursor of the next page
}

// holdersAtOnce is how many people stand on a page of those who hold a role.
const holdersAtOnce = 100

// RoleHolder is somebody who holds a role somewhere.
type RoleHolder struct {
	Person
	Grant access.Grant
}

// RoleEdit is a change of a custom role. Version is the one that was looked
// at, and Seen stands for the effect that was.
type RoleEdit struct {
	RoleDraft
	Version      int
	Seen, Reason string
}

// RoleStore keeps custom roles. Each write is one whole change under the
// organization's row, and moves the revision of everybody who holds the role.
type RoleStore interface {
	// RoleGround finds the organization whose roles the asker works on.
	RoleGround(ctx context.Context, reach access.Reach) (access.OrgID, access.Path, error)
	Roles(ctx context.Context, reach access.Reach) (RoleList, error)
	// Role finds one; By of its versions are ids as they are stored.
	// Of its holders that the asker sees it names so many, by name, from after one of them on.
	Role(ctx context.Context, reach access.Reach, key access.RoleKey, after access.AccountID, holders int) (RoleDetails, error)
	CursorKey(ctx context.Context) ([]byte, error)
	AddRole(ctx context.Context, reach access.Reach, d RoleDraft) (access.RoleKey, error)
	PreviewRole(ctx context.Context, reach access.Reach, key access.RoleKey, d RoleDraft) (RoleEffect, error)
	EditRole(ctx context.Context, reach access.Reach, key access.RoleKey, e RoleEdit) error
	EndRole(ctx context.Context, reach access.Reach, key access.RoleKey, e RoleEdit) error
	// People names those of the ids that the reach covers.
	People(ctx context.Context, reach access.Reach, ids []access.AccountID) (map[access.AccountID]Person, error)
}

// Roles holds the rules of custom roles.
type Roles struct{ store RoleStore }

// NewRoles makes the service.
func NewRoles(store RoleStore) *Roles { return &Roles{store} }

// List gives the roles of the asker's organization, own and those that Ambit comes with.
func (s *Roles) List(ctx context.Context, reach access.Reach) (RoleList, error) {
	if err := reach.For(access.RoleView); err != nil {
		return RoleList{}, err
	}
	return s.store.Roles(ctx, reach)
}

// Open gives one role of the asker's organization, or one that Ambit comes
// with, and the first of those who hold it.
func (s *Roles) Open(ctx context.Context, reach access.Reach, key access.RoleKey) (RoleDetails, error) {
	return s.OpenFrom(ctx, reach, key, "")
}

// OpenFrom does so with a later page of those who hold it.
func (s *Roles) OpenFrom(ctx context.Context, reach access.Reach, key access.RoleKey, from string) (RoleDetails, error) {
	if err := reach.For(access.RoleView); err != nil {
		return RoleDetails{}, err
	}
	d, err := s.withHolders(ctx, reach, key, from)
	if err != nil {
		return RoleDetails{}, err
	}
	var ids []access.AccountID
	for _, v := range d.Versions {
		if isAccount(string(v.By.ID)) {
			ids = append(ids, v.By.ID)
		}
	}
	known := map[access.AccountID]Person{}
	if len(ids) > 0 {
		slices.Sort(ids)
		if known, err = s.store.People(ctx, reach, slices.Compact(ids)); err != nil {
			return RoleDetails{}, err
		}
	}
	for i := range d.Versions {
		by := &d.Versions[i].By
		person, seen := known[by.ID]
		switch {
		case seen:
			*by = Giver{Person: person}
		case isAccount(string(by.ID)):
			*by = Giver{Hidden: true}
		default:
			*by = Giver{System: string(by.ID)}
		}
	}
	return d, nil
}

// withHolders reads a role with the page of its holders that a cursor leads to.
func (s *Roles) withHolders(ctx context.Context, reach access.Reach, key access.RoleKey, from string) (RoleDetails, error) {
	secret, err := s.store.CursorKey(ctx)
	if err != nil {
		return RoleDetails{}, err
	}
	cursors := cursor.Of(secret, reach, "holders", key)
	keys, err := cursors.Keys(from)
	if err != nil {
		return RoleDetails{}, err
	}
	var after access.AccountID
	if len(keys) == 1 {
		after = access.AccountID(keys[0])
	}
	d, err := s.store.Role(ctx, reach, key, after, holdersAtOnce+1)
	people := 0
	for i := range d.Holders { // somebody can hold it at several places
		if i > 0 && d.Holders[i].ID == d.Holders[i-1].ID {
			continue
		}
		if people++; people > holdersAtOnce {
			d.Next, d.Holders = cursors.After(string(d.Holders[i-1].ID)), d.Holders[:i]
			break
		}
	}
	return d, err
}

// Offered is what the asker may put into a role of their organization: what
// they have there themselves, permission by permission (I-06).
func (s *Roles) Offered(ctx context.Context, reach access.Reach) (access.Set, error) {
	if err := reach.For(access.RoleEdit); err != nil {
		return 0, err
	}
	_, at, err := s.store.RoleGround(ctx, reach)
	if err != nil {
		return 0, err
	}
	var most access.Set
	for _, p := range Grantable().List() {
		if overPlace(reach.Also(p), access.Grant{Node: access.Node{Path: at}}) {
			most |= access.SetOf(p)
		}
	}
	return most, nil
}

// Add makes a role. Nobody holds it yet; what it gives, its maker has.
func (s *Roles) Add(ctx context.Context, reach access.Reach, d RoleDraft) (access.RoleKey, error) {
	if err := reach.For(access.RoleEdit); err != nil {
		return "", err
	}
	d, err := d.Checked()
	if err != nil {
		return "", err
	}
	return s.store.AddRole(ctx, reach, d)
}

// Preview tells how many people an edit would give or take which permission
// over how many learners (N-19).
func (s *Roles) Preview(ctx context.Context, reach access.Reach, key access.RoleKey, d RoleDraft) (RoleEffect, error) {
	if err := reach.For(access.RoleEdit); err != nil {
		return RoleEffect{}, err
	}
	d, err := d.Checked()
	if err != nil {
		return RoleEffect{}, err
	}
	return s.store.PreviewRole(ctx, reach, key, d)
}

// Edit writes the next version of a role; who holds it has that from their
// next request on.
func (s *Roles) Edit(ctx context.Context, reach access.Reach, key access.RoleKey, e RoleEdit) error {
	if err := reach.For(access.RoleEdit); err != nil {
		return err
	}
	var err error
	if e.RoleDraft, err = e.Checked(); err != nil {
		return err
	}
	if e.Reason, err = reasoned(e.Reason); err != nil {
		return err
	}
	return s.store.EditRole(ctx, reach, key, e)
}

// PreviewEnd tells what the end of a role would take from whom.
func (s *Roles) PreviewEnd(ctx context.Context, reach access.Reach, key access.RoleKey) (RoleEffect, error) {
	if err := reach.For(access.RoleEdit); err != nil {
		return RoleEffect{}, err
	}
	return s.store.PreviewRole(ctx, reach, key, RoleDraft{})
}

// End ends a role, and with it every grant of it.
func (s *Roles) End(ctx context.Context, reach access.Reach, key access.RoleKey, e RoleEdit) error {
	if err := reach.For(access.RoleEdit); err != nil {
		return err
	}
	var err error
	if e.Reason, err = reasoned(e.Reason); err != nil {
		return err
	}
	e.RoleDraft = RoleDraft{}
	return s.store.EndRole(ctx, reach, key, e)
}

func reasoned(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) > longestReason {
		return "", fault.Field("reason", "Give the reason in at most 500 characters.")
	}
	return reason, nil
}
