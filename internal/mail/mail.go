// Package mail keeps letters until they are sent. A letter is rendered by the
// package whose letter it is and put into the outbox in the transaction of its
// cause; without a mail server it waits there and `ambit mail` lists it.
package mail

import "github.com/ambit-lms/ambit/internal/access"

// Message is one rendered letter to one person.
type Message struct {
	ID           string         // also the Message-ID, so that a second sending is the same letter
	Realm        access.RealmID // zero: of the installation
	Organization access.OrgID
	Kind         string // as in "password.reset"
	To           string // address
	Subject      string
	Text, HTML   string
}
