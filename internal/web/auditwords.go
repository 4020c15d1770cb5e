package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
)

// Told says in a sentence what happened, from the names of who did it, what it
// was done to, and whom it is about; every page that tells events asks here.
func (p Page) Told(action, actor, subject, person string) string {
	said, ok := p.Happened(action, "Actor", actor, "Subject", subject, "Person", person)
	if !ok {
		return p.T("audit.did_something", "Actor", actor, "Action", action)
	}
	return said
}

// said is the sentence of an event.
func (p Page) said(e *audit.Entry) string {
	person := p.T("audit.somebody")
	if n, ok := e.Person(); ok {
		person = p.nameOf(n)
	}
	return p.Told(e.Action, p.actorOf(e), p.nameOf(e.Subject), person)
}

func (p Page) actorOf(e *audit.Entry) string {
	switch {
	case e.Actor != audit.Name{}:
		return p.nameOf(e.Actor)
	case e.System != "":
		return p.T("audit.system", "Name", e.System)
	}
	return p.T("audit.ambit")
}

// nameOf names a thing; what is hidden or has no name is called by its kind.
func (p Page) nameOf(n audit.Name) string {
	switch {
	case n.Name != "":
		return n.Name
	case n.Kind == "account":
		return p.T("audit.somebody")
	case n.Kind == "seat":
		return p.T("audit.a_seat")
	}
	return p.T("audit.something")
}

// changes are those of an event in words.
func (p Page) changes(e *audit.Entry) []EventChange {
	var out []EventChange
	for _, c := range e.Changes() {
		out = append(out, EventChange{p.fieldOf(c.Field), p.valueOf(c.Field, c.Before, e.Names), p.valueOf(c.Field, c.After, e.Names)})
	}
	return out
}

// most is how many values of a list an event tells, and how long a text may be.
const (
	mostValues = 10
	mostText   = 200
)

func (p Page) valueOf(field string, value any, names map[string]audit.Name) string {
	switch v := value.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return p.T("audit.yes")
		}
		return p.T("audit.no")
	case float64:
		if v == float64(int(v)) {
			return p.Number(int(v))
		}
		return p.Decimal(v)
	case []any:
		var said []string
		for _, one := range v[:min(len(v), mostValues)] {
			said = append(said, p.valueOf(field, one, names))
		}
		text := strings.Join(said, p.T("list.comma"))
		if more := len(v) - mostValues; more > 0 {
			text += " " + p.N("audit.more", more)
		}
		return text
	case string:
		return p.textOf(field, v, names)
	case map[string]any: // in a list
		return fmt.Sprint(len(v))
	}
	return fmt.Sprint(value)
}

func (p Page) textOf(field, text string, names map[string]audit.Name) string {
	if n, known := names[text]; known {
		return p.nameOf(n)
	}
	if text == audit.Masked {
		return p.T("audit.hidden")
	}
	switch field {
	case "role":
		if role, known := access.Preset(access.RoleKey(text)); known {
			return p.RoleName(role)
		}
	case "status":
		return p.AccountStatus(text)
	case "permissions", "own_permissions":
		return p.permissionNamed(text)
	case "node_kinds":
		return p.NodeKindName(access.NodeKind(text))
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return p.Instant(at)
	}
	if runes := []rune(text); len(runes) > mostText {
		return string(runes[:mostText]) + "…"
	}
	return text
}

// areas are the kinds of actions that the log can be narrowed to.
func (p Page) areas(chosen string) Choice {
	c := Choice{Name: "action", Label: p.T("audit.area"), All: p.T("audit.all_areas")}
	for _, area := range []struct{ prefix, key string }{
		{everything, "audit.area.everything"},
		{"account.", "audit.area.account"},
		{"activity.", "audit.area.activity"},
		{"audit.", "audit.area.audit"},
		{"deal.", "audit.area.deal"},
		{"enrollment.", "audit.area.enrollment"},
		{"grant.", "audit.area.grant"},
		{"group.", "audit.area.group"},
		{"invitation.", "audit.area.invitation"},
		{"location.", "audit.area.location"},
		{"mail.", "audit.area.mail"},
		{"organization.", "audit.area.organization"},
		{"policy.", "audit.area.policy"},
		{"password.", "audit.area.password"},
		{"program.", "audit.area.program"},
		{"progress.", "audit.area.progress"},
		{"purchase.", "audit.area.purchase"},
		{"report.", "audit.area.report"},
		{"report_view.", "audit.area.report_view"},
		{"role.", "audit.area.role"},
		{"reporter.", "audit.area.reporter"},
		{"roster.", "audit.area.roster"},
		{"seat.", "audit.area.seat"},
		{"session.", "audit.area.session"},
		{"token.", "audit.area.token"},
	} {
		c.Options = append(c.Options, Option{Value: area.prefix, Label: p.T(area.key), Chosen: area.prefix == chosen})
	}
	if chosen != "" && !strings.HasSuffix(chosen, ".") {
		c.Options = append(c.Options, Option{Value: chosen, Label: chosen, Chosen: true})
	}
	return c
}

// subjects are the kinds of things that the log can be narrowed to.
func (p Page) subjects(chosen string) Choice {
	c := Choice{Name: "kind", Label: p.T("audit.subject"), All: p.T("audit.all_subjects")}
	for _, kind := range []struct{ kind, key string }{
		{"account", "audit.kind.account"},
		{"activity", "audit.kind.activity"},
		{"group", "audit.kind.group"},
		{"invitation", "audit.kind.invitation"},
		{"location", "audit.kind.location"},
		{"mail", "audit.kind.mail"},
		{"organization", "audit.kind.organization"},
		{"policy", "audit.kind.policy"},
		{"program", "audit.kind.program"},
		{"purchase", "audit.kind.purchase"},
		{"report", "audit.kind.report"},
		{"report_run", "audit.kind.report_run"},
		{"role", "audit.kind.role"},
		{"token", "audit.kind.token"},
	} {
		c.Options = append(c.Options, Option{Value: kind.kind, Label: p.T(kind.key), Chosen: kind.kind == chosen})
	}
	return c
}
