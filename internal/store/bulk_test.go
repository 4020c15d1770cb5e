package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/store"
)

// acting is a world whose four purchases c1 to c4 are of the company Old.
type acting struct {
	*world
	acts *bulk.Service
	self access.Reach
	asks bulk.Asks
}

func inActing(t *testing.T, test func(t *testing.T, w *acting)) {
	inWorld(t, func(t *testing.T, w *world) {
		for _, id := range []access.PurchaseID{"c1", "c2", "c3", "c4"} {
			w.purchase(t, id, "a5", "buyer", 3, w.now())
		}
		w.db.Write(t, `update purchase set company = 'Old' where purchase_id in ('c1', 'c2', 'c3', 'c4')`)
		test(t, &acting{
			world: w, acts: bulk.NewService(w.db, w.now, store.RenameCompany{DB: w.db}), self: w.reach(t, "admin", access.SelfView),
			asks: func(p access.Permission) access.Reach { return w.reach(t, "admin", p) },
		})
	})
}

func (w *acting) preview(t *testing.T) bulk.Act {
	t.Helper()
	act, err := w.acts.Preview(t.Context(), w.self, w.asks, "test.rename", "Old", "New")
	if err != nil {
		t.Fatal(err)
	}
	return act
}

func (w *acting) named(t *testing.T, company string) (n int) {
	t.Helper()
	w.db.Read(t, `select count(*) from purchase where company = $1`, []any{company}, &n)
	return n
}

func TestAnActIsPreviewedConfirmedAndUndone(t *testing.T) {
	inActing(t, func(t *testing.T, w *acting) {
		act := w.preview(t)
		if act.State != bulk.Previewed || len(act.Plan.Lines) != 4 || act.Plan.Facts["purchases"] != 4 || w.named(t, "New") != 0 {
			t.Fatalf("preview: %+v, %d renamed", act, w.named(t, "New"))
		}
		done, err := w.acts.Confirm(t.Context(), w.self, w.asks, act.ID)
		if err != nil || done.State != bulk.Done || w.named(t, "New") != 4 {
			t.Fatalf("confirmed: %+v, %v, %d renamed", done, err, w.named(t, "New"))
		}
		if want := w.now().Add(bulk.UndoFor); !done.UndoUntil.Equal(want) {
			t.Errorf("can be undone until %s, want %s", done.UndoUntil, want)
		}
		again, err := w.acts.Confirm(t.Context(), w.self, w.asks, act.ID)
		if err != nil || again.State != bulk.Done || !again.DoneAt.Equal(done.DoneAt) {
			t.Errorf("confirmed twice: %+v, %v", again, err)
		}
		w.move(6 * 24 * time.Hour)
		undone, err := w.acts.Undo(t.Context(), w.self, w.asks, act.ID)
		if err != nil || undone.State != bulk.Undone || len(undone.TakenBack.Lines) != 4 || w.named(t, "Old") != 4 {
			t.Fatalf("undone: %+v, %v, %d of the old name", undone, err, w.named(t, "Old"))
		}
		if again, err := w.acts.Undo(t.Context(), w.self, w.asks, act.ID); err != nil || again.State != bulk.Undone {
			t.Errorf("undone twice: %+v, %v", again, err)
		}
		if again, err := w.acts.Confirm(t.Context(), w.self, w.asks, act.ID); err != nil || again.State != bulk.Undone || w.named(t, "Old") != 4 {
			t.Errorf("confirmed after it was undone: %+v, %v", again, err)
		}
		list, err := w.acts.List(t.Context(), w.self, bulk.Query{Kind: "test.rename", Subject: "Old"})
		if err != nil || len(list) != 1 || list[0].State != bulk.Undone {
			t.Errorf("list: %+v, %v", list, err)
		}
	})
}

