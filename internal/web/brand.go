package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/server"
)

// Brand is how the pages of an organization look; the zero one is Ambit's.
type Brand struct {
	Sheet string // address of the style sheet with its colours
	Logo  string // address of its logo
}

// ambitAccent is the accent of ambit.css on light pages, for organizations that
// have chosen one for dark pages only.
const ambitAccent org.Color = "#0f766e"

// brandRoutes are what makes pages look like their organization's.
func (p *Pages) brandRoutes() []server.Route {
	return []server.Route{
		{Pattern: "GET /brand/{hash}/{name}", Permission: access.Public, Kind: server.Asset, Cache: server.Immutable, Handle: p.brandSheet},
		{Pattern: "GET /logo/{name}", Permission: access.Public, Kind: server.Asset, Cache: server.Immutable, Handle: p.logo},
	}
}

// brandOf finds the looks of an organization.
func (p *Pages) brandOf(o server.Organization) Brand {
	var out Brand
	chosen := org.Brand{Accent: org.Color(o.Accent), AccentDark: org.Color(o.AccentDark)}
	if dark := chosen.Dark(); dark != "" {
		out.Sheet = p.assets.brandURL(chosen.Accent, dark)
	}
	if o.Logo != "" {
		out.Logo = "/logo/" + o.Logo + ".png"
	}
	return out
}

// brandURL is where the sheet of two colours is served. The address says all
// that is in the sheet, and the release that wrote it, so a browser may keep it
// for ever and nothing has to be looked up for it.
func (a *Assets) brandURL(light, dark org.Color) string {
	if light == "" {
		light = ambitAccent
	}
	return "/brand/" + a.hash + "/" + string(light[1:]+"-"+dark[1:]) + ".css"
}

// brandSheet answers GET /brand/{hash}/{name}. Only colours that can be read
// are served, whoever made the address.
func (p *Pages) brandSheet(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	name, isSheet := strings.CutSuffix(r.PathValue("name"), ".css")
	first, second, _ := strings.Cut(name, "-")
	light, err := org.CheckColor("accent", first, org.OnLight)
	dark, darkErr := org.CheckColor("accent_dark", second, org.OnDark)
	if !isSheet || err != nil || darkErr != nil || light == "" || dark == "" || r.URL.Path != p.assets.brandURL(light, dark) {
		return fault.ErrNotFound
	}
	return p.send(w, "text/css; charset=utf-8", []byte(sheetOf(light, dark)))
}

// sheetOf sets the tokens of ambit.css that are the accent. Paper is light.
func sheetOf(light, dark org.Color) string {
	tokens := func(c org.Color) string {
		return fmt.Sprintf("--accent-ink:%[1]s;--primary:%[1]s;--primary-foreground:%[2]s;--ring:%[1]s", c, c.Ink())
	}
	return ":root{" + tokens(light) + "}\n.dark{" + tokens(dark) + "}\n@media print{.dark{" + tokens(light) + "}}\n"
}

// logo answers GET /logo/{name}.
func (p *Pages) logo(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	hash, isImage := strings.CutSuffix(r.PathValue("name"), ".png")
	if !isImage {
		return fault.ErrNotFound
	}
	found, err := p.Organizations.Logo(r.Context(), hash)
	if err != nil {
		return err
	}
	return p.send(w, "image/png", found.PNG)
}

func (p *Pages) send(w http.ResponseWriter, kind string, body []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the browser went away: nobody is left to tell
	return nil
}
