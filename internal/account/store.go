package account

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/org"
)

// Store keeps people. Every method that changes something is one whole
// transaction with its audit events.
type Store interface {
	identities
	sessions
	links
	people
	management
	tokens
	// Sweep removes what has served its purpose; window is that of tries.
	Sweep(ctx context.Context, idle, window time.Duration) error
}

type identities interface {
	// CountTry counts a try against every bucket, or against none and tells how
	// long to wait when one is full. Concurrent tries are counted one by one.
	CountTry(ctx context.Context, buckets []Bucket, window time.Duration) (wait time.Duration, err error)
	IdentityByEmail(ctx context.Context, folded string) (Identity, error)
	IdentityByID(ctx context.Context, id IdentityID) (Identity, error)
	IdentityOf(ctx context.Context, realm access.RealmID, id ID) (Identity, error)
	// ReplaceHash stores the same password under newer parameters, unless it was changed meanwhile.
	ReplaceHash(ctx context.Context, id IdentityID, old, hash string) error
	// ChangePassword sets another password and ends every session but one, unless
	// the password was changed meanwhile.
	ChangePassword(ctx context.Context, actor access.Actor, id IdentityID, old, hash string, keep SessionID) error
}

type sessions interface {
	// NoteRefusal notes a wrong password for an identity, or for none where the
	// address is nobody's.
	NoteRefusal(ctx context.Context, id IdentityID, network string) error
	OpenSession(ctx context.Context, s Session, tokenHash string) error
	SessionByToken(ctx context.Context, tokenHash string) (Session, error)
	UseSession(ctx context.Context, id SessionID) error
	CloseSession(ctx context.Context, tokenHash string) error
	Sessions(ctx context.Context, id IdentityID, usedSince time.Time) ([]Session, error)
	// EndSession ends one session of an identity.
	EndSession(ctx context.Context, actor access.Actor, id IdentityID, session SessionID) error
	EndOtherSessions(ctx context.Context, actor access.Actor, id IdentityID, keep SessionID) error
}

type links interface {
	// KeepLink keeps a link and ends earlier ones to the same end; with a letter,
	// that is posted too.
	KeepLink(ctx context.Context, link NewLink, letter *mail.Message) error
	// KeepInstallationLink does so while there is no organization; false otherwise.
	KeepInstallationLink(ctx context.Context, link NewLink) (bool, error)
	// PostLetter posts a letter once, however often it is called with the same id.
	PostLetter(ctx context.Context, letter mail.Message) error
	LinkByToken(ctx context.Context, tokenHash string) (KeptLink, error)
	// SpendPasswordLink uses up a link, sets the password of its identity and
	// ends its sessions. With a first password, accounts that were waiting for
	// their person become active.
	SpendPasswordLink(ctx context.Context, tokenHash, hash string) error
	// SpendSetupLink uses up a link and makes its account active under a name. It
	// sets a password only where hash is not empty and the identity has none.
	SpendSetupLink(ctx context.Context, tokenHash string, name Name, hash string) (Membership, error)
	// SpendInstallationLink uses up a link and creates the first organization
	// and its administrator, while there is none.
	SpendInstallationLink(ctx context.Context, tokenHash string, f Founding, hash string) (Membership, error)
}

type people interface {
	// Found creates the master organization of a new realm and invites its administrator.
	Found(ctx context.Context, actor access.Actor, f Founding, link NewLink) (Membership, error)
	// FoundClient creates a client below an organization in the reach and invites its first administrator by letter.
	FoundClient(ctx context.Context, reach access.Reach, f Founding) (Membership, error)
	Memberships(ctx context.Context, id IdentityID) ([]Membership, error)
	MembershipBySlug(ctx context.Context, id IdentityID, slug string) (Membership, error)
	Membership(ctx context.Context, realm access.RealmID, id ID) (Membership, error)
	MembershipByEmail(ctx context.Context, realm access.RealmID, organization access.OrgID, folded string) (Membership, error)
	Saw(ctx context.Context, realm access.RealmID, id ID) error
	EditProfile(ctx context.Context, reach access.Reach, p Profile) error
	CreateAccount(ctx context.Context, reach access.Reach, n New) (Account, error)
	// ChangeRole replaces a base role. seen, where it is not empty, stands for the effect that was looked
	// at (management.Effect); a change with another one is refused. So does MoveAccount.
	ChangeRole(ctx context.Context, reach access.Reach, id ID, to access.RoleKey, reason, seen string) error
	ChangeStatus(ctx context.Context, reach access.Reach, id ID, to Status, reason string) error
}

// management is what administrators do with the accounts of others. Each looks
// again, in its transaction, whether the account lies in the reach and whether
// it stands above the asker.
type management interface {
	CursorKey(ctx context.Context) ([]byte, error)
	ConditionsOf(ctx context.Context, realm access.RealmID, id access.OrgID) (org.Organization, Conditions, error)
	AccountStandings(ctx context.Context, reach access.Reach, ids []ID) (map[ID]Standing, error)
	ManagedAccount(ctx context.Context, reach access.Reach, id ID) (Managed, error)
	// EditAccount edits an account. Where that takes it from somebody who signs in with its address, tell
	// makes the letter to them, from the account as it was.
	EditAccount(ctx context.Context, reach access.Reach, id ID, e Edit, tell func(was Membership) mail.Message) error
	MoveAccount(ctx context.Context, reach access.Reach, id ID, to access.LocationID, reason, seen string) error
	DeleteAccount(ctx context.Context, reach access.Reach, id ID, reason string) error
	RestoreAccount(ctx context.Context, reach access.Reach, id ID, reason string) error
	// DeletedAccounts lists deleted accounts in the reach from after one on, the latest first.
	DeletedAccounts(ctx context.Context, reach access.Reach, after ID, limit int) ([]Gone, error)
	// SendReset keeps a link and posts its letter, both made for the account as it is then.
	SendReset(ctx context.Context, reach access.Reach, id ID, compose func(Membership) (NewLink, mail.Message, error)) error
	EndAccountSessions(ctx context.Context, reach access.Reach, id ID) error
	InviteAccount(ctx context.Context, reach access.Reach, id ID) error
	RevokeInvitation(ctx context.Context, reach access.Reach, id ID, reason string) error
}

type tokens interface {
	CreateToken(ctx context.Context, actor access.Actor, t NewToken) error
	Tokens(ctx context.Context, realm access.RealmID, id ID) ([]Token, error)
	RevokeToken(ctx context.Context, actor access.Actor, id ID, token TokenID) error
	// TokenBySecret finds a token that was not revoked, with its account.
	TokenBySecret(ctx context.Context, hash string) (Token, Membership, error)
	UseToken(ctx context.Context, realm access.RealmID, token TokenID) error
}

// Founding is a new organization together with its first administrator.
type Founding struct {
	Organization org.Organization
	Name         Name
	Email        string
	Role         access.RoleKey
}
