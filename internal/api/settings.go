package api

import (
	"context"
	"encoding/base64"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/server"
)

// settings is what an organization has decided about itself.
type settings struct {
	Version            string  `json:"version" doc:"Of these settings; give it back to change them only if nobody else has."`
	Name               string  `json:"name"`
	Address            *string `json:"address" doc:"Lines of text; stands below letters."`
	TimeZone           string  `json:"time_zone"`
	Locale             string  `json:"locale"`
	Accent             *string `json:"accent" doc:"Colour on light pages and paper; null: Ambit's."`
	AccentDark         *string `json:"accent_dark" doc:"Colour on dark pages, as it is used; null: Ambit's."`
	Logo               *string `json:"logo" doc:"Where the logo is served, without the address of the installation."`
	MailSender         *string `json:"mail_sender" doc:"Name that letters come from; null: the organization's."`
	MailReplyTo        *string `json:"mail_reply_to" doc:"Where answers to letters go."`
	SessionIdleMinutes *int    `json:"session_idle_minutes" doc:"Sessions end after so long without use; null: as the installation says."`
	SessionTotalHours  *int    `json:"session_total_hours" doc:"Sessions end so long after signing in; null: as the installation says."`
	DueSoonDays        int     `json:"due_soon_days" doc:"How many days before its due day something is due soon."`
	ExpiresSoonDays    int     `json:"expires_soon_days" doc:"How many days before its last day something expires soon."`
	HidePending        bool    `json:"hide_pending" doc:"Reporters do not see the addresses of pending invitations."`
	HistoryMonths      int     `json:"history_months" doc:"How long reporters read on after their own seat ended by date."`
	AutoReporter       bool    `json:"auto_reporter" doc:"The buyer of a later purchase becomes its License Reporter at once."`
	Locations          bool    `json:"locations" doc:"Locations are in use."`
	Hierarchies        bool    `json:"hierarchies" doc:"Locations lie below locations."`
	Managers           int     `json:"managers" doc:"How many people count toward the manager limit."`
	ManagerLimit       *int    `json:"manager_limit" doc:"Set by whoever runs the installation; null: none."`
}

func (a *API) openSettings(ctx context.Context, reach access.Reach, _ *none) (*settings, error) {
	o, err := a.ask.Organizations.Open(ctx, reach, inQuestion(ctx))
	if err != nil {
		return nil, err
	}
	out := &settings{
		Version: o.Version(), Name: o.Name, Address: text(o.Address), TimeZone: o.Zone, Locale: o.Locale,
		Accent: text(o.Brand.Accent), AccentDark: text(o.Brand.Dark()), MailSender: text(o.LetterHead.Sender), MailReplyTo: text(o.LetterHead.ReplyTo),
		SessionIdleMinutes: positive(o.Sessions.IdleMinutes), SessionTotalHours: positive(o.Sessions.TotalHours),
		DueSoonDays: o.Windows.DueSoon, ExpiresSoonDays: o.Windows.ExpiresSoon, HidePending: o.HidePending, HistoryMonths: o.HistoryMonths,
		AutoReporter: o.AutoReporter, Locations: o.Locations, Hierarchies: o.Hierarchies, Managers: o.Managers, ManagerLimit: positive(o.ManagerLimit),
	}
	if o.Brand.Logo != "" {
		out.Logo = text("/logo/" + o.Brand.Logo + ".png")
	}
	return out, nil
}

type settingsInput struct{ Body settingsBody }

// settingsBody changes what it says. An empty text or a zero takes a setting back.
type settingsBody struct {
	Version            string  `json:"version,omitempty" maxLength:"64" doc:"Of the settings that the change was made from: it is refused where they are others by now. Without it nobody is asked."`
	Name               *string `json:"name,omitempty" maxLength:"200"`
	Address            *string `json:"address,omitempty" maxLength:"1000"`
	TimeZone           *string `json:"time_zone,omitempty" maxLength:"100"`
	Locale             *string `json:"locale,omitempty" maxLength:"40"`
	Accent             *string `json:"accent,omitempty" maxLength:"7" doc:"As #rrggbb; it must be readable on light pages, with a contrast of 4.5 or more."`
	AccentDark         *string `json:"accent_dark,omitempty" maxLength:"7" doc:"As #rrggbb; it must be readable on dark pages. Empty: made from the other one."`
	MailSender         *string `json:"mail_sender,omitempty" maxLength:"100"`
	MailReplyTo        *string `json:"mail_reply_to,omitempty" maxLength:"254"`
	SessionIdleMinutes *int    `json:"session_idle_minutes,omitempty" minimum:"0" maximum:"10080"`
	SessionTotalHours  *int    `json:"session_total_hours,omitempty" minimum:"0" maximum:"2160"`
	DueSoonDays        *int    `json:"due_soon_days,omitempty" minimum:"0" maximum:"366"`
	ExpiresSoonDays    *int    `json:"expires_soon_days,omitempty" minimum:"0" maximum:"366"`
	HidePending        *bool   `json:"hide_pending,omitempty"`
	HistoryMonths      *int    `json:"history_months,omitempty" minimum:"0" maximum:"120"`
}

// changeSettings changes what the body says and answers with all of them.
func (a *API) changeSettings(ctx context.Context, reach access.Reach, in *settingsInput) (*settings, error) {
	b := in.Body
	if _, err := a.ask.Organizations.Set(ctx, reach, inQuestion(ctx), org.Settings{
		Version: b.Version, Name: b.Name, Address: b.Address, Zone: b.TimeZone, Locale: b.Locale, Accent: b.Accent, AccentDark: b.AccentDark,
		Sender: b.MailSender, ReplyTo: b.MailReplyTo, IdleMinutes: b.SessionIdleMinutes, TotalHours: b.SessionTotalHours,
		DueSoon: b.DueSoonDays, ExpiresSoon: b.ExpiresSoonDays, HidePending: b.HidePending, HistoryMonths: b.HistoryMonths,
	}); err != nil {
		return nil, err
	}
	return a.openSettings(ctx, reach, nil)
}

type logoInput struct{ Body logoBody }

type logoBody struct {
	Image string `json:"image" contentEncoding:"base64" maxLength:"1000000" doc:"A PNG, JPEG or GIF of at most 2000 by 2000 pixels. It is brought to size and encoded anew."`
}

func (a *API) putLogo(ctx context.Context, reach access.Reach, in *logoInput) (*none, error) {
	raw, err := base64.StdEncoding.DecodeString(in.Body.Image)
	if err != nil {
		return nil, org.ErrLogo
	}
	_, err = a.ask.Organizations.SetLogo(ctx, reach, inQuestion(ctx), raw)
	return &none{}, err
}

func (a *API) removeLogo(ctx context.Context, reach access.Reach, _ *none) (*none, error) {
	return &none{}, a.ask.Organizations.RemoveLogo(ctx, reach, inQuestion(ctx))
}

// inQuestion is the organization that a request takes place in.
func inQuestion(ctx context.Context) org.ID { return server.VisitOf(ctx).Account.Organization.ID }
