package store_test

import (
	"slices"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// TestPlacesOfTheDocumentsHoldInSQL holds the table of places in
// docs/access.md against the database: each role at each place, each
// permission, whom the condition in SQL finds. The column *other realm* is held
// here alone: there a second realm has the same ids and paths, and one
// learner more at the holder's own location.
func TestPlacesOfTheDocumentsHoldInSQL(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, _ := oracle.Atlas()
		posts := oracle.Posts()
		for i, post := range posts {
			if g, ok := w.Held(post); ok {
				g.ID = access.GrantID(oracle.ID("post", i))
				w.Grants = append(w.Grants, g)
			}
		}
		drawIn(w, 1, 1).load(t, db)
		other, _ := oracle.Atlas()
		const stranger access.AccountID = "stranger"
		other.People = append(other.People, oracle.Person{ID: stranger, No: access.LearnerNo(len(other.People) + 1), BaseRole: access.Student, Organization: "acme", Location: "site"})
		drawIn(other, 1, 2).load(t, db)

		facts, err := db.Facts(t.Context(), 1, oracle.Holder)
		if err != nil {
			t.Fatal(err)
		}
		everybody := []access.AccountID{stranger}
		for _, p := range w.People {
			everybody = append(everybody, p.ID)
		}
		found := 0
		for i, post := range posts {
			held := slices.DeleteFunc(slices.Clone(facts.Grants()), func(g access.Grant) bool { return g.ID != access.GrantID(oracle.ID("post", i)) })
			alone, expected := access.NewFacts(facts.Actor(), 1, held), w.Alone(post)
			asked := map[string]bool{}
			for _, p := range access.Permissions() {
				reach, want := alone.For(p, w.Now), expected.For(p, w.Now)
				if blocks(reach) != blocks(want) {
					t.Errorf("%s at %s %s, %s: loaded as %s, want %s", post.Role, post.Place.Kind, post.Place.Extent, p, blocks(reach), blocks(want))
				}
				if asked[blocks(want)] {
					continue // the condition is made of the blocks and of nothing else
				}
				asked[blocks(want)] = true
				named, err := db.People(t.Context(), reach, everybody)
				if err != nil {
					t.Fatal(err)
				}
				for _, id := range everybody {
					_, got := named[id]
					if sees := id != stranger && want.Covers(w.Placement(id)); got != sees {
						t.Errorf("%s at %s %s, %s over %s: SQL %v, want %v", post.Role, post.Place.Kind, post.Place.Extent, p, id, got, sees)
					}
				}
				found += len(named)
			}
		}
		if found < 100 {
			t.Errorf("only %d learners were found: the atlas is too poor", found)
		}
	})
}

// blocks says what a reach is made of.
func blocks(r access.Reach) string {
	var out string
	for _, b := range r.Blocks() {
		out += string(b.Self) + "|" + string(b.Lo) + "|" + string(b.Purchase) + "|" + string(b.Team) + "|" + string(b.Hi) + ";"
		if b.Own {
			out += "own"
		}
	}
	return out
}
