package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/mail"
)

// tellBuyer posts the letter that a seat was redeemed, unless the buyer did it,
// or cannot be written to.
func (t *tx) tellBuyer(ctx context.Context, realm access.RealmID, id license.PurchaseID, who access.AccountID, letter func(license.Redeeming) mail.Message) error {
	l := license.Redeeming{Realm: realm, Purchase: id}
	var status string
	if err := one(ctx, t, `select o.organization_id, o.slug, o.name, pr.title, p.company, b.account_id, b.name, coalesce(b.email, ''), b.status, coalesce(b.locale, o.locale),
			w.name, p.seats + p.seats_over - p.seats_used,
			(select count(*) from seat s where s.realm_id = p.realm_id and s.purchase_id = p.purchase_id and s.state = 'pending')
		from purchase p
		join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
		join product pr on pr.realm_id = p.realm_id and pr.product_id = p.product_id
		join account b on b.realm_id = p.realm_id and b.account_id = p.buyer_id
		join account w on w.realm_id = p.realm_id and w.account_id = $3
		where p.realm_id = $1 and p.purchase_id = $2`, []any{int64(realm), string(id), string(who)},
		&l.Organization, &l.Slug, &l.School, &l.Product, &l.Company, &l.To.Account, &l.To.Name, &l.To.Email, &status, &l.Locale, &l.Who, &l.Free, &l.Pending); err != nil {
		return err
	}
	if l.To.Email == "" || status != "active" || l.To.Account == who {
		return nil
	}
	return t.post(ctx, letter(l))
}

// endSeatLetters gives up the letters that still wait to ask somebody to redeem
// a seat. The reason is written for the log of letters.
func (t *tx) endSeatLetters(ctx context.Context, realm access.RealmID, seat license.SeatID, reason string) error {
	_, err := t.exec(ctx, `update mail set failed_at = $1, body_text = '', body_html = '', last_error = $2
		where realm_id = $3 and about_kind = $4 and about_id = $5 and sent_at is null and failed_at is null`,
		t.db.now().UnixMicro(), mail.NotNeeded+": "+reason, int64(realm), license.AboutSeat, string(seat))
	return err
}

// DueReminders lists, in the order of their keys, pending seats about which a
// letter went out long enough ago; whether one is due is decided by the days of
// each organization.
func (db *DB) DueReminders(ctx context.Context, now time.Time, after string, limit int) ([]license.Reminder, error) {
	realm, seat, _ := strings.Cut(after, " ")
	from, err := strconv.ParseInt(realm, 10, 64)
	if err != nil {
		from = 0
	}
	return collect(ctx, db.read, `select s.realm_id, s.organization_id, s.seat_id, o.name, o.zone, coalesce(a.locale, o.locale), p.company, b.name, pr.title,
			p.redeem_by, p.access_until, s.sent_at, s.email, coalesce(s.account_id, ''),
			(select count(*) from mail m where m.realm_id = s.realm_id and m.about_kind = $1 and m.about_id = s.seat_id and m.kind = $2),
			(select count(*) from mail m where m.realm_id = s.realm_id and m.about_kind = $1 and m.about_id = s.seat_id and m.kind = $3)
		from seat s
		join purchase p on p.realm_id = s.realm_id and p.purchase_id = s.purchase_id
		join organization o on o.realm_id = s.realm_id and o.organization_id = s.organization_id
		join product pr on pr.realm_id = p.realm_id and pr.product_id = p.product_id
		join account b on b.realm_id = p.realm_id and b.account_id = p.buyer_id
		left join account a on a.realm_id = s.realm_id and a.account_id = s.account_id
		where s.state = 'pending' and s.email <> '' and s.sent_at <= $4 and (s.realm_id, s.seat_id) > ($5, $6)
			and o.status = 'active' and (a.status is null or a.status in ('active', 'invited'))
		order by s.realm_id, s.seat_id limit $7`,
		[]any{license.AboutSeat, license.ReminderLetter, license.LastDaysLetter, now.Add(-24 * time.Hour).UnixMicro(), from, seat, limit}, scanReminder)
}

func scanReminder(row *sql.Rows) (license.Reminder, error) {
	var r license.Reminder
	var company, buyer string
	var redeemBy, until, sent sql.NullInt64
	var reminded, lastDays int
	err := row.Scan(&r.Realm, &r.Organization, &r.Seat, &r.School, &r.Zone, &r.Locale, &company, &buyer, &r.Product,
		&redeemBy, &until, &sent, &r.To.Email, &r.To.Account, &reminded, &lastDays)
	r.Giver = company
	if company == "" {
		r.Giver = buyer
	}
	r.Terms.RedeemBy, r.Terms.AccessUntil, r.SentAt = aDay(redeemBy), aDay(until), instant(sent)
	r.Posted = map[string]bool{license.ReminderLetter: reminded > 0, license.LastDaysLetter: lastDays > 0}
	return r, err
}

// PostReminder posts a reminder with its link, once: of two that do so at the
// same time, and after the seat was redeemed or ended, one does nothing.
func (db *DB) PostReminder(ctx context.Context, r license.Reminder, digest string, letter mail.Message) error {
	return onlyOnce(db.change(ctx, func(t *tx) error {
		now := t.db.now().UnixMicro()
		n, err := t.exec(ctx, `update seat set sent_at = $1, letters = letters + 1 where realm_id = $2 and seat_id = $3 and state = 'pending'`,
			now, int64(r.Realm), string(r.Seat))
		if err != nil || n == 0 {
			return err
		}
		if _, err := t.exec(ctx, `insert into seat_link (token_hash, realm_id, seat_id, created_at) values ($1, $2, $3, $4)`,
			digest, int64(r.Realm), string(r.Seat), now); err != nil {
			return err
		}
		return t.post(ctx, letter)
	}))
}
