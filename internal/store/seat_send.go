package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/license"
)

// ResendSeat sends a pending seat's invitation again with one more link; the
// earlier ones keep working.
func (db *DB) ResendSeat(ctx context.Context, reach access.Reach, id license.PurchaseID, seat license.SeatID, invite license.Invite) error {
	return db.changeSeats(ctx, reach, id, func(c *seatChange) error {
		held, err := c.seat(ctx, seat)
		if err != nil {
			return err
		}
		if err := held.Resendable(c.purchase.terms, c.today(), c.at); err != nil {
			return err
		}
		house, err := c.house(ctx)
		if err != nil {
			return err
		}
		i := license.Invitation{
			Realm: c.actor.Realm, Organization: c.purchase.organization, Seat: seat, Purchase: id, Account: held.account, To: held.Email, House: house,
		}
		if held.account != "" {
			if err := one(ctx, c.tx, `select coalesce(locale, '') from account where realm_id = $1 and account_id = $2`,
				[]any{int64(c.actor.Realm), string(held.account)}, &i.Locale); err != nil {
				return err
			}
		}
		letter, link := invite(i)
		if _, err := c.exec(ctx, `update seat set sent_at = $1, letters = letters + 1 where realm_id = $2 and seat_id = $3`,
			c.at.UnixMicro(), int64(c.actor.Realm), string(seat)); err != nil {
			return err
		}
		if err := c.insert(ctx, "seat_link", "token_hash, realm_id, seat_id, created_at", [][]any{{link, int64(c.actor.Realm), string(seat), c.at.UnixMicro()}}); err != nil {
			return err
		}
		if err := c.post(ctx, letter); err != nil {
			return err
		}
		return c.audit(ctx, c.actor, audit.Event{
			Organization: c.purchase.organization, Action: "seat.resent", SubjectKind: "purchase", SubjectID: string(id),
			After: map[string]any{"seat": seat, "letters": held.Letters + 1},
		})
	})
}
