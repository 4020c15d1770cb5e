package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// record tells progress and gives the answers.
func (w *world) record(tb testing.TB, by access.AccountID, items ...learning.Progress) []learning.Status {
	tb.Helper()
	results, err := learning.NewService(w.db).Record(tb.Context(), w.reach(tb, by, access.EnrollmentEdit), items)
	if err != nil {
		tb.Fatal(err)
	}
	var out []learning.Status
	for _, r := range results {
		out = append(out, r.Status)
	}
	return out
}

// revision reads how often what decides access within an organization changed.
func (w *world) revision(tb testing.TB, organization string) (revision int64) {
	tb.Helper()
	w.db.Read(tb, `select revision from organization where organization_id = $1`, []any{organization}, &revision)
	return revision
}

// entry reads a learner's transcript entry of an activity.
func (w *world) entry(tb testing.TB, who access.AccountID, activity access.ActivityNo) transcript.Entry {
	tb.Helper()
	var packed []byte
	w.db.Read(tb, `select entries from transcript where realm_id = 1 and learner = $1`, []any{int64(w.learners[who])}, &packed)
	entries, err := transcript.Decode(packed)
	if err != nil {
		tb.Fatal(err)
	}
	e, _ := transcript.Finder(entries)(activity)
	return e
}

func percent(n int) *int { return &n }

func TestTheNewerProgressWins(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.now().Add(-10 * time.Hour)
		hour := func(h int) time.Time { return at.Add(time.Duration(h) * time.Hour) }
		for _, tt := range []struct {
			name     string
			item     learning.Progress
			want     learning.Status
			progress uint8
		}{
			{"first", learning.Progress{OccurredAt: hour(2), StartedAt: hour(1), Progress: percent(20)}, learning.Recorded, 20},
			{"older after newer", learning.Progress{OccurredAt: hour(1), Progress: percent(90)}, learning.Stale, 20},
			{"the same again", learning.Progress{OccurredAt: hour(2), StartedAt: hour(1), Progress: percent(20)}, learning.Recorded, 20},
			{"newer", learning.Progress{OccurredAt: hour(3), Progress: percent(50)}, learning.Recorded, 50},
			{"completed", learning.Progress{OccurredAt: hour(4), CompletedAt: hour(4)}, learning.Recorded, 100},
			{"older, not completed", learning.Progress{OccurredAt: hour(3), Progress: percent(60)}, learning.Stale, 100},
			{"a later attempt", learning.Progress{OccurredAt: hour(5), Progress: percent(5)}, learning.Recorded, 100},
		} {
			tt.item.Learner, tt.item.Activity = "X-ann", "Alpha"
			if got := w.record(t, "admin", tt.item)[0]; got != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
			if e := w.entry(t, "ann", 1); e.Progress != tt.progress {
				t.Errorf("%s: %d %%, want %d %%", tt.name, e.Progress, tt.progress)
			}
			w.isSound(t)
		}
		if e := w.entry(t, "ann", 1); e.Completed != day.Of(hour(4), w.berlin) || e.Started != day.Of(hour(1), w.berlin) {
			t.Errorf("started %s, completed %s", e.Started, e.Completed)
		}
		var changes, counted int
		w.db.Read(t, `select count(*), max(no) from enrollment_change where learner = $1 and activity = 1`, []any{int64(w.learners["ann"])}, &changes, &counted)
		if changes != 4 || counted != 4 { // the first, the newer, the completion, the later attempt's day; not the same again
			t.Errorf("%d changes are kept, numbered to %d", changes, counted)
		}
	})
}

func TestWhoIsOutOfReachIsAnsweredLikeWhoIsNotEnrolled(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		if err := w.db.Enroll(t.Context(), worldRealm, w.learners["south-ann"], w.now().Add(-time.Hour), time.Time{}, 6); err != nil {
			t.Fatal(err)
		}
		item := func(learner, activity string) learning.Progress {
			return learning.Progress{Learner: learner, Activity: activity, OccurredAt: w.now(), Progress: percent(30)}
		}
		for _, tt := range []struct {
			by   access.AccountID
			item learning.Progress
			want learning.Status
		}{
			{"admin", item("ann", "a1"), learning.Recorded},
			{"admin", item("ann", "Alpha"), learning.Recorded},
			{"admin", item("X-ann", "a1"), learning.Recorded},
			{"admin", item("eve", "a1"), learning.NotFound}, // not enrolled
			{"admin", item("ann", "a5"), learning.NotFound},
			{"admin", item("nobody", "a1"), learning.NotFound},
			{"admin", item("ann", "none"), learning.NotFound},
			{"admin", item("south-ann", "a6"), learning.NotFound}, // of a client
			{"master", item("south-ann", "a6"), learning.Recorded},
			{"master", item("X-south-ann", "Alpha"), learning.Recorded}, // the client's own Alpha
			{"south-admin", item("X-south-ann", "Alpha"), learning.Recorded},
			{"south-admin", item("ann", "a1"), learning.NotFound},
			{"south-admin", item("X-ann", "Alpha"), learning.NotFound},
		} {
			if got := w.record(t, tt.by, tt.item)[0]; got != tt.want {
				t.Errorf("%s tells of %s in %s: %s, want %s", tt.by, tt.item.Learner, tt.item.Activity, got, tt.want)
			}
		}
		w.mustAssign(t, "admin", "acme", "ben")
		for _, by := range []access.AccountID{"ben", "buyer", "eve"} {
			if _, err := learning.NewService(w.db).Record(t.Context(), w.reach(t, by, access.EnrollmentEdit), nil); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s may record: %v", by, err)
			}
		}
	})
}

