// Package audit says who did what to whom. Every change leaves one event, in
// the transaction of the change (I-24); nothing edits or deletes events.
package audit

import "github.com/ambit-lms/ambit/internal/access"

// Event is what an actor did to a subject. Before and After are small values
// that are stored as JSON; they hold no passwords, tokens or their hashes.
type Event struct {
	Organization access.OrgID // whose log it stands in
	Action       string       // as in "reporter.appointed"
	SubjectKind  string       // as in "purchase"
	SubjectID    string
	Before       any
	After        any
	Reason       string
}
