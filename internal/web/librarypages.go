package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/server"
)

// libraryRoutes are the pages of the Content Library.
func (p *Pages) libraryRoutes() []server.Route {
	return []server.Route{
		{Pattern: "GET /o/{organization}/library", Permission: access.ActivityView, Handle: countingOnce(p.library)},
		{Pattern: "GET /o/{organization}/library/{product}", Permission: access.ActivityView, Handle: countingOnce(p.libraryItem)},
		{Pattern: "GET /o/{organization}/library/activities/new", Permission: access.ActivityEdit, Handle: countingOnce(p.newActivity)},
		{Pattern: "POST /o/{organization}/library/activities", Permission: access.ActivityEdit, Handle: countingOnce(p.addActivity)},
		{Pattern: "GET /o/{organization}/library/programs/new", Permission: access.ActivityEdit, Handle: countingOnce(p.newProgram)},
		{Pattern: "POST /o/{organization}/library/programs", Permission: access.ActivityEdit, Handle: countingOnce(p.addProgram)},
		{Pattern: "GET /o/{organization}/library/{product}/edit", Permission: access.ActivityEdit, Handle: countingOnce(p.editItem)},
		{Pattern: "POST /o/{organization}/library/{product}", Permission: access.ActivityEdit, Handle: countingOnce(p.saveItem)},
	}
}

func (p *Pages) library(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, err := p.framed(r, PlaceLibrary, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.library")
	query := r.URL.Query()
	kind := content.Kind(query.Get("kind"))
	found, err := p.Content.Library(r.Context(), reach, content.LibraryQuery{Q: query.Get("q"), Kind: kind, Cursor: content.Cursor(query.Get("cursor"))})
	if err != nil {
		return err
	}
	action := here(r, "library")
	choice := Choice{Name: "kind", Label: page.T("library.kind"), All: page.T("library.all_kinds")}
	for _, k := range []content.Kind{content.Course, content.Event, content.Test, content.Resource, content.Link, content.ProgramKind} {
		choice.Options = append(choice.Options, Option{Value: string(k), Label: page.libraryKind(k), Chosen: k == kind})
	}
	v := LibraryView{
		Filters: Filters{Action: action, Search: query.Get("q"), Hint: page.T("library.search_hint"), Choices: []Choice{choice}},
		Pages:   pages(r, action, string(found.Next)), Count: found.Total, Edit: page.Can(access.ActivityEdit),
	}
	for _, item := range found.Items {
		v.Rows = append(v.Rows, page.libraryRow(item))
	}
	return show(w, r, http.StatusOK, Library(page, v))
}

func (p Page) libraryKind(k content.Kind) string {
	switch k {
	case content.ProgramKind:
		return p.T("library.program")
	case content.Link:
		return p.T("library.link")
	}
	return p.KindName(string(k))
}

func (p Page) libraryRow(item content.Item) LibraryRow {
	kind := item.Kind
	if item.Program {
		kind = content.ProgramKind
	}
	return LibraryRow{
		ID: string(item.ID), Title: item.Title, Kind: p.libraryKind(kind), ExternalID: item.ExternalID,
		Minutes: item.Minutes, Size: item.Size, Program: item.Program,
	}
}

// itemView is an entry with what is in it.
func (p Page) itemView(item content.Item) ItemView {
	v := ItemView{
		LibraryRow: p.libraryRow(item), URL: item.URL, SelfComplete: item.SelfComplete, Purchases: item.Purchases, Holders: item.Holders,
		Edit: p.Can(access.ActivityEdit), Sell: p.Can(access.LicenseSell),
	}
	for _, part := range item.Parts {
		v.Parts = append(v.Parts, PartRow{ID: string(part.ID), Title: part.Title, Kind: p.libraryKind(part.Kind), Required: part.Required})
	}
	return v
}

func (p *Pages) libraryItem(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	item, err := p.Content.LibraryItem(r.Context(), reach, content.ProductID(r.PathValue("product")))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceLibrary, item.Title)
	if err != nil {
		return err
	}
	return show(w, r, http.StatusOK, LibraryItem(page, page.itemView(item)))
}

// item reads an entry for somebody who is about to change it.
func (p *Pages) item(r *http.Request) (content.Item, error) {
	reach := server.VisitOf(r.Context()).Reach(access.ActivityView)
	return p.Content.LibraryItem(r.Context(), reach, content.ProductID(r.PathValue("product")))
}

func (p *Pages) editItem(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	item, err := p.item(r)
	if err != nil {
		return err
	}
	if item.Program {
		v := ProgramFormView{Revision: item.Revision, Title: item.Title, ExternalID: item.ExternalID, Holders: item.Holders, Enroll: true}
		v.Parts = p.plain(r).itemView(item).Parts
		return p.showProgram(w, r, http.StatusOK, v)
	}
	v := ActivityFormView{
		Revision: item.Revision, Title: item.Title, URL: item.URL, ExternalID: item.ExternalID, SelfComplete: item.SelfComplete,
		AddressNeeded: item.Kind == content.Link,
	}
	if item.Minutes > 0 {
		v.Minutes = strconv.Itoa(item.Minutes)
	}
	return p.showActivity(w, r, http.StatusOK, v)
}

// saveItem changes an activity or a program, whichever the address names.
func (p *Pages) saveItem(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	item, err := p.item(r)
	if err != nil {
		return err
	}
	if item.Program {
		return p.saveProgram(w, r, reach, form, item)
	}
	n, err := activityOf(form)
	if err == nil {
		err = p.Content.EditActivity(r.Context(), reach, item.ID, revisionOf(form), n)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		v := activityForm(form)
		v.AddressNeeded = item.Kind == content.Link
		v.Revision, v.Now, err = p.rival(r, err, v.Revision)
		v.Faults = p.plain(r).FaultsOf(err)
		return p.showActivity(w, r, http.StatusUnprocessableEntity, v)
	}
	return see(w, r, with(here(r, "library", string(item.ID)), "done", string(DoneLibrarySaved)))
}

// rival gives, where somebody else was faster, what they have made of it, with
// the revision to save over: what was typed stays in the form.
func (p *Pages) rival(r *http.Request, refusal error, revision int64) (int64, *ItemView, error) {
	if !errors.Is(refusal, content.ErrEdited) {
		return revision, nil, refusal
	}
	item, err := p.item(r)
	if err != nil {
		return revision, nil, err
	}
	now := p.plain(r).itemView(item)
	return item.Revision, &now, refusal
}
