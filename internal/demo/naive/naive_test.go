package naive

import (
	"reflect"
	"testing"
	"testing/fstest"
	"time"
)

const today = "2026-06-15"

func school(t *testing.T, files map[string]string, zone string) *School {
	t.Helper()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	at, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(folder, at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStateIsTheFirstLineThatHolds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		f     standing
		state string
	}{
		{"nothing", standing{}, "not_enrolled"},
		{"enrolled today", standing{begin: today}, "not_started"},
		{"enrolled tomorrow", standing{begin: "2026-06-16"}, "not_enrolled"},
		{"completed before enrolled", standing{begin: "2026-07-01", completed: "2026-06-01"}, "completed"},
		{"withdrawn before enrolled", standing{begin: "2026-07-01", outcome: "withdrawn"}, "withdrawn"},
		{"failed before enrolled", standing{begin: "2026-07-01", outcome: "failed"}, "not_enrolled"},
		{"withdrawn beats completed", standing{begin: today, completed: today, outcome: "withdrawn"}, "withdrawn"},
		{"waived", standing{begin: today, outcome: "waived", due: "2026-01-01"}, "waived"},
		{"valid until yesterday", standing{begin: today, completed: "2026-01-01", validUntil: "2026-06-14"}, "expired"},
		{"valid until today", standing{begin: today, completed: "2026-01-01", validUntil: today}, "expires_soon"},
		{"valid for 30 days", standing{begin: today, completed: "2026-01-01", validUntil: "2026-07-15"}, "expires_soon"},
		{"valid for 31 days", standing{begin: today, completed: "2026-01-01", validUntil: "2026-07-16"}, "completed"},
		{"completed beats failed", standing{begin: today, completed: today, outcome: "failed"}, "completed"},
		{"completed tomorrow", standing{begin: today, completed: "2026-06-16", progress: 100}, "in_progress"},
		{"failed beats overdue", standing{begin: today, outcome: "failed", due: "2026-01-01"}, "failed"},
		{"due yesterday", standing{begin: today, due: "2026-06-14", progress: 50}, "overdue"},
		{"due today", standing{begin: today, due: today}, "due_soon"},
		{"due in 7 days", standing{begin: today, due: "2026-06-22", started: today}, "due_soon"},
		{"due in 8 days", standing{begin: today, due: "2026-06-23", started: today}, "in_progress"},
		{"progress without a start", standing{begin: today, progress: 1}, "in_progress"},
		{"starts tomorrow", standing{begin: today, started: "2026-06-16"}, "not_started"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := state(tt.f, today); got != tt.state {
				t.Errorf("state = %s, want %s", got, tt.state)
			}
		})
	}
}

// two purchases of one reporter: P1 = {ann, ben} × a, P2 = {ben, cat} × program g of b and c.
var files = map[string]string{
	"enrollments.csv": "person_id,activity_id,enrolled_at,completed_at,progress,score,outcome,outcome_on\n" +
		"ann,a,2026-01-01,2026-02-01,100,80,,\nben,a,2026-01-01,,50,60,,\nann,b,2026-01-01,,70,,,\n" +
		"ben,b,2026-01-01,2026-03-01,100,,,\ncat,b,2026-01-01,,30,,withdrawn,2026-06-01\n",
	"program_activities.csv": "program_id,activity_id,position,required\ng,b,1,true\ng,c,2,true\n",
	"purchases.csv": "id,product_id,buyer_id,access_days,access_until,reporter_id\n" +
		"P1,a,zed,,,zed\nP2,g,zed,100,,zed\nP3,a,zed,,2026-06-14,dan\nP4,a,zed,,,\n",
	"seats.csv": "purchase_id,person_id,email,redeemed_at,ended_at,state\n" +
		"P1,ann,,2026-01-01,,redeemed\nP1,ben,,2026-01-01,,redeemed\nP1,,new@example.org,,,pending\nP1,eve,,2026-01-01,2026-02-01,revoked\n" +
		"P2,ben,,2026-05-01,,redeemed\nP2,cat,,2026-05-01,,redeemed\nP2,old,,2026-01-01,,redeemed\nP2,soon,,2026-06-16,,redeemed\n" +
		"P3,dan,,2026-01-01,,redeemed\nP4,fay,,2026-01-01,,redeemed\n",
}

