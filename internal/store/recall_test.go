package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// recalling is a world that two processes write to and read from.
type recalling struct {
	*world
	draw      *rand.Rand
	processes []*store.DB
	learners  []access.LearnerNo // ascending; some have no transcript
	reach     access.Reach
	writes    int
}

func newRecalling(t *testing.T, engine string, seed uint64) *recalling {
	address := storetest.Address(t, engine)
	w := newWorldAt(t, address)
	r := &recalling{world: w, draw: rand.New(rand.NewPCG(seed, 2)), processes: []*store.DB{w.db, storetest.Open(t, address, w.now)}, reach: w.reach(t, "admin", access.MatrixView)}
	for _, no := range w.learners {
		r.learners = append(r.learners, no)
	}
	slices.Sort(r.learners)
	return r
}

// write changes what somebody did, in one of the processes.
func (r *recalling) write(t *testing.T) {
	t.Helper()
	r.writes++
	who := []access.LearnerNo{r.learners[r.draw.IntN(len(r.learners))]}
	db := r.processes[r.draw.IntN(2)]
	activity := access.ActivityNo(1 + r.draw.IntN(5))
	if err := db.Enroll(t.Context(), worldRealm, who[0], r.now().Add(-time.Duration(r.writes)*time.Hour), time.Time{}, activity); err != nil {
		t.Fatal(err)
	}
	minutes := fmt.Sprintf(`update enrollment set minutes_spent = minutes_spent + %d where learner = %d`, r.writes, who[0])
	if err := db.Repack(t.Context(), worldRealm, who, minutes, func() {}); err != nil {
		t.Fatal(err)
	}
}

// agrees holds what a source yields against what its snapshot reads.
func (r *recalling) agrees(ctx context.Context, src report.Source) error {
	asked := slices.DeleteFunc(slices.Clone(r.learners), func(access.LearnerNo) bool { return r.draw.IntN(3) == 0 })
	want, err := store.ReadRecords(ctx, src, worldRealm, r.learners)
	if err != nil {
		return err
	}
	got := map[access.LearnerNo][]byte{}
	if err := src.Transcripts(ctx, r.reach, asked, func(no access.LearnerNo, record []byte) error {
		got[no] = record
		return nil
	}); err != nil {
		return err
	}
	for _, no := range asked {
		if record, ok := got[no]; !bytes.Equal(record, want[no]) || ok != (want[no] != nil) {
			return fmt.Errorf("after %d writes learner %d has %x, the snapshot reads %x", r.writes, no, record, want[no])
		}
	}
	return nil
}

// twice asks a database twice on one snapshot: what was read first is kept then.
func (r *recalling) twice(ctx context.Context, db *store.DB) error {
	return db.Report(ctx, func(src report.Source) error { return errors.Join(r.agrees(ctx, src), r.agrees(ctx, src)) })
}

// nest reads and writes under snapshots that are still open.
func (r *recalling) nest(t *testing.T, depth int) {
	t.Helper()
	if err := r.processes[r.draw.IntN(2)].Report(t.Context(), func(src report.Source) error {
		for range 4 {
			if err := r.agrees(t.Context(), src); err != nil {
				return err
			}
			switch what := r.draw.IntN(4); {
			case what == 0 && depth > 0:
				r.nest(t, depth-1)
			case what < 3:
				r.write(t)
			case r.draw.IntN(4) == 0:
				r.processes[r.draw.IntN(2)].ForgetRealm(worldRealm)
			}
		}
		return r.agrees(t.Context(), src)
	}); err != nil {
		t.Fatal(err)
	}
}

// TestRecallIsTheSnapshot: what is kept in memory is, for every snapshot, old
// or new, what that snapshot reads, whichever process has written since.
func TestRecallIsTheSnapshot(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		for seed, limit := range []int{1 << 20, 700} { // all is kept, or a part
			t.Run(fmt.Sprintf("%s, %d bytes", engine, limit), func(t *testing.T) {
				r := newRecalling(t, engine, uint64(seed))
				for _, db := range r.processes {
					db.Forget(limit)
				}
				for range 15 {
					r.nest(t, 3)
				}
				for _, db := range r.processes {
					if err := r.twice(t.Context(), db); err != nil {
						t.Error(err)
					}
					if n, size := db.Kept(worldRealm); n == 0 || size > limit || limit == 1<<20 && n < len(r.learners)/3 {
						t.Errorf("%d records of %d learners are kept, in %d bytes", n, len(r.learners), size)
					}
				}
			})
		}
	}
}

