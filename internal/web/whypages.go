package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// whyRoutes are the pages that say who sees whom, and why.
func (p *Pages) whyRoutes() []server.Route {
	return []server.Route{
		{Pattern: "GET /o/{organization}/users/{learner}/why", Permission: access.AccessExplain, Handle: countingOnce(p.why)},
		{Pattern: "GET /o/{organization}/me/seen", Permission: access.SelfView, Handle: countingOnce(p.seen)},
	}
}

// foundAtOnce is how many people a question offers to choose from.
const foundAtOnce = 10

// why answers, for those who may ask, who can see a learner and why, and why
// somebody can or cannot see somebody.
func (p *Pages) why(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	visit := server.VisitOf(r.Context())
	learner := access.AccountID(r.PathValue("learner"))
	seen, err := p.Management.Viewers(r.Context(), reach, learner)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("why.title", "Name", seen.Learner.Name)
	query := r.URL.Query()
	v := WhyView{
		ID: string(learner), Name: seen.Learner.Name, Action: here(r, "users", string(learner), "why"), More: seen.Others,
		Who: strings.TrimSpace(query.Get("who")), Whom: strings.TrimSpace(query.Get("whom")),
	}
	for _, viewer := range seen.Viewers {
		v.Viewers = append(v.Viewers, WhyViewer{
			Name: viewer.Name, To: with(v.Action, "actor", string(viewer.ID)), Ways: page.whyWays(viewer.Ways, visit),
		})
	}
	actor, of := access.AccountID(query.Get("actor")), learner
	if id := query.Get("sees"); id != "" {
		actor, of = learner, access.AccountID(id)
	}
	if actor == "" && v.Who+v.Whom != "" {
		parameter := "actor"
		if v.Who == "" {
			parameter = "sees"
		}
		found, err := p.Reports.Learners(r.Context(), visit.Reach(access.LearnerView), report.LearnerQuery{Filter: report.Filter{Query: v.Who + v.Whom}, Limit: foundAtOnce})
		if err != nil {
			return err
		}
		for _, l := range found.Items {
			v.Found = append(v.Found, EventLink{Label: l.Name, To: with(v.Action, parameter, string(l.ID))})
		}
		v.Nobody = len(v.Found) == 0
		if len(found.Items) == 1 {
			v.Found = nil
			if actor = found.Items[0].ID; parameter == "sees" {
				actor, of = learner, actor
			}
		}
	}
	if actor != "" {
		answer, err := p.Management.Explain(r.Context(), reach, actor, of, access.None)
		if err != nil {
			return err
		}
		v.Answer = page.whyAnswer(visit, answer)
	}
	if visit.Can(access.AuditView) {
		v.Events = with(here(r, "audit"), "person", string(learner))
	}
	return show(w, r, http.StatusOK, Why(page, v))
}

// whyAnswer says an answer in words.
func (p Page) whyAnswer(visit *server.Visit, a management.Answer) *WhyAnswer {
	out := &WhyAnswer{Question: p.T("why.question", "Actor", a.Actor.Name, "Learner", a.Learner.Name), Allowed: a.Allowed, Ways: p.whyWays(a.Ways, visit)}
	if a.Allowed || a.Nearest == nil {
		return out
	}
	out.MendAt = p.mendAt(visit, a)
	role, place := p.RoleName(a.Near.Grant.Role), a.Near.Grant.Node.Label
	pairs := []any{"Actor", a.Actor.Name, "Learner", a.Learner.Name, "Role", role, "Place", place}
	switch a.Nearest.Missing {
	case access.NotYet:
		out.Missing, out.Mend = p.T("why.missing_not_yet", pairs...), p.T("why.mend_not_yet", pairs...)
	case access.Over:
		out.Missing, out.Mend = p.T("why.missing_over", pairs...), p.T("why.mend_over", pairs...)
	case access.NoPermission:
		out.Missing, out.Mend = p.T("why.missing_permission", pairs...), p.T("why.mend_permission", pairs...)
	case access.OnlyOwn:
		out.Missing, out.Mend = p.T("why.missing_own", pairs...), p.T("why.mend_own", pairs...)
	case access.Elsewhere:
		out.Missing, out.Mend = p.T("why.missing_place", pairs...), p.T("why.mend_place", pairs...)
	default:
		out.Missing, out.Mend = p.T("why.missing_all", pairs...), p.T("why.mend_all", pairs...)
		return out
	}
	out.Ways = p.whyWays([]management.Way{a.Near}, nil)
	return out
}

