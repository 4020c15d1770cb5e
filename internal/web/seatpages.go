package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/server"
)

// peopleBody is the largest list of people that is taken, and what a form puts around it.
const peopleBody = 2 << 20

// seatRoutes are the pages of a purchase's seats. Administrators and the buyer
// use the same ones.
func (p *Pages) seatRoutes() []server.Route {
	page := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle)}
	}
	const seats = " /o/{organization}/licenses/{purchase}/seats"
	return []server.Route{
		page("GET"+seats+"/add", access.SeatAssign, p.addSeats),
		{Pattern: "POST" + seats, Permission: access.SeatAssign, Handle: p.previewSeats, Body: peopleBody, Rate: server.Heavy},
		page("GET"+seats+"/ledger", access.LicenseView, p.seatLedger),
		page("POST"+seats+"/{seat}/resend", access.SeatAssign, p.resendSeat),
		page("GET"+seats+"/{seat}/revoke", access.SeatAssign, p.askRevokeSeat),
		page("POST"+seats+"/{seat}/revoke", access.SeatAssign, p.revokeSeat),
		page("GET"+seats+"/{seat}/release", access.SeatRelease, p.askReleaseSeat),
		page("POST"+seats+"/{seat}/release", access.SeatRelease, p.releaseSeat),
		page("GET"+seats+"/{seat}/reassign", access.SeatAssign, p.askReassignSeat),
		page("POST"+seats+"/{seat}/reassign", access.SeatAssign, p.reassignSeat),
	}
}

// seatsPanel is the seats of a purchase, with what the visitor may do about
// them: on the administrators' page of it, and on its buyer's.
func (p *Pages) seatsPanel(r *http.Request, reach access.Reach, purchase license.Purchase) (templ.Component, error) {
	page := p.within(r)
	v, err := p.seatsView(page, r, reach, purchase)
	return SeatsPanel(page, v), err
}

func (p *Pages) seatsView(page Page, r *http.Request, reach access.Reach, purchase license.Purchase) (SeatsView, error) {
	query := r.URL.Query()
	state := license.SeatState(query.Get("state"))
	found, err := p.Licenses.Seats(r.Context(), reach, purchase.ID, license.SeatQuery{Q: query.Get("q"), State: state, Cursor: license.Cursor(query.Get("cursor"))})
	if err != nil {
		return SeatsView{}, err
	}
	action := templ.SafeURL(r.URL.Path)
	choice := Choice{Name: "state", Label: page.T("field.state"), All: page.T("seats.all_states")}
	for _, s := range []license.SeatState{license.Pending, license.Redeemed, license.Expired, license.Released, license.Revoked} {
		choice.Options = append(choice.Options, Option{Value: string(s), Label: page.T(seatKey(SeatState(s))), Chosen: s == state})
	}
	v := SeatsView{
		Filters: Filters{Action: action, Search: query.Get("q"), Hint: page.T("seats.search_hint"), Choices: []Choice{choice}},
		Pages:   pages(r, action, string(found.Next)), Count: found.Total, Free: purchase.Free, Over: purchase.Over, Hidden: found.Hidden, Waiting: purchase.Pending,
		Ledger: here(r, "licenses", string(purchase.ID), "seats", "ledger"),
	}
	if tab := query.Get("tab"); tab != "" {
		v.Filters.Keep = url.Values{"tab": {tab}}
	}
	open := purchase.State == license.Open || purchase.State == license.Full
	if found.Assigns && open && purchase.Free > 0 {
		v.Add = here(r, "licenses", string(purchase.ID), "seats", "add")
	}
	cards := seesOthers(server.VisitOf(r.Context()).Reach(access.LearnerView)) && seesOthers(reach)
	for _, s := range found.Items {
		line := seatLineOf(s)
		if s.State == license.Redeemed && cards {
			line.To = here(r, "users", string(s.Holder.Account))
		}
		line.addActs(page, r, purchase.ID, found, open)
		v.Lines = append(v.Lines, line)
	}
	return v, nil
}

// within begins a component of a page of the organization.
func (p *Pages) within(r *http.Request) Page {
	page := p.plain(r)
	page.Shell = &Shell{Slug: r.PathValue("organization")}
	return page
}

func seatLineOf(s license.Seat) SeatLine {
	line := SeatLine{
		ID: string(s.ID), Name: s.Holder.Name, Email: s.Email, State: SeatState(s.State), Spent: s.Spent, AssignedAt: s.AssignedAt, SentAt: s.SentAt,
		Letters: s.Letters, RedeemedAt: s.RedeemedAt, EndedAt: s.EndedAt, AccessUntil: s.AccessUntil,
	}
	if line.Email == "" {
		line.Email = s.Holder.Email
	}
	return line
}

