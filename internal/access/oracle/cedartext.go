package oracle

import (
	"fmt"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// policyText writes the world's policies: oneself, what follows from having
// bought, and a permit for each grant and each membership that brings it.
func (w *World) policyText() string {
	var out strings.Builder
	out.WriteString(`permit (principal, action in [Action::"self.view", Action::"self.edit"], resource is Learner)
	when { resource.account == principal };
`)
	for _, p := range w.Purchases {
		buyer := w.Person(p.Buyer)
		g := Grant{Place: Place{Kind: access.AtPurchase, Node: string(p.ID)}, From: p.Bought}
		if buyer.Suspended {
			continue
		}
		g.Role = access.Buyer
		w.permits(&out, g, fmt.Sprintf("principal == Account::%q", buyer.ID), nil)
		if buyer.BaseRole == access.Purchaser {
			g.Role = access.Purchaser
			w.permits(&out, g, fmt.Sprintf("principal == Account::%q", buyer.ID), nil)
		}
	}
	for _, g := range w.Grants {
		if g.Group == "" && !w.Person(g.Account).Suspended {
			w.permits(&out, g, fmt.Sprintf("principal == Account::%q", g.Account), nil)
		}
		if g.Group == "" {
			continue
		}
		for i, m := range w.Group(g.Group).Members {
			w.permits(&out, g, fmt.Sprintf("principal in Membership::%q", membership(g.Group, i)), conditions(m.From, m.Until))
		}
	}
	return out.String()
}

// permits writes what the grant gives over everything there, and over what is the actor's own.
func (w *World) permits(out *strings.Builder, g Grant, principal string, when []string) {
	when = append(when, conditions(g.From, g.Until)...)
	if !g.Ended.IsZero() {
		when = append(when, fmt.Sprintf("context.now < %d", g.Ended.UnixMicro()))
	}
	when = append(when, fmt.Sprintf("action in Action::%q", "at "+string(g.Place.Kind)))
	resource := map[access.Extent]string{access.Here: "Here", access.Within: "Within", access.Beyond: "Beyond"}[g.Place.Extent]
	switch g.Place.Kind {
	case access.AtTeam:
		resource = "Team"
	case access.AtPurchase:
		resource = "Purchase"
		var product []string
		for _, a := range w.Purchase(access.PurchaseID(g.Place.Node)).Activities {
			product = append(product, fmt.Sprint(a))
		}
		when = append(when, fmt.Sprintf("!(context has activity) || [%s].contains(context.activity)", strings.Join(product, ", ")))
	}
	role := w.Role(g.Role)
	for _, part := range []struct {
		set   access.Set
		extra string
	}{{role.Any, "true"}, {role.Own, "resource has owner && resource.owner == principal"}} {
		var actions []string
		for _, p := range part.set.List() {
			actions = append(actions, fmt.Sprintf("Action::%q", p.String()))
		}
		if len(actions) == 0 {
			continue
		}
		fmt.Fprintf(out, "permit (%s, action in [%s], resource in %s::%q)\n\twhen { (%s) && (%s) };\n",
			principal, strings.Join(actions, ", "), resource, g.Place.Node, strings.Join(when, ") && ("), part.extra)
	}
}

func conditions(from, until time.Time) []string {
	out := []string{fmt.Sprintf("context.now >= %d", from.UnixMicro())}
	if !until.IsZero() {
		out = append(out, fmt.Sprintf("context.now < %d", until.UnixMicro()))
	}
	return out
}
