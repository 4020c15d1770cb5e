package mail_test

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// post is a real SMTP server that keeps what it is given.
type post struct {
	mu      sync.Mutex
	got     []string
	refuse  *smtp.SMTPError // answer to every recipient
	pending string
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{p}, nil }

type session struct{ *post }

func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return s.refuse
	}
	s.pending = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, string(raw))
	return err
}

func (p *post) letters() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.got...)
}

func (p *post) answer(e *smtp.SMTPError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = e
}

// office is an outbox, the server its letters go to, and a clock to turn.
type office struct {
	*testing.T
	post   *post
	port   int
	db     *store.DB
	raw    *sql.DB
	sender *mail.Sender
	log    bytes.Buffer
	mu     sync.Mutex
	at     time.Time
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.at
}

func (o *office) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.at = o.at.Add(d)
}

func each(t *testing.T, test func(o *office)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			o := &office{T: t, post: &post{}, at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
			address, driver := storetest.Address(t, engine), "sqlite"
			o.db = storetest.Open(t, address, o.now)
			if engine == "postgres" {
				driver = "pgx"
			}
			var err error
			if o.raw, err = sql.Open(driver, address); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { o.raw.Close() })
			server := smtp.NewServer(o.post)
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			stopped := make(chan struct{})
			go func() {
				defer close(stopped)
				_ = server.Serve(listener) // ends when it is closed
			}()
			t.Cleanup(func() { server.Close(); <-stopped })
			o.port = listener.Addr().(*net.TCPAddr).Port
			o.sender, err = mail.NewSender(o.db, mail.Settings{
				Host: "127.0.0.1", Port: o.port, From: "Ambit <lms@northwind.example>", TLS: mail.NoTLS,
			}, o.now, slog.New(slog.NewTextHandler(&o.log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			test(o)
		})
	}
}

func (o *office) drop(id, to string) {
	o.Helper()
	if err := o.db.PostLetter(o.Context(), mail.Message{
		ID: id, Kind: "test", To: to, Subject: "Grüße, 你好", Text: "Ein Wort: äöü\nhttps://lms.example.org/reset/secret\n", HTML: "<p>Ein <b>Wort</b>: äöü</p>",
	}); err != nil {
		o.Fatal(err)
	}
}

func (o *office) deliver() {
	o.Helper()
	if err := o.sender.Deliver(o.Context()); err != nil {
		o.Fatal(err)
	}
}

func (o *office) one() mail.Letter {
	o.Helper()
	list, err := mail.NewOutbox(o.db).List(o.Context(), mail.Query{})
	if err != nil || len(list) != 1 {
		o.Fatalf("List() = %v, %v, want one letter", list, err)
	}
	return list[0]
}