func TestABatchAnswersEachItem(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		before := w.revision(t, "north")
		now := w.now()
		got := w.record(t, "admin",
			learning.Progress{Learner: "ann", Activity: "a1", OccurredAt: now.Add(-time.Hour), Progress: percent(10)},
			learning.Progress{Learner: "ann", Activity: "a1", OccurredAt: now, Progress: percent(101)},
			learning.Progress{Learner: "ann", Activity: "a1", OccurredAt: now.Add(-2 * time.Hour), Progress: percent(90)},
			learning.Progress{Learner: "nobody", Activity: "a1", OccurredAt: now},
			learning.Progress{Learner: "ben", Activity: "a2", OccurredAt: now, Progress: percent(40)},
			learning.Progress{Learner: "X-ann", Activity: "a1", OccurredAt: now, Progress: percent(20)},
		)
		want := []learning.Status{learning.Recorded, learning.Invalid, learning.Stale, learning.NotFound, learning.Recorded, learning.Recorded}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if a, b := w.entry(t, "ann", 1).Progress, w.entry(t, "ben", 2).Progress; a != 20 || b != 40 {
			t.Errorf("%d %% and %d %%", a, b)
		}
		var events int
		w.db.Read(t, `select count(*) from audit_event where action = 'progress.recorded'`, nil, &events)
		if after := w.revision(t, "north"); events != 1 || after != before {
			t.Errorf("%d events, revision %d after %d", events, after, before)
		}
		_, err := learning.NewService(w.db).Record(t.Context(), w.reach(t, "admin", access.EnrollmentEdit), make([]learning.Progress, learning.MaxBatch+1))
		if fault.KindOf(err) != fault.TooLarge {
			t.Errorf("one item too many: %v", err)
		}
	})
}

func TestAStaleReachRecordsNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		reach := w.reach(t, "admin", access.EnrollmentEdit)
		w.db.Write(t, `update role_grant set ended_at = $1 where grant_id = 'base-admin'`, w.now().UnixMicro())
		w.db.Write(t, `update account set base_role = 'student' where account_id = 'admin'`)
		w.db.Write(t, `update organization set revision = revision + 1 where organization_id = 'north'`)
		_, err := learning.NewService(w.db).Record(t.Context(), reach, []learning.Progress{{Learner: "ann", Activity: "a1", OccurredAt: w.now(), Progress: percent(10)}})
		if fault.KindOf(err) != fault.Forbidden || w.entry(t, "ann", 1).Progress != 0 {
			t.Errorf("a former administrator: %v", err)
		}
	})
}

// Progress of one learner in several activities at once: each change packs the
// whole transcript, and none may forget another's.
func TestProgressAtOnceLosesNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		service, reach := learning.NewService(w.db), w.reach(t, "admin", access.EnrollmentEdit)
		for round := range 20 {
			var racing sync.WaitGroup
			for i := range 8 {
				racing.Go(func() {
					at := w.now().Add(time.Duration(round*8+i-1000) * time.Minute)
					item := learning.Progress{Learner: []string{"ann", "ben"}[i%2], Activity: fmt.Sprintf("a%d", 1+i/2%3), OccurredAt: at, Progress: percent(round)}
					if _, err := service.Record(context.Background(), reach, []learning.Progress{item}); err != nil {
						t.Errorf("%v", err)
					}
				})
			}
			racing.Wait()
			if round%5 == 4 {
				w.isSound(t)
			}
		}
	})
}

