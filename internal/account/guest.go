package account

import "github.com/ambit-lms/ambit/internal/access"

// Guest is the person whom a link of another package was sent to, a seat's or
// an invitation's, as far as Ambit knows them.
type Guest struct {
	Account     access.AccountID // empty: they have no account in the organization yet
	Status      Status
	Name        Name
	Identity    IdentityID // empty: nobody signs in with the address yet
	HasPassword bool
	Proven      bool // the link went to the address that they sign in with, or will
}

// Way is how somebody who holds such a link goes on.
type Way string

// The ways.
const (
	ByFirstPassword Way = "first"  // nobody signs in with the address: they choose a password
	BySignIn        Way = "signin" // somebody does: they have to be that person
	AsSignedIn      Way = "accept" // that person is signed in
	AsSomebodyElse  Way = "other"  // somebody else is
)

// WayOf tells how a visitor goes on; visitor is empty where nobody is signed in.
// A link alone never opens, or changes, what an identity with a password has.
func (g Guest) WayOf(visitor IdentityID) Way {
	switch {
	case visitor != "" && visitor == g.Identity:
		return AsSignedIn
	case visitor != "":
		return AsSomebodyElse
	case g.HasPassword || !g.Proven:
		return BySignIn
	}
	return ByFirstPassword
}
