package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"

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
	Address       *string `placeholder:"TEXT" help:"Address that stands below letters; lines are lines."`
	Accent        *string `placeholder:"#RRGGBB" help:"Colour of links and buttons on light pages; empty: Ambit's."`
	AccentDark    *string `placeholder:"#RRGGBB" help:"The same on dark pages; empty: made from the other one."`
	MailSender    *string `placeholder:"NAME" help:"Name that letters come from; empty: the organization's."`
	MailReplyTo   *string `placeholder:"ADDRESS" help:"Where answers to letters go; empty: nowhere else."`
	SignInIdle    *int    `placeholder:"MINUTES" help:"End sessions after so long without use; 0: as the installation says."`
	SignInTotal   *int    `placeholder:"HOURS" help:"End sessions so long after signing in; 0: as the installation says."`
	DueSoon       *int    `placeholder:"DAYS" help:"How many days before its due day something is due soon."`
	ExpiresSoon   *int    `placeholder:"DAYS" help:"How many days before its last day something expires soon."`

	ofMaster `embed:""`
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
	if _, err := o.apply(c, a, found); err != nil {
		return err
	}
	now, err := a.Organizations.Set(c.ctx, account.AsOperator(found, access.OrganizationConfigure, c.now()), found.ID, change)
	if err != nil {
		return err
	}
	return c.show(settingsOf(now), func(w io.Writer) {
		for _, line := range linesOf(now) {
			fmt.Fprintf(w, "%-15s %s\n", line[0], line[1])
		}
	})
}

// settingsOf are an organization's settings for scripts.
func settingsOf(o org.Organization) any {
	return struct {
		Slug          string `json:"slug"`
		Name          string `json:"name"`
		Zone          string `json:"time_zone"`
		Locale        string `json:"locale"`
		HidePending   bool   `json:"hide_pending"`
		AutoReporter  bool   `json:"auto_reporter"`
		ManagerLimit  int    `json:"manager_limit"`
		HistoryMonths int    `json:"history_months"`
		Address       string `json:"address"`
		Accent        string `json:"accent"`
		AccentDark    string `json:"accent_dark"`
		MailSender    string `json:"mail_sender"`
		MailReplyTo   string `json:"mail_reply_to"`
		SessionIdle   int    `json:"session_idle_minutes"`
		SessionTotal  int    `json:"session_total_hours"`
		DueSoon       int    `json:"due_soon_days"`
		ExpiresSoon   int    `json:"expires_soon_days"`

		ClientID       string `json:"client_id"`
		MayHaveClients bool   `json:"may_have_clients"`
		Status         string `json:"status"`
		ExpiresOn      string `json:"expires_on"`
	}{
		o.Slug, o.Name, o.Zone, o.Locale, o.HidePending, o.AutoReporter, o.ManagerLimit, o.HistoryMonths,
		o.Address, string(o.Brand.Accent), string(o.Brand.AccentDark), o.LetterHead.Sender, o.LetterHead.ReplyTo,
		o.Sessions.IdleMinutes, o.Sessions.TotalHours, o.Windows.DueSoon, o.Windows.ExpiresSoon,
		o.ClientID, o.MayHaveClients, string(o.Status), o.ExpiresOn.String(),
	}
}

// linesOf are the same settings for people.
func linesOf(o org.Organization) [][2]string {
	return [][2]string{
		{"name", o.Name},
		{"address", strings.ReplaceAll(o.Address, "\n", ", ")},
		{"time zone", o.Zone},
		{"language", o.Locale},
		{"accent", orNone(string(o.Brand.Accent))},
		{"accent dark", orNone(string(o.Brand.AccentDark))},
		{"mail sender", orNone(o.LetterHead.Sender)},
		{"mail reply to", orNone(o.LetterHead.ReplyTo)},
		{"sign-in idle", numberOrNone(o.Sessions.IdleMinutes)},
		{"sign-in total", numberOrNone(o.Sessions.TotalHours)},
		{"due soon", strconv.Itoa(o.Windows.DueSoon)},
		{"expires soon", strconv.Itoa(o.Windows.ExpiresSoon)},
		{"hide pending", yesNo(o.HidePending)},
		{"auto reporter", yesNo(o.AutoReporter)},
		{"manager limit", numberOrNone(o.ManagerLimit)},
		{"history months", strconv.Itoa(o.HistoryMonths)},
		{"client id", orNone(o.ClientID)},
		{"clients", yesNo(o.MayHaveClients)},
		{"status", string(o.Status)},
		{"last day", orNone(o.ExpiresOn.String())},
	}
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func numberOrNone(n int) string {
	if n == 0 {
		return "none"
	}
	return strconv.Itoa(n)
}

func (o setOrg) settings() (org.Settings, error) {
	change := org.Settings{
		Name: o.Name, Zone: o.Zone, Locale: o.Locale, HistoryMonths: o.HistoryMonths, Address: o.Address, Accent: o.Accent, AccentDark: o.AccentDark,
		Sender: o.MailSender, ReplyTo: o.MailReplyTo, IdleMinutes: o.SignInIdle, TotalHours: o.SignInTotal, DueSoon: o.DueSoon, ExpiresSoon: o.ExpiresSoon,
	}
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
