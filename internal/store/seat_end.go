package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/license"
)

// aSeat is a seat assignment as it stands while the purchase's row is held.
type aSeat struct {
	license.Seat
	account access.AccountID // also of a pending one
	learner access.LearnerNo
}

// seat reads one seat of the purchase.
func (c *seatChange) seat(ctx context.Context, id license.SeatID) (aSeat, error) {
	return readSeat(ctx, c.tx, c.actor.Realm, c.purchase.id, id)
}

func readSeat(ctx context.Context, q querier, realm access.RealmID, purchase license.PurchaseID, id license.SeatID) (aSeat, error) {
	h := aSeat{Seat: license.Seat{ID: id}}
	var account, state string
	var learner, redeemed, until, sent sql.NullInt64
	err := one(ctx, q, `select coalesce(account_id, ''), learner, email, state, redeemed_at, access_until, sent_at, letters from seat
		where realm_id = $1 and seat_id = $2 and purchase_id = $3`, []any{int64(realm), string(id), string(purchase)},
		&account, &learner, &h.Email, &state, &redeemed, &until, &sent, &h.Letters)
	h.account, h.learner, h.State = access.AccountID(account), access.LearnerNo(learner.Int64), license.SeatState(state)
	h.RedeemedAt, h.AccessUntil, h.SentAt = instant(redeemed), aDay(until), instant(sent)
	return h, err
}

// RevokeSeat takes a pending seat back.
func (db *DB) RevokeSeat(ctx context.Context, reach access.Reach, id license.PurchaseID, seat license.SeatID, reason string) error {
	return db.changeSeats(ctx, reach, id, func(c *seatChange) error {
		if _, err := c.pending(ctx, seat); err != nil {
			return err
		}
		_, err := c.revoke(ctx, reason, seat)
		return err
	})
}

// pending reads a seat that has to be pending.
func (c *seatChange) pending(ctx context.Context, seat license.SeatID) (aSeat, error) {
	held, err := c.seat(ctx, seat)
	switch {
	case err != nil:
		return held, err
	case held.State == license.Redeemed:
		return held, license.ErrSeatTaken
	case held.State != license.Pending:
		return held, license.ErrSeatOver
	}
	return held, nil
}

// TakeSeatsBack revokes the seats of a bulk act that are still pending.
func (db *DB) TakeSeatsBack(ctx context.Context, reach access.Reach, act bulk.Act) (bulk.Act, error) {
	var undo seatUndo
	if err := json.Unmarshal(act.Undo, &undo); err != nil {
		return act, fmt.Errorf("undo of an act: %w", err)
	}
	out := act
	err := db.changeSeats(ctx, reach, license.PurchaseID(act.Subject), func(c *seatChange) error {
		before := c.purchase.free
		revoked, err := c.revoke(ctx, "", undo.Seats...)
		if err != nil {
			return err
		}
		gone := map[license.SeatID]bool{}
		for _, id := range revoked {
			gone[id] = true
		}
		result := bulk.Plan{Facts: map[string]int{"free_before": before, "free_after": c.purchase.free, "revoked": len(revoked)}}
		next := 0
		for _, l := range act.Plan.Lines {
			if !l.OK || next == len(undo.Seats) {
				continue
			}
			l = bulk.Line{Subject: l.Subject, Result: "kept"} // redeemed, or revoked by somebody, since then
			if l.OK = gone[undo.Seats[next]]; l.OK {
				l.Result = string(license.SeatRevoked)
			}
			next++
			result.Lines = append(result.Lines, l)
		}
		out, err = c.undoAct(ctx, c.actor, act, result)
		return err
	})
	return out, err
}

// revoke takes those seats back that are pending, and tells which. Letters that
// are not out yet stay in: their links lead nowhere.
func (c *seatChange) revoke(ctx context.Context, reason string, seats ...license.SeatID) ([]license.SeatID, error) {
	realm := int64(c.actor.Realm)
	var revoked []license.SeatID
	for chunk := range slices.Chunk(seats, lookup) {
		p := with(c.at.UnixMicro(), c.by(), orNull(reason), realm, string(c.purchase.id))
		some, err := collect(ctx, c.tx, `update seat set state = 'revoked', ended_at = case when assigned_at > $1 then assigned_at else $1 end, ended_by = $2, ended_reason = $3
			where realm_id = $4 and purchase_id = $5 and state = 'pending' and seat_id in `+in(p, chunk)+` returning seat_id`, p.list, scanSeatID)
		if err != nil {
			return nil, err
		}
		p = with(c.at.UnixMicro(), realm)
		if _, err := c.exec(ctx, `update mail set failed_at = $1, body_text = '', body_html = '', last_error = 'The seat was revoked before the letter was sent.'
			where realm_id = $2 and about_kind = 'seat' and about_id in `+in(p, some)+` and sent_at is null and failed_at is null`, p.list...); err != nil {
			return nil, err
		}
		revoked = append(revoked, some...)
	}
	if len(revoked) == 0 {
		return nil, nil
	}
	entries := make([]license.Entry, len(revoked))
	for i, id := range revoked {
		entries[i], _ = license.Moved(id, license.Pending, license.Revoked)
	}
	if err := c.free(ctx, len(revoked)); err != nil {
		return nil, err
	}
	if err := c.ledger(ctx, c.actor, c.purchase.id, c.at, entries...); err != nil {
		return nil, err
	}
	return revoked, c.audit(ctx, c.actor, audit.Event{
		Organization: c.purchase.organization, Action: "seat.revoked", SubjectKind: "purchase", SubjectID: string(c.purchase.id),
		Before: map[string]any{"seats": revoked}, Reason: reason,
	})
}

