package app

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestSignInsDoNotCrowdTheLog: without a filter the log leaves sign-ins out,
// says how many these are, and lists them after one click; so do its files.
func TestSignInsDoNotCrowdTheLog(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		w.visitor(t, "anna")
		v := w.visitor(t, "orgadmin")
		const log = "/o/northwind/audit"
		page := v.goTo(http.MethodGet, log)
		v.sees(page, http.StatusOK, "sign-ins and sign-outs are not listed here", `href="`+log+`?action=all"`)
		list := func(page string) string {
			_, after, _ := strings.Cut(page, `id="results"`)
			return after
		}
		signedIn := regexp.MustCompile(`signed in`)
		if signedIn.MatchString(list(page.Body.String())) {
			t.Error("the unfiltered log lists sign-ins")
		}
		all := v.goTo(http.MethodGet, log+"?action=all")
		if v.sees(all, http.StatusOK); !signedIn.MatchString(list(all.Body.String())) {
			t.Errorf("nothing lists sign-ins: %s", all.Body)
		}
		v.seesNot(all, "are not listed here")
		v.seesNot(v.goTo(http.MethodGet, log+"?action=location."), "are not listed here")
		v.seesNot(v.goTo(http.MethodGet, log+"/file?format=csv"), "session.opened")
		v.sees(v.goTo(http.MethodGet, log+"/file?format=csv&action=all"), http.StatusOK, "session.opened")
	})
}
