package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/mail"
)

var _ mail.LogStore = (*DB)(nil)

// fromLog is what the log is read from: letters m of the organizations o of a
// reach. Letters of the installation itself have no organization and stay out.
const fromLog = ` from mail m
	join organization o on o.realm_id = m.realm_id and o.organization_id = m.organization_id
	left join account a on a.realm_id = m.realm_id and a.account_id = m.recipient_id
	left join seat s on m.about_kind = 'seat' and s.realm_id = m.realm_id and s.seat_id = m.about_id
	left join purchase p on p.realm_id = m.realm_id and p.purchase_id = case m.about_kind when 'seat' then s.purchase_id when 'purchase' then m.about_id end
	left join invitation iv on m.about_kind = 'invitation' and iv.realm_id = m.realm_id and iv.invitation_id = m.about_id
	left join product pr on pr.realm_id = m.realm_id and pr.product_id = coalesce(p.product_id, iv.product_id)
	where m.realm_id = $1 and `

const logColumns = `m.mail_id, m.realm_id, m.organization_id, m.kind, m.recipient, m.subject, coalesce(m.about_kind, ''), coalesce(m.about_id, ''),
	coalesce(pr.title, ''), coalesce(p.purchase_id, ''), coalesce(m.recipient_id, ''), m.last_error, m.attempt, m.created_at, m.run_at, m.sent_at, m.failed_at,
	coalesce(m.facts_json, ''), coalesce(a.locale, o.locale), o.slug, coalesce(a.email, ''), coalesce(p.buyer_id, '')`

func scanEntry(row *sql.Rows) (mail.Entry, error) {
	var e mail.Entry
	var facts string
	var created, due, sent, failed sql.NullInt64
	if err := row.Scan(&e.ID, &e.Realm, &e.Organization, &e.Kind, &e.To, &e.Subject, &e.About.Kind, &e.About.ID,
		&e.Title, &e.Purchase, &e.Recipient, &e.Reason, &e.Attempt, &created, &due, &sent, &failed, &facts, &e.Locale, &e.Slug, &e.Address, &e.Buyer); err != nil {
		return e, err
	}
	e.Created, e.Due, e.State = instant(created), instant(due), mail.Waiting
	switch {
	case sent.Valid:
		e.State, e.Ended = mail.Sent, instant(sent)
	case failed.Valid && strings.HasPrefix(e.Reason, mail.NotNeeded):
		e.State, e.Ended = mail.NotWanted, instant(failed)
	case failed.Valid:
		e.State, e.Ended = mail.Failed, instant(failed)
	}
	if facts == "" {
		return e, nil
	}
	if err := json.Unmarshal([]byte(facts), &e.Facts); err != nil {
		return e, fmt.Errorf("facts of letter %s: %w", e.ID, err)
	}
	return e, nil
}

// MailLog lists a page of the letters of a reach, the latest first.
func (db *DB) MailLog(ctx context.Context, reach access.Reach, q mail.LogQuery) (mail.LogPage, error) {
	var page mail.LogPage
	p := with(int64(reach.Actor().Realm))
	where := visibleThing(reach, thing{place: "o.path"}, p)
	all := *p
	inAll := where
	if text := fold.Text(q.Q); text != "" {
		where += " and " + db.dialect.contains("m.search_text", p.put(text))
	}
	if q.Kind != "" {
		where += " and m.kind = " + p.put(q.Kind)
	}
	if q.State != "" {
		where += " and " + stateOfLetter(q.State, p)
	}
	count, total := `select count(*)`+fromLog+where, *p
	if q.Cursor != "" {
		after := p.put(q.Cursor)
		where += ` and (m.created_at, m.mail_id) < (select x.created_at, x.mail_id from mail x where x.mail_id = ` + after + ` and x.realm_id = $1)`
	}
	where += ` order by m.created_at desc, m.mail_id desc limit ` + p.put(q.Size()+1)
	err := db.view(ctx, func(tx querier) error {
		if err := one(ctx, tx, count, total.list, &page.Total); err != nil {
			return err
		}
		var err error
		if page.Kinds, err = collect(ctx, tx, `select distinct m.kind`+fromLog+inAll+` order by m.kind`, all.list, func(row *sql.Rows) (string, error) {
			var kind string
			err := row.Scan(&kind)
			return kind, err
		}); err != nil {
			return err
		}
		page.Items, err = collect(ctx, tx, `select `+logColumns+fromLog+where, p.list, scanEntry)
		return err
	})
	if err == nil && len(page.Items) > q.Size() {
		page.Items = page.Items[:q.Size()]
		page.Next = page.Items[len(page.Items)-1].ID
	}
	return page, err
}

// stateOfLetter is the condition that a letter m stands in a state.
func stateOfLetter(s mail.State, p *params) string {
	switch s {
	case mail.Sent:
		return "m.sent_at is not null"
	case mail.Failed:
		return "m.sent_at is null and m.failed_at is not null and substr(m.last_error, 1, " + fmt.Sprint(len(mail.NotNeeded)) + ") <> " + p.put(mail.NotNeeded)
	case mail.NotWanted:
		return "m.sent_at is null and m.failed_at is not null and substr(m.last_error, 1, " + fmt.Sprint(len(mail.NotNeeded)) + ") = " + p.put(mail.NotNeeded)
	case mail.Waiting:
		return "m.sent_at is null and m.failed_at is null"
	}
	return "1 = 0"
}

// LoggedLetter finds a letter of the reach.
func (db *DB) LoggedLetter(ctx context.Context, reach access.Reach, id string) (mail.Entry, error) {
	return loggedLetter(ctx, db.read, reach, id)
}

func loggedLetter(ctx context.Context, q querier, reach access.Reach, id string) (mail.Entry, error) {
	p := with(int64(reach.Actor().Realm), id)
	found, err := collect(ctx, q, `select `+logColumns+fromLog+`m.mail_id = $2 and `+visibleThing(reach, thing{place: "o.path"}, p), p.list, scanEntry)
	if err == nil && len(found) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return mail.Entry{}, err
	}
	return found[0], nil
}

// PostAgain posts a letter that was written again.
func (db *DB) PostAgain(ctx context.Context, reach access.Reach, of mail.Entry, letter mail.Message) error {
	return db.change(ctx, func(t *tx) error {
		if err := t.askedAgain(ctx, reach, of, letter.ID); err != nil {
			return err
		}
		return t.post(ctx, letter)
	})
}

// EnqueueAgain has a letter written again by a job.
func (db *DB) EnqueueAgain(ctx context.Context, reach access.Reach, of mail.Entry, job string, payload any) error {
	return db.change(ctx, func(t *tx) error {
		if err := t.askedAgain(ctx, reach, of, ""); err != nil {
			return err
		}
		return t.enqueue(ctx, of.Realm, job, payload)
	})
}

// askedAgain decides once more whether the asker may, and writes down that they did.
func (t *tx) askedAgain(ctx context.Context, reach access.Reach, of mail.Entry, as string) error {
	reach, err := t.decideAgain(ctx, reach)
	if err != nil {
		return err
	}
	if _, err := loggedLetter(ctx, t, reach, of.ID); err != nil {
		return err
	}
	return t.audit(ctx, reach.Actor(), audit.Event{
		Organization: of.Organization, Action: "mail.resent", SubjectKind: "mail", SubjectID: of.ID, After: map[string]string{"kind": of.Kind, "as": as},
	})
}
