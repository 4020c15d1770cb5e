package access

import (
	"fmt"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/fault"
)

// Block is learners × activities. Exactly one of Self, Purchase, Team and the
// range Lo…Hi is set. Blocks are never merged into one rectangle: a learner
// who is only in one purchase never shows the activities of another (M-008).
type Block struct {
	Self     AccountID
	Lo, Hi   Path // learners whose home lies in the half-open range
	Purchase PurchaseID
	Team     TeamID
	// Activities of the purchase's product; other kinds of block have all activities.
	Activities []ActivityNo
	// Own blocks hold only things whose owner is the actor, and no learners.
	Own bool

	grant *Grant // nil for oneself
}

// Grant tells which grant the block comes from.
func (b Block) Grant() Grant {
	if b.grant == nil {
		return Grant{}
	}
	return *b.grant
}

// IsRange tells whether the block is a part of the tree.
func (b Block) IsRange() bool { return b.Hi != "" }

// Placement is where a learner stands: one home, teams, and the purchases they
// hold a redeemed seat of, live or ended by date.
type Placement struct {
	Account   AccountID
	Home      Path
	Purchases []PurchaseID
	Teams     []TeamID
}

// coversLearner is the predicate that store/visible.go says in SQL.
func (b *Block) coversLearner(l *Placement) bool {
	switch {
	case b.Own:
		return false
	case b.Self != "":
		return b.Self == l.Account
	case b.Purchase != "":
		return slices.Contains(l.Purchases, b.Purchase)
	case b.Team != "":
		return slices.Contains(l.Teams, b.Team)
	}
	return b.Lo <= l.Home && l.Home < b.Hi
}

func (b *Block) coversActivity(a ActivityNo) bool {
	if b.Purchase == "" {
		return true
	}
	_, found := slices.BinarySearch(b.Activities, a)
	return found
}

// Thing is what is not a learner: it has a place, an owner, or is itself a
// purchase or a team. Place is the path of its organization or location.
type Thing struct {
	Place    Path
	Purchase PurchaseID
	Team     TeamID
	Owner    AccountID
}

// Reach is the answer for one actor and one permission: the blocks they get.
// Its zero value permits nothing and reaches nobody. Only Facts make one.
type Reach struct {
	actor      Actor
	permission Permission
	at         time.Time
	revision   int64
	blocks     []Block
	// What it was decided from, for Also.
	grants []Grant
	mask   Set
}

// For checks that the reach was made for p and holds anything at all. Every
// service method begins with it.
func (r Reach) For(p Permission) error {
	if p == None || r.permission != p {
		return fmt.Errorf("reach for %s used where %s is needed", r.permission, p)
	}
	if len(r.blocks) == 0 {
		return fault.ErrForbidden
	}
	return nil
}

// Actor tells who asks.
func (r Reach) Actor() Actor { return r.actor }

// Permission tells what for.
func (r Reach) Permission() Permission { return r.permission }

// At is the instant the reach was decided at.
func (r Reach) At() time.Time { return r.at }

// Revision is that of the actor's organization when the facts were read; a
// write that finds it moved asks for the facts again.
func (r Reach) Revision() int64 { return r.revision }

// Blocks lists what the reach is made of.
func (r Reach) Blocks() []Block { return slices.Clone(r.blocks) }

// With is the part of the reach that comes from roles which have another
// permission too; what the system reaches, it does with all.
func (r Reach) With(p Permission) Reach {
	part := r
	part.blocks = nil
	for _, b := range r.blocks {
		if b.grant == nil || !b.Own && b.grant.Role.Any.Has(p) || b.Own && b.grant.Role.Own.Has(p) {
			part.blocks = append(part.blocks, b)
		}
	}
	return part
}

// Also is what the same actor gets for another permission by the same facts at
// the same instant. It is for checks on what somebody hands on (I-06), which
// hold every permission of a role against the giver's own.
func (r Reach) Also(p Permission) Reach {
	return Facts{actor: r.actor, revision: r.revision, grants: r.grants, mask: r.mask}.For(p, r.at)
}

// IsEmpty tells whether the permission is missing.
func (r Reach) IsEmpty() bool { return len(r.blocks) == 0 }

// Covers tells whether a learner lies in the reach.
func (r Reach) Covers(l Placement) bool {
	for i := range r.blocks {
		if r.blocks[i].coversLearner(&l) {
			return true
		}
	}
	return false
}

// CoversCell tells whether the learner's state in an activity lies in the
// reach: one block must hold both (M-008, Q-31).
func (r Reach) CoversCell(l Placement, a ActivityNo) bool {
	for i := range r.blocks {
		if r.blocks[i].coversLearner(&l) && r.blocks[i].coversActivity(a) {
			return true
		}
	}
	return false
}

// CoversThing tells whether a thing lies in the reach; owned tells that it
// does so only because the actor owns it.
func (r Reach) CoversThing(t Thing) (covered, owned bool) {
	for i := range r.blocks {
		b := &r.blocks[i]
		switch {
		case b.Self != "":
			continue
		case b.Purchase != "" && b.Purchase != t.Purchase,
			b.Team != "" && b.Team != t.Team,
			b.IsRange() && (t.Place < b.Lo || t.Place >= b.Hi):
			continue
		case b.Own && (t.Owner == "" || t.Owner != r.actor.Account):
			continue
		case !b.Own:
			return true, false
		}
		covered, owned = true, true
	}
	return covered, owned
}

// SameBlocks tells whether two reaches hold the same learners and activities
// by the same blocks, whatever they are for.
func (r Reach) SameBlocks(o Reach) bool {
	return r.actor.Realm == o.actor.Realm && r.actor.Account == o.actor.Account && slices.EqualFunc(r.blocks, o.blocks, func(a, b Block) bool {
		return a.Self == b.Self && a.Lo == b.Lo && a.Hi == b.Hi && a.Purchase == b.Purchase && a.Team == b.Team && a.Own == b.Own &&
			slices.Equal(a.Activities, b.Activities)
	})
}

// Owned is the part of the reach that holds only what the actor owns, such as
// the purchases they bought, for pages about one's own.
func (r Reach) Owned() Reach {
	var own []Block
	for _, b := range r.blocks {
		if b.Own {
			own = append(own, b)
		}
	}
	r.blocks = own
	return r
}

// Carries says which details of a learner the reach has: a purchase block has
// no location, team or last-seen, so they can be neither shown nor asked for.
type Carries struct{ Location, Team, LastSeen, AllActivities bool }

// Carries tells what at least one block of the reach carries.
func (r Reach) Carries() Carries {
	var c Carries
	for _, b := range r.blocks {
		if b.Own {
			continue
		}
		c.Location = c.Location || b.IsRange() || b.Self != ""
		c.LastSeen = c.LastSeen || b.Purchase == ""
		c.AllActivities = c.AllActivities || b.Purchase == ""
		c.Team = c.Team || b.IsRange() || b.Team != ""
	}
	return c
}

// Activities lists the activities that some block shows; all tells that every one is.
func (r Reach) Activities() (nos []ActivityNo, all bool) {
	for _, b := range r.blocks {
		if b.Own {
			continue
		}
		if b.Purchase == "" {
			return nil, true
		}
		nos = append(nos, b.Activities...)
	}
	slices.Sort(nos)
	return slices.Compact(nos), false
}
