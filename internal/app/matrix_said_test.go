package app

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/ambit-lms/ambit/internal/server"
)

// said is what a request of the present route has to say to be about its object
// at all: a body, and a question after the address. Where something is missing
// everybody is told so alike, whatever the object is.
func (w *matrixWorld) said() (body, question string) {
	path, method := w.route.Path(), w.route.Method()
	if w.route.Kind != server.API {
		return w.saidOnPages(path, method), ""
	}
	switch {
	case strings.Contains(path, "/accounts/{id}"):
		return w.saidOfAccount(path, method)
	case strings.Contains(path, "/clients/{id}") && method == http.MethodPut:
		return `{"name": "Contoso", "client_id": "", "expires_on": "", "may_have_clients": false}`, ""
	case strings.Contains(path, "/clients/{id}/"):
		return `{"reason": "asked for"}`, ""
	case strings.HasSuffix(path, "/access/preview"):
		return "", "?role=list_users&kind=organization&place=" + string(w.accounts["ada"].Organization)
	case strings.HasSuffix(path, "/learners/{id}/access") && method == http.MethodPost:
		return fmt.Sprintf(`{"role": "list_users", "kind": "organization", "place": %q}`, w.accounts["ada"].Organization), ""
	case strings.HasSuffix(path, "/reporter/preview"):
		return "", "?account_id=" + string(w.accounts["ben"].ID)
	case strings.HasSuffix(path, "/reporter") && method == http.MethodPut:
		return fmt.Sprintf(`{"account_id": %q}`, string(w.accounts["ben"].ID)), ""
	case strings.HasSuffix(path, "/seats") && method == http.MethodPost:
		return `{"email": "somebody@example.org"}`, ""
	case strings.HasSuffix(path, "/until"):
		return `{"until": "2099-12-31"}`, ""
	case strings.HasSuffix(path, "/runs") && method == http.MethodPost:
		return `{"format": "csv"}`, ""
	case strings.Contains(path, "/groups/{id}/"):
		return `{"act": "end"}`, ""
	case strings.Contains(path, "/groups/{id}"):
		return `{"name": "Executives"}`, ""
	case strings.Contains(path, "/policies/{id}") && method != http.MethodDelete:
		return fmt.Sprintf(`{"name": "Everybody", "role": "list_users", "places": [{"kind": "organization", "id": %q}]%s}`, w.accounts["ada"].Organization,
			map[bool]string{true: `, "version": 1`}[method == http.MethodPut]), ""
	case strings.Contains(path, "/teams/{id}"):
		return w.saidOfTeam(path, method)
	case strings.Contains(path, "/roles/") && method == http.MethodPut:
		return `{"name": "Reader", "permissions": ["report.view"], "node_kinds": ["location"], "version": 1}`, ""
	case strings.Contains(path, "/roles/") && method == http.MethodPost:
		return `{"name": "Reader", "permissions": ["report.view"], "node_kinds": ["location"]}`, ""
	case strings.Contains(path, "/location-") && method == http.MethodPut && !strings.HasSuffix(path, "-settings"):
		return `{"name": "Somewhere"}`, ""
	case strings.Contains(path, "/locations/"):
		return w.saidOfLocation(path, method)
	}
	return "", ""
}

func (w *matrixWorld) saidOfAccount(path, method string) (body, question string) {
	switch {
	case strings.HasSuffix(path, "/role/preview"):
		return "", "?role=student"
	case strings.HasSuffix(path, "/location/preview"):
		return "", "?location_id=" + w.locations["l1"]
	case strings.HasSuffix(path, "/role"):
		return `{"role": "student"}`, ""
	case strings.HasSuffix(path, "/location"), method == http.MethodPost:
		return `{}`, ""
	case method == http.MethodPut:
		return `{"given_name": "Some", "family_name": "Body"}`, ""
	case method == http.MethodDelete && strings.HasSuffix(path, "{id}"):
		return "", "?reason=left"
	}
	return "", ""
}

func (w *matrixWorld) saidOfTeam(path, method string) (body, question string) {
	carl := string(w.accounts["carl"].ID)
	switch {
	case strings.HasSuffix(path, "/shares/preview"):
		return "", "?kind=account&role=team_reader&with=" + carl
	case strings.HasSuffix(path, "/shares") && method == http.MethodPost:
		return fmt.Sprintf(`{"kind": "account", "role": "team_reader", "with": %q}`, carl), ""
	case method == http.MethodPost:
		return fmt.Sprintf(`{"people": [{"account_id": %q}]}`, carl), ""
	case method == http.MethodPut:
		return `{"name": "Team"}`, ""
	}
	return "", ""
}

func (w *matrixWorld) saidOfLocation(path, method string) (body, question string) {
	switch {
	case method == http.MethodPut:
		return `{"name": "Somewhere"}`, ""
	case method == http.MethodPost && strings.HasSuffix(path, "/move"):
		return `{}`, ""
	case method == http.MethodPost && strings.HasSuffix(path, "/merge"):
		return fmt.Sprintf(`{"into_id": %q}`, w.locations["l2"]), ""
	case strings.HasSuffix(path, "/merge"):
		return "", "?into_id=" + w.locations["l2"]
	}
	return "", ""
}

func (w *matrixWorld) saidOnPages(path, method string) string {
	switch {
	case method != http.MethodPost:
	case strings.HasSuffix(path, "/users/{learner}/edit"):
		return "given_name=Some&family_name=Body"
	case strings.HasSuffix(path, "/teams/{team}/remove"):
		return "person=somebody"
	case strings.HasSuffix(path, "/users/{learner}/role"):
		return "role=student"
	case strings.HasSuffix(path, "/users/{learner}/delete"):
		return "reason=left"
	case strings.HasSuffix(path, "/clients/{client}"):
		return "name=Contoso"
	}
	return ""
}
