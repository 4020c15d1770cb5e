package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/license"
)

// Why a seat cannot be redeemed.
var (
	errRedeemOver   = fault.New(fault.Conflict, "The last day to redeem a seat of this purchase is over.")
	errSeatNotOpen  = fault.New(fault.Conflict, "This seat cannot be redeemed any more.")
	errSeatHeldOnce = fault.New(fault.Conflict, "This person already holds a seat of this purchase.")
)

// redemption is who accepts which pending seat, and when.
type redemption struct {
	seat    license.SeatID
	account access.AccountID
	at      time.Time
}

// redeemSeat binds a pending seat to an account, enrolls it in the product's
// activities as they are now, and packs the transcript. From the same instant
// on the learner stands in the reach of those who see the purchase.
func (t *tx) redeemSeat(ctx context.Context, actor access.Actor, r redemption) error {
	realm := int64(actor.Realm)
	var id, organization, product string
	var terms license.Terms
	var redeemBy, until sql.NullInt64
	// First the row that seats compete for.
	if err := one(ctx, t, `update purchase set seats_used = seats_used
		where realm_id = $1 and purchase_id = (select purchase_id from seat where realm_id = $1 and seat_id = $2)
		returning purchase_id, organization_id, product_id, redeem_by, coalesce(access_days, 0), access_until`,
		[]any{realm, string(r.seat)}, &id, &organization, &product, &redeemBy, &terms.AccessDays, &until); err != nil {
		return err
	}
	terms.RedeemBy, terms.AccessUntil = aDay(redeemBy), aDay(until)
	var learner access.LearnerNo
	var zoneName string
	if err := one(ctx, t, `select a.learner, o.zone from account a join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
		where a.realm_id = $1 and a.account_id = $2 and a.organization_id = $3`, []any{realm, string(r.account), organization}, &learner, &zoneName); err != nil {
		return err
	}
	zone := day.ZoneOr(zoneName)
	today := day.Of(r.at, zone)
	if !terms.Redeemable(today) {
		return errRedeemOver
	}
	last := terms.LastDay(today)
	changed, err := t.exec(ctx, `update seat set state = 'redeemed', account_id = $1, learner = $2, redeemed_at = $3, access_until = $4
		where realm_id = $5 and seat_id = $6 and state = 'pending' and (account_id is null or account_id = $1)`,
		string(r.account), int64(learner), r.at.UnixMicro(), dayOrNull(last), realm, string(r.seat))
	if breaks(err, ruleUnique, "seat_live_account", "seat.account_id") {
		return errSeatHeldOnce
	}
	if err != nil {
		return err
	}
	if changed == 0 {
		return errSeatNotOpen
	}
	moved, _ := license.Moved(r.seat, license.Pending, license.Redeemed)
	if err := t.ledger(ctx, actor, license.PurchaseID(id), r.at, moved); err != nil {
		return err
	}
	activities, err := productActivities(ctx, t, actor.Realm, product)
	if err != nil {
		return err
	}
	from := source{kind: learning.FromSeat, ref: string(r.seat), from: r.at, until: endOfAccess(last, zone)}
	if err := t.enroll(ctx, actor.Realm, learner, activities, from); err != nil {
		return err
	}
	if err := t.audit(ctx, actor, audit.Event{
		Organization: access.OrgID(organization), Action: "seat.redeemed", SubjectKind: "purchase", SubjectID: id,
		After: map[string]string{"seat": string(r.seat), "account": string(r.account)},
	}); err != nil {
		return err
	}
	return t.rebuildTranscripts(ctx, actor.Realm, []access.LearnerNo{learner})
}

// endOfAccess is the first instant after the last day of access; zero: no end.
func endOfAccess(last day.Day, zone *time.Location) time.Time {
	if last.IsNone() {
		return time.Time{}
	}
	return last.Add(1).Start(zone)
}
