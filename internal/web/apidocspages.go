package web

import (
	"net/http"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/server"
)

// ReferenceRoutes is the page about the API, made from the API's own document,
// which is to be found at an address.
func (p *Pages) ReferenceRoutes(document []byte, address string) ([]server.Route, error) {
	reference, err := readAPIDocument(document, address)
	if err != nil {
		return nil, err
	}
	show := func(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
		page := p.plain(r)
		page.Title = page.T("api.title")
		return show(w, r, http.StatusOK, APIDocs(page, reference.searched(strings.TrimSpace(r.URL.Query().Get("q")))))
	}
	return []server.Route{{Pattern: "GET " + server.ReferencePath, Permission: access.Public, Handle: show}}, nil
}
