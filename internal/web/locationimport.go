package web

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
)

// importBody is the largest file of locations that is taken: 50,000 lines and
// what a form puts around them.
const importBody = 12 << 20

func (p *Pages) importLocations(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showImport(w, r, http.StatusOK, "", nil)
}

func (p *Pages) showImport(w http.ResponseWriter, r *http.Request, status int, pasted string, wrong error) error {
	page, err := p.framed(r, PlaceLocations, "")
	if err != nil {
		return err
	}
	page.Title = page.T("location.import_title")
	v := LocationImportView{Back: here(r, "locations"), Action: here(r, "locations", "import"), Export: here(r, "locations", "export"), Pasted: pasted}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, LocationImport(page, v))
}

// previewImport reads a file of locations and shows what taking it would do.
func (p *Pages) previewImport(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	pasted, raw, err := listOf(r, "rows")
	if err != nil {
		return err
	}
	sheet, err := location.ReadSheet(raw)
	if err == nil {
		err = p.beginAct(w, r, location.ImportAct, "", sheet)
	}
	if err != nil && refused(err) {
		return p.showImport(w, r, http.StatusUnprocessableEntity, pasted, err)
	}
	return err
}

// exportLocations gives the tree as a file that an import reads again.
func (p *Pages) exportLocations(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	format := table.CSV
	if asked := r.URL.Query().Get("format"); asked != "" {
		known := false
		if format, known = table.ParseFormat(asked); !known {
			return fault.ErrNotFound
		}
	}
	sheet := table.Sheet{Name: p.plain(r).T("nav.locations")}
	for _, name := range location.Columns() {
		sheet.Columns = append(sheet.Columns, table.Column{Name: name, Key: name})
	}
	var file bytes.Buffer
	out, err := table.NewWriter(format, &file, sheet)
	if err != nil {
		return err
	}
	err = p.Locations.Export(r.Context(), reach, func(l location.Line) error {
		return out.Row(table.Text(l.ID), table.Text(l.Parent), table.Text(l.Name), table.Text(l.Type))
	})
	if err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	w.Header().Set("Content-Type", format.MediaType())
	w.Header().Set("Content-Disposition", `attachment; filename="locations.`+string(format)+`"`)
	_, _ = file.WriteTo(w)
	return nil
}

// importActWords is what the pages say about taking locations from a file.
func importActWords() actWords {
	return actWords{
		place: PlaceLocations, title: "location.import_title", subject: "location.import_line",
		preview: func(p Page, a bulk.Act) string { return p.N("location.import_preview", a.Plan.Effective()) },
		done:    func(p Page, a bulk.Act) string { return p.N("location.import_done", a.Plan.Effective()) },
		confirm: func(p Page, a bulk.Act) string { return p.N("location.import_confirm", a.Plan.Effective()) },
		undo:    func(p Page, a bulk.Act) string { return p.N("location.import_undo", a.Plan.Effective()) },
		figures: []actFact{
			{"added", "location.import_added"}, {"changed", "location.import_changed"}, {"same", "location.import_same"}, {"left_out", "location.import_left_out"},
		},
		results: map[string]string{
			location.LineAdded: "location.line_added", location.LineChanged: "location.line_changed", location.LineSame: "location.line_same",
			location.LineElsewhere: "location.line_elsewhere", location.LineNoID: "location.line_no_id", location.LineTwice: "location.line_twice",
			location.LineNoName: "location.line_no_name", location.LineNoParent: "location.line_no_parent", location.LineParentLost: "location.line_parent_lost",
			location.LineCircle: "location.line_circle", location.LineTooDeep: "location.line_deep", location.LineNoType: "location.line_no_type",
			location.LineMisfit: "location.line_misfit", location.LineChildren: "location.line_children", location.LineRetired: "location.line_retired",
			location.LineFlat: "location.line_flat", location.LineTaken: "location.line_taken",
			location.LineTakenBack: "location.line_taken_back", location.LineKept: "location.line_kept",
		},
		back: func(p Page, _ bulk.Act) ActLink { return ActLink{Label: p.T("nav.locations"), To: p.Path("locations")} },
	}
}

// convertHolders previews what switching locations or hierarchies off takes
// from those whose roles depend on it.
func (p *Pages) convertHolders(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	to := location.Settings{Locations: form.Get("locations") != "", Hierarchies: form.Get("hierarchies") != ""}
	if err := p.beginAct(w, r, location.ConvertAct, "", to); err != nil {
		return p.setupDone(w, r, err)
	}
	return nil
}

// lost is how many learners the holder of a role no longer sees.
func lost(l bulk.Line) int {
	n, _ := strconv.Atoi(l.Detail["loses"]) // ours; where it is absent it is none
	return n
}

// convertActWords is what the pages say about that.
func convertActWords() actWords {
	return actWords{
		place: PlaceLocations, title: "location.convert_title", subject: "location.who",
		preview: func(p Page, a bulk.Act) string { return p.N("location.convert_preview", len(a.Plan.Lines)) },
		done:    func(p Page, a bulk.Act) string { return p.N("location.convert_done", a.Plan.Effective()) },
		confirm: func(p Page, a bulk.Act) string { return p.N("location.convert_confirm", a.Plan.Effective()) },
		undo:    func(Page, bulk.Act) string { return "" },
		figures: []actFact{{"roles", "location.convert_roles"}, {"people", "location.convert_people"}},
		results: map[string]string{
			location.BecomesLocal: "location.becomes_local", location.BecomesStudent: "location.becomes_student", location.RoleEnds: "location.role_ends",
			location.NotYours: "location.not_yours", location.Waits: "location.waits",
		},
		detail: func(p Page, l bulk.Line) string {
			said := l.Detail["role"]
			if key := access.RoleKey(said); said != "" {
				if role, known := access.Preset(key); known {
					said = p.RoleName(role)
				}
			}
			if place := l.Detail["place"]; place != "" {
				said += " · " + place
			}
			if n := lost(l); n > 0 {
				said += " · " + p.N("location.convert_loses", n)
			}
			return said
		},
		back: func(p Page, _ bulk.Act) ActLink {
			return ActLink{Label: p.T("location.setup"), To: p.Path("locations", "setup")}
		},
	}
}
