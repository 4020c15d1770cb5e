package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/server"
)

func (p *Pages) newProgram(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showProgram(w, r, http.StatusOK, ProgramFormView{})
}

// mostOffered is how many activities the form of a program offers to add.
const mostOffered = 2000

// showProgram shows the form of a program with the activities that can be put in.
func (p *Pages) showProgram(w http.ResponseWriter, r *http.Request, status int, v ProgramFormView) error {
	page, err := p.framed(r, PlaceLibrary, "")
	if err != nil {
		return err
	}
	page.Title, v.Action, v.Back = page.T("library.add_program"), here(r, "library", "programs"), here(r, "library")
	if id := r.PathValue("product"); id != "" {
		page.Title, v.Action, v.Back = page.T("library.edit_program"), here(r, "library", id), here(r, "library", id)
	}
	all, err := p.offered(r)
	if err != nil {
		return err
	}
	v.Choices = []Option{{Label: page.T("library.choose")}}
	for _, item := range all {
		in := slices.IndexFunc(v.Parts, func(part PartRow) bool { return part.ID == string(item.ID) })
		if in < 0 {
			v.Choices = append(v.Choices, Option{Value: string(item.ID), Label: item.Title})
			continue
		}
		v.Parts[in].Title, v.Parts[in].Kind = item.Title, page.libraryKind(item.Kind)
	}
	return show(w, r, status, ProgramForm(page, v))
}

// offered lists the activities of the library.
func (p *Pages) offered(r *http.Request) ([]content.Item, error) {
	reach := server.VisitOf(r.Context()).Reach(access.ActivityView)
	found, err := p.Content.Library(r.Context(), reach, content.LibraryQuery{Limit: mostOffered})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found.Items, func(item content.Item) bool { return item.Program }), nil
}

func (p *Pages) addProgram(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	v := programForm(form)
	if step := form.Get("step"); step != "" {
		return p.showProgram(w, r, http.StatusOK, v.after(step, form.Get("add")))
	}
	id, err := p.Content.AddProgram(r.Context(), reach, v.program())
	if err != nil {
		if !refused(err) {
			return err
		}
		v.Faults = p.plain(r).FaultsOf(err)
		return p.showProgram(w, r, http.StatusUnprocessableEntity, v)
	}
	return see(w, r, with(here(r, "library", string(id)), "done", string(DoneLibraryAdded)))
}

func (p *Pages) saveProgram(w http.ResponseWriter, r *http.Request, reach access.Reach, form url.Values, item content.Item) error {
	v := programForm(form)
	v.Holders = item.Holders
	if step := form.Get("step"); step != "" {
		return p.showProgram(w, r, http.StatusOK, v.after(step, form.Get("add")))
	}
	err := p.Content.EditProgram(r.Context(), reach, item.ID, v.Revision, v.program())
	if err != nil {
		if !refused(err) {
			return err
		}
		v.Revision, v.Now, err = p.rival(r, err, v.Revision)
		v.Faults = p.plain(r).FaultsOf(err)
		return p.showProgram(w, r, http.StatusUnprocessableEntity, v)
	}
	return see(w, r, with(here(r, "library", string(item.ID)), "done", string(DoneLibrarySaved)))
}

// programForm shows a form again as it was sent.
func programForm(form url.Values) ProgramFormView {
	v := ProgramFormView{Revision: revisionOf(form), Title: form.Get("title"), ExternalID: form.Get("external_id"), Enroll: form.Get("enroll") != ""}
	for _, id := range form["part"] {
		v.Parts = append(v.Parts, PartRow{ID: id, Title: id, Required: slices.Contains(form["required"], id)})
	}
	return v
}

// program is what the form says.
func (v ProgramFormView) program() content.NewProgram {
	n := content.NewProgram{Title: v.Title, ExternalID: v.ExternalID, Enroll: v.Enroll}
	for _, part := range v.Parts {
		n.Parts = append(n.Parts, content.NewPart{Activity: content.ProductID(part.ID), Required: part.Required})
	}
	return n
}

// after is the form after one of its buttons: an activity was put in, moved or taken out.
func (v ProgramFormView) after(step, add string) ProgramFormView {
	what, id, _ := strings.Cut(step, " ")
	at := slices.IndexFunc(v.Parts, func(part PartRow) bool { return part.ID == id })
	switch {
	case what == "add" && add != "" && !slices.ContainsFunc(v.Parts, func(part PartRow) bool { return part.ID == add }):
		v.Parts = append(v.Parts, PartRow{ID: add, Title: add, Required: true})
	case what == "up" && at > 0:
		v.Parts[at-1], v.Parts[at] = v.Parts[at], v.Parts[at-1]
	case what == "down" && at >= 0 && at < len(v.Parts)-1:
		v.Parts[at+1], v.Parts[at] = v.Parts[at], v.Parts[at+1]
	case what == "drop" && at >= 0:
		v.Parts = slices.Delete(v.Parts, at, at+1)
	}
	return v
}
