package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// enrolls previews and confirms an act of enrolling, and gives it with its plan in short.
func (w *world) enrolls(t *testing.T, by access.AccountID, kind bulk.Kind, people []access.AccountID, products ...content.ProductID) (bulk.Act, []string) {
	t.Helper()
	acts, self, asks := w.enrollActs(t, by)
	act, err := acts.Preview(t.Context(), self, asks, kind, "users", learning.Enrolling{People: people, Products: products})
	if err != nil {
		t.Fatal(err)
	}
	if act, err = acts.Confirm(t.Context(), self, asks, act.ID); err != nil || act.State != bulk.Done {
		t.Fatalf("%s: %s, %v", kind, act.State, err)
	}
	return act, inShort(act.Plan)
}

func (w *world) enrollActs(t *testing.T, by access.AccountID) (*bulk.Service, access.Reach, bulk.Asks) {
	asks := func(p access.Permission) access.Reach { return w.reach(t, by, p) }
	return bulk.NewService(w.db, w.now, learning.Acts(learning.NewService(w.db))...), asks(access.SelfView), asks
}

func inShort(plan bulk.Plan) []string {
	var out []string
	for _, l := range plan.Lines {
		line := l.Detail["person"] + ": " + l.Result
		for _, k := range learning.KeepersOf(l) {
			line += strings.TrimRight(fmt.Sprintf(" [%s %s", k.Kind, k.Name), " ") + "]"
		}
		out = append(out, line)
	}
	return out
}

func TestEnrollAndWithdrawSayWhatComesOfEach(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		today := day.Of(w.now(), w.berlin)
		same := func(got, want []string) {
			t.Helper()
			if !slices.Equal(got, want) {
				t.Errorf("lines\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		// ann has alpha by acme's seat, eve nothing, sue's account is closed, south-ann learns elsewhere.
		first, lines := w.enrolls(t, "admin", learning.EnrollAct, []access.AccountID{"ann", "eve", "sue", "south-ann", "eve"}, "a1", "a5")
		same(lines, []string{
			"ann: already [seat acme · Program]", "ann: enrolled", "eve: enrolled", "eve: enrolled", "sue: suspended", "sue: suspended", "south-ann: nobody", "south-ann: nobody",
		})
		if e := w.entry(t, "eve", 1); e.Enrolled != today || e.Until != day.None || e.On(today, transcript.DefaultWindows) != transcript.NotStarted {
			t.Errorf("eve in a1: %+v", e)
		}
		w.record(t, "admin", learning.Progress{Learner: "eve", Activity: "a1", OccurredAt: w.now(), Progress: percent(40)})
		w.move(48 * time.Hour)
		today = day.Of(w.now(), w.berlin)
		_, lines = w.enrolls(t, "admin", learning.WithdrawAct, []access.AccountID{"ann", "eve", "ben"}, "a1", "a5")
		same(lines, []string{
			"ann: only_kept [seat acme · Program]", "ann: withdrawn", "eve: withdrawn", "eve: withdrawn", "ben: only_kept [seat acme · Program]", "ben: not_enrolled",
		})
		if e := w.entry(t, "eve", 1); e.On(today, transcript.DefaultWindows) != transcript.Withdrawn || e.Progress != 40 || e.On(today-1, transcript.DefaultWindows) != transcript.InProgress {
			t.Errorf("eve in a1 after withdrawing: %+v", e)
		}
		_, lines = w.enrolls(t, "admin", learning.EnrollAct, []access.AccountID{"eve"}, "a1", "program")
		same(lines, []string{"eve: renewed", "eve: enrolled"})
		if e := w.entry(t, "eve", 1); e.On(today, transcript.DefaultWindows) != transcript.InProgress || e.Progress != 40 {
			t.Errorf("eve in a1, enrolled again: %+v", e)
		}
		// What was enrolled through the program stays with it.
		_, lines = w.enrolls(t, "admin", learning.WithdrawAct, []access.AccountID{"eve"}, "program")
		same(lines, []string{"eve: withdrawn [hand]"})
		if acts, self, asks := w.enrollActs(t, "admin"); true {
			if _, err := acts.Undo(t.Context(), self, asks, first.ID); err != nil {
				t.Fatal(err)
			}
		}
		for table, n := range map[string]int{"enrollment.added": 3, "enrollment.withdrawn": 3} {
			var got int
			w.db.Read(t, `select count(*) from audit_event where action = $1`, []any{table}, &got)
			if got != n {
				t.Errorf("%d events %s, want %d", got, table, n)
			}
		}
	})
}

func TestCompletionsSurviveWithdrawing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enrolls(t, "admin", learning.EnrollAct, []access.AccountID{"eve"}, "a5")
		w.record(t, "admin", learning.Progress{Learner: "eve", Activity: "a5", OccurredAt: w.now(), CompletedAt: w.now()})
		w.move(time.Hour)
		act, lines := w.enrolls(t, "admin", learning.WithdrawAct, []access.AccountID{"eve"}, "a5")
		if !slices.Equal(lines, []string{"eve: ended"}) {
			t.Error(lines)
		}
		w.move(48 * time.Hour)
		today := day.Of(w.now(), w.berlin)
		if e := w.entry(t, "eve", 5); e.On(today, transcript.DefaultWindows) != transcript.Completed || e.Until == day.None {
			t.Errorf("%+v", e)
		}
		acts, self, asks := w.enrollActs(t, "admin")
		undone, err := acts.Undo(t.Context(), self, asks, act.ID)
		if err != nil || !slices.Equal(inShort(undone.TakenBack), []string{"eve: taken_back"}) {
			t.Fatalf("%v, %v", inShort(undone.TakenBack), err)
		}
		if e := w.entry(t, "eve", 5); e.Until != day.None {
			t.Errorf("access goes on: %+v", e)
		}
	})
}

