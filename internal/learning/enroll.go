package learning

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// The bulk acts of enrolling people and of withdrawing them.
const (
	EnrollAct   bulk.Kind = "people.enroll"
	WithdrawAct bulk.Kind = "people.withdraw"
)

// How much one act takes.
const (
	MostPeople   = 1000
	MostProducts = 20
	MostLines    = 10_000 // people × products
)

// Enrolling is what such an act is asked for.
type Enrolling struct {
	People     []access.AccountID  `json:"people"`
	Products   []content.ProductID `json:"products"`              // activities and programs
	CompleteBy day.Day             `json:"complete_by,omitempty"` // of the enrollments that are made; zero: no due day
}

// Check refuses what nobody could do; people and products that are named twice are one.
func (e Enrolling) Check() (Enrolling, error) {
	e.People, e.Products = distinct(e.People), distinct(e.Products)
	var problems []fault.Problem
	switch {
	case len(e.People) == 0:
		problems = append(problems, fault.Problem{Field: "people", Sentence: "Choose at least one person."})
	case len(e.People) > MostPeople:
		problems = append(problems, fault.Fields(ErrTooMany)...)
	}
	switch {
	case len(e.Products) == 0:
		problems = append(problems, fault.Problem{Field: "products", Sentence: "Choose at least one activity or program."})
	case len(e.Products) > MostProducts:
		problems = append(problems, fault.Problem{Field: "products", Sentence: "Choose at most 20 activities and programs at once."})
	case len(e.People)*len(e.Products) > MostLines:
		problems = append(problems, fault.Problem{Field: "products", Sentence: "This is too much at once. Choose fewer people, or fewer activities."})
	}
	if len(problems) > 0 {
		return Enrolling{}, fault.Invalidf(problems...)
	}
	return e, nil
}

// distinct keeps the first of each.
func distinct[T comparable](all []T) []T {
	seen := make(map[T]bool, len(all))
	return slices.DeleteFunc(slices.Clone(all), func(v T) bool {
		twice := seen[v]
		seen[v] = true
		return twice
	})
}

// ErrTooMany refuses more people than one act takes.
var ErrTooMany = fault.Field("people", "Choose at most 1,000 people at once.")

// ErrDuePast refuses a day to complete by that is over already.
var ErrDuePast = fault.Field("complete_by", "This day is over already.")

// ErrNoProduct refuses what is not in the library of the asker's organization.
var ErrNoProduct = fault.Field("products", "There is no such activity or program here.")

// Offer is an activity or a program that people can be enrolled in.
type Offer struct {
	ID      content.ProductID
	Title   string
	Kind    content.Kind // of an activity; empty for a program
	Program bool
	Size    int // how many activities a program has
}

// OfferQuery asks for activities and programs by title.
type OfferQuery struct {
	Q     string             // looks into titles
	Of    []access.AccountID // only what some of these take part in now; nobody: everything
	Limit int
}

// EnrollStore keeps what acts of enrolling do; each write is one whole change.
type EnrollStore interface {
	// Offered lists, by title, what the library of the asker's organization has.
	Offered(ctx context.Context, reach access.Reach, query OfferQuery) (offers []Offer, total int, err error)
	// PlanEnrolling works out what an act would do; it names only whom, and whose purchases, the asker may see.
	PlanEnrolling(ctx context.Context, asks bulk.Asks, act bulk.Kind, in Enrolling) (bulk.Plan, error)
	// Enroll does an act of either kind.
	EnrollPeople(ctx context.Context, asks bulk.Asks, act bulk.Act, in Enrolling) (bulk.Act, error)
	// TakeBackEnrolling undoes one.
	TakeBackEnrolling(ctx context.Context, reach access.Reach, act bulk.Act) (bulk.Act, error)
	// EnrollNow does the same as EnrollPeople at once, without an act, for programs that ask.
	EnrollNow(ctx context.Context, asks bulk.Asks, act bulk.Kind, in Enrolling) (bulk.Plan, error)
}

// Offered lists what people can be enrolled in, or withdrawn from: ids and titles, no more.
func (s *Service) Offered(ctx context.Context, reach access.Reach, query OfferQuery) ([]Offer, int, error) {
	if err := reach.For(access.EnrollmentEdit); err != nil {
		return nil, 0, err
	}
	return s.store.Offered(ctx, reach, query)
}

// Enroll enrolls people at once and says of each what came of it. asks tells
// whom, and whose purchases, the asker may see named.
func (s *Service) Enroll(ctx context.Context, reach access.Reach, asks bulk.Asks, in Enrolling) (bulk.Plan, error) {
	return s.now(ctx, reach, asks, EnrollAct, in)
}

// Withdraw takes people out of what they were enrolled in by hand or import.
func (s *Service) Withdraw(ctx context.Context, reach access.Reach, asks bulk.Asks, in Enrolling) (bulk.Plan, error) {
	return s.now(ctx, reach, asks, WithdrawAct, in)
}

func (s *Service) now(ctx context.Context, reach access.Reach, asks bulk.Asks, act bulk.Kind, in Enrolling) (bulk.Plan, error) {
	if err := reach.For(access.EnrollmentEdit); err != nil {
		return bulk.Plan{}, err
	}
	in, err := in.Check()
	if err != nil {
		return bulk.Plan{}, err
	}
	return s.store.EnrollNow(ctx, asks, act, in)
}

// Acts are the bulk acts of this package.
func Acts(s *Service) []bulk.Handler {
	return []bulk.Handler{enrollAct{s, EnrollAct}, enrollAct{s, WithdrawAct}}
}

// enrollAct is either act: its subject is the page it was begun on.
type enrollAct struct {
	*Service
	kind bulk.Kind
}

func (a enrollAct) Kind() bulk.Kind { return a.kind }

func (a enrollAct) Plan(ctx context.Context, asks bulk.Asks, _ string, input json.RawMessage) (bulk.Plan, error) {
	in, err := readEnrolling(asks, input)
	if err != nil {
		return bulk.Plan{}, err
	}
	return a.store.PlanEnrolling(ctx, asks, a.kind, in)
}

func (a enrollAct) Do(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	in, err := readEnrolling(asks, act.Input)
	if err != nil {
		return bulk.Act{}, err
	}
	return a.store.EnrollPeople(ctx, asks, act, in)
}

func (a enrollAct) Undo(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	reach := asks(access.EnrollmentEdit)
	if err := reach.For(access.EnrollmentEdit); err != nil {
		return bulk.Act{}, err
	}
	return a.store.TakeBackEnrolling(ctx, reach, act)
}

func readEnrolling(asks bulk.Asks, raw json.RawMessage) (in Enrolling, err error) {
	if err := asks(access.EnrollmentEdit).For(access.EnrollmentEdit); err != nil {
		return in, err
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return in, fmt.Errorf("input of an act: %w", err)
	}
	return in.Check()
}

// byWeight gives the result that says most of several activities of a program.
func byWeight(results []string, order []string) string {
	if len(results) == 0 {
		return ""
	}
	return slices.MinFunc(results, func(a, b string) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
}
