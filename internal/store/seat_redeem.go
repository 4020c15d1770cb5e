package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/mail"
)

// redeeming is the actor of what a link does before its person has an account.
const redeeming = "redemption"

// RedeemByLink redeems the seat behind a link for the person it was sent to,
// and makes the account and the sign-in that they lack.
func (db *DB) RedeemByLink(ctx context.Context, r license.Redemption) (license.Accepted, error) {
	var done license.Accepted
	err := db.change(ctx, func(t *tx) error {
		realm, seat, err := seatOfLink(ctx, t, r.Link)
		if errors.Is(err, fault.ErrNotFound) {
			err = license.ErrOfferLink
		}
		if err != nil {
			return err
		}
		held, err := t.holdSeat(ctx, realm, seat)
		if err != nil {
			return err
		}
		o, err := db.offer(ctx, t, realm, seat)
		if err != nil {
			return err
		}
		// Asked again now that nothing moves: of the person, too.
		if err := o.StandsFor(r.Visitor); err != nil {
			return err
		}
		if o.WayOf(r.Visitor) == account.BySignIn {
			return errPasswordMeanwhile
		}
		who, err := t.enter(ctx, entering{
			realm: o.Realm, organization: o.Organization, email: o.Seat.Email, guest: o.For, visitor: r.Visitor, name: r.Name, hash: r.Hash,
			by: redeeming, notYours: license.ErrNotYours, otherAddress: license.ErrOtherAddress,
		})
		if err != nil {
			return err
		}
		done = license.Accepted{Seat: seat, Account: who.ID, Identity: who.Identity, Slug: o.Slug}
		done.Until, err = t.bindSeat(ctx, access.Actor{Realm: realm, Account: who.ID, Learner: who.Learner, Organization: o.Organization}, held,
			redemption{seat: seat, account: who.ID, at: db.now(), learner: who.Learner}, r.Letter)
		return err
	})
	return done, err
}

// RedeemOwn redeems a seat that is offered to the asker's account.
func (db *DB) RedeemOwn(ctx context.Context, reach access.Reach, r license.Redemption) (license.Accepted, error) {
	actor := reach.Actor()
	done := license.Accepted{Seat: r.Seat, Account: actor.Account}
	err := db.change(ctx, func(t *tx) error {
		seat := r.Seat
		if r.Link != "" {
			realm, found, err := seatOfLink(ctx, t, r.Link)
			if err == nil && realm != actor.Realm {
				err = fault.ErrNotFound
			}
			if err != nil {
				return err
			}
			seat = found
		}
		held, err := t.holdSeat(ctx, actor.Realm, seat)
		if err != nil {
			return err
		}
		o, err := db.offer(ctx, t, actor.Realm, seat)
		if err != nil {
			return err
		}
		if o.For.Account != actor.Account {
			return fault.ErrNotFound
		}
		if err := o.Stands(); err != nil {
			return err
		}
		done.Seat, done.Identity, done.Slug = seat, o.For.Identity, o.Slug
		done.Until, err = t.bindSeat(ctx, actor, held, redemption{seat: seat, account: actor.Account, at: db.now(), learner: actor.Learner}, r.Letter)
		return err
	})
	return done, err
}

// redemption is who accepts which pending seat, and when.
type redemption struct {
	seat    license.SeatID
	account access.AccountID
	at      time.Time
	learner access.LearnerNo // zero: to be looked up
}

// offeredSeat is what a seat's purchase says while nobody else can change it.
type offeredSeat struct {
	purchase     license.PurchaseID
	organization access.OrgID
	product      string
	zone         *time.Location
	terms        license.Terms
}

