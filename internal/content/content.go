// Package content is about the library: the activities of an organization and
// the programs they are collected in. It says what there is to learn, not who
// takes part (learning) and not who bought it (license).
package content

import (
	"context"
	"net/url"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

// ProductID names an activity or a program: ids are unique over both.
type ProductID string

// Kind says what sort of activity it is.
type Kind string

// The kinds of activity, as they are stored and imported.
const (
	Course   Kind = "course"
	Event    Kind = "event"
	Test     Kind = "test"
	Resource Kind = "resource"
	Link     Kind = "link"
)

// ParseKind reads a kind; ok is false for a text that names none.
func ParseKind(text string) (kind Kind, ok bool) {
	kind = Kind(text)
	return kind, slices.Contains([]Kind{Course, Event, Test, Resource, Link}, kind)
}

// Activity is anything a learner takes.
type Activity struct {
	No           access.ActivityNo // inside only; never shown
	ID           ProductID
	ExternalID   string
	Organization access.OrgID
	Title        string
	Kind         Kind
	Minutes      int // how long it takes; zero: not said
	URL          string
	SelfComplete bool // learners may mark it as done themselves
}

// Launchable tells whether the activity is a link that a browser may open.
func (a Activity) Launchable() bool {
	u, err := url.Parse(a.URL)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// Program is a collection of activities.
type Program struct {
	ID           ProductID
	ExternalID   string
	Organization access.OrgID
	Title        string
	Parts        []Part // in the program's order
}

// Part is one activity of a program.
type Part struct {
	Activity access.ActivityNo
	Required bool
}

// Required lists what decides about the program: its required activities, or
// all of them where none is required.
func (p Program) Required() []access.ActivityNo {
	var required, all []access.ActivityNo
	for _, part := range p.Parts {
		all = append(all, part.Activity)
		if part.Required {
			required = append(required, part.Activity)
		}
	}
	if len(required) == 0 {
		return all
	}
	return required
}

// WholeIn tells whether one block of a reach shows the whole program, which
// belongs to the organization at a path: a part of the tree or a team shows all
// of its organization's, a purchase what was bought and what that contains.
func (p Program) WholeIn(b access.Block, organization access.Path) bool {
	switch {
	case b.Own || b.Self != "":
		return false
	case b.Team != "":
		return b.Grant().Node.Path == organization
	case b.Purchase == "":
		return b.Lo.OrganizationPath() <= organization && organization < b.Hi
	case b.Grant().Node.Product == string(p.ID):
		return true
	}
	required := p.Required()
	for _, activity := range required {
		if !slices.Contains(b.Activities, activity) {
			return false
		}
	}
	return len(required) > 0
}

// Store is what the package asks of the database.
type Store interface {
	Activities(ctx context.Context, reach access.Reach) ([]Activity, error)
	Programs(ctx context.Context, reach access.Reach) ([]Program, error)
	LibraryStore
}

// Service answers what there is in the library for those who may ask.
type Service struct{ store Store }

// NewService makes the service over a store.
func NewService(store Store) *Service { return &Service{store: store} }

// Activities lists the activities whose enrollments the asker may see, by
// title: all of the organizations they reach, and those of the products of
// the purchases they reach.
func (s *Service) Activities(ctx context.Context, reach access.Reach) ([]Activity, error) {
	if err := reach.For(access.EnrollmentView); err != nil {
		return nil, err
	}
	return s.store.Activities(ctx, reach)
}

// Programs lists the programs that the asker sees whole, by title: one part of
// their reach shows every activity that decides, or the program is what was bought.
func (s *Service) Programs(ctx context.Context, reach access.Reach) ([]Program, error) {
	if err := reach.For(access.EnrollmentView); err != nil {
		return nil, err
	}
	return s.store.Programs(ctx, reach)
}
