package web

import (
	"bytes"
	"mime"
	"net/http"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
	"github.com/ambit-lms/ambit/internal/team"
)

// asURL writes parameters for an address.
func asURL(values interface{ Encode() string }) templ.SafeURL { return templ.SafeURL(values.Encode()) }

// isList tells whether a form brings a pasted list or a file.
func isList(r *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return kind == "multipart/form-data"
}

// memberships gives who is and was in which team, with dates, as a file: of one
// team, or of all that the visitor may open (M-120).
func (p *Pages) memberships(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	format := table.CSV
	if asked := r.URL.Query().Get("format"); asked != "" {
		known := false
		if format, known = table.ParseFormat(asked); !known {
			return fault.ErrNotFound
		}
	}
	page := p.plain(r)
	sheet := table.Sheet{Name: page.T("nav.teams"), RightToLeft: page.Tag().Direction() == "rtl"}
	for _, column := range []struct{ key, name string }{
		{"team", "team.one"}, {"team_id", "team.file_team_id"}, {"learner", "field.name"}, {"email", "field.email"}, {"external_id", "team.file_external_id"}, {"from", "team.from"}, {"until", "team.until"},
	} {
		sheet.Columns = append(sheet.Columns, table.Column{Key: column.key, Name: page.T(column.name)})
	}
	var file bytes.Buffer
	out, err := table.NewWriter(format, &file, sheet)
	if err != nil {
		return err
	}
	visit := server.VisitOf(r.Context())
	err = p.Teams.Each(r.Context(), visit.Reach(access.ReportExport), reach, learnersOf(r), access.TeamID(r.PathValue("team")), func(t team.Team, m team.Member) error {
		until := table.Empty()
		if !m.Until.IsZero() {
			until = table.Instant(m.Until.In(page.Zone()))
		}
		id := t.ExternalID
		if id == "" {
			id = string(t.ID)
		}
		return out.Row(table.Text(t.Name), table.Text(id), table.Text(m.Name), table.Text(m.Email), table.Text(m.ExternalID), table.Instant(m.From.In(page.Zone())), until)
	})
	if err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	w.Header().Set("Content-Type", format.MediaType())
	w.Header().Set("Content-Disposition", `attachment; filename="team-members.`+string(format)+`"`)
	_, _ = file.WriteTo(w) // the client may be gone by now
	return nil
}
