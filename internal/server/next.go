package server

import (
	"net/http"
	"net/url"
	"strings"
)

// SignInPath is where people without a session are led.
const SignInPath = "/signin"

// toSignIn leads to the sign-in page and from there back to where one was.
func toSignIn(w http.ResponseWriter, r *http.Request) {
	to := SignInPath
	if from := whence(r); from != "/" {
		to += "?next=" + url.QueryEscape(from)
	}
	w.Header().Set("Vary", "HX-Request")
	if r.Header.Get("HX-Request") == "true" {
		// A fragment's request would follow a redirect and put the sign-in page into the fragment.
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// whence is the page to come back to; a form that was sent is not sent again.
func whence(r *http.Request) string {
	fragment := r.Header.Get("HX-Request") == "true"
	if r.Method == http.MethodGet && !fragment {
		return SafeNext(r.URL.RequestURI())
	}
	page := r.Referer()
	if fragment {
		page = r.Header.Get("HX-Current-URL")
	}
	u, err := url.Parse(page)
	if err != nil || u.Host != r.Host {
		return "/"
	}
	return SafeNext(u.RequestURI())
}

// SafeNext gives back a path on this site, and "/" for anything that a browser
// could read as another one.
func SafeNext(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || len(next) > 2048 ||
		strings.ContainsFunc(next, func(c rune) bool { return c < ' ' || c == '\\' || c == 0x7f }) {
		return "/"
	}
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") || u.Path == SignInPath {
		return "/"
	}
	return next
}
