package org

// Brand is how an organization's pages, prints and letters look.
type Brand struct {
	Accent     Color  // of links and buttons on light pages and on paper; empty: Ambit's
	AccentDark Color  // the same on dark pages; empty: made from Accent
	Logo       string // hash of the logo; empty: none
}

// Dark is the accent on dark pages; empty where it is Ambit's.
func (b Brand) Dark() Color {
	if b.AccentDark == "" && b.Accent != "" {
		return b.Accent.Nearest(OnDark)
	}
	return b.AccentDark
}

// LetterHead is whom an organization's letters come from.
type LetterHead struct {
	Sender  string // the name beside the installation's address; empty: the organization's name
	ReplyTo string // where answers go; empty: nowhere but to the sender
}

// SessionLimits end the sessions of an organization's people earlier than the
// installation does. A session is of a person, who may belong to several
// organizations: the shortest limit of all of them counts.
type SessionLimits struct {
	IdleMinutes int // without a request; zero: the installation's
	TotalHours  int // after signing in; zero: the installation's
}
