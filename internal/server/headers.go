package server

import "net/http"

// policy allows a page what comes from here, and no inline script or style.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// commonHeaders are on every answer, also on failures and on what no route matches.
func (s *Server) commonHeaders(h http.Header, requestID string) {
	securityHeaders(h)
	h.Set("X-Request-Id", requestID)
	if s.https {
		h.Set("Strict-Transport-Security", "max-age=63072000")
	}
}

func securityHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store")
}
