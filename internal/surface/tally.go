package surface

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// tally adds standings up by the words of SPEC 4.1.
type tally struct {
	count                                              [transcript.States]int
	counted, progress, scored, score, minutes, started int
}

func (t *tally) add(s standing) {
	state, _ := transcript.ParseState(s.state)
	t.count[state]++
	if !s.counts() {
		return
	}
	t.counted++
	t.progress += s.progress
	t.minutes += s.minutes
	if s.begun() {
		t.started++
	}
	if s.score >= 0 {
		t.scored, t.score = t.scored+1, t.score+s.score
	}
}

// counts tells whether rates and means are over it.
func (s standing) counts() bool {
	return s.state != "not_enrolled" && s.state != "withdrawn" && s.state != "waived"
}

func (t *tally) enrolled() (n int) {
	for _, k := range t.count[1:] {
		n += k
	}
	return n
}

func (t *tally) done() int { return t.count[transcript.Completed] + t.count[transcript.ExpiresSoon] }

// String says it as sumText does.
func (t *tally) String() string {
	return told(t.count, t.done(), t.counted, ratio(t.progress, t.counted, 1), ratio(t.score, t.scored, 100), t.started)
}

// sumText says what a sum of Ambit's says: states, rate, means.
func sumText(s *transcript.Sum) string {
	progress, hasProgress := s.MeanProgress()
	score, hasScore := s.MeanScore()
	return told(s.Count, s.Done(), s.Counted(), mean(progress, hasProgress), mean(score, hasScore), s.Started())
}

func told(count [transcript.States]int, done, counted int, progress, score string, started int) string {
	var out strings.Builder
	for state, n := range count {
		if n > 0 {
			fmt.Fprintf(&out, "%s %d, ", transcript.State(state), n)
		}
	}
	fmt.Fprintf(&out, "completed %d of %d, progress %s, score %s, started %d", done, counted, progress, score, started)
	return out.String()
}

func ratio(sum, n int, per float64) string {
	if n == 0 {
		return mean(0, false)
	}
	return mean(float64(sum)/per/float64(n), true)
}

func mean(v float64, ok bool) string {
	if !ok {
		return "none"
	}
	return fmt.Sprintf("%.6f", v)
}

// columns lists the activities that some place of a sight shows, narrowed by
// the filter to one of them or to those of a purchase.
func (m *Model) columns(who *person, s sight, w wanted) []*activity {
	orgs := m.touched(who, s)
	var out []*activity
	for _, a := range m.activities {
		sees := orgs[a.org] || slices.ContainsFunc(s.whole(), func(at place) bool {
			return at.kind == access.AtPurchase && slices.Contains(m.purchases[at.id].activities, a.no)
		})
		asked := w.Activity == "" || w.Activity == a.id || w.Activity == a.external
		if sees && asked && (w.purchase == nil || slices.Contains(w.purchase.activities, a.no)) {
			out = append(out, a)
		}
	}
	return out
}

// touched tells of which organizations' learners everything is seen.
func (m *Model) touched(who *person, s sight) map[string]bool {
	out := map[string]bool{}
	for _, at := range s.whole() {
		switch at.kind {
		case access.AtPurchase:
		case access.AtTeam, self:
			out[who.org.id] = true
		default:
			for id := range m.orgs {
				out[id] = out[id] || m.inside(at, id, "")
			}
			for _, l := range m.locations {
				out[l.org] = out[l.org] || m.inside(at, l.org, l.id)
			}
		}
	}
	return out
}

// programsOf lists the programs all of whose activities some places together show.
func (m *Model) programsOf(who *person, s sight, w wanted) []*program {
	seen := map[access.ActivityNo]bool{}
	for _, a := range m.columns(who, s, wanted{}) {
		seen[a.no] = true
	}
	var out []*program
	for _, p := range m.programs {
		asked := w.Activity == "" || w.Activity == p.id || w.Activity == p.external
		if !asked || len(p.parts) == 0 || slices.ContainsFunc(p.derivesFrom(), func(no access.ActivityNo) bool {
			return !seen[no] || w.purchase != nil && !slices.Contains(w.purchase.activities, no)
		}) {
			continue
		}
		out = append(out, p)
	}
	return out
}

// begun tells whether somebody has started, by a date or by progress.
func (s standing) begun() bool { return !s.started.IsNone() || s.progress > 0 }
