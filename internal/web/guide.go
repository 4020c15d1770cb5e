package web

import (
	"net/http"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/server"
)

// guideNeeds is the permission of those who set customers up.
const guideNeeds = access.TeamCreate

// guideRoutes is the one page that says which of the four ways to set a
// customer up is the right one.
func (p *Pages) guideRoutes() []server.Route {
	return []server.Route{{Pattern: "GET /o/{organization}/guide", Permission: guideNeeds, Handle: countingOnce(p.guide)}}
}

func (p *Pages) guide(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	page, err := p.framed(r, "", "")
	if err != nil {
		return err
	}
	page.Title = page.T("guide.title")
	return show(w, r, http.StatusOK, Guide(page))
}

// guideWay is one way to set a customer up.
type guideWay struct {
	name, when, icon string // messages; a glyph
	permission       access.Permission
	path             string // of its pages
}

// guideWays are the four, in the order of the table.
func guideWays() []guideWay {
	return []guideWay{
		{"guide.purchase", "guide.purchase_when", "license", access.LicenseView, "licenses"},
		{"guide.team", "guide.team_when", "users", access.TeamList, "teams"},
		{"guide.location", "guide.location_when", "map-pin", access.LocationView, "locations"},
		{"guide.client", "guide.client_when", "building", access.ClientView, "clients"},
	}
}

// guideRows compare the ways: the question, and an answer for each.
func guideRows() [][5]string {
	return [][5]string{
		{"guide.who", "guide.who_purchase", "guide.who_team", "guide.who_location", "guide.who_client"},
		{"guide.sees", "guide.sees_purchase", "guide.sees_team", "guide.sees_location", "guide.sees_client"},
		{"guide.by", "guide.by_purchase", "guide.by_team", "guide.by_location", "guide.by_client"},
		{"guide.manage", "guide.manage_purchase", "guide.manage_team", "guide.manage_location", "guide.manage_client"},
		{"guide.overlap", "guide.overlap_purchase", "guide.overlap_team", "guide.overlap_location", "guide.overlap_client"},
		{"guide.ends", "guide.ends_purchase", "guide.ends_team", "guide.ends_location", "guide.ends_client"},
		{"guide.look", "guide.look_purchase", "guide.look_team", "guide.look_location", "guide.look_client"},
	}
}

// guideQuestions lead to a way: the first that is answered with yes decides.
func guideQuestions() [][2]string {
	return [][2]string{
		{"guide.choose_1", "guide.client"}, {"guide.choose_2", "guide.location"}, {"guide.choose_3", "guide.purchase"}, {"guide.choose_4", "guide.team"},
	}
}
