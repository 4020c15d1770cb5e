package openuni

import (
	"strconv"

	"github.com/ambit-lms/ambit/internal/demo/rhythm"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// joint are the periods in which many take the modules CCC and DDD together.
var joint = []string{"2014B", "2014J"}

// JointProgram is the id of the joint program of a period.
func JointProgram(code string) string { return "program-CCC-DDD-" + code }

// library makes presentations into activities and modules into programs.
func (b *builder) library() {
	position := map[string]int{}
	for _, p := range b.data.Presentations {
		b.out.Activities = append(b.out.Activities, sheet.Activity{
			ID: p.ID(), Title: "Module " + p.Module + ", " + period(p.Code), Kind: "course",
		})
		program := "program-" + p.Module
		if position[program]++; position[program] == 1 {
			b.out.Programs = append(b.out.Programs, sheet.Program{ID: program, Title: "Module " + p.Module})
		}
		b.contains(program, p.ID(), position[program])
	}
	for _, code := range joint {
		b.out.Programs = append(b.out.Programs, sheet.Program{ID: JointProgram(code), Title: "Modules CCC and DDD, " + period(code)})
		b.contains(JointProgram(code), "CCC-"+code, 1)
		b.contains(JointProgram(code), "DDD-"+code, 2)
	}
}

func (b *builder) contains(program, activity string, position int) {
	b.out.ProgramActivities = append(b.out.ProgramActivities, sheet.ProgramActivity{
		Program: program, Activity: activity, Position: strconv.Itoa(position), Required: "true",
	})
}

// enrollments makes each registration one enrollment, as known on the day of the bundle.
func (b *builder) enrollments() {
	for _, r := range b.data.Registrations {
		b.out.Enrollments = append(b.out.Enrollments, b.enrollment(r))
	}
}

func (b *builder) enrollment(r *Registration) sheet.Enrollment {
	p := r.Presentation
	f := p.At(r.Attempt, p.relative(b.today))
	minutes := 0
	for d, clicks := range r.Clicks { // a click is read as a minute
		if d >= p.relative(b.today) {
			continue
		}
		minutes += clicks
		f.LastActive = max(f.LastActive, d)
		if f.Started == rhythm.None || d < f.Started {
			f.Started = d
		}
	}
	e := sheet.Enrollment{
		Person: r.Student, Activity: p.ID(),
		EnrolledAt: b.at(p.day(r.Registered), r.Student), StartedAt: b.at(p.day(f.Started), r.Student),
		CompletedAt: b.on(p, f.Completed), DueOn: b.on(p, f.Due), LastActiveAt: b.at(p.day(f.LastActive), r.Student),
		Progress: strconv.Itoa(f.Progress),
	}
	if f.Score >= 0 {
		e.Score = strconv.Itoa(f.Score)
	}
	if minutes > 0 {
		e.Minutes = strconv.Itoa(minutes)
	}
	if days := validity[p.Module]; f.Completed != rhythm.None && days > 0 {
		e.ValidUntil = b.on(p, f.Completed+days)
	}
	switch {
	case f.Withdrawn != rhythm.None:
		e.Outcome, e.OutcomeOn = "withdrawn", b.on(p, f.Withdrawn)
	case f.Failed != rhythm.None:
		e.Outcome, e.OutcomeOn = "failed", b.on(p, f.Failed)
	}
	return e
}

// assessments adds every assessment as an activity and every submission as a completed enrollment in it.
func (b *builder) assessments() {
	for _, p := range b.data.Presentations {
		for i, id := range p.ids {
			b.out.Activities = append(b.out.Activities, sheet.Activity{
				ID: "assessment-" + id, Title: "Module " + p.Module + ", " + period(p.Code) + ", " + p.kind[i] + " " + strconv.Itoa(i+1), Kind: "test",
			})
		}
	}
	for _, r := range b.data.Registrations {
		p := r.Presentation
		for _, s := range r.Submissions {
			if s.Day >= p.relative(b.today) {
				continue
			}
			e := sheet.Enrollment{
				Person: r.Student, Activity: "assessment-" + p.ids[s.Assessment], Progress: "100",
				EnrolledAt: b.at(p.day(r.Registered), r.Student), CompletedAt: b.on(p, s.Day), LastActiveAt: b.on(p, s.Day),
				DueOn: b.on(p, p.Assessments[s.Assessment].Due),
			}
			if s.Score >= 0 {
				e.Score = strconv.Itoa(s.Score)
			}
			b.out.Enrollments = append(b.out.Enrollments, e)
		}
	}
}
