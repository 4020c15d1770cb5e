package naive

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Row is one row of a report, by column, as a program would read it: percentages
// with one decimal, points with two, days like 2006-01-02, nothing where there is none.
type Row = map[string]string

// period is how many days a report is about where nobody says, the last one included.
const period = 30

// Asked is what a reporter asks: about some of the purchases they see, on a day.
type Asked struct {
	Seen []string // purchases of the reporter
	Of   []string // those asked about
	Day  string
}

// Rows makes the rows of a report, in no order.
func (s *School) Rows(report string, q Asked) []Row {
	v := s.ViewOf(q.Of, q.Day)
	var out []Row
	switch report {
	case "enrollments", "due":
		for cell, f := range v.Cells {
			if f.State != "not_enrolled" && (report == "enrollments" || f.State == "overdue" || f.State == "due_soon") {
				row := s.person(cell.Learner, q)
				s.standing(row, cell, f, q)
				out = append(out, row)
			}
		}
	case "learners", "progress", "completion":
		for _, learner := range v.Learners {
			row := s.person(learner, q)
			s.figures(row, v, q.Day, func(c Cell) bool { return c.Learner == learner })
			out = append(out, row)
		}
	case "activities":
		for _, a := range v.Activities {
			row := Row{"activity": s.titles[a]["title"], "kind": kind(s.titles[a])}
			s.figures(row, v, q.Day, func(c Cell) bool { return c.Activity == a })
			out = append(out, row)
		}
	case "programs":
		out = s.programRows(v, q.Day)
	case "licenses":
		for _, id := range q.Of {
			out = append(out, s.purchase(id, q))
		}
	}
	return out
}

func kind(activity row) string {
	if activity["kind"] == "" {
		return "course"
	}
	return activity["kind"]
}

func (s *School) name(person string) string {
	p := s.people[person]
	return strings.TrimSpace(p["given_name"] + " " + p["family_name"])
}

// person is whom a row is about; of purchases only those that the reporter sees.
func (s *School) person(id string, q Asked) Row {
	var held []string
	for _, seat := range s.held[id] {
		if seat["state"] == "redeemed" && slices.Contains(q.Seen, seat["purchase_id"]) {
			held = append(held, s.titled(seat["purchase_id"]))
		}
	}
	slices.Sort(held)
	return Row{"learner": s.name(id), "email": s.people[id]["email"], "external_id": id, "purchases": strings.Join(held, "; ")}
}

func (s *School) titled(purchase string) string {
	p := s.purchases[purchase]
	title := s.titles[p["product_id"]]["title"]
	if p["company"] == "" {
		return title
	}
	return p["company"] + ": " + title
}

// standing is one enrollment; when it began is told by the purchases asked about alone.
func (s *School) standing(r Row, at Cell, f Fact, q Asked) {
	e := s.enrollments[[2]string{at.Learner, at.Activity}]
	r["activity"], r["kind"], r["state"] = s.titles[at.Activity]["title"], kind(s.titles[at.Activity]), f.State
	r["progress"] = strconv.Itoa(f.Progress) + ".0"
	r["score"] = ""
	if f.Score >= 0 {
		r["score"] = strconv.Itoa(f.Score) + ".00"
	}
	r["enrolled_on"] = ""
	for _, id := range q.Of {
		if slices.Contains(s.activitiesOf(s.purchases[id]["product_id"]), at.Activity) && slices.Contains(s.Holders(id, q.Day), at.Learner) {
			for _, seat := range s.sold[id] {
				if seat["person_id"] == at.Learner && seat["state"] == "redeemed" {
					r["enrolled_on"] = earliest(r["enrolled_on"], s.day(seat["redeemed_at"]))
				}
			}
		}
	}
	r["started_on"], r["due_on"], r["completed_on"] = s.day(e["started_at"]), f.Due, f.Completed
	r["valid_until"], r["last_active_on"] = e["valid_until"], s.day(e["last_active_at"])
	r["minutes_spent"] = strconv.Itoa(whole(e["minutes_spent"]))
	r["days_late"] = ""
	if f.Due != "" && (f.State == "overdue" || f.State == "due_soon") {
		r["days_late"] = strconv.Itoa(daysFrom(f.Due, q.Day))
	}
}

func whole(text string) int {
	n, _ := strconv.Atoi(text) // nothing is nought
	return n
}

func daysFrom(from, to string) int {
	a, _ := time.Parse(time.DateOnly, from)
	b, _ := time.Parse(time.DateOnly, to)
	return int(b.Sub(a).Hours() / 24)
}

