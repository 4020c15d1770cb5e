package server

import (
	"net/http"
	"net/url"
	"time"
)

// Cookie is how a browser keeps its session's secret. Where people reach us
// over TLS its name begins with __Host-, so that no other site of the domain
// can set it.
type Cookie struct{ secure bool }

// CookieFor is the cookie of an installation at a public URL.
func CookieFor(public *url.URL) Cookie { return Cookie{secure: public.Scheme == "https"} }

// Name is the cookie's name.
func (c Cookie) Name() string {
	if c.secure {
		return "__Host-ambit"
	}
	return "ambit"
}

// Set gives the browser a session's secret until the session's absolute end.
func (c Cookie) Set(w http.ResponseWriter, secret string, expires time.Time) {
	http.SetCookie(w, c.with(secret, expires, 0))
}

// Clear takes the secret away.
func (c Cookie) Clear(w http.ResponseWriter) { http.SetCookie(w, c.with("", time.Time{}, -1)) }

func (c Cookie) with(value string, expires time.Time, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // over plain HTTP, which settings allow on one's own machine only, browsers drop secure cookies
		Name: c.Name(), Value: value, Path: "/", Expires: expires, MaxAge: maxAge,
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

func (c Cookie) read(r *http.Request) string {
	cookie, err := r.Cookie(c.Name())
	if err != nil {
		return ""
	}
	return cookie.Value
}
