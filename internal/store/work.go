package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/mail"
)

// audit writes the event of a change into the same transaction (I-24).
func (t *tx) audit(ctx context.Context, actor access.Actor, e audit.Event) error {
	before, err := asJSON(e.Before)
	if err != nil {
		return err
	}
	after, err := asJSON(e.After)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `insert into audit_event (realm_id, event_id, at, organization_id, actor_id, actor_system, token_id,
			action, subject_kind, subject_id, before_json, after_json, reason, request_id, inside_id)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		int64(actor.Realm), access.NewID(), t.db.now().UnixMicro(), orNull(e.Organization), orNull(actor.Account), actor.System, orNull(actor.Token),
		e.Action, e.SubjectKind, e.SubjectID, before, after, e.Reason, actor.RequestID, orNull(actor.Inside()))
	return err
}

func asJSON(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("audit: %w", err)
	}
	return string(raw), nil
}

// enqueue puts work off until after the commit.
func (t *tx) enqueue(ctx context.Context, realm access.RealmID, kind string, payload any) error {
	raw, err := asJSON(payload)
	if err != nil {
		return err
	}
	now := t.db.now().UnixMicro()
	_, err = t.exec(ctx, `insert into job (job_id, realm_id, kind, payload, created_at, run_at, locked_until, attempt, last_error) values ($1, $2, $3, $4, $5, $5, 0, 0, '')`,
		access.NewID(), int64(realm), kind, raw, now)
	return err
}

// post puts letters into the outbox, each as its organization's letters look.
func (t *tx) post(ctx context.Context, letters ...mail.Message) error {
	now := t.db.now().UnixMicro()
	rows := make([][]any, len(letters))
	houses := map[access.OrgID]mail.House{}
	for i, m := range letters {
		if m.Organization != "" {
			of, known := houses[m.Organization]
			if !known {
				var err error
				if of, err = house(ctx, t, m.Realm, m.Organization); err != nil {
					return err
				}
				houses[m.Organization] = of
			}
			m = m.Of(of)
		}
		facts := ""
		if len(m.Facts) > 0 {
			var err error
			if facts, err = asJSON(m.Facts); err != nil {
				return err
			}
		}
		rows[i] = []any{
			m.ID, realmOrNull(m.Realm), orNull(m.Organization), m.Kind, m.To, m.Subject, m.Text, m.HTML, now, now, 0, 0, "",
			orNull(m.About.Kind), orNull(m.About.ID), orNull(m.Recipient), orNull(facts), fold.Search(m.To, m.Subject),
		}
	}
	return t.insert(ctx, "mail", `mail_id, realm_id, organization_id, kind, recipient, subject, body_text, body_html, created_at, run_at, locked_until, attempt, last_error,
		about_kind, about_id, recipient_id, facts_json, search_text`, rows)
}

// insert writes rows, many a statement.
func (t *tx) insert(ctx context.Context, table, columns string, rows [][]any) error {
	return t.insertOr(ctx, table, columns, rows, "")
}

// insertOr is insert with what is to happen to a row that exists already.
func (t *tx) insertOr(ctx context.Context, table, columns string, rows [][]any, conflict string) error {
	const atOnce = 100
	for chunk := range slices.Chunk(rows, atOnce) {
		var args []any
		var into strings.Builder
		into.WriteString("insert into " + table + " (" + columns + ") values ")
		for i, row := range chunk {
			for k, v := range row {
				switch {
				case k > 0:
					into.WriteString(", ")
				case i > 0:
					into.WriteString(", (")
				default:
					into.WriteString("(")
				}
				args = append(args, v)
				into.WriteString(t.db.dialect.place(len(args)))
			}
			into.WriteString(")")
		}
		into.WriteString(conflict)
		if _, err := t.exec(ctx, into.String(), args...); err != nil {
			return err
		}
	}
	return nil
}

func realmOrNull(r access.RealmID) any {
	if r == 0 {
		return nil
	}
	return int64(r)
}
