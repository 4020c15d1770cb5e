package access

import (
	"slices"
	"time"
)

// Actor is who asks: an account, or a named piece of the system.
type Actor struct {
	Realm        RealmID
	Account      AccountID
	Learner      LearnerNo
	Organization OrgID  // where the actor asks: in their own organization, or in a client of it
	Home         Path   // where the actor's account is placed
	Master       OrgID  // the actor's own organization while they work in a client (inside.go); else empty
	Client       Path   // of that client; it confines every reach
	System       string // name of a system actor, empty for people
	Token        string // id of the API token that speaks for the account, if one does
	RequestID    string // for the audit
}

// Via tells that a grant is held through a group.
type Via struct {
	Group       GroupID
	Name        string
	From, Until time.Time // of the membership; zero Until: open
}

// Grant is one row: who holds which role where, how far and how long.
type Grant struct {
	ID           GrantID // empty for what follows from a fact (being the buyer)
	Holder       AccountID
	Role         Role
	Node         Node
	Extent       Extent
	From         time.Time
	Until, Ended time.Time // planned and actual end; zero: none
	Via          *Via
	Policy       PolicyID
	GivenBy      string // who gave it, in words for the explanation
	Reason       string
	FollowsHome  bool // a base role's grant: moving the account replaces it
}

// Valid tells whether the grant counts at an instant (I-01).
func (g *Grant) Valid(now time.Time) bool {
	return within(g.From, g.Until, now) && (g.Ended.IsZero() || now.Before(g.Ended)) &&
		(g.Via == nil || within(g.Via.From, g.Via.Until, now))
}

func within(from, until, now time.Time) bool {
	return !now.Before(from) && (until.IsZero() || now.Before(until))
}

// block is what the grant gives for a permission, over everything (any) or
// only over what the holder owns; ok is false when it gives nothing.
func (g *Grant) block(p Permission) (b Block, ok bool) {
	any := g.Role.Any.Has(p)
	if !any && !g.Role.Own.Has(p) || !p.GrantableAt(g.Node.Kind) {
		return Block{}, false
	}
	b = Block{Own: !any, grant: g}
	switch g.Node.Kind {
	case AtPurchase:
		b.Purchase, b.Activities = PurchaseID(g.Node.ID), g.Node.Activities
	case AtTeam:
		b.Team = TeamID(g.Node.ID)
	default:
		b.Lo, b.Hi = g.Extent.Range(g.Node.Path)
	}
	return b, true
}

// Facts are everything about an actor that decides their access, loaded once a
// request. Nothing about authority is kept between requests (I-23).
type Facts struct {
	actor    Actor
	revision int64
	grants   []Grant
	mask     Set
}

// NewFacts collects an actor's grants and the revision of their organization
// at which they were read.
func NewFacts(actor Actor, revision int64, grants []Grant) Facts {
	return Facts{actor: actor, revision: revision, grants: slices.Clone(grants), mask: All()}
}

// Narrow keeps only some permissions, for an API token; it never widens.
func (f Facts) Narrow(to Set) Facts {
	f.mask &= to
	return f
}

// Asked says in which request, and with which API token if any, the actor
// asks; it decides nothing and stands in the audit.
func (f Facts) Asked(requestID, token string) Facts {
	f.actor.RequestID, f.actor.Token = requestID, token
	return f
}

// Actor tells whose facts these are.
func (f Facts) Actor() Actor { return f.actor }

// Grants lists what the actor holds, also what is not valid now.
func (f Facts) Grants() []Grant { return f.grants }

// For computes what the actor gets for a permission now: the union of the
// blocks of every valid grant whose role has it (I-01); nothing but oneself
// without a grant (I-03).
func (f Facts) For(p Permission, now time.Time) Reach {
	r := Reach{actor: f.actor, permission: p, at: now, revision: f.revision, grants: f.grants, mask: f.mask}
	if !f.mask.Has(p) {
		return r
	}
	if (p == SelfView || p == SelfEdit) && f.actor.Account != "" {
		r.blocks = []Block{{Self: f.actor.Account}}
		return r
	}
	for i := range f.grants {
		g := &f.grants[i]
		if !g.Valid(now) {
			continue
		}
		if b, ok := g.block(p); ok && b.confine(f.actor.Client) {
			r.blocks = append(r.blocks, b)
		}
	}
	return r
}

// Can tells whether For would give anything; for navigation, badges and buttons.
func (f Facts) Can(p Permission, now time.Time) bool { return f.For(p, now).For(p) == nil }

// System is the facts of a named actor without an account: the least that a
// piece of work without a user needs, over one part of a realm's tree.
func System(name string, realm RealmID, over Path, ps ...Permission) Facts {
	role := Role{Key: RoleKey("system:" + name), Name: name, Any: SetOf(ps...)}
	return NewFacts(Actor{Realm: realm, Home: over, System: name}, 0, []Grant{{
		Role: role, Node: Node{Kind: AtOrganization, Path: over}, Extent: Within, Reason: name,
	}})
}
