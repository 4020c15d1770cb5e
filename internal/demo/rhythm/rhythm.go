// Package rhythm tells how far a learner of the Open University had come in one
// run of a course on a given day. All days are counted from the start of the
// run, so that a run can be laid anywhere in time.
package rhythm

import "math"

// None is the absent day.
const None = math.MinInt32

// ResultsAfter is how many days after the end of a run its board names those who failed.
const ResultsAfter = 28

// Assessment is a piece of work in a run: the day it is due (or None) and its weight.
type Assessment struct {
	Due    int
	Weight float64
	Exam   bool // exams stand apart: they count neither for progress nor for the score
}

// Run is one presentation of a course.
type Run struct {
	Length      int
	Assessments []Assessment
}

// Submission is one piece of work handed in; Score is -1 where none was given.
type Submission struct {
	Assessment, Day, Score int
	Banked                 bool // carried over from an earlier attempt
}

// Result is how an attempt ended, seen from long after.
type Result string

// The results that the Open University records.
const (
	Pass        Result = "Pass"
	Distinction Result = "Distinction"
	Fail        Result = "Fail"
	Withdrawn   Result = "Withdrawn"
)

// Attempt is everything that one learner did in one run.
type Attempt struct {
	Registered, Unregistered int
	Result                   Result
	Submissions              []Submission
}

// Facts are what is known of an attempt at the beginning of a day.
type Facts struct {
	Started, Completed, LastActive int
	Due                            int
	Failed, Withdrawn              int // the day of that outcome
	Progress, Score                int // Score is -1 where there is none
}

// At tells the facts of an attempt at the beginning of the day; nothing of that day or later shows.
//
// Progress is the share of coursework handed in, 100 once completed. The score is the mean of the
// marks so far by weight. Due is the first deadline whose work is missing, and the end of the run
// once all is in: what the learner would be told to do next.
func (r Run) At(a Attempt, today int) Facts {
	f := Facts{Started: None, Completed: None, LastActive: None, Due: None, Failed: None, Withdrawn: None, Score: -1}
	handed := make([]bool, len(r.Assessments))
	var marks, weights float64
	for _, s := range a.Submissions {
		if s.Day >= today {
			continue
		}
		work := r.Assessments[s.Assessment]
		handed[s.Assessment] = true
		if !s.Banked {
			f.LastActive = max(f.LastActive, s.Day)
			if f.Started == None || s.Day < f.Started {
				f.Started = s.Day
			}
		}
		if s.Score >= 0 && !work.Exam {
			weight := max(work.Weight, 0.5) // a piece of weight 0 is still a mark
			marks += weight * float64(s.Score)
			weights += weight
		}
	}
	if weights > 0 {
		f.Score = int(math.Round(marks / weights))
	}
	r.outcome(a, today, &f)
	r.progress(handed, &f)
	return f
}

func (r Run) outcome(a Attempt, today int, f *Facts) {
	switch left := a.left(); {
	case left != None:
		if left < today {
			f.Withdrawn = left
		}
	case a.Result == Fail && r.Length+ResultsAfter < today:
		f.Failed = r.Length + ResultsAfter
	case (a.Result == Pass || a.Result == Distinction) && r.Length < today:
		f.Completed = r.Length
	}
}

// left is the day of withdrawal. A few withdrew without a date: they left after
// their last piece of work, or on the first day.
func (a Attempt) left() int {
	if a.Unregistered != None || a.Result != Withdrawn {
		return a.Unregistered
	}
	last := 0
	for _, s := range a.Submissions {
		if !s.Banked {
			last = max(last, s.Day)
		}
	}
	return last
}

func (r Run) progress(handed []bool, f *Facts) {
	total, done := 0, 0
	f.Due = r.Length
	for i, work := range r.Assessments {
		if work.Exam {
			continue
		}
		total++
		if handed[i] {
			done++
		} else if work.Due != None && f.Completed == None {
			f.Due = min(f.Due, work.Due)
		}
	}
	switch {
	case f.Completed != None:
		f.Progress = 100
	case total > 0:
		f.Progress = done * 100 / total
	}
}
