package web

import (
	"net/http"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/server"
)

func (p *Pages) endForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showEnding(w, r, http.StatusOK, reach, "", nil)
}

// showEnding shows what an end would take away, with the button that does it.
func (p *Pages) showEnding(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, reason string, wrong error) error {
	id := r.PathValue("grant")
	preview, err := p.Management.PreviewEnd(r.Context(), reach, access.GrantID(id))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("grant.end_title", "Name", preview.To.Name)
	v := AccessChangeView{
		ID: string(preview.To.ID), Name: preview.To.Name, Back: here(r, "users", string(preview.To.ID), "access"), Action: here(r, "access", id, "end"),
		Access: page.holding(server.VisitOf(r.Context()), preview.Holding), Button: page.T("grant.end_of", "Name", preview.To.Name), Ending: true, Reason: reason,
		Sight: page.sightView(preview.Effect), Hidden: map[string]string{"seen": preview.Effect.Seen},
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, AccessChange(page, v))
}

func (p *Pages) endAccess(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id := access.GrantID(r.PathValue("grant"))
	preview, err := p.Management.PreviewEnd(r.Context(), reach, id)
	if err != nil {
		return err
	}
	err = p.Management.End(r.Context(), reach, id, form.Get("reason"), form.Get("seen"))
	switch {
	case err != nil && refused(err):
		return p.showEnding(w, r, http.StatusConflict, reach, form.Get("reason"), err)
	case err != nil:
		return err
	}
	return see(w, r, with(here(r, "users", string(preview.To.ID), "access"), "done", string(DoneEnded)))
}

// extendAccess moves the last day to the one that the button named.
func (p *Pages) extendAccess(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	until, err := day.Parse(form.Get("until"))
	if err != nil {
		until = day.None // refused once it is known what is to be extended
	}
	if err := p.Management.Extend(r.Context(), reach, access.GrantID(r.PathValue("grant")), until); err != nil {
		return err
	}
	back := here(r, "access-ending")
	if holder := form.Get("of"); holder != "" {
		back = here(r, "users", holder, "access")
	}
	return see(w, r, with(back, "done", string(DoneExtended)))
}

// endingAccess lists the access that ends soon.
func (p *Pages) endingAccess(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	found, err := p.Management.EndingSoon(r.Context(), reach, r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceEnding, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.ending")
	visit := server.VisitOf(r.Context())
	v := EndingView{Pages: pages(r, here(r, "access-ending"), found.Next)}
	for _, e := range found.Items {
		v.Rows = append(v.Rows, EndingRow{ID: string(e.ID), Name: e.Name, To: here(r, "users", string(e.ID), "access"), Access: page.holding(visit, e.Holding)})
	}
	return show(w, r, http.StatusOK, Ending(page, v))
}