func TestAChangeSinceThePreviewAsksAgain(t *testing.T) {
	inActing(t, func(t *testing.T, w *acting) {
		act := w.preview(t)
		w.db.Write(t, `update purchase set company = 'Other' where purchase_id = 'c2'`)
		fresh, err := w.acts.Confirm(t.Context(), w.self, w.asks, act.ID)
		if !errors.Is(err, bulk.ErrChanged) || fresh.ID == act.ID || fresh.State != bulk.Previewed || len(fresh.Plan.Lines) != 3 || w.named(t, "New") != 0 {
			t.Fatalf("%+v, %v", fresh, err)
		}
		if _, err := w.acts.Confirm(t.Context(), w.self, w.asks, fresh.ID); err != nil || w.named(t, "New") != 3 {
			t.Errorf("the new preview: %v, %d renamed", err, w.named(t, "New"))
		}
	})
}

func TestPreviewsAndUndosRunOut(t *testing.T) {
	inActing(t, func(t *testing.T, w *acting) {
		act := w.preview(t)
		w.move(bulk.ConfirmFor)
		fresh, err := w.acts.Confirm(t.Context(), w.self, w.asks, act.ID)
		if !errors.Is(err, bulk.ErrExpired) || fresh.State != bulk.Previewed || w.named(t, "New") != 0 {
			t.Fatalf("too old: %+v, %v", fresh, err)
		}
		if _, err := w.acts.Confirm(t.Context(), w.self, w.asks, fresh.ID); err != nil {
			t.Fatal(err)
		}
		w.move(bulk.UndoFor)
		if _, err := w.acts.Undo(t.Context(), w.self, w.asks, fresh.ID); !errors.Is(err, bulk.ErrUndoOver) || w.named(t, "New") != 4 {
			t.Errorf("undone too late: %v", err)
		}
		if err := w.acts.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.acts.Open(t.Context(), w.self, act.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a preview that ran out is kept: %v", err)
		}
		if _, err := w.acts.Open(t.Context(), w.self, fresh.ID); err != nil {
			t.Errorf("what was done is not kept: %v", err)
		}
		w.move(bulk.KeepFor)
		if err := w.acts.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.acts.Open(t.Context(), w.self, fresh.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an act of long ago is kept: %v", err)
		}
	})
}

func TestOnlyItsMakerOpensAnAct(t *testing.T) {
	inActing(t, func(t *testing.T, w *acting) {
		act := w.preview(t)
		for _, who := range []access.AccountID{"master", "south-admin", "buyer"} {
			self, asks := w.reach(t, who, access.SelfView), func(p access.Permission) access.Reach { return w.reach(t, who, p) }
			_, opened := w.acts.Open(t.Context(), self, act.ID)
			_, confirmed := w.acts.Confirm(t.Context(), self, asks, act.ID)
			_, undone := w.acts.Undo(t.Context(), self, asks, act.ID)
			for _, err := range []error{opened, confirmed, undone} {
				if fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s: %v", who, err)
				}
			}
			if list, err := w.acts.List(t.Context(), self, bulk.Query{}); err != nil || len(list) != 0 {
				t.Errorf("%s lists %v, %v", who, list, err)
			}
		}
	})
}

func TestAnActConfirmedManyTimesAtOnceIsDoneOnce(t *testing.T) {
	inActing(t, func(t *testing.T, w *acting) {
		act := w.preview(t)
		var group sync.WaitGroup
		answers := make([]error, 16)
		for i := range answers {
			group.Go(func() {
				got, err := w.acts.Confirm(t.Context(), w.self, w.asks, act.ID)
				if err == nil && got.State != bulk.Done {
					err = errors.New("answered as " + string(got.State))
				}
				answers[i] = err
			})
		}
		group.Wait()
		for _, err := range answers {
			if err != nil {
				t.Error(err)
			}
		}
		if w.named(t, "New") != 4 {
			t.Errorf("%d renamed", w.named(t, "New"))
		}
		undos := make([]error, 16)
		for i := range undos {
			group.Go(func() { _, undos[i] = w.acts.Undo(t.Context(), w.self, w.asks, act.ID) })
		}
		group.Wait()
		for _, err := range undos {
			if err != nil {
				t.Error(err)
			}
		}
	})
}
