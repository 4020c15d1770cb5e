package web

import "github.com/a-h/templ"

// Figure is one number of a page with what it means and the list behind it.
type Figure struct {
	ID    string // of the element, and of what it is about
	Icon  string
	Label string
	Value string
	Note  string        // below the number, such as what it is out of
	About string        // its definition
	To    templ.SafeURL // the list behind it; empty where the reader has none
	Trend *Trend        // how it has changed; only where the past is known exactly
}

// Trend is a change against the time before.
type Trend struct {
	Text string // with its sign
	Up   bool
	// LessIsBetter tells that going down is the good direction, as with what is overdue.
	LessIsBetter bool
}

// class gives a change the colour of what it means; its arrow and its sign say
// the direction.
func (t Trend) class() string {
	switch {
	case t.Up != t.LessIsBetter:
		return "up"
	case t.LessIsBetter:
		return "bad"
	}
	return ""
}
