package rhythm

import (
	"fmt"
	"strconv"
	"strings"
)

// RunCells writes a run in two cells: its length, and its assessments as
// due:weight, or due:weight:x for an exam, an unknown day being empty.
func RunCells(r Run) []string {
	var work []string
	for _, a := range r.Assessments {
		cell := number(a.Due) + ":" + strconv.FormatFloat(a.Weight, 'f', -1, 64)
		if a.Exam {
			cell += ":x"
		}
		work = append(work, cell)
	}
	return []string{strconv.Itoa(r.Length), strings.Join(work, " ")}
}

// ParseRun reads what RunCells wrote.
func ParseRun(length, work string) (Run, error) {
	var r Run
	var err error
	if r.Length, err = strconv.Atoi(length); err != nil {
		return r, err
	}
	for cell := range strings.FieldsSeq(work) {
		parts := strings.Split(cell, ":")
		if len(parts) < 2 {
			return r, fmt.Errorf("assessment %q is not due:weight", cell)
		}
		a := Assessment{Exam: len(parts) == 3}
		if a.Due, err = parse(parts[0]); err != nil {
			return r, err
		}
		if a.Weight, err = strconv.ParseFloat(parts[1], 64); err != nil {
			return r, err
		}
		r.Assessments = append(r.Assessments, a)
	}
	return r, nil
}

// AttemptCells writes an attempt in four cells: registered, unregistered, result,
// and submissions as assessment:day:score, or assessment:day:score:b for banked ones.
func AttemptCells(a Attempt) []string {
	var work []string
	for _, s := range a.Submissions {
		cell := fmt.Sprintf("%d:%d:%d", s.Assessment, s.Day, s.Score)
		if s.Banked {
			cell += ":b"
		}
		work = append(work, cell)
	}
	return []string{number(a.Registered), number(a.Unregistered), string(a.Result), strings.Join(work, " ")}
}

// ParseAttempt reads what AttemptCells wrote.
func ParseAttempt(cells []string) (Attempt, error) {
	a := Attempt{Result: Result(cells[2])}
	var err error
	if a.Registered, err = parse(cells[0]); err != nil {
		return a, err
	}
	if a.Unregistered, err = parse(cells[1]); err != nil {
		return a, err
	}
	for cell := range strings.FieldsSeq(cells[3]) {
		parts := strings.Split(cell, ":")
		if len(parts) < 3 {
			return a, fmt.Errorf("submission %q is not assessment:day:score", cell)
		}
		var n [3]int
		for i := range n {
			if n[i], err = strconv.Atoi(parts[i]); err != nil {
				return a, err
			}
		}
		a.Submissions = append(a.Submissions, Submission{Assessment: n[0], Day: n[1], Score: n[2], Banked: len(parts) == 4})
	}
	return a, nil
}

func number(n int) string {
	if n == None {
		return ""
	}
	return strconv.Itoa(n)
}

func parse(text string) (int, error) {
	if text == "" {
		return None, nil
	}
	return strconv.Atoi(text)
}
