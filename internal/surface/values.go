package surface

import (
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// line is one expected row of a report with all the values that it may show.
type line struct {
	id     string // of the learner, activity, purchase or group, and of both in a list of enrollments
	values map[string]report.Value
	names  int // place of the learner in order of name, and of the activity in order of title
	titles int
}

func text(s string) report.Value {
	if s == "" {
		return report.Value{}
	}
	return report.Value{Kind: report.TextKind, Text: s}
}

func number(k report.Kind, n int) report.Value { return report.Value{Kind: k, Number: int64(n)} }

func onDay(d day.Day) report.Value {
	if d == day.None {
		return report.Value{}
	}
	return number(report.DayKind, int(d))
}

func instant(t time.Time) report.Value {
	if t.IsZero() {
		return report.Value{}
	}
	return report.Value{Kind: report.InstantKind, Number: t.UnixMicro()}
}

// half divides and rounds half up.
func half(sum, n int) int { return (2*sum + n) / (2 * n) }

// percent is a part of a whole in tenths of a percent: nothing of nothing, all
// only of all, and none only of none.
func percent(part, whole int) report.Value {
	if whole == 0 {
		return report.Value{}
	}
	tenths := half(part*1000, whole)
	if part < whole {
		tenths = min(tenths, 999)
	}
	if part > 0 {
		tenths = max(tenths, 1)
	}
	return number(report.PercentKind, tenths)
}

// points is a mean of hundredths of a point, to tenths.
func points(sum, n int) report.Value {
	if n == 0 {
		return report.Value{}
	}
	return number(report.PointsKind, 10*half(sum, 10*n))
}

// ofPerson fills in who a row is about, as far as the sight carries it.
func (a *about) ofPerson(v map[string]report.Value, r *shown) {
	v["learner"], v["email"], v["external_id"], v["learner_id"] = text(r.name), text(r.email), text(r.external), text(string(r.id))
	var purchases []string
	for _, h := range inOrder(a.seatsSeen(a.s, r.person)) {
		purchases = append(purchases, titled(h.purchase))
	}
	v["purchases"] = text(strings.Join(purchases, "; "))
	v["organization"], v["location"], v["status"], v["last_seen"], v["created"] = report.Value{}, report.Value{}, report.Value{}, report.Value{}, report.Value{}
	if !a.seesPlace(a.s, r.person) {
		return
	}
	v["organization"], v["last_seen"], v["created"] = text(r.org.name), instant(r.lastSeen), instant(r.made)
	if l := a.locations[r.location]; l != nil {
		v["location"] = text(l.name)
	}
	v["status"] = report.Value{Kind: report.StatusKind, Text: r.status}
}

// titled names a purchase: the company that bought, and what.
func titled(p *purchase) string {
	if p.company == "" {
		return p.title
	}
	return p.company + ": " + p.title
}

// inOrder puts seats in the order of their purchases.
func inOrder(seats []*seat) []*seat {
	byFolded(seats, func(s *seat) (string, string) {
		return s.purchase.bought.UTC().Format("2006-01-02T15:04:05.000000"), s.purchase.id
	})
	return seats
}

// ofWork fills in the figures.
func ofWork(v map[string]report.Value, w *work) {
	count := func(key string, n int) { v[key] = number(report.CountKind, n) }
	count("enrolled", w.enrolled())
	for _, state := range []transcript.State{
		transcript.NotStarted, transcript.InProgress, transcript.DueSoon, transcript.Overdue, transcript.Failed,
		transcript.ExpiresSoon, transcript.Expired, transcript.Waived, transcript.Withdrawn,
	} {
		count(state.String(), w.count[state])
	}
	count("completed", w.done())
	count("started", w.started)
	v["completion_rate"] = percent(w.done(), w.counted)
	v["mean_progress"] = percent(w.progress, 100*w.counted)
	v["mean_score"] = points(w.score, w.scored)
	v["minutes_spent"] = number(report.MinutesKind, w.minutes)
	count("started_in_period", w.begun)
	count("completed_in_period", w.finished)
	v["participated"] = number(report.YesNoKind, 0)
	if w.active {
		v["participated"] = number(report.YesNoKind, 1)
	}
	v["last_active_on"] = onDay(w.last)
}

// ofStanding fills in one enrollment.
func ofStanding(v map[string]report.Value, col column, s standing) {
	v["activity_id"] = text(col.id)
	if col.program != nil {
		v["activity"], v["kind"] = text(col.program.title), report.Value{Kind: report.SortKind, Text: "program"}
	} else {
		v["activity"], v["kind"] = text(col.activity.title), report.Value{Kind: report.SortKind, Text: col.activity.kind}
	}
	state, _ := transcript.ParseState(s.state)
	v["state"] = number(report.StateKind, int(state))
	v["progress"] = number(report.PercentKind, 10*s.progress)
	v["score"] = report.Value{}
	if s.score >= 0 {
		v["score"] = number(report.PointsKind, s.score)
	}
	v["enrolled_on"], v["started_on"], v["due_on"] = onDay(s.enrolled), onDay(s.started), onDay(s.due)
	v["completed_on"], v["valid_until"], v["last_active_on"] = onDay(s.completed), onDay(s.valid), onDay(s.active)
	v["minutes_spent"] = number(report.MinutesKind, s.minutes)
	v["days_late"] = report.Value{}
	if s.due != day.None && (s.state == "overdue" || s.state == "due_soon") {
		on := s.on
		if s.until != day.None {
			on = min(on, s.until)
		}
		v["days_late"] = number(report.DaysKind, int(on-s.due))
	}
}

// ofPurchase fills in a purchase and its seats.
func (a *about) ofPurchase(v map[string]report.Value, p *purchase) {
	v["company"], v["product"], v["purchase_id"], v["purchased"] = text(p.company), text(p.title), text(p.id), instant(p.bought)
	pending, redeemed, ended := 0, 0, 0
	for _, s := range p.assigned {
		switch s.state {
		case "pending":
			pending++
		case "redeemed":
			redeemed++
			if s.ended() {
				ended++
			}
		}
	}
	count := func(key string, n int) { v[key] = number(report.CountKind, n) }
	count("seats", p.seats+p.over)
	count("pending", pending)
	count("redeemed", redeemed)
	count("ended", ended)
	count("free", p.seats+p.over-pending-redeemed)
	v["redeem_by"], v["reporter"] = onDay(p.redeemBy), report.Value{}
	for _, g := range a.grants {
		if g.role == "license_reporter" && g.at.id == p.id && g.ended.IsZero() && (g.until.IsZero() || a.now.Before(g.until)) {
			if who := a.byID[accountID(g.account)]; who != nil {
				v["reporter"] = text(who.name)
			}
		}
	}
}
