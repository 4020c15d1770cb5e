package location

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
)

// ConvertAct is the bulk act that lets an organization switch locations, or
// hierarchies, off although roles depend on them: whoever holds such a
// role gets the nearest one that stays possible, and never more than before. It
// is all of them or none, and the switch goes with it.
const ConvertAct bulk.Kind = "locations.convert"

// What becomes of a role that depends on what is switched off.
const (
	BecomesLocal   = "local"     // the same role for the one location
	BecomesStudent = "student"   // the base role without access to others
	RoleEnds       = "ended"     // a role that was given besides the base role
	NotYours       = "not_yours" // the asker may not touch this one
	Waits          = "waits"     // nothing happens, as another one cannot be touched
)

type converting struct{ store Store }

func (converting) Kind() bulk.Kind { return ConvertAct }

func (h converting) Plan(ctx context.Context, asks bulk.Asks, _ string, input json.RawMessage) (bulk.Plan, error) {
	reach, to, err := conversion(asks, input)
	if err != nil {
		return bulk.Plan{}, err
	}
	return h.store.PlanConversion(ctx, reach, to)
}

func (h converting) Do(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	reach, to, err := conversion(asks, act.Input)
	if err != nil {
		return bulk.Act{}, err
	}
	return h.store.ConvertRoles(ctx, reach, to, act)
}

// Undo is not offered: roles are given anew one by one, by those who may.
func (converting) Undo(context.Context, bulk.Asks, bulk.Act) (bulk.Act, error) {
	return bulk.Act{}, bulk.ErrNoUndo
}

func conversion(asks bulk.Asks, input json.RawMessage) (access.Reach, Settings, error) {
	reach := asks(access.OrganizationConfigure)
	var to Settings
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return reach, to, err
	}
	if err := json.Unmarshal(input, &to); err != nil {
		return reach, to, fmt.Errorf("input of an act: %w", err)
	}
	to.Hierarchies = to.Hierarchies && to.Locations
	return reach, to, nil
}
