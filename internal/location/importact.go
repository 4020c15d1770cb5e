package location

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
)

// ImportPlan is the plan of an act whose steps these are.
func ImportPlan(steps []Step) bulk.Plan {
	plan := bulk.Plan{Lines: make([]bulk.Line, len(steps)), Facts: map[string]int{"added": 0, "changed": 0, "same": 0, "left_out": 0}}
	for i, s := range steps {
		said := []string{strconv.Itoa(s.Line.No)}
		for _, part := range []string{s.Line.Name, s.Line.ID} {
			if part != "" {
				said = append(said, part)
			}
		}
		plan.Lines[i] = bulk.Line{Subject: strings.Join(said, " · "), Result: s.Result, OK: s.Does()}
		fact := s.Result
		if !s.Does() && s.Result != LineSame {
			fact = "left_out"
		}
		plan.Facts[fact]++
	}
	return plan
}

// ParentsFirst puts the steps that add something in an order in which every
// parent stands before what lies below it.
func ParentsFirst(steps []Step) []Step {
	added := slices.DeleteFunc(slices.Clone(steps), func(s Step) bool { return s.Result != LineAdded })
	slices.SortStableFunc(added, func(a, b Step) int { return cmp.Compare(a.Depth, b.Depth) })
	return added
}

// Acts are the bulk acts about locations.
func Acts(s *Service) []bulk.Handler { return []bulk.Handler{importing{s.store}, converting{s.store}} }

type importing struct{ store Store }

func (importing) Kind() bulk.Kind { return ImportAct }

func (h importing) Plan(ctx context.Context, asks bulk.Asks, _ string, input json.RawMessage) (bulk.Plan, error) {
	reach := asks(access.LocationEdit)
	if err := reach.For(access.LocationEdit); err != nil {
		return bulk.Plan{}, err
	}
	sheet, err := readImport(input)
	if err != nil {
		return bulk.Plan{}, err
	}
	return h.store.PlanLocations(ctx, reach, sheet)
}

func (h importing) Do(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	reach := asks(access.LocationEdit)
	if err := reach.For(access.LocationEdit); err != nil {
		return bulk.Act{}, err
	}
	sheet, err := readImport(act.Input)
	if err != nil {
		return bulk.Act{}, err
	}
	return h.store.ImportLocations(ctx, reach, sheet, act)
}

// Undo retires what was added, as far as nobody and nothing is there by now,
// and gives the others their names and types back where they still have the
// import's.
func (h importing) Undo(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	reach := asks(access.LocationEdit)
	if err := reach.For(access.LocationEdit); err != nil {
		return bulk.Act{}, err
	}
	return h.store.TakeLocationsBack(ctx, reach, act)
}

func readImport(raw json.RawMessage) (Sheet, error) {
	var sheet Sheet
	if err := json.Unmarshal(raw, &sheet); err != nil {
		return Sheet{}, fmt.Errorf("input of an act: %w", err)
	}
	return sheet, nil
}
