package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/app"
	"github.com/ambit-lms/ambit/internal/org"
)

type people struct {
	Link accountLink `cmd:"" help:"Print a new link for somebody whose own was lost, last."`
}

type accountLink struct {
	Email string `arg:"" help:"Whose link."`
	Org   string `required:"" placeholder:"SLUG" help:"Organization of the account."`
}

// aLink is how a link is told to scripts.
type aLink struct {
	Link    string `json:"link"`
	Kind    string `json:"kind"`
	Expires string `json:"expires_at"`
}

func told(l account.Link) aLink {
	return aLink{l.URL, string(l.Kind), l.Expires.UTC().Format(time.RFC3339)}
}

// Run prints the link.
func (l accountLink) Run(c *call) error {
	a, reach, in, err := c.asOperator(l.Org, access.AccountSession)
	if err != nil {
		return err
	}
	defer a.Close()
	link, err := a.Accounts.LinkFor(c.ctx, reach, in.ID, l.Email)
	if err != nil {
		return err
	}
	answer := told(link)
	return c.show(answer, func(w io.Writer) {
		fmt.Fprintf(w, "This link is for %s, once, until %s:\n%s\n", l.Email, answer.Expires, link.URL)
	})
}

// asOperator opens Ambit with the reach of the person who runs it over one organization.
func (c *call) asOperator(slug string, p access.Permission) (*app.App, access.Reach, org.Organization, error) {
	a, err := c.open()
	if err != nil {
		return nil, access.Reach{}, org.Organization{}, err
	}
	in, err := a.Organizations.BySlug(c.ctx, slug)
	if err != nil {
		a.Close()
		return nil, access.Reach{}, org.Organization{}, fmt.Errorf("organization %s: %w", slug, err)
	}
	return a, account.AsOperator(in, p, c.now()), in, nil
}

type tokens struct {
	Create createToken `cmd:"" help:"Make an API token for somebody's account; prints it last."`
	List   listTokens  `cmd:"" help:"List somebody's API tokens."`
	Revoke revokeToken `cmd:"" help:"End an API token."`
}

type ofAccount struct {
	Org     string `required:"" placeholder:"SLUG" help:"Organization of the account."`
	Account string `required:"" placeholder:"EMAIL" help:"Whose token."`
}

type createToken struct {
	ofAccount
	Name     string `default:"command line" help:"What it is for."`
	ReadOnly bool   `name:"read-only" help:"It may read and start report runs, and write nothing else."`
}

// Run makes a token.
func (t createToken) Run(c *call) error {
	a, reach, in, err := c.asOperator(t.Org, access.AccountSession)
	if err != nil {
		return err
	}
	defer a.Close()
	token, secret, err := a.Accounts.TokenFor(c.ctx, reach, in.ID, t.Account, t.Name, t.ReadOnly)
	if err != nil {
		return err
	}
	answer := struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		ReadOnly bool   `json:"read_only"`
		Token    string `json:"token"`
	}{string(token.ID), token.Name, token.ReadOnly, secret}
	return c.show(answer, func(w io.Writer) {
		fmt.Fprintf(w, "This token speaks for %s. It is shown only now:\n%s\n", t.Account, secret)
	})
}

type listTokens struct{ ofAccount }

// Run lists tokens.
func (t listTokens) Run(c *call) error {
	a, reach, in, err := c.asOperator(t.Org, access.AccountSession)
	if err != nil {
		return err
	}
	defer a.Close()
	all, err := a.Accounts.TokensFor(c.ctx, reach, in.ID, t.Account)
	if err != nil {
		return err
	}
	type line struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		ReadOnly bool   `json:"read_only"`
		Created  string `json:"created_at"`
		Used     string `json:"used_at,omitempty"`
	}
	answer, rows := make([]line, len(all)), make([][]string, len(all))
	for i, k := range all {
		answer[i] = line{string(k.ID), k.Name, k.ReadOnly, instant(k.CreatedAt), instant(k.UsedAt)}
		rights := "all"
		if k.ReadOnly {
			rights = "read-only"
		}
		rows[i] = []string{string(k.ID), k.Name, rights, instant(k.CreatedAt), instant(k.UsedAt)}
	}
	return c.show(answer, func(w io.Writer) {
		columns(w, []string{"ID", "NAME", "RIGHTS", "CREATED", "USED"}, rows)
	})
}

type revokeToken struct {
	ofAccount
	ID string `arg:"" help:"Its id, as ambit token list shows it."`
}

// Run ends a token.
func (t revokeToken) Run(c *call) error {
	a, reach, in, err := c.asOperator(t.Org, access.AccountSession)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Accounts.RevokeTokenFor(c.ctx, reach, in.ID, t.Account, account.TokenID(t.ID)); err != nil {
		return err
	}
	return c.show(struct {
		Revoked string `json:"revoked"`
	}{t.ID}, func(w io.Writer) { fmt.Fprintln(w, "Ended:", t.ID) })
}

// instant is how times are printed; empty for none.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