func TestDeliver(t *testing.T) {
	each(t, func(o *office) {
		defer goleak.VerifyNone(o.T, goleak.IgnoreCurrent())
		o.drop("letter1", "ann@example.com")
		if waiting := o.one(); waiting.Text == "" || !waiting.Sent.IsZero() {
			o.Errorf("before: %+v", waiting)
		}
		o.deliver()
		o.deliver() // nothing is sent twice
		got := o.post.letters()
		if len(got) != 1 {
			o.Fatalf("%d letters arrived, want 1", len(got))
		}
		message, err := netmail.ReadMessage(strings.NewReader(got[0]))
		if err != nil {
			o.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
		if err != nil || subject != "Grüße, 你好" {
			o.Errorf("Subject = %q, %v", subject, err)
		}
		for header, want := range map[string]string{
			"Message-Id": "<letter1@northwind.example>", "From": `"Ambit" <lms@northwind.example>`, "To": "<ann@example.com>", "Auto-Submitted": "auto-generated",
		} {
			if got := message.Header.Get(header); got != want {
				o.Errorf("%s = %s, want %s", header, got, want)
			}
		}
		_, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
		if err != nil {
			o.Fatal(err)
		}
		parts := multipart.NewReader(message.Body, params["boundary"])
		for _, want := range []struct{ kind, text string }{{"text/plain", "Ein Wort: äöü\r\nhttps://lms.example.org/reset/secret\r\n"}, {"text/html", "<p>Ein <b>Wort</b>: äöü</p>"}} {
			part, err := parts.NextRawPart()
			if err != nil {
				o.Fatal(err)
			}
			body, err := io.ReadAll(quotedprintable.NewReader(part))
			if err != nil || !strings.HasPrefix(part.Header.Get("Content-Type"), want.kind) || strings.TrimSpace(string(body)) != strings.TrimSpace(want.text) {
				o.Errorf("part %s = %q, %v", part.Header.Get("Content-Type"), body, err)
			}
		}
		if l := o.one(); !l.Sent.Equal(o.now()) || l.Text != "" || l.HTML != "" {
			o.Errorf("after: %+v, want it sent and its text, which holds a link, gone", l)
		}
	})
}

func TestLettersAreTriedAgain(t *testing.T) {
	each(t, func(o *office) {
		o.post.answer(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come back later"})
		o.drop("letter1", "ann@example.com")
		o.deliver()
		l := o.one()
		if !l.Sent.IsZero() || !l.Failed.IsZero() || l.Attempt != 1 || !l.Due.Equal(o.now().Add(time.Minute)) || !strings.Contains(l.LastError, "come back later") {
			o.Errorf("after a temporary refusal: %+v", l)
		}
		o.post.answer(nil)
		o.pass(time.Minute - time.Microsecond)
		o.deliver()
		if len(o.post.letters()) != 0 {
			o.Error("sent before its time")
		}
		o.pass(time.Microsecond)
		o.deliver()
		if l = o.one(); len(o.post.letters()) != 1 || l.Sent.IsZero() || l.Text != "" {
			o.Errorf("after the pause: %+v", l)
		}
	})
}

func TestLettersAreGivenUp(t *testing.T) {
	each(t, func(o *office) {
		o.post.answer(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come back later"})
		o.drop("letter1", "ann@example.com")
		for range 30 {
			o.deliver()
			o.pass(24 * time.Hour)
		}
		if l := o.one(); l.Failed.IsZero() || l.Attempt != 11 {
			o.Errorf("after a month of refusals: %+v", l)
		}
		if log := o.log.String(); !strings.Contains(log, `level=ERROR msg="a letter was given up"`) || strings.Contains(log, "ann@example.com") {
			o.Errorf("the log does not say so, or names the address:\n%s", log)
		}
	})
}

func TestRefusedForGoodIsGivenUpAtOnce(t *testing.T) {
	each(t, func(o *office) {
		o.post.answer(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such person"})
		o.drop("letter1", "nobody@example.com")
		o.deliver()
		if l := o.one(); l.Failed.IsZero() || l.Attempt != 1 {
			o.Errorf("after a permanent refusal: %+v", l)
		}
	})
}

func TestServerThatIsDownKeepsLettersWaiting(t *testing.T) {
	each(t, func(o *office) {
		sender, err := mail.NewSender(o.db, mail.Settings{Host: "127.0.0.1", Port: 1, From: "lms@northwind.example", TLS: mail.NoTLS}, o.now, slog.New(slog.DiscardHandler))
		if err != nil {
			o.Fatal(err)
		}
		o.drop("letter1", "ann@example.com")
		if err := sender.Deliver(o.Context()); err != nil {
			o.Fatal(err)
		}
		if l := o.one(); !l.Failed.IsZero() || l.Attempt != 1 || l.Text == "" {
			o.Errorf("after one attempt: %+v", l)
		}
	})
}

func TestLeaseOfALetterRunsOut(t *testing.T) {
	each(t, func(o *office) {
		o.drop("letter1", "ann@example.com")
		first, found, err := o.db.ClaimLetter(o.Context(), time.Minute)
		if err != nil || !found {
			o.Fatal(found, err)
		}
		o.deliver()
		if len(o.post.letters()) != 0 {
			o.Error("sent by two at once")
		}
		o.pass(time.Minute)
		o.deliver()
		if err := o.db.FailLetter(o.Context(), first, "late"); err != nil {
			o.Fatal(err)
		}
		if l := o.one(); l.Sent.IsZero() || !l.Failed.IsZero() {
			o.Errorf("after a late note: %+v", l)
		}
	})
}

func TestOutboxPages(t *testing.T) {
	each(t, func(o *office) {
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			o.drop(id, "ann@example.com")
		}
		outbox, after, got := mail.NewOutbox(o.db), "", ""
		for {
			page, err := outbox.List(context.Background(), mail.Query{Waiting: true, After: after, Limit: 2})
			if err != nil {
				o.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, l := range page {
				got += l.ID
			}
			after = page[len(page)-1].ID
		}
		if got != "edcba" {
			o.Errorf("listed %s, want edcba", got)
		}
	})
}

func TestSettings(t *testing.T) {
	for _, tt := range []struct {
		name     string
		settings mail.Settings
		ok       bool
	}{
		{"none: letters wait", mail.Settings{}, true},
		{"all", mail.Settings{Host: "smtp.example", From: "Ambit <lms@northwind.example>", TLS: mail.Implicit}, true},
		{"no sender", mail.Settings{Host: "smtp.example"}, false},
		{"unknown TLS", mail.Settings{Host: "smtp.example", From: "a@b.example", TLS: "maybe"}, false},
		{"port", mail.Settings{Host: "smtp.example", From: "a@b.example", Port: 70000}, false},
	} {
		if err := tt.settings.Check(); (err == nil) != tt.ok {
			t.Errorf("%s: Check() = %v", tt.name, err)
		}
	}
}

func TestClearConnectionIsRefusedUnlessAskedFor(t *testing.T) {
	each(t, func(o *office) {
		sender, err := mail.NewSender(o.db, mail.Settings{Host: "127.0.0.1", Port: o.port, From: "lms@northwind.example"}, o.now, slog.New(slog.DiscardHandler))
		if err != nil {
			o.Fatal(err)
		}
		o.drop("letter1", "ann@example.com")
		if err := sender.Deliver(o.Context()); err != nil {
			o.Fatal(err)
		}
		if len(o.post.letters()) != 0 {
			o.Error("a letter went out in the clear")
		}
	})
}

// TestALetterSentAtOnce goes past the outbox and brings back the server's words.
func TestALetterSentAtOnce(t *testing.T) {
	each(t, func(o *office) {
		letter := mail.Message{ID: "try", To: "ada@example.org", Subject: "A test letter", Text: "It works.", HTML: "<p>It works.</p>"}
		if err := o.sender.Try(o.Context(), letter); err != nil {
			o.Fatal(err)
		}
		if got := o.post.letters(); len(got) != 1 || !strings.Contains(got[0], "It works.") {
			o.Errorf("the server got %q", got)
		}
		if where := o.sender.Server(); !strings.HasSuffix(where, " (none)") || !strings.HasPrefix(where, "127.0.0.1:") {
			o.Errorf("server %q", where)
		}
		o.post.answer(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such mailbox"})
		if err := o.sender.Try(o.Context(), letter); err == nil || !strings.Contains(err.Error(), "No such mailbox") {
			o.Errorf("a refusal: %v", err)
		}
		if list, err := mail.NewOutbox(o.db).List(o.Context(), mail.Query{}); err != nil || len(list) != 0 {
			o.Errorf("the outbox holds %v, %v", list, err)
		}
	})
}