func TestBlocksAreNotMerged(t *testing.T) {
	s := school(t, files, "UTC")
	v := s.View("zed", today)
	if want := []string{"ann", "ben", "cat"}; !reflect.DeepEqual(v.Learners, want) {
		t.Errorf("learners %v, want %v", v.Learners, want)
	}
	if want := []string{"a", "b", "c"}; !reflect.DeepEqual(v.Activities, want) {
		t.Errorf("activities %v, want %v", v.Activities, want)
	}
	got := map[Cell]string{}
	for cell, f := range v.Cells {
		got[cell] = f.State
	}
	want := map[Cell]string{
		{"ann", "a"}: "completed", {"ben", "a"}: "in_progress", // and not ann's b
		{"ben", "b"}: "completed", {"ben", "c"}: "not_started", {"cat", "b"}: "withdrawn", {"cat", "c"}: "not_started",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("cells %v, want %v", got, want)
	}
}

func TestOnlyLiveSeatsAreSeen(t *testing.T) {
	s := school(t, files, "UTC")
	if got := s.View("dan", today); len(got.Learners) != 0 || len(got.Cells) != 0 {
		t.Errorf("access that ended yesterday shows %v", got)
	}
	if got := s.View("dan", "2026-06-14").Learners; len(got) != 1 {
		t.Errorf("on the last day of access %v are seen, want dan", got)
	}
	if got := s.Ended("P2", today); !reflect.DeepEqual(got, []string{"old"}) {
		t.Errorf("ended seats of P2: %v, want old", got)
	}
	if got := s.View("nobody", today); len(got.Learners) != 0 || len(got.Activities) != 0 {
		t.Errorf("a stranger sees %v", got)
	}
}

func TestSumsAreOverTheCells(t *testing.T) {
	sums := school(t, files, "UTC").View("zed", today).Sums()
	want := map[string]Sum{
		"a": {States: map[string]int{"completed": 1, "in_progress": 1}, CompletionRate: 0.5, MeanProgress: 75, MeanScore: 70},
		"b": {States: map[string]int{"completed": 1, "withdrawn": 1}, CompletionRate: 1, MeanProgress: 100},
		"c": {States: map[string]int{"not_started": 2}},
	}
	if !reflect.DeepEqual(sums, want) {
		t.Errorf("Sums() = %+v, want %+v", sums, want)
	}
}

func TestProgramsDerive(t *testing.T) {
	s := school(t, files, "UTC")
	for _, tt := range []struct{ person, state string }{{"ben", "in_progress"}, {"cat", "not_started"}, {"stranger", "not_enrolled"}} {
		if got := s.ProgramState(tt.person, "g", today).State; got != tt.state {
			t.Errorf("%s is %s in the program, want %s", tt.person, got, tt.state)
		}
	}
	if got := s.ProgramState("ben", "g", today).Progress; got != 50 {
		t.Errorf("ben's progress is %d, want 50", got)
	}
}

func TestADayBeginsInTheOrganizationsZone(t *testing.T) {
	late := map[string]string{
		"enrollments.csv": "person_id,activity_id,enrolled_at\nann,a,2026-06-15T23:30:00Z\n",
	}
	for zone, want := range map[string]string{"UTC": "not_started", "Europe/Berlin": "not_enrolled", "America/Boise": "not_started"} {
		if got := school(t, late, zone).Fact("ann", "a", today).State; got != want {
			t.Errorf("in %s the enrollment is %s, want %s", zone, got, want)
		}
	}
}

func TestAnEnrollmentBeginsWithItsEarliestSource(t *testing.T) {
	s := school(t, map[string]string{
		"enrollments.csv": "person_id,activity_id,enrolled_at\nann,a,2026-07-01\n",
		"purchases.csv":   "id,product_id,reporter_id\nP,a,zed\n",
		"seats.csv":       "purchase_id,person_id,redeemed_at,state\nP,ann,2026-06-01,redeemed\n",
	}, "UTC")
	if got := s.Fact("ann", "a", today).State; got != "not_started" {
		t.Errorf("state %s, want not_started since the redemption", got)
	}
	if got := s.Fact("ann", "a", "2026-05-31").State; got != "not_enrolled" {
		t.Errorf("state %s, want not_enrolled before any source", got)
	}
}
