package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/team"
)

// actWords is what the pages say about acts of one kind. The functions get the
// act, so that a button can name how many it touches.
type actWords struct {
	place   Place
	title   string // message key
	subject string // message key: what the lines are about
	preview func(p Page, a bulk.Act) string
	done    func(p Page, a bulk.Act) string
	confirm func(p Page, a bulk.Act) string
	undo    func(p Page, a bulk.Act) string
	figures []actFact
	results map[string]string                // message keys by the code of a line
	detail  func(p Page, l bulk.Line) string // what else is to be said of a line; nil: nothing
	back    func(p Page, a bulk.Act) ActLink
}

// actFact is a figure of a plan with the message key of its label.
type actFact struct{ fact, label string }

// actKinds is every kind of act that has a page; one without is not found.
func actKinds() map[bulk.Kind]actWords {
	return map[bulk.Kind]actWords{
		license.SeatAct: seatActWords(), license.AppointBuyersAct: buyersActWords(),
		location.ImportAct: importActWords(), location.ConvertAct: convertActWords(),
		team.AddAct: teamActWords(team.AddAct), team.RemoveAct: teamActWords(team.RemoveAct), team.EndAct: teamActWords(team.EndAct),
		learning.EnrollAct: enrollActWords(), learning.WithdrawAct: withdrawActWords(), invitation.InviteAct: inviteActWords(),
	}
}

// beginAct shows the preview of an act that a form asked for.
func (p *Pages) beginAct(w http.ResponseWriter, r *http.Request, kind bulk.Kind, subject string, input any) error {
	visit := server.VisitOf(r.Context())
	act, err := p.Acts.Preview(r.Context(), visit.Reach(access.SelfView), visit.Reach, kind, subject, input)
	if err != nil {
		return err
	}
	return see(w, r, here(r, "acts", string(act.ID)))
}

func (p *Pages) act(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	act, err := p.Acts.Open(r.Context(), reach, bulk.ID(r.PathValue("act")))
	if err != nil {
		return err
	}
	return p.showAct(w, r, http.StatusOK, act, nil)
}

// confirmAct does what was previewed. Where that has changed meanwhile, the new
// preview is shown with the reason.
func (p *Pages) confirmAct(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	visit := server.VisitOf(r.Context())
	act, err := p.Acts.Confirm(r.Context(), visit.Reach(access.SelfView), visit.Reach, bulk.ID(r.PathValue("act")))
	if errors.Is(err, bulk.ErrChanged) || errors.Is(err, bulk.ErrExpired) {
		return p.showAct(w, r, http.StatusConflict, act, err)
	}
	if err != nil {
		return err
	}
	return see(w, r, here(r, "acts", string(act.ID)))
}

func (p *Pages) undoAct(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	visit := server.VisitOf(r.Context())
	act, err := p.Acts.Undo(r.Context(), visit.Reach(access.SelfView), visit.Reach, bulk.ID(r.PathValue("act")))
	if err != nil {
		return err
	}
	return see(w, r, here(r, "acts", string(act.ID)))
}

func (p *Pages) showAct(w http.ResponseWriter, r *http.Request, status int, act bulk.Act, wrong error) error {
	words, known := actKinds()[act.Kind]
	if !known {
		return fault.ErrNotFound
	}
	page, err := p.framed(r, words.place, "")
	if err != nil {
		return err
	}
	page.Title = page.T(words.title)
	now := server.VisitOf(r.Context()).Now
	v := ActView{Back: words.back(page, act), Subject: page.T(words.subject), Intro: words.done(page, act), UndoneAt: act.UndoneAt}
	plan := act.Plan
	switch act.State {
	case bulk.Previewed:
		v.Intro, v.Expires, v.ConfirmAt = words.preview(page, act), act.ExpiresAt, here(r, "acts", string(act.ID), "confirm")
		if plan.Effective() > 0 {
			v.Confirm = words.confirm(page, act)
		}
	case bulk.Undone:
		plan = act.TakenBack
	}
	if act.Undoable(now) == nil {
		v.Undo, v.UndoUntil, v.UndoAt = words.undo(page, act), act.UndoUntil, here(r, "acts", string(act.ID), "undo")
	}
	for _, f := range words.figures {
		if n, ok := plan.Facts[f.fact]; ok {
			v.Figures = append(v.Figures, ActFigure{Label: page.T(f.label), Value: n})
		}
	}
	if len(plan.Effect) > 0 {
		effect, err := team.EffectOf(plan)
		if err != nil {
			return err
		}
		v.Sight = page.sightView(effect)
		v.Sights = true
	}
	v.Lines, v.Unshown = page.actLines(plan, words)
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, ActPage(page, v))
}

// shownLines is how many lines of an act a page shows.
const shownLines = 500

// actLines puts the lines of a plan into words: of a long one the beginning,
// what is not done first, and how many more there are.
func (p Page) actLines(plan bulk.Plan, words actWords) (shown []ActLine, more int) {
	lines := plan.Lines
	if len(lines) > shownLines {
		lines = slices.Clone(lines)
		slices.SortStableFunc(lines, func(a, b bulk.Line) int {
			switch {
			case a.OK == b.OK:
				return 0
			case b.OK:
				return -1
			}
			return 1
		})
		lines, more = lines[:shownLines], len(lines)-shownLines
	}
	for _, line := range lines {
		said := ActLine{Subject: line.Subject, Result: p.T(words.results[line.Result]), OK: line.OK}
		if words.detail != nil {
			said.Detail = words.detail(p, line)
		}
		shown = append(shown, said)
	}
	return shown, more
}
