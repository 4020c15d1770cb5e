// Package naive computes from the CSV files of a roster bundle alone, slowly and
// literally, what each License Reporter may see: a second opinion for tests. It
// shares no code with Ambit, on purpose; days are texts like 2006-01-02, which
// sort as they follow each other.
package naive

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// The windows within which a due day is soon and a certificate runs out soon, in days.
const (
	dueSoonDays     = 7
	expiresSoonDays = 30
)

type row = map[string]string

// School is a bundle as it was read: every file, row by row.
type School struct {
	zone        *time.Location
	enrollments map[[2]string]row // by person and activity
	programs    map[string][]row  // program_activities by program
	purchases   map[string]row
	sold        map[string][]row // seats by purchase
	held        map[string][]row // seats by person
	people      map[string]row
	titles      map[string]row // activities and programs
}

// Read reads a bundle; the zone is the organization's, in which its days begin.
func Read(files fs.FS, zone *time.Location) (*School, error) {
	s := &School{
		zone: zone, enrollments: map[[2]string]row{}, programs: map[string][]row{},
		purchases: map[string]row{}, sold: map[string][]row{}, held: map[string][]row{},
		people: map[string]row{}, titles: map[string]row{},
	}
	tables := map[string][]row{}
	for _, name := range []string{"people", "activities", "programs", "enrollments", "program_activities", "purchases", "seats"} {
		f, err := files.Open(name + ".csv")
		if err != nil {
			continue // every file of a bundle may be absent
		}
		defer f.Close()
		lines, err := csv.NewReader(f).ReadAll()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		for _, line := range lines[1:] {
			r := row{}
			for i, column := range lines[0] {
				r[column] = line[i]
			}
			tables[name] = append(tables[name], r)
		}
	}
	for _, r := range tables["people"] {
		s.people[r["id"]] = r
	}
	for _, r := range append(tables["activities"], tables["programs"]...) {
		s.titles[r["id"]] = r
	}
	for _, r := range tables["enrollments"] {
		s.enrollments[[2]string{r["person_id"], r["activity_id"]}] = r
	}
	for _, r := range tables["program_activities"] {
		s.programs[r["program_id"]] = append(s.programs[r["program_id"]], r)
	}
	for _, r := range tables["purchases"] {
		s.purchases[r["id"]] = r
	}
	for _, r := range tables["seats"] {
		s.sold[r["purchase_id"]] = append(s.sold[r["purchase_id"]], r)
		s.held[r["person_id"]] = append(s.held[r["person_id"]], r)
	}
	return s, nil
}

// Reporters lists each reporter's purchases.
func (s *School) Reporters() map[string][]string {
	out := map[string][]string{}
	for _, p := range s.purchases {
		if p["reporter_id"] != "" {
			out[p["reporter_id"]] = append(out[p["reporter_id"]], p["id"])
		}
	}
	return out
}

// day is the day of a date or an instant in the organization's zone.
func (s *School) day(text string) string {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.In(s.zone).Format(time.DateOnly)
	}
	return text
}

// after is the day so many days after another.
func after(day string, days int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}

// activitiesOf lists what a product holds: a program's activities, or the activity itself.
func (s *School) activitiesOf(product string) []string {
	members := s.programs[product]
	if members == nil {
		return []string{product}
	}
	var out []string
	for _, m := range members {
		out = append(out, m["activity_id"])
	}
	return out
}

// Holders lists who holds a seat of a purchase on a day: redeemed by then, its access not over.
func (s *School) Holders(purchase, day string) []string {
	return s.holders(s.purchases[purchase], day, func(last string) bool { return last == "" || last >= day })
}

// Ended lists who held a seat of a purchase whose access is over on a day.
func (s *School) Ended(purchase, day string) []string {
	return s.holders(s.purchases[purchase], day, func(last string) bool { return last != "" && last < day })
}

func (s *School) holders(p row, day string, wanted func(lastDay string) bool) []string {
	var out []string
	for _, seat := range s.sold[p["id"]] {
		if seat["state"] != "redeemed" || s.day(seat["redeemed_at"]) > day {
			continue
		}
		last := p["access_until"]
		if days, err := strconv.Atoi(p["access_days"]); err == nil {
			if end := after(s.day(seat["redeemed_at"]), days); last == "" || end < last {
				last = end
			}
		}
		if wanted(last) {
			out = append(out, seat["person_id"])
		}
	}
	return out
}

