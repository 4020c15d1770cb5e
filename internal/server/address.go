package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientAddress is where a request came from. X-Forwarded-For is believed only
// from trusted proxies, read from its end: what a client wrote into it itself
// stands before what the first trusted proxy added.
func (s *Server) clientAddress(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	at := peer.Addr().Unmap()
	if !s.trusts(at) {
		return at.String()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		if at = next.Unmap(); !s.trusts(at) {
			break
		}
	}
	return at.String()
}

func (s *Server) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(s.trusted, func(p netip.Prefix) bool { return p.Contains(a) })
}