// whyWays says ways in words; for a visitor also what would end each, and where
// they may do so.
func (p Page) whyWays(ways []management.Way, ending *server.Visit) []WhyWay {
	var out []WhyWay
	for _, way := range ways {
		g := way.Grant
		said := WhyWay{Why: p.why(way), Reason: g.Reason, Since: g.From, Until: g.Until, Given: p.given(way.Given)}
		if !g.Ended.IsZero() {
			said.Until = g.Ended
		}
		var set access.Set
		for _, permission := range way.Permissions {
			set |= access.SetOf(permission)
		}
		said.May = p.May(set)
		if ending != nil {
			said.End, said.EndAt = p.ending(way), p.endAt(ending, g)
		}
		i := slices.IndexFunc(out, func(o WhyWay) bool {
			return o.Why == said.Why && o.Since.Equal(said.Since) && o.Until.Equal(said.Until)
		})
		if i < 0 {
			out = append(out, said)
			continue
		}
		for _, may := range said.May { // several roles that come by one group are one way to people
			if !slices.Contains(out[i].May, may) {
				out[i].May = append(out[i].May, may)
			}
		}
	}
	return out
}

// given says who gave access.
func (p Page) given(by management.Giver) string {
	switch {
	case by.Name != "":
		return p.T("why.given", "Name", by.Name)
	case by.Hidden:
		return p.T("why.given", "Name", p.T("audit.somebody"))
	case by.System != "":
		return p.T("why.given", "Name", p.T("audit.system", "Name", by.System))
	}
	return ""
}

// ending is the smallest change that would end a way.
func (p Page) ending(way management.Way) string {
	g := way.Grant
	role, place := p.RoleName(named(g)), g.Node.Label
	switch {
	case g.Via != nil:
		return p.T("why.end_group", "Group", g.Via.Name)
	case g.FollowsHome:
		return p.T("why.end_base", "Role", role)
	case g.Role.Key == access.LicenseReporter:
		return p.T("why.end_reporter", "Place", place)
	case g.ID == "" && g.Role.Key == access.Purchaser:
		return p.T("why.end_base", "Role", role)
	case g.ID == "":
		return p.T("why.end_fact", "Place", place)
	}
	return p.T("why.end_role", "Role", role, "Place", place)
}

// taken says in which form something was taken away.
func (p Page) taken(how report.TakingKind) string {
	switch how {
	case report.TakenPrinted:
		return p.T("seen.how_printed")
	case report.TakenAddresses:
		return p.T("seen.how_addresses")
	}
	return p.T("seen.how_file")
}

// seen is "Who can see me?": people, and who took away what one is in.
func (p *Pages) seen(w http.ResponseWriter, r *http.Request, self access.Reach) error {
	found, err := p.Management.WhoSeesMe(r.Context(), self)
	if err != nil {
		return err
	}
	files, err := p.Runs.WhoExportedMe(r.Context(), self)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceAccess, "")
	if err != nil {
		return err
	}
	page.Title = page.T("seen.title")
	var v SeenByView
	for _, viewer := range found.Viewers {
		v.Viewers = append(v.Viewers, WhyViewer{Name: viewer.Name, Ways: page.whyWays(viewer.Ways, nil)})
	}
	for _, others := range found.Others {
		v.Others = append(v.Others, OtherSeers{Why: page.why(others.Way), People: others.People})
	}
	for _, file := range files {
		by := file.Person
		if by == "" {
			by = page.T("seen.somebody_of", "Organization", file.Company)
		}
		v.Exports = append(v.Exports, ExportView{Report: page.ReportName(string(file.Report)), How: page.taken(file.How), By: by, At: file.At})
	}
	return show(w, r, http.StatusOK, Seen(page, v))
}
