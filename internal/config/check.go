package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// The bounds of a session. A session that hardly ends is a password on a desk.
const (
	shortestIdle   = 5 * time.Minute
	longestSession = 90 * 24 * time.Hour
)

// ErrSettings is the error of settings that Ambit does not start with.
var ErrSettings = errors.New("Ambit does not start with these settings")

// Check lists everything that keeps Ambit from starting with these settings.
func (s Settings) Check() error {
	var p problems
	if s.DB == "" || s.DB == "sqlite:" {
		p.add("db", "name a file, sqlite:FILE or postgres://…")
	}
	s.checkAddress(&p)
	s.checkProxies(&p)
	s.checkMail(&p)
	if s.SessionIdle < shortestIdle {
		p.add("session-idle", "at least %s", shortestIdle)
	}
	if s.SessionLimit > longestSession {
		p.add("session-limit", "at most %s", longestSession)
	}
	if s.SessionLimit < s.SessionIdle {
		p.add("session-limit", "must not be shorter than --session-idle")
	}
	if len(p) == 0 {
		return nil
	}
	return fmt.Errorf("%w:\n%w", ErrSettings, errors.Join(p...))
}

func (s Settings) checkAddress(p *problems) {
	host, port, err := net.SplitHostPort(s.Listen)
	_, bad := strconv.ParseUint(port, 10, 16)
	unreadable := err != nil || bad != nil
	if unreadable {
		p.add("listen", "%q is no address such as 127.0.0.1:8080", s.Listen)
	}
	if (s.TLSCert == "") != (s.TLSKey == "") {
		p.add("tls-cert", "--tls-cert and --tls-key belong together")
	}
	for name, file := range map[string]string{"tls-cert": s.TLSCert, "tls-key": s.TLSKey} {
		if _, err := os.Stat(file); file != "" && err != nil {
			p.add(name, "%v", err)
		}
	}
	if s.Public == "" {
		if !unreadable && !isLoopback(host) {
			p.add("public-url", "needed where others than this machine are served: links in mails are built from it, never from a request")
		}
		return
	}
	u, err := url.Parse(s.Public)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		p.add("public-url", "%q is no address such as https://learn.example.org", s.Public)
		return
	case u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		p.add("public-url", "must be a host alone, without path, user or query")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		p.add("public-url", "passwords must not travel in the clear: use https, by --tls-cert and --tls-key or by a proxy")
	case u.Scheme == "https" && s.TLSCert == "" && len(s.TrustedProxy) == 0:
		p.add("trusted-proxy", "a proxy must speak HTTPS for %s: name its network, or all clients count as one; or give --tls-cert and --tls-key", s.Public)
	}
}

func (s Settings) checkProxies(p *problems) {
	for _, text := range s.TrustedProxy {
		network, err := network(text)
		switch {
		case err != nil:
			p.add("trusted-proxy", "%q is no network such as 10.0.0.0/8", text)
		case network.Bits() == 0:
			p.add("trusted-proxy", "%s is everybody: then anybody could claim any address", text)
		}
	}
}

func (s Settings) checkMail(p *problems) {
	if s.SMTPHost == "" {
		if s.SMTPUser != "" || s.SMTPPassword != "" || s.SMTPFrom != "" {
			p.add("smtp-host", "needed by the other --smtp settings")
		}
		return
	}
	if s.SMTPPort < 1 || s.SMTPPort > 65535 {
		p.add("smtp-port", "between 1 and 65535")
	}
	if _, err := mail.ParseAddress(s.SMTPFrom); err != nil {
		p.add("smtp-from", "needed with --smtp-host: an address such as learn@example.org")
	}
	if (s.SMTPUser == "") != (s.SMTPPassword == "") {
		p.add("smtp-user", "--smtp-user and --smtp-password belong together")
	}
	if s.SMTPTLS == "none" && !isLoopback(s.SMTPHost) {
		p.add("smtp-tls", "mail holds links that open accounts: none is for a mail server on this machine only")
	}
}

// isLoopback tells whether a host is this machine alone.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}

type problems []error

func (p *problems) add(flag, format string, args ...any) {
	*p = append(*p, fmt.Errorf("--"+flag+": "+format, args...))
}