func TestUndoOfEnrollingAndOfWithdrawing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		acts, self, asks := w.enrollActs(t, "admin")
		enrolled, _ := w.enrolls(t, "admin", learning.EnrollAct, []access.AccountID{"eve", "pia", "gone"}, "a1", "a5")
		w.move(time.Hour)
		withdrawn, _ := w.enrolls(t, "admin", learning.WithdrawAct, []access.AccountID{"eve"}, "a1")
		w.move(time.Hour)
		undone, err := acts.Undo(t.Context(), self, asks, withdrawn.ID)
		today := day.Of(w.now(), w.berlin)
		if err != nil || !slices.Equal(inShort(undone.TakenBack), []string{"eve: taken_back"}) {
			t.Fatalf("%v, %v", inShort(undone.TakenBack), err)
		}
		if e := w.entry(t, "eve", 1); e.On(today, transcript.DefaultWindows) != transcript.NotStarted {
			t.Errorf("eve after the withdrawal was undone: %+v", e)
		}
		undone, err = acts.Undo(t.Context(), self, asks, enrolled.ID)
		want := []string{"eve: stays", "eve: taken_back", "pia: taken_back", "pia: taken_back", "gone: taken_back", "gone: taken_back"}
		if err != nil || !slices.Equal(inShort(undone.TakenBack), want) {
			t.Fatalf("%v, %v, want %v", inShort(undone.TakenBack), err, want)
		}
		// gone had alpha by a seat once: that state stands again, without a withdrawal.
		for who, state := range map[access.AccountID]transcript.State{"pia": transcript.Withdrawn, "gone": transcript.NotStarted, "eve": transcript.NotStarted} {
			if e := w.entry(t, who, 1); e.On(today, transcript.DefaultWindows) != state {
				t.Errorf("%s in a1: %s, %+v", who, e.On(today, transcript.DefaultWindows), e)
			}
		}
	})
}

