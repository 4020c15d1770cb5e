package management

import (
	"context"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// PolicyDraft is what one says of a policy: these people and groups have this
// role at these places, from one day to another (M-109). Each holder then has
// one grant for each place.
type PolicyDraft struct {
	Name        string
	Role        access.RoleKey
	Places      []PolicyPlace
	Groups      []access.GroupID
	People      []access.AccountID
	From, Until day.Day // None: at once, and until somebody ends it
}

// PolicyPlace is a place that a policy is about, and how far it goes there.
type PolicyPlace struct {
	Spot
	Extent access.Extent
}

// Policy is one of an organization, as it stands.
type Policy struct {
	PolicyDraft
	ID           access.PolicyID
	Organization access.OrgID
	System       string // key of a policy that its organization came with; its role and places are fixed
	Version      int
	Changed      time.Time
	Ended        time.Time
	Gives        access.Role // all that its role can give
	At           []PolicyAt
	Holders      []PolicyHolder
	Hidden       int // people who hold it and whom the asker may not know
}

// PolicyAt is a place of a policy with its name.
type PolicyAt struct {
	PolicyPlace
	Name, Within string
	Gone         bool // the team or the location has ended
}

// PolicyHolder is a group or a person that holds a policy.
type PolicyHolder struct {
	Group   access.GroupID
	Account access.AccountID
	Name    string
	System  string // key of a group that its organization came with
	Email   string
	Members int // of the group
}

// PolicyEdit is a change of a policy. Version is the one that was looked at;
// Seen stands for the effect that was.
type PolicyEdit struct {
	PolicyDraft
	Version      int
	Seen, Reason string
}

// PolicyEffect is what a change of a policy does.
type PolicyEffect struct {
	Policy   Policy // as it would be, with the names of its places and holders
	Begins   int    // grants that begin
	Ends     int    // grants that end
	Effect   Effect
	Managers Managers // of the organization, before it
}

// The refusals of policies.
var (
	ErrPolicyName    = fault.Field("name", "There is a policy of this name already.")
	ErrPolicySystem  = fault.New(fault.Conflict, "The name, the role and the places of a policy that Ambit comes with are fixed. Only who holds it can be changed.")
	ErrPolicyEnded   = fault.New(fault.Conflict, "This policy has ended.")
	ErrPolicyChanged = fault.New(fault.Conflict, "Somebody else has changed this policy meanwhile. Look at it as it is now.")
	ErrPolicyRole    = fault.Field("role", "This role cannot be given at one of these places.")
	ErrPolicyPlace   = fault.Field("places", "Choose places in your own organization, or in a client of it.")
	ErrPolicyGroup   = fault.Field("groups", "One of these groups does not exist here, or has ended.")
	ErrPolicyPeople  = fault.Field("people", "Choose people of your own organization whose accounts are active or invited.")
)

// limits of a policy.
const (
	placesOfPolicy  = 50
	holdersOfPolicy = 100
)

// PolicyStore keeps policies. Each write is one whole change under the row of
// the organization: the grants of the policy are replaced with it.
type PolicyStore interface {
	GroupStore
	Policies(ctx context.Context, reach access.Reach) ([]Policy, error)
	OpenPolicy(ctx context.Context, reach access.Reach, id access.PolicyID) (Policy, error)
	SystemPolicy(ctx context.Context, reach access.Reach, key string) (Policy, error)
	PolicyGroups(ctx context.Context, reach access.Reach) ([]Group, error)
	PolicyRoles(ctx context.Context, reach access.Reach) ([]access.Role, error)
	PolicyPlaces(ctx context.Context, reach access.Reach, q string) ([]GrantPlace, error)
	NamedPlaces(ctx context.Context, reach access.Reach, places []PolicyPlace) ([]PolicyAt, error)
	PreviewPolicy(ctx context.Context, reach access.Reach, id access.PolicyID, d PolicyDraft) (PolicyEffect, error)
	SavePolicy(ctx context.Context, reach access.Reach, id access.PolicyID, e PolicyEdit) (access.PolicyID, error)
	PreviewPolicyEnd(ctx context.Context, reach access.Reach, id access.PolicyID) (PolicyEffect, error)
	EndPolicy(ctx context.Context, reach access.Reach, id access.PolicyID, e PolicyEdit) error
}

// Policies holds the rules of policies.
type Policies struct{ store PolicyStore }

// NewPolicies makes the service.
func NewPolicies(store PolicyStore) *Policies { return &Policies{store} }

// List gives the policies of the asker's organization by name, ended ones last.
func (s *Policies) List(ctx context.Context, reach access.Reach) ([]Policy, error) {
	if err := reach.For(access.PolicyView); err != nil {
		return nil, err
	}
	return s.store.Policies(ctx, reach)
}

// Open gives one policy of the asker's organization.
func (s *Policies) Open(ctx context.Context, reach access.Reach, id access.PolicyID) (Policy, error) {
	if err := reach.For(access.PolicyView); err != nil {
		return Policy{}, err
	}
	return s.store.OpenPolicy(ctx, reach, id)
}

// PolicyChoice is what a policy can be made of.
type PolicyChoice struct {
	Groups []Group
	Roles  []access.Role
	Places []GrantPlace // that a search has found
	People []Person     // that a search has found
	Chosen []PolicyAt   // the places of the draft
	Named  []Person     // the people of the draft
}

// Choices finds what the draft of a policy names, and by the searches what
// could be added to it.
func (s *Policies) Choices(ctx context.Context, reach access.Reach, d PolicyDraft, place, person string) (PolicyChoice, error) {
	var c PolicyChoice
	err := reach.For(access.PolicyEdit)
	if err != nil {
		return c, err
	}
	if c.Groups, err = s.store.PolicyGroups(ctx, reach); err != nil {
		return c, err
	}
	if c.Roles, err = s.store.PolicyRoles(ctx, reach); err != nil {
		return c, err
	}
	if place != "" {
		if c.Places, err = s.store.PolicyPlaces(ctx, reach, place); err != nil {
			return c, err
		}
	}
	if person != "" {
		if c.People, err = find(ctx, s.store, reach, person); err != nil {
			return c, err
		}
	}
	if c.Chosen, err = s.store.NamedPlaces(ctx, reach, d.Places[:min(len(d.Places), placesOfPolicy)]); err != nil {
		return c, err
	}
	c.Named, err = s.store.PeopleHere(ctx, reach, d.People[:min(len(d.People), holdersOfPolicy)])
	return c, err
}

// Enrolling is the draft by which a group begins or ceases to hold the ready
// policy of enrollments, and the policy it is of.
func (s *Policies) Enrolling(ctx context.Context, reach access.Reach, group access.GroupID, on bool) (Policy, PolicyDraft, error) {
	if err := reach.For(access.PolicyEdit); err != nil {
		return Policy{}, PolicyDraft{}, err
	}
	policy, err := s.store.SystemPolicy(ctx, reach, string(access.ManageEnrollments))
	d := policy.PolicyDraft
	d.Groups = slices.DeleteFunc(slices.Clone(d.Groups), func(g access.GroupID) bool { return g == group })
	if on {
		d.Groups = append(d.Groups, group)
	}
	return policy, d, err
}

// Preview tells what saving a policy would give to whom, or take: of a new one without an id.
func (s *Policies) Preview(ctx context.Context, reach access.Reach, id access.PolicyID, d PolicyDraft) (PolicyEffect, error) {
	if err := reach.For(access.PolicyEdit); err != nil {
		return PolicyEffect{}, err
	}
	d, err := d.checked()
	if err != nil {
		return PolicyEffect{}, err
	}
	return s.store.PreviewPolicy(ctx, reach, id, d)
}

// Save makes a policy, or changes one; who holds it has that from their next
// request on. Nobody gives more than they have, and nothing to themselves.
func (s *Policies) Save(ctx context.Context, reach access.Reach, id access.PolicyID, e PolicyEdit) (access.PolicyID, error) {
	if err := reach.For(access.PolicyEdit); err != nil {
		return "", err
	}
	var err error
	if e.PolicyDraft, err = e.checked(); err != nil {
		return "", err
	}
	if e.Reason, err = reasoned(e.Reason); err != nil {
		return "", err
	}
	return s.store.SavePolicy(ctx, reach, id, e)
}

// PreviewEnd tells what the end of a policy would take from whom.
func (s *Policies) PreviewEnd(ctx context.Context, reach access.Reach, id access.PolicyID) (PolicyEffect, error) {
	if err := reach.For(access.PolicyEdit); err != nil {
		return PolicyEffect{}, err
	}
	return s.store.PreviewPolicyEnd(ctx, reach, id)
}

// End ends a policy, and with it every grant of it.
func (s *Policies) End(ctx context.Context, reach access.Reach, id access.PolicyID, e PolicyEdit) error {
	if err := reach.For(access.PolicyEdit); err != nil {
		return err
	}
	var err error
	if e.Reason, err = reasoned(e.Reason); err != nil {
		return err
	}
	return s.store.EndPolicy(ctx, reach, id, e)
}

// checked is the draft as it is kept, or what is wrong with it.
func (d PolicyDraft) checked() (PolicyDraft, error) {
	var wrong []fault.Problem
	name, err := groupName(d.Name)
	if err != nil {
		wrong = append(wrong, fault.Fields(err)...)
	}
	d.Name = name
	d.Groups = slices.Compact(slices.Sorted(slices.Values(d.Groups)))
	d.People = slices.Compact(slices.Sorted(slices.Values(d.People)))
	var places []PolicyPlace
	for _, place := range d.Places { // each place once, the last word about it
		places = slices.DeleteFunc(places, func(p PolicyPlace) bool { return p.Spot == place.Spot })
		places = append(places, place)
	}
	d.Places = places
	switch {
	case d.Role == "":
		wrong = append(wrong, fault.Problem{Field: "role", Sentence: "Choose a role."})
	case len(d.Places) == 0:
		wrong = append(wrong, fault.Problem{Field: "places", Sentence: "Choose at least one place."})
	case len(d.Places) > placesOfPolicy:
		wrong = append(wrong, fault.Problem{Field: "places", Sentence: "Choose at most 50 places."})
	case len(d.Groups)+len(d.People) > holdersOfPolicy:
		wrong = append(wrong, fault.Problem{Field: "people", Sentence: "Choose at most 100 holders."})
	case !d.From.IsNone() && !d.Until.IsNone() && d.Until < d.From:
		wrong = append(wrong, fault.Problem{Field: "until", Sentence: "The last day cannot lie before the first one."})
	}
	if len(wrong) > 0 {
		return d, fault.Invalidf(wrong...)
	}
	return d, nil
}

// ForPolicies tells whether a policy can give a role: any that is no base role
// and that does not go its own way.
func ForPolicies(role access.Role) bool { return role.Rank == 0 && Givable(role) }
