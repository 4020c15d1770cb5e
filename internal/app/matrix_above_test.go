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
