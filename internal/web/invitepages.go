package web

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
)

// invitePaths is where the invitations of each kind are.
var invitePaths = map[invitation.Kind]string{invitation.Platform: "platform", invitation.Activity: "activities", invitation.Program: "programs"}

// inviteWords are the message keys of what is said of a kind.
var inviteWords = map[invitation.Kind]struct{ tab, title, choose string }{
	invitation.Platform: {"invite.tab_platform", "invite.title_platform", ""},
	invitation.Activity: {"invite.tab_activity", "invite.title_activity", "invite.choose_activity"},
	invitation.Program:  {"invite.tab_program", "invite.title_program", "invite.choose_program"},
}

// inviteStates are those of the states.
var inviteStates = map[invitation.State]string{
	invitation.Pending: "invite.state_pending", invitation.Bounced: "invite.state_bounced", invitation.Accepted: "invite.state_accepted",
	invitation.Revoked: "invite.state_revoked", invitation.Expired: "invite.state_expired",
}

// inviteRoutes are the pages of the invitations of each kind, every kind with its right.
func (p *Pages) inviteRoutes() []server.Route {
	var out []server.Route
	for _, kind := range invitation.Kinds() {
		at := " /o/{organization}/invitations/" + invitePaths[kind]
		page := func(pattern string, handle func(invitation.Kind) server.Handler) server.Route {
			return server.Route{Pattern: pattern, Permission: kind.Permission(), Handle: countingOnce(handle(kind))}
		}
		preview := page("POST"+at, p.previewInvites)
		preview.Body, preview.Rate = peopleBody, server.Heavy
		out = append(
			out,
			page("GET"+at, p.invites), page("GET"+at+"/new", p.inviteForm), page("GET"+at+"/template", p.inviteTemplate), preview,
			page("POST"+at+"/{invitation}/resend", p.resendInvite), page("POST"+at+"/{invitation}/revoke", p.revokeInvite),
		)
	}
	return append(
		out,
		server.Route{Pattern: "GET " + invitation.AcceptPath + "{token}", Permission: access.Public, Handle: p.joinForm},
		server.Route{Pattern: "POST " + invitation.AcceptPath + "{token}", Permission: access.Public, Handle: p.join, Rate: server.Guessing},
		server.Route{Pattern: "POST " + invitation.AcceptPath + "{token}/switch", Permission: access.Public, Handle: p.joinSwitch},
		server.Route{Pattern: "POST /o/{organization}/me/invitations/{invitation}/accept", Permission: access.SelfEdit, Handle: p.acceptInvitation},
	)
}

// inviteLink leads to the first kind of invitations that the visitor may send.
func (p Page) inviteLink() templ.SafeURL {
	for _, kind := range invitation.Kinds() {
		if p.Can(kind.Permission()) {
			return p.Path("invitations", invitePaths[kind])
		}
	}
	return ""
}

