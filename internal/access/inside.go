package access

import "time"

// Working in a client: somebody whose access goes beyond their organization
// asks under the address of a client of it. They hold the same grants as
// always, but every reach is cut to that client and what lies below it, so that
// nothing of their own organization or of another client comes into it.

// Inside is the facts of somebody who works in a client of their organization.
func (f Facts) Inside(client OrgID, at Path) Facts {
	f.actor.Master, f.actor.Organization, f.actor.Client = f.actor.Own(), client, at
	return f
}

// As is facts that were loaded anew for an actor who asked before: in the same
// request, with the same token, and in the same client where they work in one.
func (f Facts) As(a Actor) Facts {
	f = f.Asked(a.RequestID, a.Token)
	if a.Master != "" {
		f = f.Inside(a.Organization, a.Client)
	}
	return f
}

// Own is the actor's own organization, wherever they ask.
func (a Actor) Own() OrgID {
	if a.Master != "" {
		return a.Master
	}
	return a.Organization
}

// Inside is the client that the actor works in; empty in their own organization.
func (a Actor) Inside() OrgID {
	if a.Master != "" {
		return a.Organization
	}
	return ""
}

// Holds tells whether anything is held now besides what everybody holds over themselves.
func (f Facts) Holds(now time.Time) bool {
	for _, p := range Permissions() {
		if p != SelfView && p != SelfEdit && f.Can(p, now) {
			return true
		}
	}
	return false
}

// confine cuts the block to a client and what lies below it; false where
// nothing is left. Without a client it stays as it is.
func (b *Block) confine(client Path) bool {
	if client == "" || b.Self != "" {
		return true
	}
	lo, hi := Beyond.Range(client)
	if !b.IsRange() { // a purchase or a team, which hangs off an organization
		at := b.grant.Node.Path
		return lo <= at && at < hi
	}
	b.Lo, b.Hi = max(b.Lo, lo), min(b.Hi, hi)
	return b.Lo < b.Hi
}
