// Package job does work later: a job is a kind, a payload of ids and a
// function that may run twice. Jobs are enqueued in the transaction of their
// cause and give up loudly.
package job

import (
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Job is one piece of work. Payload is stored as JSON and holds ids, not copies.
type Job struct {
	ID      string
	Realm   access.RealmID // zero: of the installation
	Kind    string         // as in "mail.send"
	Payload []byte
	RunAt   time.Time
	Attempt int
}
