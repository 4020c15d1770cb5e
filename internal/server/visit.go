package server

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Visit is what the guard found out about a request. Handlers read it for the
// shell around a page; what they may do comes with the reach they are given.
type Visit struct {
	RequestID string
	Address   string    // of the client, as far as it can be known; for rate limits
	Now       time.Time // the instant that everything in this request is decided at
	Identity  string    // who is signed in; empty: nobody, or a token asks
	Session   Session
	Token     Token
	Account   Account // zero outside an organization
	Facts     access.Facts

	kind       Kind
	pattern    string
	permission access.Permission
}

type visitKey struct{}

func withVisit(ctx context.Context, v *Visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

// VisitOf finds the visit of a request; an empty one, which permits nothing, outside of any.
func VisitOf(ctx context.Context) *Visit {
	if v, ok := ctx.Value(visitKey{}).(*Visit); ok {
		return v
	}
	return &Visit{}
}

// Reach asks the same facts for another permission, for a page that shows two things.
func (v *Visit) Reach(p access.Permission) access.Reach { return v.Facts.For(p, v.Now) }

// Can tells whether the visitor holds a permission; for navigation and buttons only.
func (v *Visit) Can(p access.Permission) bool { return v.Facts.Can(p, v.Now) }

// Pattern is the route that answers, as it stands in the table.
func (v *Visit) Pattern() string { return v.pattern }

// Locale is the language the account is addressed in; empty when nobody chose one.
func (v *Visit) Locale() string {
	if v.Account.Locale != "" {
		return v.Account.Locale
	}
	return v.Account.Organization.Locale
}

// Zone is the time zone the account reads instants in; empty outside an organization.
func (v *Visit) Zone() string {
	if v.Account.Zone != "" {
		return v.Account.Zone
	}
	return v.Account.Organization.Zone
}
