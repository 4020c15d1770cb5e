package web

import (
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
)

// searchNeeds is the permission behind the search in the top bar, which leads to Users.
const searchNeeds = access.LearnerView

// heading is the title of the browser's tab.
func (p Page) heading() string {
	switch {
	case p.Shell != nil && p.Title != "":
		return p.Title + " · " + p.Shell.Organization
	case p.Title != "":
		return p.Title + " · Ambit"
	default:
		return "Ambit"
	}
}

// Input describes a field of a form.
type Input struct {
	Name, Label  string
	Kind         string // text, email, password …
	Value        string
	Hint         string
	Autocomplete string
	Required     bool
	Focus        bool
	LeftToRight  bool // addresses and slugs keep their direction everywhere
}

// describedBy ties a field to its hint and its fault.
func describedBy(name, hint string, faults Faults) string {
	out := ""
	if hint != "" {
		out = name + "-hint"
	}
	if faults[name] != "" {
		if out != "" {
			out += " "
		}
		out += name + "-fault"
	}
	return out
}

// mailbox and mailDomain are the two parts of an address, between which a long
// one breaks.
func mailbox(email string) string { return strings.TrimSuffix(email, mailDomain(email)) }

func mailDomain(email string) string {
	if at := strings.LastIndexByte(email, '@'); at >= 0 {
		return email[at:]
	}
	return ""
}
