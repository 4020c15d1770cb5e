package rhythm

import (
	"reflect"
	"testing"
)

// run has three pieces of coursework and an exam without a day.
var run = Run{Length: 100, Assessments: []Assessment{
	{Due: 20, Weight: 25}, {Due: 50, Weight: 25}, {Due: 80, Weight: 50}, {Due: None, Weight: 100, Exam: true},
}}

func TestAtTellsOnlyWhatIsPast(t *testing.T) {
	good := Attempt{Registered: -10, Unregistered: None, Result: Pass, Submissions: []Submission{
		{Assessment: 0, Day: 18, Score: 60}, {Assessment: 1, Day: 55, Score: 80}, {Assessment: 2, Day: 79, Score: 90}, {Assessment: 3, Day: 95, Score: 10},
	}}
	failing := Attempt{Unregistered: None, Result: Fail}
	left := Attempt{Unregistered: 30, Result: Withdrawn, Submissions: []Submission{{Assessment: 0, Day: 19, Score: -1}}}
	quiet := Attempt{Unregistered: None, Result: Withdrawn, Submissions: []Submission{{Assessment: 0, Day: 40, Score: 50}}}
	banked := Attempt{Unregistered: None, Result: Pass, Submissions: []Submission{{Assessment: 0, Day: -1, Score: 70, Banked: true}}}
	none := Facts{Started: None, Completed: None, LastActive: None, Due: 20, Failed: None, Withdrawn: None, Score: -1}
	with := func(change func(*Facts)) Facts { f := none; change(&f); return f }
	for _, tt := range []struct {
		name    string
		attempt Attempt
		today   int
		want    Facts
	}{
		{"before anything", good, 0, none},
		{"work of today does not show", good, 18, none},
		{"first work in", good, 19, with(func(f *Facts) { f.Started, f.LastActive, f.Due, f.Progress, f.Score = 18, 18, 50, 33, 60 })},
		{"second missing on its day", good, 52, with(func(f *Facts) { f.Started, f.LastActive, f.Due, f.Progress, f.Score = 18, 18, 50, 33, 60 })},
		{"all in, weighted", good, 90, with(func(f *Facts) { f.Started, f.LastActive, f.Due, f.Progress, f.Score = 18, 79, 100, 100, 80 })},
		{"completed", good, 101, with(func(f *Facts) {
			f.Started, f.LastActive, f.Completed, f.Due, f.Progress, f.Score = 18, 95, 100, 100, 100, 80
		})},
		{"not failed before the board met", failing, 128, none},
		{"failed", failing, 129, with(func(f *Facts) { f.Failed = 128 })},
		{"still there", left, 30, with(func(f *Facts) { f.Started, f.LastActive, f.Due, f.Progress = 19, 19, 50, 33 })},
		{"left", left, 31, with(func(f *Facts) { f.Started, f.LastActive, f.Due, f.Progress, f.Withdrawn = 19, 19, 50, 33, 30 })},
		{"left without a date: not before the last work", quiet, 30, none},
		{"left without a date", quiet, 41, with(func(f *Facts) {
			f.Started, f.LastActive, f.Due, f.Progress, f.Score, f.Withdrawn = 40, 40, 50, 33, 50, 40
		})},
		{"banked work counts and starts nothing", banked, 10, with(func(f *Facts) { f.Due, f.Progress, f.Score = 50, 33, 70 })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := run.At(tt.attempt, tt.today); got != tt.want {
				t.Errorf("At(%d) = %+v, want %+v", tt.today, got, tt.want)
			}
		})
	}
}

func TestCellsAreReadAsWritten(t *testing.T) {
	cells := RunCells(run)
	back, err := ParseRun(cells[0], cells[1])
	if err != nil || !reflect.DeepEqual(back, run) {
		t.Errorf("run read back as %+v, %v", back, err)
	}
	attempt := Attempt{Registered: -3, Unregistered: None, Result: Fail, Submissions: []Submission{
		{Assessment: 2, Day: -1, Score: -1, Banked: true}, {Assessment: 0, Day: 12, Score: 71},
	}}
	again, err := ParseAttempt(AttemptCells(attempt))
	if err != nil || !reflect.DeepEqual(again, attempt) {
		t.Errorf("attempt read back as %+v, %v", again, err)
	}
	for _, bad := range []string{"1", "1:2", "1:x:3"} {
		if _, err := ParseAttempt([]string{"0", "", "Pass", bad}); err == nil {
			t.Errorf("submission %q was taken", bad)
		}
	}
}
