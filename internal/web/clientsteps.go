package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/server"
)

func (p *Pages) beforeClientStep(step ClientStep) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
		return p.showClientStep(w, r, step, "", nil)
	}
}

// showClientStep tells what a step means for the client's people, after a
// refusal with its sentence.
func (p *Pages) showClientStep(w http.ResponseWriter, r *http.Request, step ClientStep, reason string, refusal error) error {
	c, err := p.knownClient(r)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceClients, "")
	if err != nil {
		return err
	}
	id := string(c.ID)
	v := ClientStepView{ID: id, Name: c.Name, Step: step, Reason: reason, Action: here(r, "clients", id, string(step)), Back: here(r, "clients", id)}
	switch step {
	case StepSuspend:
		page.Title = page.T("clients.suspend_title", "Name", c.Name)
		v.Says = []string{page.N("clients.says_people", c.People), page.T("clients.says_sessions"), page.T("clients.says_kept")}
	case StepEnd:
		page.Title = page.T("clients.end_title", "Name", c.Name)
		v.Says = []string{page.N("clients.says_people", c.People), page.T("clients.says_read_only"), page.T("clients.says_final")}
	default:
		page.Title = page.T("clients.reopen_title", "Name", c.Name)
		v.Says = []string{page.N("clients.says_back", c.People)}
	}
	if c.Clients > 0 {
		v.Says = append(v.Says, page.N("clients.says_clients", c.Clients))
	}
	status := http.StatusOK
	if refusal != nil {
		v.Faults, status = page.FaultsOf(refusal), http.StatusUnprocessableEntity
	}
	return show(w, r, status, ClientStepPage(page, v))
}

func (p *Pages) clientStep(step ClientStep) server.Handler {
	do := map[ClientStep]func(context.Context, access.Reach, org.ID, string) (org.Organization, error){
		StepSuspend: func(ctx context.Context, reach access.Reach, id org.ID, why string) (org.Organization, error) {
			return p.Organizations.Suspend(ctx, reach, id, why)
		},
		StepReopen: func(ctx context.Context, reach access.Reach, id org.ID, why string) (org.Organization, error) {
			return p.Organizations.Reopen(ctx, reach, id, why)
		},
		StepEnd: func(ctx context.Context, reach access.Reach, id org.ID, why string) (org.Organization, error) {
			return p.Organizations.End(ctx, reach, id, why)
		},
	}[step]
	return func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
		form, err := server.Form(r)
		if err != nil {
			return err
		}
		id := org.ID(r.PathValue("client"))
		if _, err := do(r.Context(), reach, id, form.Get("reason")); err != nil {
			if !refused(err) {
				return err
			}
			return p.showClientStep(w, r, step, form.Get("reason"), err)
		}
		return see(w, r, with(here(r, "clients", string(id)), "done", string(DoneClient)))
	}
}

// insideOf tells what the banner says where somebody works in a client.
func (p Page) insideOf(v *server.Visit) *InsideView {
	own := v.Account.Own
	if own == nil {
		return nil
	}
	return &InsideView{
		Client: v.Account.Organization.Name, Role: p.RoleName(leading(v)), Master: own.Name, Back: OrganizationPath(own.Slug),
		Shut: v.Account.Organization.Shut, Ended: v.Account.Organization.Ended,
	}
}

// ownPages are about the reader alone: in a client they lead to the reader's own organization.
var ownPages = []string{"/o/{organization}/me", "/o/{organization}/profile", "/o/{organization}/my-licenses"}

// atHome has the pages about the reader alone answered in their own organization only.
func atHome(routes []server.Route) []server.Route {
	for i := range routes {
		path := routes[i].Path()
		for _, own := range ownPages {
			if path == own || strings.HasPrefix(path, own+"/") {
				routes[i].Handle = leadHome(routes[i].Handle)
			}
		}
		if path == "/o/{organization}" {
			routes[i].Handle = leadIn(routes[i].Handle)
		}
	}
	return routes
}

func leadHome(handle server.Handler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
		account := server.VisitOf(r.Context()).Account
		if account.Own == nil {
			return handle(w, r, reach)
		}
		if r.Method != http.MethodGet {
			return fault.ErrNotFound
		}
		_, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/o/"), "/")
		return see(w, r, OrganizationPath(account.Own.Slug, strings.Split(rest, "/")...))
	}
}

// leadIn leads somebody who comes into a client to its dashboard.
func leadIn(handle server.Handler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
		if server.VisitOf(r.Context()).Account.Own != nil {
			return see(w, r, here(r, "dashboard"))
		}
		return handle(w, r, reach)
	}
}
