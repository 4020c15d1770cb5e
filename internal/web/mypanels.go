package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
)

// myPanels are what a buyer does with a purchase: its seats, and who reports on it.
func (p *Pages) myPanels(r *http.Request, own access.Reach, purchase license.Purchase) ([]templ.Component, error) {
	return nil, nil
}
