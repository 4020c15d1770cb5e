package cli

import (
	"fmt"
	"io"
	"strconv"

	"github.com/ambit-lms/ambit/internal/org"
)

type orgs struct {
	Create createOrg `cmd:"" help:"Create an organization; prints the link for its first administrator last."`
	List   listOrgs  `cmd:"" help:"List all organizations."`
	Set    setOrg    `cmd:"" help:"Change settings of an organization; prints them as they are then."`
}

type createOrg struct {
	Slug           string `arg:"" help:"Short name, as it stands in addresses."`
	Name           string `required:"" help:"Its name."`
	Admin          string `required:"" placeholder:"EMAIL" help:"Address of its first administrator."`
	Zone           string `placeholder:"ZONE" help:"Time zone, as in Europe/Berlin; UTC if not given."`
	Locale         string `placeholder:"LOCALE" help:"Language: en, de or ar; en if not given."`
	MayHaveClients bool   `name:"may-have-clients" help:"It may have client organizations; its administrator is a Master Administrator."`
}

// Run creates the organization.
func (o createOrg) Run(c *call) error {
	a, err := c.open()
	if err != nil {
		return err
	}
	defer a.Close()
	m, link, err := a.Accounts.Found(c.ctx, org.New{
		Slug: o.Slug, Name: o.Name, Zone: o.Zone, Locale: o.Locale, MayHaveClients: o.MayHaveClients,
	}, o.Admin)
	if err != nil {
		return err
	}
	answer := struct {
		Slug string `json:"slug"`
		ID   string `json:"id"`
		aLink
	}{m.Organization.Slug, string(m.Organization.ID), told(link)}
	return c.show(answer, func(w io.Writer) {
		fmt.Fprintf(w, "Organization %s is there. This link makes %s its administrator, once, until %s:\n%s\n",
			m.Organization.Slug, o.Admin, answer.Expires, link.URL)
	})
}

type listOrgs struct{}

// Run lists all organizations.
func (listOrgs) Run(c *call) error {
	a, err := c.open()
	if err != nil {
		return err
	}
	defer a.Close()
	all, err := a.Organizations.List(c.ctx)
	if err != nil {
		return err
	}
	type line struct {
		Slug           string `json:"slug"`
		ID             string `json:"id"`
		Name           string `json:"name"`
		Status         string `json:"status"`
		Zone           string `json:"time_zone"`
		Locale         string `json:"locale"`
		Parent         string `json:"parent_id,omitempty"`
		MayHaveClients bool   `json:"may_have_clients"`
	}
	answer, rows := make([]line, len(all)), make([][]string, len(all))
	for i, o := range all {
		answer[i] = line{o.Slug, string(o.ID), o.Name, string(o.Status), o.Zone, o.Locale, string(o.Parent), o.MayHaveClients}
		rows[i] = []string{o.Slug, o.Name, string(o.Status), o.Zone, o.Locale, strconv.FormatBool(o.Parent != "")}
	}
	return c.show(answer, func(w io.Writer) {
		columns(w, []string{"SLUG", "NAME", "STATUS", "ZONE", "LOCALE", "CLIENT"}, rows)
	})
}
