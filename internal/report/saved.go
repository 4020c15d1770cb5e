package report

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// ViewID names a saved view.
type ViewID string

// View is a request under a name. A shared one is offered to everybody in the
// organization who may open the report; it holds the request alone, so that
// each reader sees their own learners.
type View struct {
	ID      ViewID
	Name    string
	Shared  bool
	Mine    bool
	Owner   string // the owner's name
	Request Request
	// Dropped are columns, groupings and orders of the view that the reader's access does not have.
	Dropped   []string
	UpdatedAt time.Time
}

// ViewStore keeps saved views; every method sees those of the reach's
// organization that are the actor's own or shared.
type ViewStore interface {
	// Views lists them by name.
	Views(ctx context.Context, reach access.Reach, report Key) ([]View, error)
	// View finds one.
	View(ctx context.Context, reach access.Reach, id ViewID) (View, error)
	// AddView keeps a new one, refusing a second of the name and more than the limit.
	AddView(ctx context.Context, reach access.Reach, v View, limit int) error
	// ChangeView changes one of the actor's own.
	ChangeView(ctx context.Context, reach access.Reach, v View) error
	// DeleteView deletes one of the actor's own.
	DeleteView(ctx context.Context, reach access.Reach, id ViewID) error
}

// The limits of saved views.
const (
	viewsEach    = 100
	viewName     = 80      // characters
	viewSize     = 8 << 10 // bytes of the request
	requestPicks = 200     // columns or activities named in a request
)

// The sentences about saved views.
var (
	ErrViewName  = fault.Field("name", "You have a saved view of this report under that name already.")
	ErrViewLimit = fault.New(fault.LimitReached, "You have 100 saved views. Delete one that you do not need.")
)

// Views are the saved views of reports.
type Views struct {
	store ViewStore
	now   func() time.Time
}

// NewViews makes them with their clock.
func NewViews(store ViewStore, now func() time.Time) *Views { return &Views{store: store, now: now} }

// List lists the saved views of a report that its reader can open, fitted to
// what their access has.
func (v *Views) List(ctx context.Context, reach access.Reach, report Key) ([]View, error) {
	if err := mayOpen(reach, report); err != nil {
		return nil, err
	}
	list, err := v.store.Views(ctx, reach, report)
	for i := range list {
		list[i].Request, list[i].Dropped = list[i].Request.Fitted(reach)
	}
	return list, err
}

// Find opens one of them.
func (v *Views) Find(ctx context.Context, reach access.Reach, report Key, id ViewID) (View, error) {
	if err := mayOpen(reach, report); err != nil {
		return View{}, err
	}
	view, err := v.store.View(ctx, reach, id)
	if err != nil {
		return View{}, err
	}
	if view.Request.Report != report {
		return View{}, fault.ErrNotFound
	}
	view.Request, view.Dropped = view.Request.Fitted(reach)
	return view, nil
}

// Save keeps a request under a name. Without an id it is a new view; with the
// id of one of one's own it is renamed, shared or changed.
func (v *Views) Save(ctx context.Context, reach access.Reach, view View) (View, error) {
	if _, err := view.Request.Check(reach); err != nil {
		return View{}, err
	}
	view.Name = strings.Join(strings.Fields(view.Name), " ")
	switch n := utf8.RuneCountInString(view.Name); {
	case n == 0:
		return View{}, fault.Field("name", "Give the view a name.")
	case n > viewName:
		return View{}, fault.Field("name", "A name has at most 80 characters.")
	}
	raw, err := view.Request.MarshalJSON()
	if err != nil {
		return View{}, err
	}
	if len(raw) > viewSize || len(view.Request.Columns) > requestPicks || len(view.Request.Matrix.Pick) > requestPicks {
		return View{}, fault.Field("columns", "This view is too large to be saved. Choose fewer columns or shorter filters.")
	}
	view.Mine, view.UpdatedAt, view.Dropped = true, v.now(), nil
	if view.ID == "" {
		view.ID = ViewID(access.NewID())
		return view, v.store.AddView(ctx, reach, view, viewsEach)
	}
	return view, v.store.ChangeView(ctx, reach, view)
}

// Delete forgets one of one's own.
func (v *Views) Delete(ctx context.Context, reach access.Reach, report Key, id ViewID) error {
	if err := mayOpen(reach, report); err != nil {
		return err
	}
	return v.store.DeleteView(ctx, reach, id)
}

// mayOpen tells whether the reach opens a report.
func mayOpen(reach access.Reach, report Key) error {
	rep, ok := Find(report)
	if !ok {
		return fault.ErrNotFound
	}
	return reach.For(rep.Permission())
}