// TestRecallOfALateCommit: on PostgreSQL a change may be committed after one
// that began later. Whoever reads in between must still come to know of it.
func TestRecallOfALateCommit(t *testing.T) {
	r := newRecalling(t, "postgres", 1)
	db := r.processes[0]
	read := func() {
		t.Helper()
		if err := r.twice(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	r.write(t)
	for round := range 10 {
		read()
		first, commit := make(chan struct{}), make(chan struct{})
		var late sync.WaitGroup
		late.Go(func() {
			if err := db.Repack(t.Context(), worldRealm, []access.LearnerNo{r.world.learners["ann"]},
				fmt.Sprintf(`update enrollment set progress = %d where learner = %d`, round, r.world.learners["ann"]), func() { close(first); <-commit }); err != nil {
				t.Error(err)
			}
		})
		<-first
		if err := db.Repack(t.Context(), worldRealm, []access.LearnerNo{r.world.learners["ben"]},
			fmt.Sprintf(`update enrollment set progress = %d where learner = %d`, round, r.world.learners["ben"]), func() {}); err != nil {
			t.Fatal(err)
		}
		read()
		close(commit)
		late.Wait()
		read()
		if e := r.entry(t, "ann", 1); int(e.Progress) != round {
			t.Fatalf("round %d was not written", round)
		}
	}
	if n, _ := db.Kept(worldRealm); n == 0 {
		t.Error("nothing is kept")
	}
}

// TestRecallSideBySide: many read while many write, in both processes.
func TestRecallSideBySide(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			r := newRecalling(t, engine, 3)
			var group sync.WaitGroup
			for n := range 4 {
				group.Go(func() {
					for i := range 30 {
						mine := *r
						mine.draw = rand.New(rand.NewPCG(uint64(n), uint64(i)))
						if err := mine.twice(t.Context(), r.processes[n%2]); err != nil {
							t.Error(err)
							return
						}
					}
				})
				group.Go(func() {
					for i := range 15 {
						who := []access.LearnerNo{r.learners[(n*5+i)%len(r.learners)]}
						if err := r.processes[i%2].Repack(t.Context(), worldRealm, who, fmt.Sprintf(`update enrollment set minutes_spent = minutes_spent + 1 where learner = %d`, who[0]), func() {}); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			group.Wait()
		})
	}
}

// TestARestoredDumpIsNumberedAnew: changes that another server has numbered,
// higher than this one has come yet, become changes of this one.
func TestARestoredDumpIsNumberedAnew(t *testing.T) {
	r := newRecalling(t, "postgres", 4)
	r.db.Write(t, `update transcript set change_no = 1000000000000`)
	if err := r.db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	foreign := 0
	r.db.Read(t, `select count(*) from transcript where change_no = 1000000000000`, nil, &foreign)
	if foreign != 0 {
		t.Errorf("%d changes still have another server's numbers", foreign)
	}
	r.nest(t, 2)
}

// TestRecallBegunUnderAnOlderSnapshot: what a snapshot reads that is older than
// the memory says nothing of what was written before the memory began.
func TestRecallBegunUnderAnOlderSnapshot(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			r := newRecalling(t, engine, 5)
			db := r.processes[0]
			db.Forget(1 << 20)
			if err := db.Report(t.Context(), func(older report.Source) error {
				if _, err := store.ReadRecords(t.Context(), older, worldRealm, r.learners); err != nil { // the snapshot begins
					return err
				}
				for range 20 {
					r.write(t)
				}
				db.ForgetRealm(worldRealm)
				return db.Report(t.Context(), func(newer report.Source) error {
					none := newer.Transcripts(t.Context(), r.reach, r.learners[:1], func(access.LearnerNo, []byte) error { return nil }) // the memory begins
					return errors.Join(none, r.agrees(t.Context(), older), r.agrees(t.Context(), newer), r.agrees(t.Context(), older))
				})
			}); err != nil {
				t.Error(err)
			}
		})
	}
}
