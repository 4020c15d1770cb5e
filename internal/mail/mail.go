// Package mail keeps letters until they are sent. A letter is rendered by the
// package whose letter it is and put into the outbox in the transaction of its
// cause; without a mail server it waits there and `ambit mail` lists it.
package mail

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Message is one rendered letter to one person.
type Message struct {
	ID           string         // also the Message-ID, so that a second sending is the same letter
	Realm        access.RealmID // zero: of the installation
	Organization access.OrgID
	Kind         string // as in "password.reset"
	To           string // address
	Subject      string
	Text, HTML   string
	About        About
	Recipient    access.AccountID  // empty: an address of nobody's account yet
	Facts        map[string]string // what it was written from, without secrets

	sheet *sheet // what Compose made of its words; nil: none
}

// About names the thing that a letter is about, as in "purchase".
type About struct{ Kind, ID string }

// NotNeeded begins the reason why a letter was given up whose cause was over
// before it could be sent.
const NotNeeded = "not needed any more"

// Letter is a message in the outbox and what has become of it.
type Letter struct {
	Message
	Created   time.Time
	Due       time.Time // when it is tried next
	Sent      time.Time // zero: not yet
	Failed    time.Time // when it was given up; zero: it was not
	Attempt   int
	LastError string
	House     House // that it is sent from; as it is when the letter is claimed
}

// Query says which letters of the outbox to list, the latest first.
type Query struct {
	Waiting bool   // only those neither sent nor given up
	After   string // id of the last letter of the page before
	Limit   int    // zero: 100
}

// Store keeps the outbox.
type Store interface {
	// ClaimLetter takes the letter that is due the longest; false where none is.
	ClaimLetter(ctx context.Context, lease time.Duration) (Letter, bool, error)
	// LetterSent notes that a letter is out. Its text goes: it may hold a link
	// that still works, and nobody needs it here any more.
	LetterSent(ctx context.Context, l Letter) error
	// RetryLetter lets the letter wait until an instant; FailLetter gives it up.
	RetryLetter(ctx context.Context, l Letter, runAt time.Time, reason string) error
	FailLetter(ctx context.Context, l Letter, reason string) error
	Letters(ctx context.Context, q Query) ([]Letter, error)
}

// Outbox shows letters to the person who runs Ambit.
type Outbox struct{ store Store }

// NewOutbox makes one.
func NewOutbox(store Store) *Outbox { return &Outbox{store} }

// List lists letters of the whole installation with their texts. It is for the
// command line, so it takes no reach.
func (o *Outbox) List(ctx context.Context, q Query) ([]Letter, error) {
	if q.Limit <= 0 || q.Limit > 1000 {
		q.Limit = 100
	}
	return o.store.Letters(ctx, q)
}
