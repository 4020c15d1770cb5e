package server

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Authority tells who asks. Secrets come as the client sent them; whoever
// fulfils this keeps and compares only their hashes.
type Authority interface {
	// Session finds the live session of a cookie; Unauthenticated when there is none.
	Session(ctx context.Context, secret string) (Session, error)
	// Token finds the account of a live API token; Unauthenticated when there is none.
	Token(ctx context.Context, secret string) (Token, error)
	// Account finds the account that an identity may use in the organization
	// of a slug; NotFound when it has none there or may not use it now.
	Account(ctx context.Context, identity, slug string) (Account, error)
	// Client finds how an account works in the client organization of a slug;
	// NotFound where its access does not go that far.
	Client(ctx context.Context, account Account, slug string) (Account, error)
	// Accounts lists every account that an identity may use now.
	Accounts(ctx context.Context, identity string) ([]Account, error)
	// Facts loads what an account holds. It is asked once a request, so that
	// access taken away is gone on the next one (I-23).
	Facts(ctx context.Context, realm access.RealmID, account access.AccountID) (access.Facts, error)
}

// Session is one signed-in browser.
type Session struct {
	ID       string
	Identity string
	Expires  time.Time
}

// Token is an API token with the account it speaks for.
type Token struct {
	ID       string
	ReadOnly bool
	Account  Account
}

// Account is one person in one organization, as far as a request needs to know.
type Account struct {
	Realm        access.RealmID
	ID           access.AccountID
	Name         string // shown in the shell; never logged
	Locale, Zone string // the person's own; empty: the organization's
	Organization Organization
	// Own is the account's own organization while it works in a client of it; nil at home.
	Own *Organization
}

// Organization is where a request takes place.
type Organization struct {
	ID           access.OrgID
	Slug, Name   string
	Path         access.Path
	Locale, Zone string
	Shut         bool // its own people cannot work in it now; those of its master can
	Ended        bool // it can be read and not changed
	// Accent and AccentDark are its colours, Logo names its logo; empty: Ambit's.
	Accent, AccentDark, Logo string
}
