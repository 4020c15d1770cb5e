package access_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
)

// TestRoleTableInTheDocuments keeps docs/access.md what the decisions are.
func TestRoleTableInTheDocuments(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "access.md")
	want := document(t)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; write it with go test ./internal/access -update", err)
	}
	if string(got) != want {
		t.Errorf("%s is not what access decides; write it with go test ./internal/access -update\nfirst difference:\n%s", file, difference(string(got), want))
	}
}

func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is  %s\nwant       %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

func document(t *testing.T) string {
	t.Helper()
	var d strings.Builder
	d.WriteString(`# Who may do what

Written by ` + "`go test ./internal/access -update`" + ` from what Ambit decides; do not edit it by hand.

A role gives permissions in a place: over everything there (any), or only over what one owns there (own): the purchase one bought,
the team one created; with the permissions on self, oneself. Without a role nobody sees anybody but themselves. No role takes anything
away; what several give adds up. Whoever bought has the role Buyer at that purchase, and a Purchaser that role too, without being given it.

## Places

| place | who is there |
| --- | --- |
| organization | its people: *here*, those without a location; *within*, all of them; *beyond*, those of its client organizations too |
| location | the people who live there: *here*, at that location alone; *within*, below it too |
| purchase | the learners with a redeemed seat of it, also one whose access has ended by date; only the activities of its product |
| team | its members |

`)
	roles(&d)
	var ladder, others []access.Role
	for _, r := range access.Presets() {
		if r.Rank > 0 {
			ladder = append(ladder, r)
		} else {
			others = append(others, r)
		}
	}
	d.WriteString("## Base roles against permissions\n\n")
	matrix(&d, ladder)
	d.WriteString("## Other roles against permissions\n\n")
	matrix(&d, others)
	places(t, &d)
	meanings(&d)
	return d.String()
}

func roles(d *strings.Builder) {
	d.WriteString("## Roles\n\nThose with a number are the base roles, in order of privilege: each account has one, and nobody gives one above their own. Fixed roles\ncan be neither edited nor cloned.\n\n")
	row(d, "role", "order", "place", "how far", "fixed")
	row(d, "---", "---", "---", "---", "---")
	for _, r := range access.Presets() {
		order, far := "", "as it is given"
		var at []string
		for _, kind := range r.Nodes {
			at = append(at, string(kind))
		}
		if r.Rank > 0 {
			order = fmt.Sprint(r.Rank)
		}
		if r.Rank > 0 || len(r.Nodes) == 1 && r.Nodes[0] == access.AtPurchase {
			far = r.Extent.String()
		}
		if len(r.Nodes) == 0 {
			at, far = []string{"nowhere"}, "oneself"
		}
		row(d, r.Name, order, strings.Join(at, ", "), far, mark(r.Fixed))
	}
	d.WriteString("\n")
}

func matrix(d *strings.Builder, roles []access.Role) {
	head, line := []string{"permission"}, []string{"---"}
	for _, r := range roles {
		head, line = append(head, r.Name), append(line, ":-:")
	}
	row(d, head...)
	row(d, line...)
	for _, p := range access.Permissions() {
		cells := []string{"`" + p.String() + "`"}
		for _, r := range roles {
			cells = append(cells, cell(r, p))
		}
		row(d, cells...)
	}
	d.WriteString("\n")
}

func meanings(d *strings.Builder) {
	d.WriteString(`## Permissions

*Reports*: part of Reports Only roles. *Changes*: not for tokens that only read. Every permission can be given at an organization or a
location, but those over oneself, which everybody has and nobody gives; some at a purchase or a team too.

`)
	row(d, "permission", "lets one", "reports", "changes", "purchase", "team")
	row(d, "---", "---", ":-:", ":-:", ":-:", ":-:")
	for _, p := range access.Permissions() {
		everything := access.Role{Any: access.All()}
		at := func(kind access.NodeKind) string { return mark(gives(everything, kind, p) == "any") }
		row(d, "`"+p.String()+"`", p.Means(), mark(p.Reporting()), mark(p.Writes()), at(access.AtPurchase), at(access.AtTeam))
	}
}

func mark(yes bool) string {
	if yes {
		return "yes"
	}
	return "–"
}

func row(d *strings.Builder, cells ...string) {
	d.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}
