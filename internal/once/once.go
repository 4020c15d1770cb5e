// Package once makes a request that is sent again do its work once. A client
// gives such a request a key of its own (the header Idempotency-Key): the same
// request with the same key is answered as it was the first time. That work
// was done is noted in the very transaction that does it, so that a process
// that dies between commit and answer leaves no doubt behind.
package once

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// KeyFor is how long a key stands for its request; claimFor is how long one
// that does not end keeps others waiting: longer than any request may take.
const (
	KeyFor   = 24 * time.Hour
	claimFor = 5 * time.Minute
)

// Header is where the key stands.
const Header = "Idempotency-Key"

const longestKey = 200

// Why a request with a key is refused.
var (
	ErrKey      = fault.Field(Header, "Use letters, digits and signs, at most 200 of them.")
	ErrUsed     = fault.Field(Header, "This key was used for another request. Use a new one.")
	ErrRunning  = fault.New(fault.Conflict, "The request with this key is being worked on. Ask again in a moment.")
	ErrLost     = fault.New(fault.Conflict, "The request with this key was done, but its answer is not known any more. Look at what there is now.")
	ErrTakenOut = fault.New(fault.Conflict, "This request took too long and another with the same key took its place. Nothing was done.")
)

// Request is what a key stands for.
type Request struct {
	Key       string
	Operation string // method and path
	BodyHash  string
}

// NewRequest checks a key and makes the request that it stands for.
func NewRequest(key, operation string, body []byte) (Request, error) {
	if key == "" || !utf8.ValidString(key) || utf8.RuneCountInString(key) > longestKey {
		return Request{}, ErrKey
	}
	for _, c := range key {
		if !unicode.IsPrint(c) || c == unicode.ReplacementChar {
			return Request{}, ErrKey
		}
	}
	sum := sha256.Sum256(body)
	return Request{Key: key, Operation: operation, BodyHash: hex.EncodeToString(sum[:])}, nil
}

// Answer is what was answered.
type Answer struct {
	Status   int
	Location string
	Body     string
}

// Claim is the right to do the work of a request. Until is also its mark: who
// took the work over has another.
type Claim struct {
	Realm   access.RealmID
	Account access.AccountID
	Request
	At    time.Time
	Until time.Time
}

// Store keeps keys.
type Store interface {
	// ClaimRequest gives the earlier answer where there is one; with none and no
	// failure the claim is the caller's.
	ClaimRequest(ctx context.Context, c Claim, oldest time.Time) (*Answer, error)
	// AnswerRequest keeps what was answered to a claim.
	AnswerRequest(ctx context.Context, c Claim, a Answer) error
	// DropRequest forgets a claim whose work was not done.
	DropRequest(ctx context.Context, c Claim) error
	SweepRequests(ctx context.Context, oldest time.Time) error
}

// Service keeps requests with a key from being done twice.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService makes the service over a store.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now}
}

// Do answers a request: as it was answered before, or by doing it. work gets a
// context that marks its transaction; it tells the answer, or fails. A failure
// that comes before anything was done frees the key.
func (s *Service) Do(ctx context.Context, reach access.Reach, rq Request, work func(context.Context) (Answer, error)) (answer Answer, again bool, err error) {
	actor, now := reach.Actor(), s.now().UTC().Truncate(time.Microsecond)
	if client := actor.Inside(); client != "" { // the same words mean something else in each client
		rq.Operation += " in " + string(client)
	}
	claim := Claim{Realm: actor.Realm, Account: actor.Account, Request: rq, At: now, Until: now.Add(claimFor)}
	earlier, err := s.store.ClaimRequest(ctx, claim, now.Add(-KeyFor))
	if err != nil {
		return Answer{}, false, err
	}
	if earlier != nil {
		return *earlier, true, nil
	}
	answer, err = work(context.WithValue(ctx, claimKey{}, &claim))
	// The client may be gone; what was answered is kept all the same.
	after := context.WithoutCancel(ctx)
	if err != nil {
		if failed := s.store.DropRequest(after, claim); failed != nil {
			return Answer{}, false, failed
		}
		return Answer{}, false, err
	}
	return answer, false, s.store.AnswerRequest(after, claim, answer)
}

// Sweep forgets keys that are a day old.
func (s *Service) Sweep(ctx context.Context) error {
	return s.store.SweepRequests(ctx, s.now().Add(-KeyFor))
}

type claimKey struct{}

// ClaimOf is the claim that a context works for; nil where it works for none.
func ClaimOf(ctx context.Context) *Claim {
	c, _ := ctx.Value(claimKey{}).(*Claim)
	return c
}
