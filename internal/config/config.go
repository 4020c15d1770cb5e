// Package config is every setting of Ambit in one struct: a flag wins over its
// AMBIT_… variable, that over the file, that over the default. Settings are
// checked before anything starts, with every problem listed. A missing setting
// that safety needs refuses to start; nothing here switches a guard off.
package config

import (
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Settings are read by kong; only package app reads them afterwards.
type Settings struct {
	DB     string `name:"db" env:"AMBIT_DB" default:"ambit.db" placeholder:"ADDRESS" help:"Database: a file, sqlite:FILE or postgres://…"`
	Config File   `name:"config" env:"AMBIT_CONFIG" placeholder:"FILE" help:"Settings from a JSON file whose keys are the names of these flags."`

	Listen       string   `name:"listen" env:"AMBIT_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to take requests."`
	Public       string   `name:"public-url" env:"AMBIT_PUBLIC_URL" placeholder:"URL" help:"Where people reach Ambit; links in mails begin with it. Needed unless --listen is a loopback address."`
	TrustedProxy []string `name:"trusted-proxy" env:"AMBIT_TRUSTED_PROXY" placeholder:"NETWORK" help:"Networks of proxies whose X-Forwarded-For is believed, as in 10.0.0.0/8."`
	TLSCert      string   `name:"tls-cert" env:"AMBIT_TLS_CERT" placeholder:"FILE" help:"Certificate for serving HTTPS."`
	TLSKey       string   `name:"tls-key" env:"AMBIT_TLS_KEY" placeholder:"FILE" help:"Key of the certificate."`

	SMTPHost     string `name:"smtp-host" env:"AMBIT_SMTP_HOST" placeholder:"HOST" help:"Mail server. Without one, mail waits in the outbox."`
	SMTPPort     int    `name:"smtp-port" env:"AMBIT_SMTP_PORT" default:"587" help:"Its port."`
	SMTPUser     string `name:"smtp-user" env:"AMBIT_SMTP_USER" placeholder:"NAME" help:"Name to sign in with there."`
	SMTPPassword string `name:"smtp-password" env:"AMBIT_SMTP_PASSWORD" placeholder:"SECRET" help:"Password; better given as variable or in the file, since others can see flags."`
	SMTPFrom     string `name:"smtp-from" env:"AMBIT_SMTP_FROM" placeholder:"ADDRESS" help:"Address that mail comes from."`
	SMTPTLS      string `name:"smtp-tls" env:"AMBIT_SMTP_TLS" default:"starttls" enum:"starttls,tls,none" help:"How the mail server is spoken to: ${enum}; none only on this machine."`

	SessionIdle  time.Duration `name:"session-idle" env:"AMBIT_SESSION_IDLE" default:"8h" help:"A session unused for so long ends."`
	SessionLimit time.Duration `name:"session-limit" env:"AMBIT_SESSION_LIMIT" default:"720h" help:"Every session ends after so long."`

	LogLevel  string `name:"log-level" env:"AMBIT_LOG_LEVEL" default:"info" enum:"debug,info,warn,error" help:"What is logged: ${enum}."`
	LogFormat string `name:"log-format" env:"AMBIT_LOG_FORMAT" default:"text" enum:"text,json" help:"How: ${enum}."`
}

// PublicURL is where people reach this Ambit: as set, else where it listens.
// Only settings that passed Check have one.
func (s Settings) PublicURL() *url.URL {
	text := s.Public
	if text == "" {
		text = s.ownURL()
	}
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if err != nil {
		return &url.URL{}
	}
	return u
}

func (s Settings) ownURL() string {
	if s.TLSCert != "" {
		return "https://" + s.Listen
	}
	return "http://" + s.Listen
}

// Proxies are the networks of trusted proxies.
func (s Settings) Proxies() []netip.Prefix {
	var out []netip.Prefix
	for _, text := range s.TrustedProxy {
		if p, err := network(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// network reads a network or a single address.
func network(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err
}