// addActs gives a row the menu of what the visitor may do with the seat.
func (s *SeatLine) addActs(page Page, r *http.Request, id license.PurchaseID, may license.SeatPage, open bool) {
	at := func(what string) templ.SafeURL { return here(r, "licenses", string(id), "seats", s.ID, what) }
	pending, redeemed := s.State == SeatPending, s.State == SeatRedeemed || s.State == SeatExpired
	if pending && may.Assigns && open && s.Email != "" {
		s.Resend = at("resend")
	}
	if open && may.Assigns && (pending || redeemed && may.Releases) {
		s.Acts = append(s.Acts, SeatAct{page.T("seats.reassign"), at("reassign")})
	}
	if pending && may.Assigns {
		s.Acts = append(s.Acts, SeatAct{page.T("seats.revoke"), at("revoke")})
	}
	if redeemed && may.Releases {
		s.Acts = append(s.Acts, SeatAct{page.T("seats.release"), at("release")})
	}
}

// seatPlace is where the visitor knows the purchase from: the back office, or
// their own licenses.
func (p *Pages) seatPlace(r *http.Request, title string) (Page, ActLink, license.Purchase, error) {
	reach := server.VisitOf(r.Context()).Reach(access.LicenseView)
	purchase, err := p.Licenses.Purchase(r.Context(), reach, license.PurchaseID(r.PathValue("purchase")))
	if err != nil {
		return Page{}, ActLink{}, purchase, err
	}
	place, under := PlaceLicenses, "licenses"
	if !seesOthers(reach) {
		place, under = PlaceMyLicenses, "my-licenses"
	}
	page, err := p.framed(r, place, "")
	page.Title = page.T(title)
	return page, ActLink{Label: purchase.Product.Title, To: here(r, under, string(purchase.ID))}, purchase, err
}

func (p *Pages) addSeats(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showAddSeats(w, r, http.StatusOK, "", nil)
}

func (p *Pages) showAddSeats(w http.ResponseWriter, r *http.Request, status int, pasted string, faults func(Page) Faults) error {
	page, back, purchase, err := p.seatPlace(r, "seats.add")
	if err != nil {
		return err
	}
	v := SeatAddView{
		Back: back, Action: here(r, "licenses", string(purchase.ID), "seats"), Free: purchase.Free, People: purchase.MaxPeople,
		LastDay: purchase.Terms.LastDayToRedeem(), Pasted: pasted,
	}
	if faults != nil {
		v.Faults = faults(page)
	}
	return show(w, r, status, SeatAdd(page, v))
}

// previewSeats reads a list of people and shows what assigning them would do.
func (p *Pages) previewSeats(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	pasted, list, err := listOf(r, "people")
	if err != nil {
		return err
	}
	people, err := license.ReadPeople(list)
	if err == nil {
		err = p.beginAct(w, r, license.SeatAct, r.PathValue("purchase"), license.SeatInput{People: people})
	}
	if err != nil && refused(err) {
		return p.showAddSeats(w, r, http.StatusUnprocessableEntity, pasted, func(page Page) Faults { return page.FaultsOf(err) })
	}
	return err
}

// listOf reads what was pasted into a field of the form, and the file after it.
func listOf(r *http.Request, field string) (pasted string, list []byte, err error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		form, err := server.Form(r)
		return form.Get(field), []byte(form.Get(field)), err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, errors.Join(fault.New(fault.Invalid, "The form cannot be read."), err)
	}
	var file []byte
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", nil, unreadable(err)
		}
		raw, err := io.ReadAll(part)
		if err != nil {
			return "", nil, unreadable(err)
		}
		switch part.FormName() {
		case field:
			pasted = string(raw)
		case "file":
			file = raw
		}
	}
	if len(file) > 0 {
		return pasted, file, nil
	}
	return pasted, []byte(pasted), nil
}

// resendSeat sends an invitation again.
func (p *Pages) resendSeat(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	_, back, purchase, err := p.seatPlace(r, "licenses.seats")
	if err != nil {
		return err
	}
	if err := p.Licenses.ResendSeat(r.Context(), reach, purchase.ID, license.SeatID(r.PathValue("seat"))); err != nil {
		return err
	}
	return see(w, r, with(back.To, "done", string(DoneLetter)))
}
