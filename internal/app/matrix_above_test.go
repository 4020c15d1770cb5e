package app

import (
	"net/http"
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
