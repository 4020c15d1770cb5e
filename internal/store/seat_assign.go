package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/mail"
)

// PlanSeats tells what AssignSeats would do now.
func (db *DB) PlanSeats(ctx context.Context, reach access.Reach, id license.PurchaseID, people []license.Invitee) (bulk.Plan, error) {
	var plan bulk.Plan
	err := db.view(ctx, func(q querier) error {
		purchase, zone, err := readSold(ctx, q, reach, id)
		if err != nil {
			return err
		}
		known, err := knowPeople(ctx, q, reach, purchase, people)
		if err != nil {
			return err
		}
		results := purchase.room(day.Of(db.now(), zone), known.counted).Assign(known.people)
		plan = license.SeatPlan(assignedLines(people, results), purchase.free)
		return nil
	})
	return plan, err
}

// readSold reads what decides about the seats of a purchase without holding it.
func readSold(ctx context.Context, q querier, reach access.Reach, id license.PurchaseID) (*soldPurchase, *time.Location, error) {
	s := &soldPurchase{id: id}
	p := with(int64(reach.Actor().Realm), string(id))
	var organization, buyer, zone string
	var redeemBy, until sql.NullInt64
	err := one(ctx, q, `select p.organization_id, p.product_id, p.buyer_id, p.seats + p.seats_over - p.seats_used, p.seats_over, p.reusable, coalesce(p.max_people, 0),
			p.redeem_by, coalesce(p.access_days, 0), p.access_until, o.zone
		from purchase p join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
		where p.realm_id = $1 and p.purchase_id = $2 and `+visiblePurchase(reach, p), p.list,
		&organization, &s.product, &buyer, &s.free, &s.over, &s.reusable, &s.maxPeople, &redeemBy, &s.terms.AccessDays, &until, &zone)
	s.organization, s.buyer = access.OrgID(organization), access.AccountID(buyer)
	s.terms.RedeemBy, s.terms.AccessUntil = aDay(redeemBy), aDay(until)
	return s, day.ZoneOr(zone), err
}

func assignedLines(people []license.Invitee, results []license.SeatResult) []license.AssignedLine {
	lines := make([]license.AssignedLine, len(people))
	for i, r := range results {
		lines[i] = license.AssignedLine{Invitee: people[i], Result: r}
	}
	return lines
}

// AssignSeats offers seats to a list of people in one transaction: seats,
// links, letters, ledger and audit, and the bulk act that it is, if it is one.
func (db *DB) AssignSeats(ctx context.Context, reach access.Reach, id license.PurchaseID, a license.Assigning) (license.Assigned, error) {
	var out license.Assigned
	err := db.changeSeats(ctx, reach, id, func(c *seatChange) error {
		before := c.purchase.free
		lines, err := c.assign(ctx, a)
		if err != nil {
			return err
		}
		out = license.Assigned{Lines: lines}
		if a.Act == nil {
			return nil
		}
		plan := license.SeatPlan(lines, before)
		if err := a.Act.Still(plan); err != nil {
			return err
		}
		undo := seatUndo{}
		for _, l := range lines {
			if l.Seat != "" {
				undo.Seats = append(undo.Seats, l.Seat)
			}
		}
		out.Act, err = c.finishAct(ctx, c.actor, *a.Act, plan, undo)
		return err
	})
	return out, err
}

// seatUndo is what taking an act back needs.
type seatUndo struct {
	Seats []license.SeatID `json:"seats"`
}

// assign gives seats to those of a list who can have one.
func (c *seatChange) assign(ctx context.Context, a license.Assigning) ([]license.AssignedLine, error) {
	known, err := knowPeople(ctx, c.tx, c.reach, &c.purchase, a.People)
	if err != nil {
		return nil, err
	}
	lines := assignedLines(a.People, c.purchase.room(c.today(), known.counted).Assign(known.people))
	given := 0
	for i := range lines {
		if lines[i].Result == license.ResultAssigned {
			lines[i].Seat = license.SeatID(access.NewID())
			given++
		}
	}
	if given == 0 {
		return lines, nil
	}
	return lines, c.give(ctx, lines, known.people, a.Invite)
}

// give writes the assignments that were decided.
func (c *seatChange) give(ctx context.Context, lines []license.AssignedLine, people []license.Known, invite license.Invite) error {
	house, err := c.house(ctx)
	if err != nil {
		return err
	}
	realm, at := int64(c.actor.Realm), c.at.UnixMicro()
	var seats, links [][]any
	var letters []mail.Message
	var entries []license.Entry
	var ids []license.SeatID
	for i, l := range lines {
		if l.Seat == "" {
			continue
		}
		p := people[i]
		var sentAt any
		sent := 0
		if p.Email != "" {
			letter, link := invite(license.Invitation{
				Realm: c.actor.Realm, Organization: c.purchase.organization, Seat: l.Seat, Purchase: c.purchase.id,
				Account: p.Account, To: p.Email, Locale: p.Locale, House: house,
			})
			letters = append(letters, letter)
			links = append(links, []any{link, realm, string(l.Seat), at})
			sent, sentAt = 1, at
		}
		seats = append(seats, []any{
			realm, string(l.Seat), string(c.purchase.organization), string(c.purchase.id), orNull(p.Account), p.Email, p.Folded, string(license.Pending),
			at, c.by(), sentAt, sent,
		})
		moved, _ := license.Moved(l.Seat, "", license.Pending)
		entries, ids = append(entries, moved), append(ids, l.Seat)
	}
	changed, err := c.exec(ctx, `update purchase set seats_used = seats_used + $1 where realm_id = $2 and purchase_id = $3`, len(seats), realm, string(c.purchase.id))
	if err == nil && changed != 1 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return err
	}
	err = c.insert(ctx, "seat", `realm_id, seat_id, organization_id, purchase_id, account_id, email, email_folded, state, assigned_at, assigned_by, sent_at, letters`, seats)
	if breaks(err, ruleUnique, "seat_live", "seat.account_id", "seat.email_folded") {
		return license.ErrHasSeat // whom no lock of ours kept out, such as an import
	}
	if err != nil {
		return err
	}
	if err := c.insert(ctx, "seat_link", "token_hash, realm_id, seat_id, created_at", links); err != nil {
		return err
	}
	if err := c.post(ctx, letters...); err != nil {
		return err
	}
	if err := c.ledger(ctx, c.actor, c.purchase.id, c.at, entries...); err != nil {
		return err
	}
	c.purchase.free -= len(seats)
	return c.audit(ctx, c.actor, audit.Event{
		Organization: c.purchase.organization, Action: "seat.assigned", SubjectKind: "purchase", SubjectID: string(c.purchase.id),
		After: map[string]any{"seats": ids},
	})
}

// house reads what all invitations of the purchase say.
func (c *seatChange) house(ctx context.Context) (license.House, error) {
	h := license.House{LastDay: c.purchase.terms.LastDayToRedeem()}
	err := one(ctx, c.tx, `select o.name, o.locale, pr.title, b.name, p.company from purchase p
		join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
		join product pr on pr.realm_id = p.realm_id and pr.product_id = p.product_id
		join account b on b.realm_id = p.realm_id and b.account_id = p.buyer_id
		where p.realm_id = $1 and p.purchase_id = $2`, []any{int64(c.actor.Realm), string(c.purchase.id)}, &h.Name, &h.Locale, &h.Product, &h.Buyer, &h.Company)
	return h, err
}