// holdSeat begins a redemption. It changes who sees whom: first the row of the
// organization, whose revision moves, then that of the purchase, which seats compete for.
func (t *tx) holdSeat(ctx context.Context, realm access.RealmID, seat license.SeatID) (offeredSeat, error) {
	at, _, err := t.changeAccess(ctx, access.Reach{}, `(select organization_id from seat where realm_id = $1 and seat_id = $2)`, with(int64(realm), string(seat)))
	if err != nil {
		return offeredSeat{}, err
	}
	held := offeredSeat{organization: at.organization, zone: day.ZoneOr(at.zone)}
	var redeemBy, until, complete sql.NullInt64
	err = one(ctx, t, `update purchase set seats_used = seats_used
		where realm_id = $1 and purchase_id = (select purchase_id from seat where realm_id = $1 and seat_id = $2)
		returning purchase_id, product_id, redeem_by, coalesce(access_days, 0), access_until, complete_by`,
		[]any{int64(realm), string(seat)}, &held.purchase, &held.product, &redeemBy, &held.terms.AccessDays, &until, &complete)
	held.terms.RedeemBy, held.terms.AccessUntil, held.terms.CompleteBy = aDay(redeemBy), aDay(until), aDay(complete)
	return held, err
}

// redeemSeat redeems a pending seat for an account of its organization.
func (t *tx) redeemSeat(ctx context.Context, actor access.Actor, r redemption) error {
	held, err := t.holdSeat(ctx, actor.Realm, r.seat)
	if err != nil {
		return err
	}
	if r.learner == 0 {
		if err := one(ctx, t, `select learner from account where realm_id = $1 and account_id = $2 and organization_id = $3`,
			[]any{int64(actor.Realm), string(r.account), string(held.organization)}, &r.learner); err != nil {
			return err
		}
	}
	_, err = t.bindSeat(ctx, actor, held, r, nil)
	return err
}

// bindSeat binds a pending seat to an account, enrolls it in the product's
// activities as they are now, and packs the transcript. From the same instant
// on the learner stands in the reach of those who see the purchase. Letters
// that still wait to ask for it are not sent any more; the buyer is told.
func (t *tx) bindSeat(ctx context.Context, actor access.Actor, held offeredSeat, r redemption, letter func(license.Redeeming) mail.Message) (day.Day, error) {
	realm := int64(actor.Realm)
	today := day.Of(r.at, held.zone)
	last := held.terms.LastDay(today)
	if !held.terms.Redeemable(today) {
		return last, license.ErrRedeemOver
	}
	changed, err := t.exec(ctx, `update seat set state = 'redeemed', account_id = $1, learner = $2, redeemed_at = $3, access_until = $4
		where realm_id = $5 and seat_id = $6 and state = 'pending' and (account_id is null or account_id = $1)`,
		string(r.account), int64(r.learner), r.at.UnixMicro(), dayOrNull(last), realm, string(r.seat))
	if breaks(err, ruleUnique, "seat_live_account", "seat.account_id") {
		return last, license.ErrHasSeat
	}
	if err != nil {
		return last, err
	}
	if changed == 0 {
		return last, license.ErrOfferEnded
	}
	moved, _ := license.Moved(r.seat, license.Pending, license.Redeemed)
	if err := t.ledger(ctx, actor, held.purchase, r.at, moved); err != nil {
		return last, err
	}
	activities, err := productActivities(ctx, t, actor.Realm, held.product)
	if err != nil {
		return last, err
	}
	from := source{kind: learning.FromSeat, ref: string(r.seat), from: r.at, until: endOfAccess(last, held.zone), due: held.terms.CompleteBy}
	if err := t.enroll(ctx, actor.Realm, r.learner, activities, from); err != nil {
		return last, err
	}
	if err := t.audit(ctx, actor, audit.Event{
		Organization: held.organization, Action: "seat.redeemed", SubjectKind: "purchase", SubjectID: string(held.purchase),
		After: map[string]string{"seat": string(r.seat), "account": string(r.account)},
	}); err != nil {
		return last, err
	}
	if err := t.endSeatLetters(ctx, actor.Realm, r.seat, "redeemed"); err != nil {
		return last, err
	}
	if letter != nil {
		if err := t.tellBuyer(ctx, actor.Realm, held.purchase, r.account, letter); err != nil {
			return last, err
		}
	}
	return last, t.rebuildTranscripts(ctx, actor.Realm, []access.LearnerNo{r.learner})
}

// endOfAccess is the first instant after the last day of access; zero: no end.
func endOfAccess(last day.Day, zone *time.Location) time.Time {
	if last.IsNone() {
		return time.Time{}
	}
	return last.Add(1).Start(zone)
}
