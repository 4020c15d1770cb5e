package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
)

// TestTwoMovesNeverMakeACircle starts pairs of moves that would make a circle
// together: one of the two is refused, whichever comes second (I-17).
func TestTwoMovesNeverMakeACircle(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		edit := p.reach("ole", access.LocationEdit)
		fr, de := p.place("fr"), p.place("de")
		for round := range 10 {
			into, err := p.PreviewMove(t.Context(), edit, fr, de)
			if err != nil {
				t.Fatal(err)
			}
			onto, err := p.PreviewMove(t.Context(), edit, de, fr)
			if err != nil {
				t.Fatal(err)
			}
			var racing sync.WaitGroup
			var first, second error
			racing.Go(func() { first = p.Move(context.Background(), edit, fr, de, into.Seen) })
			racing.Go(func() { second = p.Move(context.Background(), edit, de, fr, onto.Seen) })
			racing.Wait()
			if (first == nil) == (second == nil) || !errors.Is(errors.Join(first, second), location.ErrCircle) {
				t.Fatalf("round %d: %v and %v", round, first, second)
			}
			back := fr
			if second == nil {
				back = de
			}
			effect, err := p.PreviewMove(t.Context(), edit, back, "")
			if err == nil {
				err = p.Move(t.Context(), edit, back, "", effect.Seen)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestAMoveAgainstAMerge moves a location under one that is merged away at the
// same time: it lands under the successor, or is refused, and is never lost.
func TestAMoveAgainstAMerge(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		edit := p.reach("ole", access.LocationEdit)
		for round := range 10 {
			gone, err := p.Add(t.Context(), edit, location.New{Name: "Gone", Parent: p.place("de"), ExternalID: fmt.Sprint("gone", round)})
			if err != nil {
				t.Fatal(err)
			}
			moved, err := p.Add(t.Context(), edit, location.New{Name: "Moved", Parent: p.place("de"), ExternalID: fmt.Sprint("moved", round)})
			if err != nil {
				t.Fatal(err)
			}
			var racing sync.WaitGroup
			var move, merge error
			racing.Go(func() { move = p.Move(context.Background(), edit, moved, gone, "") })
			racing.Go(func() { merge = p.Merge(context.Background(), edit, gone, p.place("berlin"), "") })
			racing.Wait()
			if merge != nil || move != nil && !errors.Is(move, location.ErrTargetGone) {
				t.Fatalf("round %d: %v and %v", round, move, merge)
			}
			want := string(p.place("berlin"))
			if move != nil {
				want = string(p.place("de"))
			}
			p.is(want, `select parent_id from location where location_id = $1`, string(moved))
		}
	})
}

// TestSixteenAtOnce lets sixteen people change one tree at random, fifty times
// each: everybody is told success or a reason, and afterwards everything is sound.
func TestSixteenAtOnce(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		edit := p.reach("ole", access.LocationEdit)
		ids := []location.ID{p.place("fr"), p.place("north"), p.place("arras"), p.place("lille"), p.place("de"), p.place("berlin")}
		for i := range 12 {
			id, err := p.Add(t.Context(), edit, location.New{Name: fmt.Sprint("Place ", i), Parent: ids[i%len(ids)]})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		var done [4]int
		var counting sync.Mutex
		var racing sync.WaitGroup
		for racer := range 16 {
			draw := rand.New(rand.NewPCG(uint64(racer), 7))
			racing.Go(func() {
				for range 50 {
					act, id, other := draw.IntN(12), ids[draw.IntN(len(ids))], ids[draw.IntN(len(ids))]
					err := act16(p, edit, act, id, other)
					if kind := fault.KindOf(err); err != nil && kind != fault.Conflict && kind != fault.Invalid {
						t.Errorf("%d of %s and %s: %v", act, id, other, err)
					}
					if err == nil {
						counting.Lock()
						done[min(act, 3)]++
						counting.Unlock()
					}
				}
			})
		}
		racing.Wait()
		if slices.Contains(done[:], 0) {
			t.Errorf("adds, merges, retirements and moves done: %v; each kind should have happened", done)
		}
	})
}

func act16(p places, edit access.Reach, act int, id, other location.ID) error {
	ctx := context.Background()
	switch act {
	case 0:
		_, err := p.Add(ctx, edit, location.New{Name: "More", Parent: id})
		return err
	case 1:
		effect, err := p.PreviewMerge(ctx, edit, id, other)
		if err != nil {
			return err
		}
		return p.Merge(ctx, edit, id, other, effect.Seen)
	case 2:
		return p.Retire(ctx, edit, id)
	}
	effect, err := p.PreviewMove(ctx, edit, id, other)
	if err != nil {
		return err
	}
	return p.Move(ctx, edit, id, other, effect.Seen)
}
