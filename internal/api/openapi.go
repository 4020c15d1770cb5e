package api

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
)

// tags are the groups of the operations, in the order in which one reads them.
var tags = []*huma.Tag{
	{Name: "You", Description: "Who asks, and what they may do."},
	{Name: "Learners", Description: "The learners in the asker's access, and the invitations that wait."},
	{Name: "Reports", Description: "What learners have done: rows, figures, the training matrix, and files to take away."},
	{Name: "Licenses", Description: "License purchases with their seats, and who reports on them."},
	{Name: "Access", Description: "Who can see whom and why, roles, groups and policies, access that is given to one person, and what happened."},
	{Name: "Teams", Description: "Learners who are looked at together, who is in which team, and with whom a team is shared."},
	{Name: "Locations", Description: "The tree of places, its levels, and what changing it does to who sees whom."},
	{Name: "Accounts", Description: "The accounts of people, for administrators who look after them."},
	{Name: "Organization", Description: "What the organization has decided about itself."},
	{Name: "Clients", Description: "The organizations under a master."},
	{Name: "Progress", Description: "Progress that was made elsewhere."},
}

// tagOf is the group of an operation by the first word of its path.
func tagOf(path string) string {
	word, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return map[string]string{
		"roles": "Access", "permissions": "Access", "groups": "Access", "policies": "Access", "teams": "Teams", "clients": "Clients",
		"me": "You", "accounts": "Accounts", "learners": "Learners", "invitations": "Learners", "purchases": "Licenses", "access": "Access", "enrollments": "Progress",
		"organization": "Organization", "redemptions": "Licenses", "custom-deals": "Licenses", "programs": "Reports", "audit-events": "Access", "locations": "Locations", "location-types": "Locations", "location-settings": "Locations",
		"activities": "Reports", "analytics": "Reports", "dashboard": "Reports", "matrix": "Reports", "overview": "Reports", "reports": "Reports", "report-runs": "Reports",
	}[word]
}

// configuration is huma without what it brings by itself: no pages of its own,
// no links to schemas, no second format.
func configuration() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Ambit", Version: "1",
				Description: "Every answer holds exactly what lies in the access of the one who asks. " +
					"Instants are UTC (RFC 3339), days are days of the learner's organization, scores and progress are of 100.",
			},
			Servers: []*huma.Server{{URL: Prefix}},
			Tags:    tags,
			Components: &huma.Components{
				Schemas:   schemas(),
				Responses: map[string]*huma.Response{"Problem": problemResponse()},
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", Description: "An API token: never more than its owner may at that moment."},
					"session": {Type: "apiKey", In: "cookie", Name: "__Host-ambit", Description: "The session of a browser; without TLS the cookie is called ambit."},
				},
			},
		},
		// huma looks up the problem documents it believes to write as "json".
		Formats:                      map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{refuse},
	}
}

// schemas collects the types of the answers by name.
func schemas() huma.Registry {
	return huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
}

// problemKinds are the types of the server's problem documents.
func problemKinds() []any {
	var out []any
	for k := fault.Internal; k <= fault.Unavailable; k++ {
		out = append(out, server.ProblemOf(k.String()))
	}
	return append(out, server.ProblemOf("method-not-allowed"))
}

// problemResponse describes the server's problem documents.
func problemResponse() *huma.Response {
	closed := func(required []string, properties map[string]*huma.Schema) *huma.Schema {
		return &huma.Schema{Type: huma.TypeObject, Required: required, Properties: properties, AdditionalProperties: false}
	}
	text := func(description string) *huma.Schema {
		return &huma.Schema{Type: huma.TypeString, Description: description}
	}
	return &huma.Response{
		Description: "What went wrong (RFC 9457)",
		Content: map[string]*huma.MediaType{server.ProblemType: {Schema: closed(
			[]string{"type", "title", "status", "detail", "request_id"},
			map[string]*huma.Schema{
				"type":       {Type: huma.TypeString, Description: "Names the kind of problem.", Enum: problemKinds()},
				"title":      text("The status in words."),
				"status":     {Type: huma.TypeInteger},
				"detail":     text("A sentence for people."),
				"request_id": text("Stands in the log of the server."),
				"errors": {
					Type: huma.TypeArray, Description: "Every field that cannot be used.",
					Items: closed([]string{"field", "detail"}, map[string]*huma.Schema{"field": text("Its name."), "detail": text("How to mend it.")}),
				},
			},
		)}},
	}
}
