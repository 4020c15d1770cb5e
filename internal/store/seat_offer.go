package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

var _ license.RedeemStore = (*DB)(nil)

// selectOffer reads a seat the way its invited person sees it. The person is
// the account that the seat was bound to, else the organization's account of
// the typed address; who signs in is the account's identity, else that of the
// address. The instant that decides who is the reporter is $2.
const selectOffer = `select s.seat_id, s.email, s.email_folded, s.state, s.assigned_at, s.redeemed_at, s.ended_at, s.access_until,
		p.purchase_id, p.company, p.redeem_by, coalesce(p.access_days, 0), p.access_until, pr.product_id, coalesce(pr.external_id, ''), pr.title, pr.kind,
		b.name, b.base_role, b.account_id, coalesce(r.name, ''), coalesce(r.account_id, ''), ` + organizationColumns + `,
		coalesce(a.account_id, ''), coalesce(a.status, ''), coalesce(a.given_name, ''), coalesce(a.family_name, ''), coalesce(a.email_folded, ''),
		coalesce(i.identity_id, ''), coalesce(i.email_folded, ''), i.password_hash is not null
	from seat s
	join purchase p on p.realm_id = s.realm_id and p.purchase_id = s.purchase_id
	join organization o on o.realm_id = s.realm_id and o.organization_id = s.organization_id
	join product pr on pr.realm_id = p.realm_id and pr.product_id = p.product_id
	join account b on b.realm_id = p.realm_id and b.account_id = p.buyer_id
	left join role_grant g on g.realm_id = p.realm_id and g.purchase_id = p.purchase_id and g.role = 'license_reporter'
		and g.ended_at is null and (g.until_at is null or g.until_at > $2)
	left join account r on r.realm_id = g.realm_id and r.account_id = g.account_id
	left join account a on a.realm_id = s.realm_id and a.account_id = coalesce(s.account_id, (select x.account_id from account x
		where x.realm_id = s.realm_id and x.organization_id = s.organization_id and x.email_folded = s.email_folded and s.email_folded <> ''))
	left join identity i on i.identity_id = coalesce(a.identity_id, (select x.identity_id from identity x where x.email_folded = s.email_folded))
	where s.realm_id = $1 and `

func (db *DB) scanOffer(row *sql.Rows) (license.Offer, error) {
	var o license.Offer
	var organization organizationRow
	var seat, folded, state, purchase, product, kind, buyerRole, buyer, reporter, who, status, mailbox, identity, signsIn string
	var assigned int64
	var redeemed, ended, until, redeemBy, accessUntil sql.NullInt64
	into := []any{
		&seat, &o.Seat.Email, &folded, &state, &assigned, &redeemed, &ended, &until,
		&purchase, &o.Company, &redeemBy, &o.Terms.AccessDays, &accessUntil, &product, &o.Product.ExternalID, &o.Product.Title, &kind,
		&o.Buyer, &buyerRole, &buyer, &o.Reporter, &reporter,
	}
	into = append(into, organization.into()...)
	into = append(into, &who, &status, &o.For.Name.Given, &o.For.Name.Family, &mailbox, &identity, &signsIn, &o.For.HasPassword)
	if err := row.Scan(into...); err != nil {
		return o, err
	}
	in, now := organization.organization(), db.now()
	o.Realm, o.Organization, o.Slug, o.School, o.Open, o.Today = in.Realm, in.ID, in.Slug, in.Name, in.OpenAt(now), day.Of(now, in.TimeZone())
	o.Seat.ID, o.Seat.State, o.Purchase = license.SeatID(seat), license.SeatState(state), license.PurchaseID(purchase)
	o.Seat.AssignedAt, o.Seat.RedeemedAt, o.Seat.EndedAt, o.Seat.AccessUntil = instant(sql.NullInt64{Int64: assigned, Valid: true}), instant(redeemed), instant(ended), aDay(until)
	o.Product.ID, o.Product.Program = content.ProductID(product), kind == "program"
	o.Terms.RedeemBy, o.Terms.AccessUntil = aDay(redeemBy), aDay(accessUntil)
	o.BuyerSees = buyerRole == string(access.Purchaser) || reporter == buyer
	o.For.Account, o.For.Status, o.For.Identity = access.AccountID(who), account.Status(status), account.IdentityID(identity)
	// An account without an address, or with the one that the link went to, is proven by the link.
	o.For.Proven = folded != "" && (mailbox == "" || mailbox == folded) && (signsIn == "" || signsIn == folded)
	return o, nil
}

func (db *DB) offer(ctx context.Context, q querier, realm access.RealmID, seat license.SeatID) (license.Offer, error) {
	found, err := collect(ctx, q, selectOffer+`s.seat_id = $3`, []any{int64(realm), db.now().UnixMicro(), string(seat)}, db.scanOffer)
	if err == nil && len(found) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return license.Offer{}, err
	}
	return found[0], nil
}

// OfferByLink finds the offer behind a link, with the activities of a program.
func (db *DB) OfferByLink(ctx context.Context, digest string) (license.Offer, error) {
	var o license.Offer
	err := db.view(ctx, func(q querier) error {
		realm, seat, err := seatOfLink(ctx, q, digest)
		if err != nil {
			return err
		}
		if o, err = db.offer(ctx, q, realm, seat); err != nil || !o.Product.Program {
			return err
		}
		o.Activities, err = collect(ctx, q, `select pr.title from program_activity m
			join activity x on x.realm_id = m.realm_id and x.activity = m.activity
			join product pr on pr.realm_id = x.realm_id and pr.product_id = x.activity_id
			where m.realm_id = $1 and m.program_id = $2 and m.until_at is null order by m.position limit 200`,
			[]any{int64(realm), string(o.Product.ID)}, func(row *sql.Rows) (string, error) {
				var title string
				err := row.Scan(&title)
				return title, err
			})
		return err
	})
	return o, err
}

func seatOfLink(ctx context.Context, q querier, digest string) (realm access.RealmID, seat license.SeatID, err error) {
	err = one(ctx, q, `select realm_id, seat_id from seat_link where token_hash = $1`, []any{digest}, &realm, &seat)
	return realm, seat, err
}

// offeredTo is the condition that a pending seat s is offered to the account
// $3: bound to it, or to its address.
const offeredTo = `s.state = 'pending' and (s.account_id = $3 or (s.account_id is null and s.email_folded <> '' and exists (select 1 from account me
	where me.realm_id = $1 and me.account_id = $3 and me.organization_id = s.organization_id and me.email_folded = s.email_folded)))`

// Offers lists the pending seats that are offered to the asker.
func (db *DB) Offers(ctx context.Context, reach access.Reach) ([]license.Offer, error) {
	actor := reach.Actor()
	var email string
	if err := one(ctx, db.read, `select coalesce(email, '') from account where realm_id = $1 and account_id = $2`,
		[]any{int64(actor.Realm), string(actor.Account)}, &email); err != nil {
		return nil, err
	}
	// Found by address and by account first: nobody else's seats are looked at.
	return collect(ctx, db.read, selectOffer+`s.seat_id in (
			select x.seat_id from seat x where x.realm_id = $1 and x.account_id = $3 and x.state = 'pending'
			union select x.seat_id from seat x where x.realm_id = $1 and x.organization_id = $4 and x.email_folded = $5 and x.state = 'pending')
		and `+offeredTo+` order by s.assigned_at desc, s.seat_id limit 50`,
		[]any{int64(actor.Realm), db.now().UnixMicro(), string(actor.Account), string(actor.Own()), fold.Email(email)}, db.scanOffer)
}
