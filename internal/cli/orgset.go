package cli

import (
	"fmt"
	"io"
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

type setOrg struct {
	Slug          string  `arg:"" help:"Short name of the organization."`
	Name          *string `help:"Its name."`
	Zone          *string `placeholder:"ZONE" help:"Time zone, as in Europe/Berlin; until a seat with a last day is redeemed in it."`
	Locale        *string `placeholder:"LOCALE" help:"Language: en, de or ar."`
	HidePending   *string `placeholder:"yes|no" help:"Hide the addresses of pending invitations from reporters until they are redeemed."`
	AutoReporter  *string `placeholder:"yes|no" help:"Make the buyer of a later purchase its License Reporter at once."`
	ManagerLimit  *string `placeholder:"N" help:"How many people may hold a managing role; none: no limit. Lowering it takes nothing away."`
	HistoryMonths *int    `placeholder:"N" help:"How long reporters read on after their own seat ended by date."`
}

// Run changes what was named and nothing else.
func (o setOrg) Run(c *call) error {
	change, err := o.settings()
	if err != nil {
		return err
	}
	a, err := c.open()
	if err != nil {
		return err
	}
	defer a.Close()
	found, err := a.Organizations.BySlug(c.ctx, o.Slug)
	if err != nil {
		return err
	}
	now, err := a.Organizations.Set(c.ctx, account.AsOperator(found, access.OrganizationConfigure, c.now()), found.ID, change)
	if err != nil {
		return err
	}
	limit := "none"
	if now.ManagerLimit > 0 {
		limit = strconv.Itoa(now.ManagerLimit)
	}
	answer := struct {
		Slug          string `json:"slug"`
		Name          string `json:"name"`
		Zone          string `json:"time_zone"`
		Locale        string `json:"locale"`
		HidePending   bool   `json:"hide_pending"`
		AutoReporter  bool   `json:"auto_reporter"`
		ManagerLimit  int    `json:"manager_limit"`
		HistoryMonths int    `json:"history_months"`
	}{now.Slug, now.Name, now.Zone, now.Locale, now.HidePending, now.AutoReporter, now.ManagerLimit, now.HistoryMonths}
	return c.show(answer, func(w io.Writer) {
		for _, line := range [][2]string{
			{"name", now.Name},
			{"time zone", now.Zone},
			{"language", now.Locale},
			{"hide pending", yesNo(now.HidePending)},
			{"auto reporter", yesNo(now.AutoReporter)},
			{"manager limit", limit},
			{"history months", strconv.Itoa(now.HistoryMonths)},
		} {
			fmt.Fprintf(w, "%-15s %s\n", line[0], line[1])
		}
	})
}

func (o setOrg) settings() (org.Settings, error) {
	change := org.Settings{Name: o.Name, Zone: o.Zone, Locale: o.Locale, HistoryMonths: o.HistoryMonths}
	var err error
	if change.HidePending, err = isYes("hide_pending", o.HidePending); err != nil {
		return change, err
	}
	if change.AutoReporter, err = isYes("auto_reporter", o.AutoReporter); err != nil {
		return change, err
	}
	if o.ManagerLimit != nil {
		limit, err := strconv.Atoi(*o.ManagerLimit)
		if err != nil && *o.ManagerLimit != "none" {
			return change, fault.Field("manager_limit", "Enter a limit of 1 to 1000000, or 0 for none.")
		}
		change.ManagerLimit = &limit
	}
	return change, nil
}

// isYes reads a switch that was given; nil leaves it as it is.
func isYes(field string, said *string) (*bool, error) {
	if said == nil {
		return nil, nil
	}
	yes := *said == "yes"
	if !yes && *said != "no" {
		return nil, fault.Field(field, "Say yes or no.")
	}
	return &yes, nil
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
