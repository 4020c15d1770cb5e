package license

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
)

// SeatAct is the bulk act of assigning seats to many people: its subject is the
// purchase, and taking it back revokes the seats that are still pending.
const SeatAct bulk.Kind = "seats.assign"

// SeatInput is what the act is asked for.
type SeatInput struct {
	People []Invitee `json:"people"`
}

type seatAct struct{ *Service }

func (seatAct) Kind() bulk.Kind { return SeatAct }

func (a seatAct) Plan(ctx context.Context, asks bulk.Asks, subject string, input json.RawMessage) (bulk.Plan, error) {
	reach := asks(access.SeatAssign)
	if err := reach.For(access.SeatAssign); err != nil {
		return bulk.Plan{}, err
	}
	people, err := readSeatInput(input)
	if err != nil {
		return bulk.Plan{}, err
	}
	return a.store.PlanSeats(ctx, reach, PurchaseID(subject), people)
}

func (a seatAct) Do(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	reach := asks(access.SeatAssign)
	if err := reach.For(access.SeatAssign); err != nil {
		return bulk.Act{}, err
	}
	people, err := readSeatInput(act.Input)
	if err != nil {
		return bulk.Act{}, err
	}
	done, err := a.store.AssignSeats(ctx, reach, PurchaseID(act.Subject), Assigning{People: people, Invite: a.invite, Act: &act})
	return done.Act, err
}

func (a seatAct) Undo(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	reach := asks(access.SeatAssign)
	if err := reach.For(access.SeatAssign); err != nil {
		return bulk.Act{}, err
	}
	return a.store.TakeSeatsBack(ctx, reach, act)
}

func readSeatInput(raw json.RawMessage) ([]Invitee, error) {
	var in SeatInput
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, fmt.Errorf("input of an act: %w", err)
	}
	return in.People, checkPeople(in.People)
}

// SeatPlan is the plan of an act that assigns seats.
func SeatPlan(lines []AssignedLine, freeBefore int) bulk.Plan {
	plan := bulk.Plan{Lines: make([]bulk.Line, len(lines))}
	for i, l := range lines {
		plan.Lines[i] = bulk.Line{Subject: l.text(), Result: string(l.Result), OK: l.Result == ResultAssigned}
	}
	n := plan.Effective()
	plan.Facts = map[string]int{"free_before": freeBefore, "free_after": freeBefore - n, "assigned": n}
	return plan
}
