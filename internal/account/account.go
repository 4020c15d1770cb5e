// Package account is about people: the sign-in identity that stands outside
// the realms (one per e-mail address, with its password and sessions), and the
// accounts that link it to one organization each. What an account may see and
// do is package access's business.
//
// Methods for a signed-in person take their reach. Those that come before
// anybody is signed in (signin.go, link.go, reset.go, setup.go) and those for the person who runs
// Ambit (operator.go) say so.
package account

import (
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// ID and the other ids of what this package keeps.
type (
	ID         = access.AccountID
	IdentityID string // a sign-in identity
	SessionID  string // of a session; not its token
	TokenID    string // of an API token; not its text
)

// Status says where an account stands.
type Status string

// The statuses of an account. Only an active one can be worked in.
const (
	Invited   Status = "invited"
	Active    Status = "active"
	Suspended Status = "suspended"
	Deleted   Status = "deleted" // taken out of use; the name stays, the address is free again
	Erased    Status = "erased"  // its identity was replaced, too
)

// Account is one person in one organization.
type Account struct {
	ID           ID
	Realm        access.RealmID
	Organization access.OrgID
	Learner      access.LearnerNo
	Identity     IdentityID // empty where the person has no address
	ExternalID   string
	Email        string
	GivenName    string
	FamilyName   string
	Name         string // as pages show it
	Status       Status
	BaseRole     access.RoleKey
	Location     access.LocationID
	Home         access.Path
	Locale       string // empty: the organization's
	Zone         string // empty: the organization's
	LastSeen     time.Time
	CreatedAt    time.Time
}

// Membership is an account together with its organization.
type Membership struct {
	Account      Account
	Organization org.Organization
}

// Locale is the one that the person reads in.
func (m Membership) Locale() string {
	if m.Account.Locale != "" {
		return m.Account.Locale
	}
	return m.Organization.Locale
}

// Zone is the one that the person's instants are shown in.
func (m Membership) Zone() string {
	if m.Account.Zone != "" {
		return m.Account.Zone
	}
	return m.Organization.Zone
}

// Identity is a person's one way in, whatever organizations they belong to.
type Identity struct {
	ID           IdentityID
	Email        string
	PasswordHash string // empty: none was set yet
}

// Client is where a request comes from, as the server saw it.
type Client struct {
	Address string // the network address, behind trusted proxies the forwarded one
	Agent   string // what the browser says it is
}

// Settings are what the package has to know from outside.
type Settings struct {
	// PublicURL is the address that links in letters begin with; it is never
	// taken from a request.
	PublicURL string
	// IdleLimit ends a session that was not used for so long; zero: 8 hours.
	IdleLimit time.Duration
	// SessionLimit ends every session after so long; zero: 30 days.
	SessionLimit time.Duration
}

// Service is all of it.
type Service struct {
	store    Store
	settings Settings
	now      func() time.Time
	hasher   *hasher
}

// NewService makes the service.
func NewService(store Store, settings Settings, now func() time.Time) *Service {
	if settings.IdleLimit == 0 {
		settings.IdleLimit = 8 * time.Hour
	}
	if settings.SessionLimit == 0 {
		settings.SessionLimit = 30 * 24 * time.Hour
	}
	return &Service{store: store, settings: settings, now: now, hasher: newHasher()}
}

// What can be in the way. One sentence answers every failed sign-in, and one
// every link that does not work, so that nobody learns what exists.
var (
	ErrSignIn    = fault.New(fault.Unauthenticated, "This e-mail address and password do not belong together.")
	ErrLink      = fault.New(fault.NotFound, "This link was used already or is too old. Ask for a new one.")
	ErrSetUp     = fault.New(fault.Conflict, "This Ambit is set up already. Please sign in.")
	ErrLastAdmin = fault.New(fault.Conflict, "This is the last active Organization Administrator. Appoint another one first.")
	ErrRole      = fault.New(fault.Forbidden, "Your access does not include giving this role here.")
	ErrByToken   = fault.New(fault.Forbidden, "This needs a sign-in; an API token cannot do it.")
)
