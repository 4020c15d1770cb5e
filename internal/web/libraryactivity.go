package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
)

func (p *Pages) newActivity(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showActivity(w, r, http.StatusOK, ActivityFormView{})
}

// showActivity shows the form of an activity; of a new one where there is no product in the address.
func (p *Pages) showActivity(w http.ResponseWriter, r *http.Request, status int, v ActivityFormView) error {
	page, err := p.framed(r, PlaceLibrary, "")
	if err != nil {
		return err
	}
	page.Title, v.Action, v.Back = page.T("library.add_link"), here(r, "library", "activities"), here(r, "library")
	if id := r.PathValue("product"); id != "" {
		page.Title, v.Action, v.Back = page.T("library.edit_activity"), here(r, "library", id), here(r, "library", id)
	} else {
		v.AddressNeeded = true
	}
	return show(w, r, status, ActivityForm(page, v))
}

func (p *Pages) addActivity(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	n, err := activityOf(form)
	var id content.ProductID
	if err == nil {
		id, err = p.Content.AddActivity(r.Context(), reach, n)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		v := activityForm(form)
		v.Faults = p.plain(r).FaultsOf(err)
		return p.showActivity(w, r, http.StatusUnprocessableEntity, v)
	}
	return see(w, r, with(here(r, "library", string(id)), "done", string(DoneLibraryAdded)))
}

// activityOf reads what a form says about an activity.
func activityOf(form url.Values) (content.NewActivity, error) {
	n := content.NewActivity{Title: form.Get("title"), URL: form.Get("url"), ExternalID: form.Get("external_id"), SelfComplete: form.Get("self_complete") != ""}
	if text := strings.TrimSpace(form.Get("minutes")); text != "" {
		minutes, err := strconv.Atoi(text)
		if err != nil {
			return n, fault.Field("minutes", "Enter how many minutes it takes, or nothing.")
		}
		n.Minutes = minutes
	}
	return n, nil
}

// activityForm shows a form again as it was sent.
func activityForm(form url.Values) ActivityFormView {
	return ActivityFormView{
		Revision: revisionOf(form), Title: form.Get("title"), URL: form.Get("url"), Minutes: form.Get("minutes"),
		ExternalID: form.Get("external_id"), SelfComplete: form.Get("self_complete") != "",
	}
}

// revisionOf is what somebody who edits has seen; what cannot be read is no revision.
func revisionOf(form url.Values) int64 {
	n, err := strconv.ParseInt(form.Get("revision"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}
