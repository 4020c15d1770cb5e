package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/roster"
)

// roleAndStatus is what audit events of people say.
type roleAndStatus struct {
	Role   string `json:"role,omitempty"`
	Status string `json:"status,omitempty"`
}

// noteRoles keeps the changes of role and status for the audit log. A new
// person who gets no power over others is no event of their own.
func (i *rosterImport) noteRoles(ctx context.Context) error {
	events, err := list(ctx, i, `select target, coalesce(was_role, ''), base_role, coalesce(was_status, ''), account_status from staged_people
		where made and base_role <> '`+string(access.Student)+`' or changed and (base_role <> was_role or account_status <> was_status) order by line`,
		func(row *sql.Rows) (audit.Event, error) {
			e := i.event("account.role_changed", "account")
			var before, after roleAndStatus
			if err := row.Scan(&e.SubjectID, &before.Role, &after.Role, &before.Status, &after.Status); err != nil {
				return e, err
			}
			if before.Role == after.Role {
				e.Action = "account.status_changed"
			}
			if e.After = after; before != (roleAndStatus{}) {
				e.Before = before
			}
			return e, nil
		})
	i.events = append(i.events, events...)
	return err
}

func (i *rosterImport) event(action, kind string) audit.Event {
	return audit.Event{Organization: i.organization, Action: action, SubjectKind: kind, Reason: "import"}
}

type reporterNamed struct {
	Reporter string `json:"reporter"`
}

// applyReporters appoints and ends reporters where the row differs from what
// the last import said. Such appointments send no letters: who brings in a whole
// school tells people when it is ready.
func (i *rosterImport) applyReporters(ctx context.Context) error {
	const now = `left join role_grant g on g.realm_id = :realm and g.purchase_id = s.target and g.role = 'license_reporter' and g.ended_at is null`
	const differs = `s.reporter_id is distinct from s.was_said_reporter and (s.reporter_id is not null or not s.made) and g.account_id is distinct from s.reporter_id_ref`
	said := i.has("purchases", "reporter_id")
	if said {
		err := i.noteReporters(ctx, `select s.target, coalesce(g.account_id, ''), coalesce(s.reporter_id_ref, '') from staged_purchases s `+now+` where `+differs+` order by s.line`)
		if err != nil {
			return err
		}
		err = i.do(
			ctx,
			`create temporary table reporter_change as select s.target, s.reporter_id_ref, s.grant_new from staged_purchases s `+now+` where `+differs,
			i.endGrants(`g.role = 'license_reporter' and g.purchase_id in (select target from reporter_change)`),
			`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, purchase_id, extent, from_at, follows_home, given_by, reason)
				select :realm, c.grant_new, :organization, c.reporter_id_ref, 'license_reporter', 'purchase', c.target, 'here', :now, false, :by, 'import'
				from reporter_change c where c.reporter_id_ref is not null`,
			`update staged_purchases set changed = true where not made and target in (select target from reporter_change)`,
		)
		if err == nil {
			err = i.note(ctx, `update purchase as p set imported_reporter = s.reporter_id from staged_purchases s
				where p.realm_id = :realm and p.purchase_id = s.target and p.imported_reporter is distinct from s.reporter_id`)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (i *rosterImport) noteReporters(ctx context.Context, query string) error {
	events, err := list(ctx, i, query, func(row *sql.Rows) (audit.Event, error) {
		e := i.event("reporter.appointed", "purchase")
		var before, after string
		err := row.Scan(&e.SubjectID, &before, &after)
		if before != "" {
			e.Before = reporterNamed{before}
		}
		if after == "" {
			e.Action = "reporter.ended"
		} else {
			e.After = reporterNamed{after}
		}
		return e, err
	})
	i.events = append(i.events, slices.DeleteFunc(events, func(e audit.Event) bool { return e.Before == nil && e.After == nil })...)
	return err
}

// record writes the audit events: one for the import, one for each change of access.
func (i *rosterImport) record(ctx context.Context) error {
	whole := i.event("roster.imported", "organization")
	whole.SubjectID, whole.After, whole.Reason = string(i.organization), i.summary, ""
	for _, e := range append([]audit.Event{whole}, i.events...) {
		if err := i.audit(ctx, i.reach.Actor(), e); err != nil {
			return err
		}
	}
	return nil
}

// invite leaves a letter to be written for each person of the bundle who can
// sign in but has no password yet.
func (i *rosterImport) invite(ctx context.Context) error {
	if !i.bundle.Has(roster.FileOf("people")) {
		return nil
	}
	people, err := list(ctx, i, `select s.target from staged_people s join identity d on d.identity_id = s.identity_ref
		where d.password_hash is null and s.account_status in ('invited', 'active') order by s.line`, func(row *sql.Rows) (string, error) {
		var id string
		err := row.Scan(&id)
		return id, err
	})
	if err != nil {
		return err
	}
	i.summary.Invited = len(people)
	columns := []string{"job_id", "realm_id", "kind", "payload", "created_at", "run_at", "locked_until", "attempt", "last_error"}
	rows, now := &listed{}, i.now.UnixMicro()
	for _, id := range people {
		payload, err := json.Marshal(account.Invitation{Realm: i.reach.Actor().Realm, Account: account.ID(id)})
		if err != nil {
			return err
		}
		rows.values = append(rows.values, []any{access.NewID(), i.named["realm"], account.InvitationJob, string(payload), now, now, int64(0), int64(0), ""})
	}
	return i.db.dialect.load(ctx, i.conn, "job", columns, rows)
}
