package cli

import (
	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/app"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// ofMaster is what an organization cannot change of itself: its master can, and
// the person who runs Ambit.
type ofMaster struct {
	ClientID       *string `name:"client-id" placeholder:"ID" help:"Its master's own id of it; empty: none."`
	Expires        *string `placeholder:"DAY|never" help:"The last day on which its people can work in it."`
	MayHaveClients *string `name:"may-have-clients" placeholder:"yes|no" help:"It may have client organizations."`
	Status         *string `placeholder:"active|suspended|ended" help:"Whether its people can work in it; this also opens one again that has ended."`
	Reason         string  `help:"Why its status changes; it stands in the audit log."`
}

// change is what was said, without the status.
func (o ofMaster) change() (org.ClientChange, error) {
	change := org.ClientChange{ClientID: o.ClientID}
	var err error
	if change.MayHaveClients, err = isYes("may_have_clients", o.MayHaveClients); err != nil {
		return change, err
	}
	if o.Expires != nil {
		until := day.None
		if *o.Expires != "never" {
			if until, err = day.Parse(*o.Expires); err != nil || until.IsNone() {
				return change, fault.Field("expires_on", "Use a day such as 2026-01-31.")
			}
		}
		change.ExpiresOn = &until
	}
	return change, nil
}

// apply changes what was named and nothing else.
func (o ofMaster) apply(c *call, a *app.App, in org.Organization) (org.Organization, error) {
	change, err := o.change()
	if err != nil {
		return in, err
	}
	reach := account.AsOperator(in, access.ClientEdit, c.now())
	if change != (org.ClientChange{}) {
		if in, _, err = a.Organizations.ChangeClient(c.ctx, reach, in.ID, change); err != nil {
			return in, err
		}
	}
	if o.Status == nil {
		return in, nil
	}
	switch org.Status(*o.Status) {
	case org.Active:
		return a.Organizations.Reopen(c.ctx, reach, in.ID, o.Reason)
	case org.Suspended:
		return a.Organizations.Suspend(c.ctx, reach, in.ID, o.Reason)
	case org.Ended:
		return a.Organizations.End(c.ctx, reach, in.ID, o.Reason)
	}
	return in, fault.Field("status", "Say active, suspended or ended.")
}
