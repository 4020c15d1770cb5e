package oracle

import (
	"fmt"
	"strings"
	"time"

	"github.com/cedar-policy/cedar-go"

	"github.com/ambit-lms/ambit/internal/access"
)

// Cedar is a world said in the Cedar language, decided by its own engine. Each
// grant is a permit (or two: what is there, and what one owns there). The tree
// is a hierarchy of entities in which every extent is a node of its own: a home
// lies Here, Here lies Within, Within an organization lies Beyond it.
type Cedar struct {
	Text     string
	policies *cedar.PolicySet
	entities cedar.EntityMap
	now      cedar.Long
}

// The actions that mean something at a purchase and at a team; all others but
// the two over oneself belong to the tree only.
const leafActions = "learner.view enrollment.view dashboard.view matrix.view report.view report.export report.schedule certification.view"

var (
	purchaseActions = strings.Fields(leafActions + " license.view seat.assign seat.release reporter.assign")
	teamActions     = strings.Fields(leafActions + " team.list team.view team.edit team.share")
)

// InCedar translates the world.
func (w *World) InCedar() (*Cedar, error) {
	c := &Cedar{entities: cedar.EntityMap{}, now: micros(w.Now)}
	c.actions()
	c.tree(w)
	c.leaves(w)
	for _, p := range w.People {
		// One human is two entities: who acts, and who learns.
		home := uid("Here", p.Location)
		if p.Location == "" {
			home = uid("Here", p.Organization)
		}
		c.add(uid("Learner", p.ID), cedar.RecordMap{"account": uid("Account", p.ID)}, home)
		c.add(uid("Account", p.ID), nil)
	}
	c.memberships(w)
	for _, t := range w.Things() {
		place := uid("Here", t.Location)
		if t.Location == "" {
			place = uid("Here", t.Organization)
		}
		record := cedar.RecordMap{}
		if t.Owner != "" {
			record["owner"] = uid("Account", t.Owner)
		}
		c.add(t.uid(), record, place)
		switch t.Kind {
		case "purchase":
			c.put(t.uid(), uid("Purchase", t.ID))
		case "team":
			c.put(t.uid(), uid("Team", t.ID))
		}
	}
	c.Text = w.policyText()
	var err error
	c.policies, err = cedar.NewPolicySetFromBytes("world.cedar", []byte(c.Text))
	return c, err
}

func uid[S ~string](kind cedar.EntityType, id S) cedar.EntityUID {
	return cedar.NewEntityUID(kind, cedar.String(id))
}

func (t Thing) uid() cedar.EntityUID { return uid("Thing", t.Kind+" "+t.ID) }

func micros(t time.Time) cedar.Long { return cedar.Long(t.UnixMicro()) }

func (c *Cedar) add(id cedar.EntityUID, attributes cedar.RecordMap, parents ...cedar.EntityUID) {
	c.entities[id] = cedar.Entity{UID: id, Attributes: cedar.NewRecord(attributes), Parents: cedar.NewEntityUIDSet(parents...)}
}

// put adds a parent to an entity that is there.
func (c *Cedar) put(id, parent cedar.EntityUID) {
	e := c.entities[id]
	var parents []cedar.EntityUID
	for p := range e.Parents.All() {
		parents = append(parents, p)
	}
	e.Parents = cedar.NewEntityUIDSet(append(parents, parent)...)
	c.entities[id] = e
}

func (c *Cedar) actions() {
	for _, p := range access.Permissions() {
		if id := p.String(); !strings.HasPrefix(id, "self.") {
			c.add(uid("Action", id), nil, uid("Action", "at organization"), uid("Action", "at location"))
		}
	}
	for _, id := range purchaseActions {
		c.put(uid("Action", id), uid("Action", "at purchase"))
	}
	for _, id := range teamActions {
		c.put(uid("Action", id), uid("Action", "at team"))
	}
}

func (c *Cedar) tree(w *World) {
	for _, o := range w.Organizations {
		c.add(uid("Here", o.ID), nil, uid("Within", o.ID))
		c.add(uid("Within", o.ID), nil, uid("Beyond", o.ID))
		if o.Parent != "" {
			c.add(uid("Beyond", o.ID), nil, uid("Beyond", o.Parent))
		}
	}
	for _, l := range w.Locations {
		above := uid("Within", l.Parent)
		if l.Parent == "" {
			above = uid("Within", l.Organization)
		}
		c.add(uid("Here", l.ID), nil, uid("Within", l.ID))
		// Nothing but what is within lies beyond a location: it has no clients.
		c.add(uid("Within", l.ID), nil, uid("Beyond", l.ID), above)
	}
}

func (c *Cedar) leaves(w *World) {
	for _, p := range w.Purchases {
		c.add(uid("Purchase", p.ID), nil)
	}
	for _, t := range w.Teams {
		c.add(uid("Team", t.ID), nil)
	}
}

// memberships place learners at purchases and teams. Groups are entities per
// membership, since in Cedar only a policy can tell the time.
func (c *Cedar) memberships(w *World) {
	for _, p := range w.Purchases {
		for _, s := range p.Assigned {
			if s.Account != "" && s.State == Redeemed {
				c.put(uid("Learner", s.Account), uid("Purchase", p.ID))
			}
		}
	}
	for _, t := range w.Teams {
		for _, m := range t.Members {
			if m.Until.IsZero() || m.Until.After(w.Now) {
				c.put(uid("Learner", m.Account), uid("Team", t.ID))
			}
		}
	}
	for _, g := range w.Groups {
		for i, m := range g.Members {
			if !w.Person(m.Account).Suspended {
				c.put(uid("Account", m.Account), uid("Membership", membership(g.ID, i)))
			}
		}
	}
}

func membership(g access.GroupID, i int) string { return fmt.Sprintf("%s %d", g, i) }

// Allows decides; an activity of 0 asks for the learner as such.
func (c *Cedar) Allows(actor access.AccountID, p access.Permission, learner access.AccountID, a access.ActivityNo) (bool, error) {
	return c.decide(actor, p, uid("Learner", learner), a)
}

// Touches decides about a thing.
func (c *Cedar) Touches(actor access.AccountID, p access.Permission, t Thing) (bool, error) {
	return c.decide(actor, p, t.uid(), 0)
}

func (c *Cedar) decide(actor access.AccountID, p access.Permission, resource cedar.EntityUID, a access.ActivityNo) (bool, error) {
	context := cedar.RecordMap{"now": c.now}
	if a != 0 {
		context["activity"] = cedar.Long(a)
	}
	decision, diagnostic := cedar.Authorize(c.policies, c.entities, cedar.Request{
		Principal: uid("Account", actor), Action: uid("Action", p.String()), Resource: resource, Context: cedar.NewRecord(context),
	})
	if len(diagnostic.Errors) > 0 {
		return false, fmt.Errorf("cedar: %v", diagnostic.Errors)
	}
	return bool(decision), nil
}