func TestOwnLearning(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		service := learning.NewService(w.db)
		mine := func(who access.AccountID) map[content.ProductID]learning.Own {
			t.Helper()
			list, err := service.Mine(t.Context(), w.reach(t, who, access.SelfView))
			if err != nil {
				t.Fatal(err)
			}
			out := map[content.ProductID]learning.Own{}
			for _, o := range list {
				out[o.Activity.ID] = o
			}
			return out
		}
		ann := mine("ann")
		if len(ann) != 4 || ann["a1"].Program() != "Program" || ann["a4"].Program() != "" || ann["a4"].Sources[0].Company != "bolt" || ann["a1"].State != transcript.NotStarted {
			t.Fatalf("ann's: %+v", ann)
		}
		if !ann["a1"].Launchable() || !ann["a1"].MayComplete() || ann["a2"].MayComplete() {
			t.Errorf("what ann may do: %+v", ann)
		}
		if gone := mine("gone"); len(gone) != 3 || gone["a1"].Launchable() || gone["a1"].MayComplete() {
			t.Errorf("a released seat still opens: %+v", gone)
		}
		edit := func(who access.AccountID) access.Reach { return w.reach(t, who, access.SelfEdit) }
		before := w.revision(t, "north")
		url, err := service.Launch(t.Context(), edit("ann"), "a2")
		if err != nil || url != "https://learn.example.org/Beta" || mine("ann")["a2"].State != transcript.InProgress {
			t.Errorf("launch: %q, %v", url, err)
		}
		for range 2 { // marking as done twice changes nothing more
			if err := service.Complete(t.Context(), edit("ann"), "a1"); err != nil {
				t.Fatal(err)
			}
		}
		if o := mine("ann")["a1"]; o.State != transcript.Completed || o.Entry.Progress != 100 || o.MayComplete() {
			t.Errorf("completed: %+v", o)
		}
		w.isSound(t)
		for _, tt := range []struct {
			name string
			err  error
			want error
		}{
			{"not allowed by the activity", service.Complete(t.Context(), edit("ann"), "a2"), learning.ErrNotByOneself},
			{"not enrolled", service.Complete(t.Context(), edit("ann"), "a5"), fault.ErrNotFound},
			{"unknown", service.Complete(t.Context(), edit("ann"), "none"), fault.ErrNotFound},
			{"access ended", service.Complete(t.Context(), edit("old"), "a1"), learning.ErrAccessEnded},
			{"released", service.Complete(t.Context(), edit("gone"), "a1"), learning.ErrAccessEnded},
		} {
			if !errors.Is(tt.err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, tt.err, tt.want)
			}
		}
		if after := w.revision(t, "north"); after != before {
			t.Errorf("own learning moved the revision from %d to %d", before, after)
		}
	})
}

// What a past day looked like then is what is told of it later, whatever is
// recorded afterwards (I-27).
func TestAPastDayStaysAsItWas(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		random := rand.New(rand.NewPCG(7, 7))
		people := []access.AccountID{"ann", "ben", "eve"}
		w.pack(t, people...)
		var nos []access.LearnerNo
		for _, who := range people {
			nos = append(nos, w.learners[who])
		}
		then := map[day.Day]map[access.LearnerNo][]transcript.Entry{}
		first := day.Of(w.now(), w.berlin)
		for range 40 {
			w.move(time.Duration(3+random.IntN(20)) * time.Hour)
			item := learning.Progress{
				Learner: string(people[random.IntN(3)]), Activity: fmt.Sprintf("a%d", 1+random.IntN(5)), OccurredAt: w.now(), Progress: percent(random.IntN(100)),
			}
			switch random.IntN(4) {
			case 0:
				item.CompletedAt = w.now()
			case 1:
				item.StartedAt = w.now()
			case 2:
				until := time.Time{}
				if random.IntN(2) == 0 {
					until = w.now().Add(48 * time.Hour)
				}
				if err := w.db.Enroll(t.Context(), worldRealm, w.learners["eve"], w.now(), until, access.ActivityNo(1+random.IntN(5))); err != nil {
					t.Fatal(err)
				}
			}
			w.record(t, "admin", item)
			today := day.Of(w.now(), w.berlin)
			then[today] = map[access.LearnerNo][]transcript.Entry{}
			for i, who := range people {
				for no := range access.ActivityNo(6) {
					if e := w.entry(t, who, no); e.Activity != 0 {
						then[today][nos[i]] = append(then[today][nos[i]], e)
					}
				}
			}
		}
		for d := first; d <= day.Of(w.now(), w.berlin); d++ {
			if _, told := then[d]; !told { // nothing happened: as the day before
				then[d] = then[d-1]
			}
			now, err := w.db.EntriesAsOf(t.Context(), worldRealm, nos, d)
			if err != nil {
				t.Fatal(err)
			}
			if then[d] == nil {
				continue
			}
			for _, no := range nos {
				for activity := range access.ActivityNo(6) {
					before, was := transcript.Finder(then[d][no])(activity)
					after, is := transcript.Finder(now[no])(activity)
					if !was && (!is || after.On(d, transcript.DefaultWindows) == transcript.NotEnrolled) {
						continue
					}
					if before != after {
						t.Errorf("learner %d, activity %d on %s was %+v, now told as %+v", no, activity, d, before, after)
					}
				}
			}
		}
	})
}
