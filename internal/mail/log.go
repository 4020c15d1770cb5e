package mail

import (
	"context"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/language"
)

// State is what has become of a letter.
type State string

// The states of a letter.
const (
	Waiting   State = "waiting"
	Sent      State = "sent"
	Failed    State = "failed"
	NotWanted State = "not_needed" // its cause was over before it was sent
)

// Entry is a letter as the log of an organization shows it: never its text,
// which may hold a link that only its reader may follow.
type Entry struct {
	ID           string
	Realm        access.RealmID
	Organization access.OrgID
	Kind, To     string
	Subject      string
	About        About
	Title        string            // of what it is about: the product of a seat or a purchase
	Purchase     access.PurchaseID // of which
	Recipient    access.AccountID
	Buyer        access.AccountID // of the purchase
	State        State
	Reason       string // of the last failure
	Attempt      int
	Created      time.Time
	Due          time.Time // when it is tried next
	Ended        time.Time // when it was sent, or given up
	Facts        map[string]string
	Locale       string // of the recipient, else of the organization
	Slug         string // of the organization
	Address      string // of the recipient's account now; empty without one
}

// LogQuery asks for a page of the log, the latest first.
type LogQuery struct {
	Q      string // looks into addresses and subjects
	State  State  // empty: all
	Kind   string // empty: all
	Cursor string // id of the last letter of the page before
	Limit  int
}

// Size is the page's size in bounds.
func (q LogQuery) Size() int {
	if q.Limit <= 0 || q.Limit > 200 {
		return 50
	}
	return q.Limit
}

// LogPage is a page of the log; Total counts all that the query finds.
type LogPage struct {
	Items []Entry
	Next  string
	Total int
	Kinds []string // that there are letters of
}

// LogStore keeps the log. A letter that lies outside the reach does not exist.
type LogStore interface {
	MailLog(ctx context.Context, reach access.Reach, q LogQuery) (LogPage, error)
	LoggedLetter(ctx context.Context, reach access.Reach, id string) (Entry, error)
	// PostAgain posts a letter that was written again, with the audit event of who asked for it.
	PostAgain(ctx context.Context, reach access.Reach, of Entry, letter Message) error
	// EnqueueAgain has a letter written again by the job of its package.
	EnqueueAgain(ctx context.Context, reach access.Reach, of Entry, job string, payload any) error
}

// Rewriting says how letters are written again.
type Rewriting struct {
	// Words are the letters without a secret, by kind.
	Words map[string]map[language.Tag]Words
	// Page finds where the button of such a letter leads; empty: it has none.
	Page func(Entry) string
	// Job finds the job that writes a letter with a link of its own.
	Job func(Entry) (kind string, payload any, ok bool)
	// Seat sends the invitation to a seat, or another one, again; asks gives what the asker holds.
	Seat func(ctx context.Context, asks func(access.Permission) access.Reach, of Entry) error
	// Seats are the kinds of letters that invite.
	Seats []string
}

// Why a letter is not sent again.
var (
	ErrNotAgain = fault.New(fault.Conflict, "This letter cannot be sent again from here. Its reader can ask for a new one on the sign-in page.")
	ErrWaiting  = fault.New(fault.Conflict, "This letter is still waiting to be sent.")
	ErrNobody   = fault.New(fault.Conflict, "The account that this letter went to has no e-mail address any more.")
)

// Log shows the letters of organizations to those who may look after them.
type Log struct {
	store LogStore
	again Rewriting
}

// NewLog makes it.
func NewLog(store LogStore, again Rewriting) *Log { return &Log{store, again} }

// Again tells whether a letter can be written again from here.
func (l *Log) Again(e Entry) bool {
	if _, ok := l.again.Words[e.Kind]; ok || slices.Contains(l.again.Seats, e.Kind) {
		return true
	}
	_, _, ok := l.again.Job(e)
	return ok
}

// Letters lists the letters of the organizations in the asker's reach.
func (l *Log) Letters(ctx context.Context, reach access.Reach, q LogQuery) (LogPage, error) {
	if err := reach.For(access.MailView); err != nil {
		return LogPage{}, err
	}
	return l.store.MailLog(ctx, reach, q)
}

// Resend writes a letter again from what it was written from, in the reader's
// language and to the address that they have now, and posts it as a new one. An
// invitation gets a new link.
func (l *Log) Resend(ctx context.Context, asks func(access.Permission) access.Reach, id string) error {
	reach := asks(access.MailResend)
	if err := reach.For(access.MailResend); err != nil {
		return err
	}
	e, err := l.store.LoggedLetter(ctx, reach, id)
	if err != nil {
		return err
	}
	if e.State == Waiting {
		return ErrWaiting
	}
	if slices.Contains(l.again.Seats, e.Kind) {
		return l.again.Seat(ctx, asks, e)
	}
	if kind, payload, ok := l.again.Job(e); ok {
		return l.store.EnqueueAgain(ctx, reach, e, kind, payload)
	}
	words, ok := l.again.Words[e.Kind]
	if !ok {
		return ErrNotAgain
	}
	to := e.To
	if e.Recipient != "" {
		if to = e.Address; to == "" {
			return ErrNobody
		}
	}
	m := Compose(e.Kind, e.Locale, words, e.Facts, l.again.Page(e))
	m.Realm, m.Organization, m.To, m.Recipient, m.About = e.Realm, e.Organization, to, e.Recipient, e.About
	return l.store.PostAgain(ctx, reach, e, m)
}