func TestOnlyWhomOneMayEnrollAreEnrolled(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		service := learning.NewService(w.db)
		asks := func(who access.AccountID) bulk.Asks {
			return func(p access.Permission) access.Reach { return w.reach(t, who, p) }
		}
		in := learning.Enrolling{People: []access.AccountID{"ann"}, Products: []content.ProductID{"a5"}}
		if _, err := service.Enroll(t.Context(), asks("buyer")(access.EnrollmentEdit), asks("buyer"), in); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a reporter enrolls: %v", err)
		}
		if _, err := service.Withdraw(t.Context(), asks("buyer")(access.EnrollmentEdit), asks("buyer"), in); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a reporter withdraws: %v", err)
		}
		if _, err := service.Enroll(t.Context(), asks("south-admin")(access.EnrollmentEdit), asks("south-admin"), in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an activity of another organization: %v", err)
		}
		in.Products = []content.ProductID{"a6"}
		plan, err := service.Enroll(t.Context(), asks("south-admin")(access.EnrollmentEdit), asks("south-admin"), in)
		if err != nil || !slices.Equal(inShort(plan), []string{"ann: nobody"}) {
			t.Errorf("a person of another organization: %v, %v", inShort(plan), err)
		}
		// Who may enroll and nothing else reads no names and no purchases.
		w.db.Write(t, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
			values (1, 'enrolls', 'north', 'eve', 'manage_enrollments', 'organization', 'north', 'within', 0, $1, '', '')`, false)
		w.db.Write(t, `update account set name = 'Ann Example' where account_id = 'ann'`)
		in.Products = []content.ProductID{"a1"}
		plan, err = service.Enroll(t.Context(), asks("eve")(access.EnrollmentEdit), asks("eve"), in)
		if err != nil || !slices.Equal(inShort(plan), []string{"ann: already [seat]"}) || plan.Lines[0].Subject != "ann" {
			t.Errorf("without the right to see names: %v, %v", inShort(plan), err)
		}
		offers, total, err := service.Offered(t.Context(), w.reach(t, "eve", access.EnrollmentEdit), learning.OfferQuery{Q: "alp", Limit: 10})
		if err != nil || total != 1 || len(offers) != 1 || offers[0].ID != "a1" {
			t.Errorf("offered: %v of %d, %v", offers, total, err)
		}
		offers, _, err = service.Offered(t.Context(), w.reach(t, "eve", access.EnrollmentEdit), learning.OfferQuery{Of: []access.AccountID{"ann", "gone"}, Limit: 10})
		if err != nil || len(offers) != 5 || offers[0].ID != "program" || offers[3].ID != "a4" {
			t.Errorf("what ann takes part in: %v, %v", offers, err)
		}
	})
}

func TestEnrollingNamesWhatIsWrong(t *testing.T) {
	past := learning.Enrolling{People: []access.AccountID{"a"}, Products: []content.ProductID{"a1"}, CompleteBy: 100}
	many := make([]access.AccountID, learning.MostPeople+1)
	for i := range many {
		many[i] = access.AccountID(fmt.Sprint(i))
	}
	for field, in := range map[string]learning.Enrolling{
		"people":   {Products: []content.ProductID{"a1"}},
		"products": {People: []access.AccountID{"a"}},
	} {
		if _, err := in.Check(); len(fault.Fields(err)) != 1 || fault.Fields(err)[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := (learning.Enrolling{People: many, Products: past.Products}).Check(); err == nil {
		t.Error("1,001 people are taken")
	}
	inWorld(t, func(t *testing.T, w *world) {
		_, err := learning.NewService(w.db).Enroll(t.Context(), w.reach(t, "admin", access.EnrollmentEdit), func(p access.Permission) access.Reach { return w.reach(t, "admin", p) }, past)
		if fields := fault.Fields(err); len(fields) != 1 || fields[0].Field != "complete_by" {
			t.Errorf("a day that is over: %v", err)
		}
	})
}

// A change between preview and confirmation asks again, and two who enroll the
// same people at once end with one source.
func TestEnrollingRaces(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		acts, self, asks := w.enrollActs(t, "admin")
		in := learning.Enrolling{People: []access.AccountID{"eve", "pia"}, Products: []content.ProductID{"a5"}}
		act, err := acts.Preview(t.Context(), self, asks, learning.EnrollAct, "users", in)
		if err != nil {
			t.Fatal(err)
		}
		w.enrolls(t, "admin", learning.EnrollAct, []access.AccountID{"pia"}, "a5")
		fresh, err := acts.Confirm(t.Context(), self, asks, act.ID)
		if fault.KindOf(err) != fault.Conflict || fresh.State != bulk.Previewed || len(fresh.Plan.Lines) != 2 || fresh.Plan.Effective() != 1 {
			t.Fatalf("%v, %v", inShort(fresh.Plan), err)
		}
		service := learning.NewService(w.db)
		done := make(chan error)
		for range 8 {
			go func() {
				_, err := service.Enroll(t.Context(), asks(access.EnrollmentEdit), asks, in)
				done <- err
			}()
		}
		for range 8 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if n := w.count(t, `select count(*) from enrollment_source where kind = 'hand' and ref = 'a5'`); n != 2 {
			raw, _ := json.Marshal(in)
			t.Errorf("%d sources after %s was done eight times", n, raw)
		}
	})
}
