package team

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/management"
)

// The bulk acts on a team; the subject of each is the team.
const (
	AddAct    bulk.Kind = "team.add"
	RemoveAct bulk.Kind = "team.remove"
	EndAct    bulk.Kind = "team.end"
)

// What an act does with a line, or why it does nothing.
const (
	LineAdded     = "added"
	LineMember    = "member"        // is in the team already
	LineUnknown   = "unknown"       // nobody, or nobody among the asker's learners: never said which
	LineTwice     = "twice"         // stands in the list before
	LineMore      = "more_than_own" // whoever is given the team would see more of this person than the asker may
	LineRemoved   = "removed"
	LineNoMember  = "no_member"
	LineEnded     = "ended"
	LineTakenBack = "taken_back"
	LineKept      = "kept" // somebody changed it since
)

// Figures at the head of such an act.
const (
	FigureDone    = "done"
	FigureLeftOut = "left_out"
	FigureMembers = "members"
)

// Wanted is one person that a list names: by their account where they were
// chosen, else by what was typed, an address or an external id.
type Wanted struct {
	Text    string           `json:"text,omitempty"`
	Account access.AccountID `json:"account,omitempty"`
}

// Said is the line as the asker gave it.
func (w Wanted) Said() string {
	if w.Text != "" {
		return w.Text
	}
	return string(w.Account)
}

// Input is what an act is asked for; nothing for the end of a team.
type Input struct {
	People []Wanted `json:"people,omitempty"`
}

func (in Input) check(kind bulk.Kind) error {
	switch {
	case kind == EndAct:
		return nil
	case len(in.People) == 0:
		return ErrNobody
	case len(in.People) > MostAtOnce:
		return ErrTooMany
	}
	return nil
}

// Chosen are people by their accounts.
func Chosen(ids []access.AccountID) Input {
	var in Input
	for _, id := range ids {
		in.People = append(in.People, Wanted{Account: id})
	}
	return in
}

// PlanOf is the plan of an act that does these lines and has this effect on
// who sees whom.
func PlanOf(lines []bulk.Line, effect management.Effect) (bulk.Plan, error) {
	plan := bulk.Plan{Lines: lines}
	done := plan.Effective()
	plan.Facts = map[string]int{FigureDone: done, FigureLeftOut: len(lines) - done}
	if !effect.Harmless() || effect.Seen != "" {
		raw, err := json.Marshal(effect)
		if err != nil {
			return plan, fmt.Errorf("effect of an act: %w", err)
		}
		plan.Effect = raw
	}
	return plan, nil
}

// EffectOf is the effect that a plan has on who sees whom.
func EffectOf(plan bulk.Plan) (effect management.Effect, err error) {
	if len(plan.Effect) == 0 {
		return effect, nil
	}
	if err = json.Unmarshal(plan.Effect, &effect); err != nil {
		err = fmt.Errorf("effect of an act: %w", err)
	}
	return effect, err
}

// Acts are the bulk acts of this package.
func Acts(s *Service) []bulk.Handler {
	return []bulk.Handler{onTeam{s.store, AddAct}, onTeam{s.store, RemoveAct}, onTeam{s.store, EndAct}}
}

type onTeam struct {
	store Store
	kind  bulk.Kind
}

func (h onTeam) Kind() bulk.Kind { return h.kind }

func (h onTeam) Plan(ctx context.Context, asks bulk.Asks, subject string, input json.RawMessage) (bulk.Plan, error) {
	if err := asks(access.TeamEdit).For(access.TeamEdit); err != nil {
		return bulk.Plan{}, err
	}
	in, err := h.read(input)
	if err != nil {
		return bulk.Plan{}, err
	}
	return h.store.PlanTeam(ctx, h.kind, asks, access.TeamID(subject), in)
}

func (h onTeam) Do(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	if err := asks(access.TeamEdit).For(access.TeamEdit); err != nil {
		return bulk.Act{}, err
	}
	in, err := h.read(act.Input)
	if err != nil {
		return bulk.Act{}, err
	}
	return h.store.ActOnTeam(ctx, asks, act, in)
}

// Undo takes out whom the act added and is still in by it, puts back whom it
// removed as far as the asker may, and gives back a team that was deleted.
func (h onTeam) Undo(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	if err := asks(access.TeamEdit).For(access.TeamEdit); err != nil {
		return bulk.Act{}, err
	}
	return h.store.TakeTeamBack(ctx, asks, act)
}

func (h onTeam) read(raw json.RawMessage) (Input, error) {
	in, err := readInput(raw)
	if err != nil {
		return in, fmt.Errorf("input of an act: %w", err)
	}
	return in, in.check(h.kind)
}
