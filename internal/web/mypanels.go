package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
)

// myPanels are what a buyer does with a purchase: its seats, and who reports on it.
func (p *Pages) myPanels(r *http.Request, own access.Reach, purchase license.Purchase) ([]templ.Component, error) {
	seats, err := p.seatsPanel(r, own, purchase)
	if err != nil {
		return nil, err
	}
	reporter, err := p.reporterPanel(r, own, purchase.ID)
	if err != nil {
		return nil, err
	}
	return []templ.Component{seats, reporter}, nil
}