func (p *Pages) invites(kind invitation.Kind) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
		visit, query := server.VisitOf(r.Context()), r.URL.Query()
		q := invitation.Query{State: invitation.State(query.Get("state")), Q: query.Get("q"), Cursor: query.Get("cursor")}
		found, err := p.Invitations.List(r.Context(), reach, visit.Reach(access.LearnerView), q)
		if err != nil {
			return err
		}
		page, err := p.framed(r, PlaceUsers, "")
		if err != nil {
			return err
		}
		page.Title = page.T("invite.title")
		action := here(r, "invitations", invitePaths[kind])
		states := Choice{Name: "state", Label: page.T("field.state"), All: page.T("filter.all_states")}
		for _, s := range invitation.States() {
			states.Options = append(states.Options, Option{Value: string(s), Label: page.T(inviteStates[s]) + " (" + page.Number(found.Counts[s]) + ")", Chosen: s == q.State})
		}
		v := InvitesView{
			Back:    ActLink{Label: page.T("nav.users"), To: page.Path("users")},
			Filters: Filters{Action: action, Search: q.Q, Choices: []Choice{states}},
			Pages:   pages(r, action, found.Next), Count: found.Total, New: action + "/new",
		}
		for _, k := range invitation.Kinds() {
			if page.Can(k.Permission()) {
				v.Tabs = append(v.Tabs, InviteTab{Label: page.T(inviteWords[k].tab), To: here(r, "invitations", invitePaths[k]), Here: k == kind})
			}
		}
		for _, i := range found.Items {
			row := InviteRow{
				Email: i.Email, Name: i.Name, Title: i.Title, Location: i.Location, State: page.T(inviteStates[i.State]), InvitedBy: i.InvitedBy, SentAt: i.SentAt, Letters: i.Letters,
				Good: i.State == invitation.Accepted, Bad: i.State == invitation.Bounced,
			}
			switch i.State {
			case invitation.Pending:
				row.When = page.T("invite.until", "When", page.Instant(i.ExpiresAt))
			case invitation.Accepted:
				row.When = page.Instant(i.AcceptedAt)
			case invitation.Revoked:
				row.When = page.Instant(i.EndedAt)
			case invitation.Bounced:
				row.When = page.T("invite.bounced_hint")
			}
			if i.Account != "" {
				row.Person = here(r, "users", string(i.Account))
			}
			if i.Open() {
				row.Resend, row.Revoke = action+"/"+templ.SafeURL(i.ID)+"/resend", action+"/"+templ.SafeURL(i.ID)+"/revoke"
			}
			v.Rows = append(v.Rows, row)
		}
		return show(w, r, http.StatusOK, Invites(page, v))
	}
}

func (p *Pages) inviteForm(kind invitation.Kind) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
		return p.showInvite(w, r, http.StatusOK, kind, reach, url.Values{"product": r.URL.Query()["product"]}, nil)
	}
}

func (p *Pages) showInvite(w http.ResponseWriter, r *http.Request, status int, kind invitation.Kind, reach access.Reach, form url.Values, wrong error) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T(inviteWords[kind].title)
	action := here(r, "invitations", invitePaths[kind])
	v := InviteView{Back: ActLink{Label: page.T("invite.title"), To: action}, Action: action, Template: action + "/template", Pasted: form.Get("people")}
	if kind != invitation.Platform {
		v.Product = page.T(inviteWords[kind].choose)
		products, err := p.Invitations.Products(r.Context(), reach)
		if err != nil {
			return err
		}
		v.Products = []Option{{Label: page.T("invite.choose")}}
		for _, o := range products {
			v.Products = append(v.Products, Option{Value: string(o.ID), Label: o.Title, Chosen: string(o.ID) == form.Get("product")})
		}
	}
	places, err := p.Invitations.Places(r.Context(), reach)
	if err != nil {
		return err
	}
	if v.MorePlaces = places.More; len(places.List) > 0 {
		if places.Whole {
			v.Locations = []Option{{Label: page.T("invite.no_location")}}
		} else if len(places.List) > 1 {
			v.Locations = []Option{{Label: page.T("invite.choose")}}
		}
		for _, place := range places.List {
			v.Locations = append(v.Locations, Option{Value: string(place.ID), Label: strings.Repeat("\u2003", max(place.Depth-1, 0)) + place.Name, Chosen: string(place.ID) == form.Get("location")})
		}
	}
	v.Languages = append([]Option{{Label: page.T("profile.as_organization"), Chosen: form.Get("locale") == ""}}, localeOptions(form.Get("locale"))...)
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, Invite(page, v))
}

// inviteTemplate is the file to fill in and send back.
func (p *Pages) inviteTemplate(invitation.Kind) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
		sheet := table.Sheet{Name: "people"}
		for _, name := range invitation.Columns() {
			sheet.Columns = append(sheet.Columns, table.Column{Name: name, Key: name})
		}
		var file bytes.Buffer
		out, err := table.NewWriter(table.CSV, &file, sheet)
		if err == nil {
			err = out.Close()
		}
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", table.CSV.MediaType())
		w.Header().Set("Content-Disposition", `attachment; filename="invitations.csv"`)
		_, _ = file.WriteTo(w)
		return nil
	}
}

