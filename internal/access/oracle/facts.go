package oracle

import "github.com/ambit-lms/ambit/internal/access"

// Realm is the realm that every world says it is.
const Realm access.RealmID = 1

// OrganizationPath is the organization's place in the tree, as access knows it.
func (w *World) OrganizationPath(id access.OrgID) access.Path {
	o := w.Organization(id)
	if o.Parent == "" {
		return access.Root
	}
	return w.OrganizationPath(o.Parent).Organization(o.No)
}

// LocationPath is the location's.
func (w *World) LocationPath(id access.LocationID) access.Path {
	l := w.Location(id)
	if l.Parent == "" {
		return w.OrganizationPath(l.Organization).Location(l.No)
	}
	return w.LocationPath(l.Parent).Location(l.No)
}

// Home is the path of a location, or of the organization where there is none.
func (w *World) Home(org access.OrgID, location access.LocationID) access.Path {
	if location == "" {
		return w.OrganizationPath(org)
	}
	return w.LocationPath(location)
}

// Facts are what the account holds, in the form that access decides from.
func (w *World) Facts(account access.AccountID) access.Facts {
	return access.NewFacts(w.Actor(account), 1, w.HeldBy(account))
}

// Actor is the account as access knows it.
func (w *World) Actor(account access.AccountID) access.Actor {
	p := w.Person(account)
	return access.Actor{
		Realm: Realm, Account: p.ID, Learner: p.No,
		Organization: p.Organization, Home: w.Home(p.Organization, p.Location),
	}
}

// HeldBy lists the account's grants, valid or not: once for every time that
// the account belonged to the group of a grant.
func (w *World) HeldBy(account access.AccountID) []access.Grant {
	if w.Person(account).Suspended {
		return nil
	}
	var out []access.Grant
	for _, g := range append(w.bought(account), w.Grants...) {
		if g.Account == account {
			out = append(out, w.grant(g, account, nil))
		}
		if g.Group == "" {
			continue
		}
		for _, m := range w.Group(g.Group).Members {
			if m.Account == account {
				via := access.Via{Group: g.Group, Name: string(g.Group), From: m.From, Until: m.Until}
				out = append(out, w.grant(g, account, &via))
			}
		}
	}
	return out
}

func (w *World) grant(g Grant, holder access.AccountID, via *access.Via) access.Grant {
	return access.Grant{
		ID: g.ID, Holder: holder, Role: w.Role(g.Role), Node: w.node(g.Place), Extent: g.Place.Extent,
		From: g.From, Until: g.Until, Ended: g.Ended, Via: via, Policy: g.Policy, FollowsHome: g.FollowsHome,
	}
}

func (w *World) node(at Place) access.Node {
	n := access.Node{Kind: at.Kind, ID: at.Node, Label: at.Node}
	switch at.Kind {
	case access.AtPurchase:
		p := w.Purchase(access.PurchaseID(at.Node))
		n.Path, n.Owner, n.Activities = w.OrganizationPath(p.Organization), p.Buyer, p.Activities
	case access.AtTeam:
		t := w.Team(access.TeamID(at.Node))
		n.Path, n.Owner = w.OrganizationPath(t.Organization), t.Owner
	case access.AtLocation:
		n.Path = w.LocationPath(access.LocationID(at.Node))
	default:
		n.Path = w.OrganizationPath(access.OrgID(at.Node))
	}
	return n
}

// Placement is where the learner stands now.
func (w *World) Placement(learner access.AccountID) access.Placement {
	p := w.Person(learner)
	l := access.Placement{Account: p.ID, Home: w.Home(p.Organization, p.Location)}
	for _, purchase := range w.Purchases {
		for _, s := range purchase.Assigned {
			if s.Account == learner && s.State == Redeemed {
				l.Purchases = append(l.Purchases, purchase.ID)
			}
		}
	}
	for _, t := range w.Teams {
		if w.belongs(t.Members, learner) {
			l.Teams = append(l.Teams, t.ID)
		}
	}
	return l
}

// Access is the thing as access knows it.
func (w *World) Access(t Thing) access.Thing {
	out := access.Thing{Place: w.Home(t.Organization, t.Location), Owner: t.Owner}
	switch t.Kind {
	case "purchase":
		out.Purchase = access.PurchaseID(t.ID)
	case "team":
		out.Team = access.TeamID(t.ID)
	}
	return out
}
