package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLS says how the connection to the mail server is protected.
type TLS string

// The ways; the zero value is STARTTLS.
const (
	StartTLS TLS = "starttls" // begins in the clear and refuses to go on without TLS
	Implicit TLS = "tls"      // is TLS from the first byte
	NoTLS    TLS = "none"     // for a server on the same machine
)

// Settings are those of the mail server.
type Settings struct {
	Host     string // empty: letters wait in the outbox
	Port     int    // zero: 587, or 465 for TLS from the first byte
	User     string // empty: without signing in
	Password string
	From     string // as in "Northwind Academy <lms@northwind.example>"
	TLS      TLS
}

// Check tells what is wrong with the settings, before anything depends on them.
func (s Settings) Check() error {
	if s.Host == "" {
		return nil
	}
	var problems []error
	if _, err := netmail.ParseAddress(s.From); err != nil {
		problems = append(problems, fmt.Errorf("the sender %q is not an e-mail address", s.From))
	}
	switch s.TLS {
	case "", StartTLS, Implicit, NoTLS:
	default:
		problems = append(problems, fmt.Errorf("the TLS mode %q is none of starttls, tls and none", s.TLS))
	}
	if s.Port < 0 || s.Port > 65535 {
		problems = append(problems, fmt.Errorf("the port %d does not exist", s.Port))
	}
	return errors.Join(problems...)
}

const (
	sendTime = time.Minute
	lease    = 5 * time.Minute // longer than one sending can take
)

// waits are the pauses after failed attempts, some two days in all; after the
// last of them a letter is given up.
var waits = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// Sender brings letters to the mail server.
type Sender struct {
	store    Store
	settings Settings
	from     *netmail.Address
	now      func() time.Time
	log      *slog.Logger
}

// NewSender makes a sender; its settings must name a server.
func NewSender(store Store, settings Settings, now func() time.Time, log *slog.Logger) (*Sender, error) {
	if err := settings.Check(); err != nil {
		return nil, err
	}
	from, err := netmail.ParseAddress(settings.From)
	if err != nil {
		return nil, fmt.Errorf("sender of letters: %w", err)
	}
	return &Sender{store: store, settings: settings, from: from, now: now, log: log}, nil
}

// Deliver sends every letter that is due. A letter whose sending fails waits and
// is tried again, until it is given up. A process that ends between the server's
// yes and our note sends the letter twice, under one Message-ID.
func (s *Sender) Deliver(ctx context.Context) error {
	for ctx.Err() == nil {
		l, found, err := s.store.ClaimLetter(ctx, lease)
		if err != nil || !found {
			return err
		}
		err = errCrashing
		if l.Attempt <= len(waits)+1 {
			err = s.send(ctx, l)
		}
		err = s.note(context.WithoutCancel(ctx), l, err)
		if err != nil {
			return fmt.Errorf("note of letter %s: %w", l.ID, err)
		}
	}
	return ctx.Err()
}

func (s *Sender) note(ctx context.Context, l Letter, err error) error {
	switch {
	case err == nil:
		s.log.InfoContext(ctx, "a letter was sent", "mail", l.ID, "kind", l.Kind)
		return s.store.LetterSent(ctx, l)
	case l.Attempt > len(waits) || isPermanent(err):
		s.log.ErrorContext(ctx, "a letter was given up", "mail", l.ID, "kind", l.Kind, "attempts", l.Attempt, "cause", withoutAddress(err, l))
		return s.store.FailLetter(ctx, l, err.Error())
	}
	wait := waits[max(l.Attempt, 1)-1]
	s.log.WarnContext(ctx, "a letter could not be sent and will be tried again", "mail", l.ID, "kind", l.Kind, "attempt", l.Attempt, "in", wait, "cause", withoutAddress(err, l))
	return s.store.RetryLetter(ctx, l, s.now().Add(wait), err.Error())
}

// withoutAddress keeps the person out of the log; the outbox has the whole reason.
func withoutAddress(err error, l Letter) string {
	return strings.ReplaceAll(err.Error(), l.To, "the recipient")
}

// errAddress tells that no server will ever take the letter.
var errAddress = errors.New("the letter's address cannot be used")

// errCrashing tells that the process ended during every attempt.
var errCrashing = errors.New("no attempt at sending has come to an end")

// isPermanent tells whether the server has refused this letter for good.
func isPermanent(err error) bool {
	var refused *gomail.SendError
	return errors.Is(err, errAddress) ||
		errors.As(err, &refused) && !refused.IsTemp() && (refused.Reason == gomail.ErrSMTPRcptTo || refused.Reason == gomail.ErrSMTPData)
}

func (s *Sender) send(ctx context.Context, l Letter) error {
	m := gomail.NewMsg()
	from := *s.from
	if name := l.House.from(); name != "" {
		from.Name = name
	}
	if err := m.From(from.String()); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	if l.House.ReplyTo != "" {
		if err := m.ReplyTo(l.House.ReplyTo); err != nil {
			return fmt.Errorf("address for answers: %w", err)
		}
	}
	if err := m.To(l.To); err != nil {
		return errAddress
	}
	m.Subject(l.Subject)
	m.SetMessageIDWithValue(l.ID + "@" + s.from.Address[strings.LastIndexByte(s.from.Address, '@')+1:])
	m.SetDateWithValue(l.Created)
	// Keeps holiday notes from answering.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	client, err := gomail.NewClient(s.settings.Host, s.options()...)
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	return client.DialAndSendWithContext(ctx, m)
}

// Try sends one letter at once, past the outbox, to find out whether the
// settings are right. The error is the server's own.
func (s *Sender) Try(ctx context.Context, m Message) error {
	return s.send(ctx, Letter{Message: m, Created: s.now()})
}

// Server tells where letters are handed over, and how.
func (s *Sender) Server() string {
	way := s.settings.TLS
	if way == "" {
		way = StartTLS
	}
	return net.JoinHostPort(s.settings.Host, strconv.Itoa(s.port())) + " (" + string(way) + ")"
}

// port is the one of the settings, else the usual one.
func (s *Sender) port() int {
	switch {
	case s.settings.Port != 0:
		return s.settings.Port
	case s.settings.TLS == Implicit:
		return 465
	}
	return 587
}

func (s *Sender) options() []gomail.Option {
	options := []gomail.Option{gomail.WithTimeout(sendTime / 2)}
	switch s.settings.TLS {
	case Implicit:
		options = append(options, gomail.WithSSL())
	case NoTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	options = append(options, gomail.WithPort(s.port()))
	if s.settings.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.settings.User), gomail.WithPassword(s.settings.Password))
	}
	return options
}
