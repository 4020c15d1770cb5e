package app

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/server"
)

// refusal is what somebody is answered who opens a form about an account in
// their reach that they may not send: those who stand above them (M-207), and
// what the account's status rules out. Zero: the form is for them.
func (w *matrixWorld) refusal(p principal, o object) int {
	_, form, about := strings.Cut(w.route.Path(), "/users/{learner}/")
	if w.route.Kind == server.API || w.route.Method() != http.MethodGet || !about || o.kind != "learner" {
		return 0
	}
	if !slices.Contains([]string{"edit", "role", "location", "suspend", "reactivate", "delete", "reset", "sessions", "revoke"}, form) {
		return 0
	}
	switch {
	case rankOf(w.accounts[o.name].BaseRole) > rankOf(w.accounts[p.id].BaseRole):
		return http.StatusForbidden
	case form == "reactivate", form == "revoke", o.name == p.id && (form == "suspend" || form == "delete"):
		return http.StatusConflict // everybody in the matrix is active
	}
	return 0
}

func rankOf(key access.RoleKey) int {
	role, _ := access.Preset(key)
	return role.Rank
}

// TestFormsAboutSomebodyHigherAreRefusedAtOnce: whoever may look at a higher
// account finds no control on its page, and every form about it answers with
// the sentence that sending it would be answered with.
func TestFormsAboutSomebodyHigherAreRefusedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		v := w.visitor(t, "local")
		higher, below := "/o/northwind/users/"+string(w.accounts["multi"].ID), "/o/northwind/users/"+string(w.accounts["anna"].ID)
		const sentence = "This person stands above you, or has access that yours does not include."
		for _, form := range []string{"edit", "role", "location", "suspend", "delete", "reset", "sessions"} {
			asked, sent := v.goTo(http.MethodGet, higher+"/"+form), v.goTo(http.MethodPost, higher+"/"+form, "reason", "because", "role", "student", "given_name", "Mia")
			v.sees(asked, http.StatusForbidden, sentence)
			v.sees(sent, http.StatusForbidden, sentence)
			v.seesNot(asked, "<form class=\"form\"")
			v.sees(v.goTo(http.MethodGet, below+"/"+form), http.StatusOK)
		}
		card := v.goTo(http.MethodGet, higher)
		v.sees(card, http.StatusOK)
		for _, form := range []string{"edit", "role", "location", "suspend", "delete", "reset", "sessions", "invite"} {
			v.seesNot(card, higher+"/"+form+`"`)
		}
		v.sees(v.goTo(http.MethodGet, below), http.StatusOK, below+`/edit"`, below+`/suspend"`)
	})
}

// TestASecondEditorSeesWhatTheFirstSaved: the form of a person is shown again
// with what is saved now, and saving it then is one's own decision.
func TestASecondEditorSeesWhatTheFirstSaved(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		first, second := w.visitor(t, "orgadmin"), w.visitor(t, "ada")
		at := "/o/northwind/users/" + string(w.accounts["anna"].ID) + "/edit"
		version := func(page string) string {
			t.Helper()
			_, rest, found := strings.Cut(page, `name="version" value="`)
			value, _, _ := strings.Cut(rest, `"`)
			if !found || value == "" {
				t.Fatalf("no version in %s", page)
			}
			return value
		}
		opened := version(second.goTo(http.MethodGet, at).Body.String())
		first.sees(first.goTo(http.MethodPost, at, "given_name", "Annabel", "family_name", "Quillfeather", "email", "anna@example.org", "external_id", "anna", "locale", "de", "version", opened), http.StatusSeeOther)
		late := second.goTo(http.MethodPost, at, "given_name", "Anna", "family_name", "Quillfeather", "email", "anna@example.org", "external_id", "anna", "version", opened)
		second.sees(late, http.StatusUnprocessableEntity, "Saved meanwhile, and different in your form", "Annabel", "Somebody else has edited this person")
		now := version(late.Body.String())
		if now == opened {
			t.Error("the form is shown again from the version that was refused")
		}
		second.sees(second.goTo(http.MethodPost, at, "given_name", "Anna", "family_name", "Quillfeather", "email", "anna@example.org", "external_id", "anna", "version", now), http.StatusSeeOther)
	})
}

// TestChoosingALocationKeepsWhatWasTyped: the form for somebody new leads to the
// tree and comes back as it was left, with the location.
func TestChoosingALocationKeepsWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		v := w.visitor(t, "orgadmin")
		const form = "/o/northwind/users/new"
		v.sees(v.goTo(http.MethodGet, form), http.StatusOK, `name="pick"`, `name="invite" value="yes" checked`)
		typed := "given_name=Zo%C3%AB&family_name=Zander&email=zoe%40example.org&external_id=Z1&role=student&locale=de&time_zone=Europe%2FBerlin"
		tree := v.goTo(http.MethodGet, form+"?"+typed+"&location=&pick=yes&at="+w.locations["l2"])
		v.sees(tree, http.StatusOK, "South")
		choose := regexp.MustCompile(`href="(/o/northwind/users/new\?[^"]*location=` + w.locations["l2"] + `[^"]*)"`).FindStringSubmatch(tree.Body.String())
		if len(choose) != 2 {
			t.Fatalf("nothing leads back with the location: %s", tree.Body)
		}
		back := v.goTo(http.MethodGet, strings.ReplaceAll(choose[1], "&amp;", "&"))
		v.sees(back, http.StatusOK, `value="Zoë"`, `value="Zander"`, `value="zoe@example.org"`, `value="Z1"`, `value="Europe/Berlin" selected`, "South", `value="`+w.locations["l2"]+`"`)
		v.seesNot(back, `name="invite" value="yes" checked`) // it had been unticked
	})
}
