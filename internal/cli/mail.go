package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/ambit-lms/ambit/internal/mail"
)

type letters struct {
	List    listMail    `cmd:"" default:"withargs" help:"List the outbox, the latest first; waiting letters with their text (the default)."`
	Test    testMail    `cmd:"" help:"Send a test letter at once and say what happened."`
	Release releaseMail `cmd:"" help:"Let the mail that a restore held be sent."`
}

type listMail struct {
	Waiting bool   `help:"Only letters that are neither sent nor given up."`
	After   string `placeholder:"ID" help:"Go on after this letter."`
	Limit   int    `default:"100" help:"How many at most."`
}

// aLetter is how a letter is told to scripts.
type aLetter struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	To      string `json:"to"`
	Subject string `json:"subject"`
	State   string `json:"state"`
	Created string `json:"created_at"`
	Sent    string `json:"sent_at,omitempty"`
	Error   string `json:"error,omitempty"`
	Text    string `json:"text,omitempty"`
}

// Run lists letters.
func (l listMail) Run(c *call) error {
	a, err := c.open()
	if err != nil {
		return err
	}
	defer a.Close()
	all, err := a.Outbox.List(c.ctx, mail.Query{Waiting: l.Waiting, After: l.After, Limit: l.Limit})
	if err != nil {
		return err
	}
	answer := make([]aLetter, len(all))
	for i, m := range all {
		answer[i] = aLetter{m.ID, m.Kind, m.To, m.Subject, state(m), instant(m.Created), instant(m.Sent), m.LastError, m.Text}
	}
	return c.show(answer, func(w io.Writer) {
		for _, m := range answer {
			fmt.Fprintf(w, "%s  %s  %s  %s\n  To: %s\n  Subject: %s\n", m.Created, m.State, m.Kind, m.ID, m.To, m.Subject)
			if m.Error != "" {
				fmt.Fprintf(w, "  Error: %s\n", m.Error)
			}
			if m.Text != "" && m.State == "waiting" {
				fmt.Fprintf(w, "\n    %s\n", strings.ReplaceAll(strings.TrimSpace(m.Text), "\n", "\n    "))
			}
			fmt.Fprintln(w)
		}
	})
}

func state(l mail.Letter) string {
	switch {
	case !l.Sent.IsZero():
		return "sent"
	case !l.Failed.IsZero():
		return "given up"
	}
	return "waiting"
}

type testMail struct {
	Address string `arg:"" help:"Where to."`
}

// Run sends a test letter.
func (t testMail) Run(c *call) error {
	a, err := c.open()
	if err != nil {
		return err
	}
	defer a.Close()
	server, err := a.TryMail(c.ctx, t.Address)
	if err != nil && server != "" {
		return fmt.Errorf("the mail server %s did not take the letter: %w", server, err)
	}
	if err != nil {
		return err
	}
	return c.show(struct {
		To     string `json:"to"`
		Server string `json:"server"`
	}{t.Address, server}, func(w io.Writer) {
		fmt.Fprintf(w, "The mail server %s took a test letter to %s. If it does not arrive, look into the spam folder and the server's log.\n", server, t.Address)
	})
}

type releaseMail struct{}

// Run lets held mail go.
func (releaseMail) Run(c *call) error {
	a, err := c.open()
	if err != nil {
		return err
	}
	defer a.Close()
	letters, jobs, err := a.Store.ReleaseMail(c.ctx)
	if err != nil {
		return err
	}
	return c.show(struct {
		Letters int64 `json:"letters"`
		Jobs    int64 `json:"jobs"`
	}{letters, jobs}, func(w io.Writer) { fmt.Fprintf(w, "Released: %d letters, %d jobs.\n", letters, jobs) })
}
