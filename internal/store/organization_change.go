package store

import (
	"context"
	"errors"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/org"
)

// ChangeOrganization changes settings of an organization in the reach and gives
// it as it is then. Where nothing differs, nothing is written.
func (db *DB) ChangeOrganization(ctx context.Context, reach access.Reach, id org.ID, change org.Settings) (org.Organization, error) {
	var out org.Organization
	err := db.change(ctx, func(t *tx) error {
		realm := reach.Actor().Realm
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(realm), string(id)))
		if err != nil {
			return err
		}
		if covered, _ := fresh.CoversThing(access.Thing{Place: at.path}); !covered {
			return fault.ErrNotFound
		}
		was, err := organizationOf(ctx, t, realm, id)
		if err != nil {
			return err
		}
		if change.Version != "" && change.Version != was.Version() {
			return org.ErrStale
		}
		before, after := map[string]any{}, map[string]any{}
		out = was
		settle(before, after, "name", &out.Name, change.Name)
		settle(before, after, "address", &out.Address, change.Address)
		settle(before, after, "time_zone", &out.Zone, change.Zone)
		settle(before, after, "locale", &out.Locale, change.Locale)
		settle(before, after, "hide_pending", &out.HidePending, change.HidePending)
		settle(before, after, "auto_reporter", &out.AutoReporter, change.AutoReporter)
		settle(before, after, "manager_limit", &out.ManagerLimit, change.ManagerLimit)
		settle(before, after, "history_months", &out.HistoryMonths, change.HistoryMonths)
		settle(before, after, "accent", (*string)(&out.Brand.Accent), change.Accent)
		settle(before, after, "accent_dark", (*string)(&out.Brand.AccentDark), change.AccentDark)
		settle(before, after, "mail_sender", &out.LetterHead.Sender, change.Sender)
		settle(before, after, "mail_reply_to", &out.LetterHead.ReplyTo, change.ReplyTo)
		settle(before, after, "session_idle_minutes", &out.Sessions.IdleMinutes, change.IdleMinutes)
		settle(before, after, "session_total_hours", &out.Sessions.TotalHours, change.TotalHours)
		settle(before, after, "due_soon_days", &out.Windows.DueSoon, change.DueSoon)
		settle(before, after, "expires_soon_days", &out.Windows.ExpiresSoon, change.ExpiresSoon)
		if len(after) == 0 {
			return errNothingToDo
		}
		if err := t.keepOrganization(ctx, was, out); err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: id, Action: "organization.changed", SubjectKind: "organization", SubjectID: string(id), Before: before, After: after,
		})
	})
	return out, unlessNothing(err)
}

// settle takes one setting over and notes it where it differs.
func settle[T comparable](before, after map[string]any, name string, is *T, to *T) {
	if to != nil && *to != *is {
		before[name], after[name] = *is, *to
		*is = *to
	}
}

// keepOrganization writes settings down, with what follows from them.
func (t *tx) keepOrganization(ctx context.Context, was, o org.Organization) error {
	if o.Zone != was.Zone {
		var counts bool
		if err := one(ctx, t, `select exists (select 1 from seat where realm_id = $1 and organization_id = $2 and redeemed_at is not null and access_until is not null)`,
			[]any{int64(o.Realm), string(o.ID)}, &counts); err != nil {
			return err
		}
		if counts {
			return org.ErrZoneInUse
		}
	}
	_, err := t.exec(ctx, `update organization set name = $1, name_folded = $2, zone = $3, locale = $4, hide_pending = $5, auto_reporter = $6, manager_limit = $7, history_months = $8,
			address = $9, accent = $10, accent_dark = $11, mail_sender = $12, mail_reply_to = $13, session_idle_minutes = $14, session_total_hours = $15,
			due_soon_days = $16, expires_soon_days = $17
		where realm_id = $18 and organization_id = $19`,
		o.Name, fold.Text(o.Name), o.Zone, o.Locale, o.HidePending, o.AutoReporter, limitOrNull(o.ManagerLimit), o.HistoryMonths,
		o.Address, string(o.Brand.Accent), string(o.Brand.AccentDark), o.LetterHead.Sender, o.LetterHead.ReplyTo, limitOrNull(o.Sessions.IdleMinutes), limitOrNull(o.Sessions.TotalHours),
		o.Windows.DueSoon, o.Windows.ExpiresSoon, int64(o.Realm), string(o.ID))
	if breaks(err, ruleUnique, "name") {
		return org.ErrNameTaken
	}
	if err != nil || o.HistoryMonths == was.HistoryMonths {
		return err
	}
	return t.dateReporters(ctx, o.Realm, o.ID)
}

// unlessNothing turns leaving a change undone into no error.
func unlessNothing(err error) error {
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	return err
}