// figures adds up some cells of a view.
func (s *School) figures(r Row, v View, day string, of func(Cell) bool) {
	states := map[string]int{}
	enrolled, counted, progress, scored, score, minutes, started, learners := 0, 0, 0, 0, 0, 0, 0, 0
	begun, finished, part, last := 0, 0, false, ""
	from := after(day, 1-period)
	within := func(d string) bool { return d != "" && from <= d && d <= day }
	for cell, f := range v.Cells {
		if !of(cell) {
			continue
		}
		learners++
		if f.State == "not_enrolled" {
			continue
		}
		e := s.enrollments[[2]string{cell.Learner, cell.Activity}]
		begin, active := s.day(e["started_at"]), s.day(e["last_active_at"])
		states[f.State]++
		enrolled++
		if f.State != "withdrawn" && f.State != "waived" {
			counted, progress, minutes = counted+1, progress+f.Progress, minutes+whole(e["minutes_spent"])
			if begin != "" || f.Progress > 0 {
				started++
			}
			if f.Score >= 0 {
				scored, score = scored+1, score+f.Score
			}
		}
		if within(begin) {
			begun++
		}
		if within(f.Completed) {
			finished++
		}
		part = part || within(begin) || within(f.Completed) || within(active)
		last = max(last, active)
	}
	done := states["completed"] + states["expires_soon"]
	count := func(key string, n int) { r[key] = strconv.Itoa(n) }
	for _, state := range []string{"not_started", "in_progress", "due_soon", "overdue", "failed", "expires_soon", "expired", "waived", "withdrawn"} {
		count(state, states[state])
	}
	count("learners", learners)
	count("enrolled", enrolled)
	count("completed", done)
	count("started", started)
	r["completion_rate"] = percent(done, counted)
	r["mean_progress"] = percent(progress, 100*counted)
	r["mean_score"] = mean(score, scored)
	count("minutes_spent", minutes)
	count("started_in_period", begun)
	count("completed_in_period", finished)
	r["participated"] = strconv.FormatBool(part)
	r["last_active_on"] = last
}

// percent is a part of a whole to a tenth, half up: 100 only of all, 0 only of none.
func percent(part, whole int) string {
	if whole == 0 {
		return ""
	}
	tenths := (2000*part + whole) / (2 * whole)
	if part < whole {
		tenths = min(tenths, 999)
	}
	if part > 0 {
		tenths = max(tenths, 1)
	}
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// mean is one of points to a tenth, half up, as it stands where points have two decimals.
func mean(sum, n int) string {
	if n == 0 {
		return ""
	}
	tenths := (20*sum + n) / (2 * n)
	return fmt.Sprintf("%d.%d0", tenths/10, tenths%10)
}

// programRows tells of every program all of whose required activities are seen.
func (s *School) programRows(v View, day string) (out []Row) {
	for id, members := range s.programs {
		var required []string
		for _, m := range members {
			if strings.EqualFold(m["required"], "true") || m["required"] == "" {
				required = append(required, m["activity_id"])
			}
		}
		if slices.ContainsFunc(required, func(a string) bool { return !slices.Contains(v.Activities, a) }) {
			continue
		}
		states := map[string]int{}
		learners, counted, progress, enrolled := 0, 0, 0, 0
		for _, learner := range v.Learners {
			if slices.ContainsFunc(required, func(a string) bool { _, shown := v.Cells[Cell{learner, a}]; return !shown }) {
				continue
			}
			f := s.ProgramState(learner, id, day)
			learners++
			if f.State == "not_enrolled" {
				continue
			}
			states[f.State]++
			enrolled++
			if f.State != "withdrawn" && f.State != "waived" {
				counted, progress = counted+1, progress+f.Progress
			}
		}
		r := Row{"program": s.titles[id]["title"], "activities": strconv.Itoa(len(required)), "learners": strconv.Itoa(learners), "enrolled": strconv.Itoa(enrolled)}
		for _, state := range []string{"not_started", "in_progress", "due_soon", "overdue", "failed", "expires_soon", "expired", "waived", "withdrawn"} {
			r[state] = strconv.Itoa(states[state])
		}
		done := states["completed"] + states["expires_soon"]
		r["completed"], r["completion_rate"], r["mean_progress"] = strconv.Itoa(done), percent(done, counted), percent(progress, 100*counted)
		out = append(out, r)
	}
	return out
}

// purchase is a license purchase with its seats, and what came of it.
func (s *School) purchase(id string, q Asked) Row {
	p := s.purchases[id]
	pending, redeemed := 0, 0
	for _, seat := range s.sold[id] {
		switch seat["state"] {
		case "pending":
			pending++
		case "redeemed":
			redeemed++
		}
	}
	r := Row{
		"company": p["company"], "product": s.titles[p["product_id"]]["title"], "seats": p["seats"], "pending": strconv.Itoa(pending), "redeemed": strconv.Itoa(redeemed),
		"free": strconv.Itoa(whole(p["seats"]) - pending - redeemed), "ended": strconv.Itoa(len(s.Ended(id, q.Day))), "redeem_by": p["redeem_by"], "reporter": s.name(p["reporter_id"]),
	}
	s.figures(r, s.ViewOf([]string{id}, q.Day), q.Day, func(Cell) bool { return true })
	r["learners"] = strconv.Itoa(len(s.Holders(id, q.Day)))
	return r
}
