package bench

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// filling finds what a person can open, by asking the lists of the API.
type filling struct {
	ctx      context.Context
	front    front
	person   person
	known    map[string][]string
	required map[string][]string // parameters that operations need, by path
}

// route fills the placeholders of one route. Where it ends in a report's name
// there are as many targets as reports.
func (f *filling) route(r server.Route) (out []target, missing []string) {
	out = []target{{name: r.Path(), kind: r.Kind, address: r.Path()}}
	segments := strings.Split(r.Path(), "/")
	for i, segment := range segments {
		if !strings.HasPrefix(segment, "{") {
			continue
		}
		name := strings.Trim(segment, "{}")
		values := f.values(name, segments[max(i-1, 0)])
		if len(values) == 0 {
			return nil, []string{segment}
		}
		out = spread(out, segment, values)
	}
	parameters := asks[r.Path()]
	if r.Kind == server.API {
		parameters = f.operation(r.Path())
	}
	query := url.Values{}
	for _, name := range parameters {
		values := f.values(name, "")
		if len(values) == 0 {
			return nil, []string{name}
		}
		query.Set(name, values[0])
	}
	for i := range out {
		if len(query) > 0 {
			out[i].address += "?" + query.Encode()
		}
	}
	for _, filter := range narrowed[r.Path()] {
		out = append(out, target{name: r.Path() + "?" + filter, kind: r.Kind, address: out[0].address + "?" + filter})
	}
	return out, nil
}

// spread puts values for a placeholder: the first one, but every report where
// that is what the page is.
func spread(targets []target, segment string, values []string) (out []target) {
	for _, t := range targets {
		for _, v := range values {
			filled := t
			filled.address = strings.Replace(t.address, segment, url.PathEscape(v), 1)
			if segment != "{report}" || !strings.HasSuffix(t.address, segment) {
				out = append(out, filled)
				break
			}
			filled.name = strings.Replace(t.name, segment, v, 1)
			out = append(out, filled)
		}
	}
	return out
}

// values are what can stand for a placeholder or parameter.
func (f *filling) values(name, collection string) []string {
	switch name {
	case "organization":
		return []string{slug}
	case "$":
		return []string{""}
	case "actor":
		return []string{string(f.person.account.ID)}
	case "run":
		return []string{string(f.person.run)}
	case "report":
		var keys []string
		for _, r := range report.Catalogue() {
			keys = append(keys, string(r.Key))
		}
		return keys
	}
	for _, list := range []string{plural(name), collection} {
		if _, asked := f.known[list]; !asked {
			f.known[list] = f.front.list(f.ctx, f.person, list)
		}
		if len(f.known[list]) > 0 && list != "" {
			return f.known[list]
		}
	}
	return nil
}

// plural is the list of the API that things of a name stand in.
func plural(name string) string {
	if stem, is := strings.CutSuffix(name, "y"); is {
		return stem + "ies"
	}
	return name + "s"
}

// operation lists the parameters that an operation needs, from the document.
func (f *filling) operation(path string) []string {
	if f.required == nil {
		f.required = map[string][]string{}
		var body strings.Builder
		f.front.ask(f.ctx, f.person, 0, "/api/v1/openapi.json", &body)
		var document struct {
			Paths map[string]map[string]json.RawMessage `json:"paths"`
		}
		if json.Unmarshal([]byte(body.String()), &document) == nil {
			for at, methods := range document.Paths {
				f.required[at] = needed(methods["get"])
			}
		}
	}
	for at, names := range f.required { // the document's paths begin below the prefix, or with it
		if path == at || strings.HasSuffix(path, "/api/v1"+at) {
			return names
		}
	}
	return nil
}

func needed(operation json.RawMessage) (out []string) {
	var op struct {
		Parameters []struct {
			Name, In string
			Required bool
		}
	}
	if operation == nil || json.Unmarshal(operation, &op) != nil {
		return nil
	}
	for _, p := range op.Parameters {
		if p.In == "query" && p.Required {
			out = append(out, p.Name)
		}
	}
	slices.Sort(out)
	return out
}