// begin is the day on which an enrollment begins: its own, or the redemption of a
// seat whose product holds the activity, whichever is earlier.
func (s *School) begin(person, activity string) string {
	first := s.day(s.enrollments[[2]string{person, activity}]["enrolled_at"])
	for _, seat := range s.held[person] {
		if seat["state"] != "redeemed" {
			continue
		}
		for _, a := range s.activitiesOf(s.purchases[seat["purchase_id"]]["product_id"]) {
			if on := s.day(seat["redeemed_at"]); a == activity && (first == "" || on < first) {
				first = on
			}
		}
	}
	return first
}

// Fact is what one matrix cell says. Score is -1 where there is none.
type Fact struct {
	State           string
	Progress, Score int
	Due, Completed  string
}

// Fact tells a learner's standing in an activity on a day.
func (s *School) Fact(person, activity, day string) Fact {
	e := s.enrollments[[2]string{person, activity}]
	f := Fact{Score: -1, Due: e["due_on"], Completed: s.day(e["completed_at"])}
	f.Progress, _ = strconv.Atoi(e["progress"])
	if n, err := strconv.Atoi(e["score"]); err == nil {
		f.Score = n
	}
	outcome := ""
	if e["outcome"] != "" && e["outcome_on"] <= day {
		outcome = e["outcome"]
	}
	f.State = state(standing{
		begin: s.begin(person, activity), outcome: outcome, completed: f.Completed, validUntil: e["valid_until"],
		due: f.Due, started: s.day(e["started_at"]), progress: f.Progress,
	}, day)
	return f
}

// standing is what a state depends on; outcome is the one in force on the day.
type standing struct {
	begin, outcome, completed, validUntil, due, started string
	progress                                            int
}

// state is the first line of the table of states that holds.
func state(f standing, day string) string {
	by := func(d string) bool { return d != "" && d <= day }
	completed := by(f.completed)
	switch {
	case !by(f.begin) && !completed && f.outcome != "withdrawn" && f.outcome != "waived":
		return "not_enrolled"
	case f.outcome == "withdrawn", f.outcome == "waived":
		return f.outcome
	case completed && f.validUntil != "" && f.validUntil < day:
		return "expired"
	case completed && f.validUntil != "" && f.validUntil <= after(day, expiresSoonDays):
		return "expires_soon"
	case completed:
		return "completed"
	case f.outcome == "failed":
		return "failed"
	case f.due != "" && f.due < day:
		return "overdue"
	case f.due != "" && f.due <= after(day, dueSoonDays):
		return "due_soon"
	case by(f.started) || f.progress > 0:
		return "in_progress"
	}
	return "not_started"
}

// ProgramState derives a learner's state in a program from its required activities.
func (s *School) ProgramState(person, program, day string) Fact {
	var p standing
	out := Fact{Score: -1}
	sum, counted, withdrawn, waived, completed := 0, 0, 0, 0, 0
	for _, m := range s.programs[program] {
		if !strings.EqualFold(m["required"], "true") && m["required"] != "" {
			continue
		}
		f, e := s.Fact(person, m["activity_id"], day), s.enrollments[[2]string{person, m["activity_id"]}]
		switch f.State {
		case "waived":
			waived++
			continue
		case "withdrawn":
			withdrawn++
			continue
		case "failed":
			p.outcome = "failed"
		}
		counted++
		sum += f.Progress
		p.begin, p.started = earliest(p.begin, s.begin(person, m["activity_id"])), earliest(p.started, s.day(e["started_at"]))
		p.validUntil = earliest(p.validUntil, e["valid_until"])
		if f.Completed != "" && f.Completed <= day {
			completed++
			out.Completed = max(out.Completed, f.Completed)
		} else {
			p.due = earliest(p.due, f.Due)
		}
	}
	switch {
	case counted > 0:
		out.Progress = sum / counted
	case withdrawn > 0:
		p.outcome = "withdrawn"
	case waived > 0:
		p.outcome = "waived"
	}
	if completed < counted {
		out.Completed, p.validUntil = "", ""
	}
	p.completed, p.progress, out.Due = out.Completed, out.Progress, p.due
	out.State = state(p, day)
	return out
}

func earliest(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}