func scanSeatID(row *sql.Rows) (license.SeatID, error) {
	var id string
	err := row.Scan(&id)
	return license.SeatID(id), err
}

// free takes seats out of use. Those that are in use beyond what is paid for
// do not become free: they are fewer then.
func (c *seatChange) free(ctx context.Context, n int) error {
	err := one(ctx, c.tx, `update purchase set seats_used = seats_used - $1, seats_over = case when seats_over > $1 then seats_over - $1 else 0 end
		where realm_id = $2 and purchase_id = $3 returning seats + seats_over - seats_used, seats_over`,
		[]any{n, int64(c.actor.Realm), string(c.purchase.id)}, &c.purchase.free, &c.purchase.over)
	return err
}

// ReleaseSeat ends a redeemed seat.
func (db *DB) ReleaseSeat(ctx context.Context, reach access.Reach, id license.PurchaseID, seat license.SeatID, reason string) error {
	return db.changeSight(ctx, reach, id, func(c *seatChange) error {
		held, err := c.seat(ctx, seat)
		if err != nil {
			return err
		}
		return c.release(ctx, held, reason)
	})
}

// release ends a redeemed seat, what only it gave, and the reporter role of a
// holder who did not buy the seats. The caller holds the organization's row.
func (c *seatChange) release(ctx context.Context, held aSeat, reason string) error {
	switch held.State {
	case license.Pending:
		return license.ErrSeatPending
	case license.Redeemed:
	default:
		return license.ErrSeatOver
	}
	realm, at, spent := int64(c.actor.Realm), later(c.at, held.RedeemedAt), !c.purchase.reusable
	if _, err := c.exec(ctx, `update seat set state = 'released', ended_at = $1, ended_by = $2, ended_reason = $3, spent = $4 where realm_id = $5 and seat_id = $6`,
		at.UnixMicro(), c.by(), orNull(reason), spent, realm, string(held.ID)); err != nil {
		return err
	}
	moved, _ := license.Moved(held.ID, license.Redeemed, license.Released)
	if spent {
		moved.Spent = 1
		if _, err := c.exec(ctx, `update purchase set seats_spent = seats_spent + 1 where realm_id = $1 and purchase_id = $2`, realm, string(c.purchase.id)); err != nil {
			return err
		}
	} else if err := c.free(ctx, 1); err != nil {
		return err
	}
	if err := c.ledger(ctx, c.actor, c.purchase.id, at, moved); err != nil {
		return err
	}
	if err := c.endSource(ctx, held, at); err != nil {
		return err
	}
	if err := c.audit(ctx, c.actor, audit.Event{
		Organization: c.purchase.organization, Action: "seat.released", SubjectKind: "purchase", SubjectID: string(c.purchase.id),
		Before: map[string]string{"seat": string(held.ID), "account": string(held.account)}, After: map[string]bool{"spent": spent}, Reason: reason,
	}); err != nil {
		return err
	}
	return c.endReporterOf(ctx, c.actor, c.place, c.purchase.id, held.account, "seat released")
}

// endSource ends what a seat gives: where nothing else gives an activity too,
// access to it is over. What was learned stays.
func (c *seatChange) endSource(ctx context.Context, held aSeat, at time.Time) error {
	_, err := c.exec(ctx, `update enrollment_source set until_at = case when from_at > $1 then from_at else $1 end
		where realm_id = $2 and learner = $3 and kind = 'seat' and ref = $4 and (until_at is null or until_at > $1)`,
		at.UnixMicro(), int64(c.actor.Realm), int64(held.learner), string(held.ID))
	if err != nil {
		return err
	}
	return c.rebuildTranscripts(ctx, c.actor.Realm, []access.LearnerNo{held.learner})
}

// ReassignSeat ends a seat and gives one to somebody else, both or neither. A
// redeemed one takes the reach to release.
func (db *DB) ReassignSeat(ctx context.Context, assign, release access.Reach, id license.PurchaseID, seat license.SeatID, a license.Assigning) (license.Assigned, error) {
	var out license.Assigned
	do := func(c *seatChange) error {
		held, err := c.seat(ctx, seat)
		if err != nil {
			return err
		}
		switch {
		case held.State == license.Pending:
			_, err = c.revoke(ctx, a.Reason, seat)
		case held.State == license.Redeemed && release.IsEmpty():
			err = license.ErrSeatTaken
		default:
			err = c.release(ctx, held, a.Reason)
		}
		if err != nil {
			return err
		}
		lines, err := c.assign(ctx, a)
		if err != nil {
			return err
		}
		if lines[0].Result == license.ResultNoSeat && !c.purchase.reusable {
			return license.ErrNotGiven
		}
		out = license.Assigned{Lines: lines}
		return lines[0].Result.Refusal()
	}
	if release.IsEmpty() {
		return out, db.changeSeats(ctx, assign, id, do)
	}
	return out, db.changeSight(ctx, release, id, func(c *seatChange) error {
		// Both permissions, as they stand now, have to reach the purchase.
		decided, err := c.decideAgain(ctx, assign)
		if err != nil {
			return err
		}
		place := c.place
		if c, err = c.holdSeats(ctx, assign.Actor(), decided, id); err != nil {
			return err
		}
		c.place = place
		return do(c)
	})
}