func (p *Pages) previewInvites(kind invitation.Kind) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
		form, list, err := listForm(r, "people")
		if err != nil {
			return err
		}
		in := invitation.Inviting{Kind: kind, Product: content.ProductID(form.Get("product")), Location: access.LocationID(form.Get("location")), Locale: form.Get("locale")}
		if in.People, err = invitation.ReadPeople(list); err == nil {
			err = p.beginAct(w, r, invitation.InviteAct, string(kind), in)
		}
		if err != nil && refused(err) {
			return p.showInvite(w, r, http.StatusUnprocessableEntity, kind, reach, form, err)
		}
		return err
	}
}

// listForm reads a form with a list of people in a field, or as a file.
func listForm(r *http.Request, field string) (form url.Values, list []byte, err error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		form, err := server.Form(r)
		return form, []byte(form.Get(field)), err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, errors.Join(fault.New(fault.Invalid, "The form cannot be read."), err)
	}
	form = url.Values{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, unreadable(err)
		}
		raw, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, unreadable(err)
		}
		if part.FormName() == "file" {
			list = raw
		} else {
			form.Set(part.FormName(), string(raw))
		}
	}
	if len(list) == 0 {
		list = []byte(form.Get(field))
	}
	return form, list, nil
}

func (p *Pages) resendInvite(kind invitation.Kind) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
		if err := p.Invitations.Resend(r.Context(), reach, invitation.ID(r.PathValue("invitation"))); err != nil {
			return err
		}
		return see(w, r, with(here(r, "invitations", invitePaths[kind]), "done", string(DoneLetter)))
	}
}

func (p *Pages) revokeInvite(kind invitation.Kind) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
		if err := p.Invitations.Revoke(r.Context(), reach, invitation.ID(r.PathValue("invitation"))); err != nil {
			return err
		}
		return see(w, r, with(here(r, "invitations", invitePaths[kind]), "done", string(DoneInvitationRevoked)))
	}
}

// inviteActWords is what the pages say about inviting many.
func inviteActWords() actWords {
	return actWords{
		place: PlaceUsers, title: "invite.title", subject: "field.email",
		preview: func(p Page, a bulk.Act) string { return p.N("invite.act_preview", a.Plan.Effective()) },
		done:    func(p Page, a bulk.Act) string { return p.N("invite.act_done", a.Plan.Effective()) },
		confirm: func(p Page, a bulk.Act) string { return p.N("invite.act_confirm", a.Plan.Effective()) },
		undo:    func(p Page, a bulk.Act) string { return p.N("invite.act_undo", a.Plan.Effective()) },
		figures: []actFact{{"invited", "invite.figure_invited"}, {"revoked", "invite.state_revoked"}, {"left", "enroll.figure_left"}},
		results: map[string]string{
			invitation.LineInvited: "invite.line_invited", invitation.LineHere: "invite.line_here", invitation.LineEnrolled: "invite.line_enrolled",
			invitation.LinePending: "invite.line_pending", invitation.LineTwice: "invite.line_twice", invitation.LineNoAddress: "invite.line_no_address",
			invitation.LineNoName: "invite.line_no_name", invitation.LineSuspended: "enroll.line_suspended",
			invitation.LineRevoked: "invite.state_revoked", invitation.LineKept: "enroll.line_stays",
		},
		detail: func(_ Page, l bulk.Line) string { return l.Detail["name"] },
		back: func(p Page, a bulk.Act) ActLink {
			kind := invitation.Kind(a.Subject)
			if !slices.Contains(invitation.Kinds(), kind) {
				kind = invitation.Platform
			}
			return ActLink{Label: p.T("invite.title"), To: p.Path("invitations", invitePaths[kind])}
		},
	}
}
