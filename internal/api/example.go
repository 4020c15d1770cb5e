package api

import (
	"crypto/sha256"
	"embed"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// example is one request of an operation, as the document shows it. Names in
// braces are external ids of a small school; the test that runs every example
// in that school puts the real ids there and compares the answers.
type example struct {
	As     string // who asks
	Path   string // with its parameters
	Header string // one more header, where there is one
	Body   string
}

// examples has one for each operation, by operation id.
var examples = map[string]example{
	"get-me":                     {As: "carl", Path: "/me"},
	"get-learners":               {As: "carl", Path: "/learners?purchase=p-acme&limit=2"},
	"get-learners-by-id":         {As: "carl", Path: "/learners/{ann}"},
	"get-learners-by-id-viewers": {As: "ada", Path: "/learners/{ann}/viewers"},
	"get-invitations":            {As: "carl", Path: "/invitations"},
	"get-activities":             {As: "carl", Path: "/activities"},
	"get-dashboard":              {As: "carl", Path: "/dashboard?state=overdue"},
	"get-matrix":                 {As: "carl", Path: "/matrix?limit=1"},
	"get-purchases":              {As: "carl", Path: "/purchases?limit=1"},
	"get-purchases-by-id":        {As: "ada", Path: "/purchases/{p-bolt}"},
	"get-purchases-by-id-seats":  {As: "carl", Path: "/purchases/{p-acme}/seats?limit=2"},
	"post-purchases-by-id-seats": {As: "ada", Path: "/purchases/{p-acme}/seats", Body: `{"people": [
  {"email": "new@example.com"},
  {"email": "NEW@example.com"},
  {"account_id": "{ann}"}
]}`},
	"post-purchases-by-id-seats-by-seat-resend": {As: "ada", Path: "/purchases/{p-acme}/seats/{pending}/resend"},
	"delete-purchases-by-id-seats-by-seat":      {As: "ada", Path: "/purchases/{p-acme}/seats/{pending}"},
	"get-purchases-by-id-ledger":                {As: "ada", Path: "/purchases/{p-acme}/ledger?limit=1"},
	"get-me-who-sees-me":                        {As: "ann", Path: "/me/who-sees-me"},
	"get-audit-events":                          {As: "ada", Path: "/audit-events?action=roster.&limit=1"},
	"get-access-explain":                        {As: "ada", Path: "/access/explain?actor={carl}&learner={ann}"},
	"get-learners-by-id-access":                 {As: "ada", Path: "/learners/{carl}/access"},
	"get-learners-by-id-access-preview":         {As: "ada", Path: "/learners/{bert}/access/preview?role=list_users&kind=organization&place={north}&until=2026-12-31"},
	"post-learners-by-id-access": {As: "ada", Path: "/learners/{carl}/access", Body: `{
  "role": "create_teams",
  "kind": "organization",
  "place": "{north}",
  "until": "2026-12-31",
  "reason": "sorts the people of Acme into teams"
}`},
	"get-access-ending":           {As: "ada", Path: "/access/ending"},
	"get-access-by-id-end":        {As: "ada", Path: "/access/{access}/end"},
	"put-access-by-id-until":      {As: "ada", Path: "/access/{access}/until", Body: `{"until": "2026-06-30"}`},
	"delete-access-by-id":         {As: "ada", Path: "/access/{spare-access}?reason=back+from+leave"},
	"get-overview":                {As: "carl", Path: "/overview?steps=2"},
	"get-analytics-users":         {As: "carl", Path: "/analytics/users?from=2026-03-01&to=2026-03-02"},
	"get-analytics-activities":    {As: "carl", Path: "/analytics/activities?from=2026-03-01&to=2026-03-02"},
	"get-analytics-programs":      {As: "carl", Path: "/analytics/programs?from=2026-03-01&to=2026-03-02"},
	"get-analytics-teams":         {As: "ada", Path: "/analytics/teams?from=2026-03-01&to=2026-03-02&limit=2"},
	"get-analytics-locations":     {As: "ada", Path: "/analytics/locations?from=2026-03-01&to=2026-03-02"},
	"get-analytics-participation": {As: "carl", Path: "/analytics/participation?from=2026-03-01&to=2026-03-02"},
	"get-analytics-risk":          {As: "carl", Path: "/analytics/risk?limit=2"},
	"get-reports":                 {As: "lone", Path: "/reports"},
	"get-reports-own":             {As: "ann", Path: "/reports/own"},
	"get-reports-by-report":       {As: "carl", Path: "/reports/enrollments?state=overdue&columns=learner,activity,due_on,days_late"},
	"post-reports-own-runs":       {As: "ann", Path: "/reports/own/runs", Body: `{"format": "csv"}`},
	"post-reports-by-report-runs": {As: "carl", Path: "/reports/progress/runs", Header: "Idempotency-Key: progress-2026-03-02", Body: `{
  "format": "csv",
  "filters": {"purchase": "p-acme"},
  "columns": ["learner", "completed", "completion_rate"],
  "sort": "-completed"
}`},
	"get-report-runs":                         {As: "carl", Path: "/report-runs"},
	"get-report-runs-by-id":                   {As: "carl", Path: "/report-runs/{run}"},
	"get-report-runs-by-id-file":              {As: "carl", Path: "/report-runs/{run}/file"},
	"delete-report-runs-by-id":                {As: "carl", Path: "/report-runs/{run}"},
	"get-purchases-by-id-reporter-candidates": {As: "ada", Path: "/purchases/{p-acme}/reporter/candidates"},
	"get-purchases-by-id-reporter-preview":    {As: "ada", Path: "/purchases/{p-acme}/reporter/preview?account_id={ann}"},
	"put-purchases-by-id-reporter":            {As: "ada", Path: "/purchases/{p-bolt}/reporter", Body: `{"account_id": "{bert}"}`},
	"delete-purchases-by-id-reporter":         {As: "ada", Path: "/purchases/{p-bolt}/reporter"},
	"post-purchases": {As: "ada", Path: "/purchases", Header: "Idempotency-Key: shop-order-1001", Body: `{
  "product_id": "{excel}",
  "seats": 10,
  "company": "Cole",
  "buyer_id": "{carl}",
  "redeem_by": "2026-12-31"
}`},
	"post-activities": {As: "ada", Path: "/activities", Body: `{
  "title": "Fire safety",
  "url": "https://learn.example.com/fire",
  "minutes": 30,
  "self_complete": true
}`},
	"post-programs": {As: "ada", Path: "/programs", Body: `{
  "title": "First week",
  "activities": [
    {"id": "{excel}", "required": true},
    {"id": "{word}"}
  ]
}`},
	"get-clients":       {As: "mona", Path: "/clients?limit=2"},
	"get-clients-by-id": {As: "mona", Path: "/clients/{contoso}"},
	"post-clients": {As: "mona", Path: "/clients", Header: "Idempotency-Key: crm-account-1001", Body: `{
  "slug": "fabrikam",
  "name": "Fabrikam",
  "client_id": "F-1001",
  "time_zone": "Europe/Vienna",
  "locale": "de",
  "expires_on": "2027-12-31",
  "given_name": "Felix",
  "family_name": "Fab",
  "email": "felix@fabrikam.example"
}`},
	"put-clients-by-id":          {As: "mona", Path: "/clients/{contoso}", Body: `{"name": "Contoso Ltd", "client_id": "C-17", "expires_on": "2028-12-31", "may_have_clients": true}`},
	"post-clients-by-id-suspend": {As: "mona", Path: "/clients/{contoso}/suspend", Body: `{"reason": "unpaid since January"}`},
	"post-clients-by-id-reopen":  {As: "mona", Path: "/clients/{litware}/reopen", Body: `{"reason": "paid"}`},
	"post-clients-by-id-end":     {As: "mona", Path: "/clients/{tailspin}/end", Body: `{"reason": "the contract is over"}`},
	"get-custom-deals":           {As: "ada", Path: "/custom-deals?state=draft"},
	"get-custom-deals-by-id":     {As: "ada", Path: "/custom-deals/{deal}"},
	"post-custom-deals": {As: "ada", Path: "/custom-deals", Header: "Idempotency-Key: crm-deal-4711", Body: `{
  "name": "Cole, framework agreement",
  "company": "Cole",
  "buyer_id": "{carl}",
  "auto_reporter": true,
  "licenses": [{"product_id": "{excel}", "seats": 20, "access_days": 365}]
}`},
	"post-custom-deals-by-id-activate": {As: "ada", Path: "/custom-deals/{deal}/activate"},
	"post-custom-deals-by-id-end":      {As: "ada", Path: "/custom-deals/{deal}/end"},
	"get-organization-settings":        {As: "ada", Path: "/organization/settings"},
	"put-organization-settings": {As: "ada", Path: "/organization/settings", Body: `{
  "address": "Market Square 1\n1010 Vienna",
  "accent": "#b3261e",
  "mail_reply_to": "learning@north.example",
  "session_idle_minutes": 60
}`},
	"put-organization-logo":     {As: "ada", Path: "/organization/logo", Body: `{"image": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGPYrCYHAAKHAPifZ1+5AAAAAElFTkSuQmCC"}`},
	"delete-organization-logo":  {As: "ada", Path: "/organization/logo"},
	"get-locations":             {As: "ada", Path: "/locations?below={eu}"},
	"get-locations-by-id":       {As: "ada", Path: "/locations/{de}"},
	"get-locations-by-id-move":  {As: "ada", Path: "/locations/{de}/move"},
	"get-locations-by-id-merge": {As: "ada", Path: "/locations/{de}/merge?into_id={at}"},
	"get-location-types":        {As: "ada", Path: "/location-types"},
	"get-location-settings":     {As: "ada", Path: "/location-settings"},
	"post-locations": {As: "ada", Path: "/locations", Body: `{
  "name": "France",
  "external_id": "fr",
  "parent_id": "{eu}"
}`},
	"post-locations-by-id-move":   {As: "ada", Path: "/locations/{ch}/move", Body: `{"parent_id": "{de}"}`},
	"post-locations-by-id-merge":  {As: "ada", Path: "/locations/{at}/merge", Body: `{"into_id": "{de}"}`},
	"post-locations-by-id-retire": {As: "ada", Path: "/locations/{ch}/retire"},
	"post-location-types": {As: "ada", Path: "/location-types", Body: `{
  "name": "City",
  "requires_id": "{country}"
}`},
	"put-locations-by-id":                 {As: "ada", Path: "/locations/{de}", Body: `{"name": "Deutschland", "external_id": "de"}`},
	"put-location-types-by-id":            {As: "ada", Path: "/location-types/{country}", Body: `{"name": "State"}`},
	"put-location-settings":               {As: "ada", Path: "/location-settings", Body: `{"locations": true, "hierarchies": true}`},
	"delete-location-types-by-id":         {As: "ada", Path: "/location-types/{district}"},
	"post-redemptions":                    {As: "lone", Path: "/redemptions", Body: `{"seat_id": "{offer}"}`},
	"get-accounts-by-id":                  {As: "ada", Path: "/accounts/{fred}"},
	"get-accounts-by-id-role-preview":     {As: "ada", Path: "/accounts/{lone}/role/preview?role=local_administrator"},
	"get-accounts-by-id-location-preview": {As: "ada", Path: "/accounts/{ben}/location/preview?location_id={de}"},
	"get-accounts-deleted":                {As: "ada", Path: "/accounts/deleted"},
	"post-accounts": {As: "ada", Path: "/accounts", Header: "Idempotency-Key: staff-4711", Body: `{
  "given_name": "Mia",
  "family_name": "Moss",
  "email": "mia@north.example",
  "external_id": "4711",
  "invite": true
}`},
	"post-accounts-by-id-invitation":     {As: "ada", Path: "/accounts/{ivy}/invitation"},
	"post-accounts-by-id-password-reset": {As: "ada", Path: "/accounts/{fred}/password-reset"},
	"post-accounts-by-id-reactivate":     {As: "ada", Path: "/accounts/{sam}/reactivate", Body: `{"reason": "Back from leave"}`},
	"post-accounts-by-id-restore":        {As: "ada", Path: "/accounts/{gone}/restore", Body: `{}`},
	"post-accounts-by-id-suspend":        {As: "ada", Path: "/accounts/{fred}/suspend", Body: `{"reason": "On leave"}`},
	"put-accounts-by-id": {As: "ada", Path: "/accounts/{sam}", Body: `{
  "given_name": "Samuel",
  "family_name": "Stone",
  "email": "sam@north.example",
  "external_id": "sam",
  "time_zone": "Europe/London"
}`},
	"put-accounts-by-id-role":          {As: "ada", Path: "/accounts/{sam}/role", Body: `{"role": "organization_administrator_reports_only", "reason": "Works council"}`},
	"put-accounts-by-id-location":      {As: "ada", Path: "/accounts/{sam}/location", Body: `{"location_id": "{de}"}`},
	"delete-accounts-by-id":            {As: "ada", Path: "/accounts/{zoe}?reason=left"},
	"delete-accounts-by-id-invitation": {As: "ada", Path: "/accounts/{ivy}/invitation"},
	"delete-accounts-by-id-sessions":   {As: "ada", Path: "/accounts/{sam}/sessions"},
	"put-enrollments": {As: "ada", Path: "/enrollments", Body: `{"items": [{
  "learner": "ben",
  "activity": "excel",
  "occurred_at": "2026-03-01T08:00:00Z",
  "progress": 60
}]}`},
	"post-enrollments": {As: "ada", Path: "/enrollments", Body: `{
  "learner_ids": ["{ann}", "{ben}"],
  "product_ids": ["{excel}", "{office}"],
  "complete_by": "2026-06-30"
}`},
	"post-enrollments-withdrawals": {As: "ada", Path: "/enrollments/withdrawals", Body: `{
  "learner_ids": ["{ben}"],
  "product_ids": ["{excel}"]
}`},
	"get-invitations-platform": {As: "ada", Path: "/invitations/platform"},
	"post-invitations-platform": {As: "ada", Path: "/invitations/platform", Body: `{"people": [
  {"email": "nora.new@example.com", "given_name": "Nora", "family_name": "New", "language": "de"},
  {"email": "ann@example.org"}
]}`},
	"post-invitations-platform-by-id-resend": {As: "ada", Path: "/invitations/platform/{invite-platform}/resend"},
	"delete-invitations-platform-by-id":      {As: "ada", Path: "/invitations/platform/{spare-platform}"},
	"get-invitations-activities":             {As: "ada", Path: "/invitations/activities?state=pending"},
	"post-invitations-activities": {As: "ada", Path: "/invitations/activities", Body: `{
  "product_id": "{excel}",
  "people": [{"email": "nora.new@example.com"}]
}`},
	"post-invitations-activities-by-id-resend": {As: "ada", Path: "/invitations/activities/{invite-activity}/resend"},
	"delete-invitations-activities-by-id":      {As: "ada", Path: "/invitations/activities/{spare-activity}"},
	"get-invitations-programs":                 {As: "ada", Path: "/invitations/programs"},
	"post-invitations-programs": {As: "ada", Path: "/invitations/programs", Body: `{
  "product_id": "{office}",
  "people": [{"email": "nora.new@example.com"}]
}`},
	"post-invitations-programs-by-id-resend": {As: "ada", Path: "/invitations/programs/{invite-program}/resend"},
	"delete-invitations-programs-by-id":      {As: "ada", Path: "/invitations/programs/{spare-program}"},
	"get-permissions":                        {As: "ada", Path: "/permissions"},
	"get-groups":                             {As: "ada", Path: "/groups"},
	"get-groups-by-id":                       {As: "ada", Path: "/groups/{group}"},
	"post-groups":                            {As: "ada", Path: "/groups", Body: `{"name": "Account executives"}`},
	"put-groups-by-id":                       {As: "ada", Path: "/groups/{spare-group}", Body: `{"name": "Auditors of the north"}`},
	"post-groups-by-id-preview": {As: "ada", Path: "/groups/{group}/preview", Body: `{
		"act": "join", "people": ["{carl}"]}`},
	"post-groups-by-id-changes": {As: "ada", Path: "/groups/{spare-group}/changes", Body: `{
		"act": "join", "people": ["{carl}"], "until": "2029-12-31", "reason": "audits the year"}`},
	"get-policies":           {As: "ada", Path: "/policies"},
	"get-policies-by-id":     {As: "ada", Path: "/policies/{policy}"},
	"get-policies-by-id-end": {As: "ada", Path: "/policies/{policy}/end"},
	"delete-policies-by-id":  {As: "ada", Path: "/policies/{spare-policy}?reason=unused"},
	"post-policies": {As: "ada", Path: "/policies", Body: `{
		"name": "Auditors list teams", "role": "list_teams", "groups": ["{spare-group}"],
		"places": [{"kind": "organization", "id": "{north}"}], "until": "2029-12-31"}`},
	"post-policies-preview": {As: "ada", Path: "/policies/preview", Body: `{
		"name": "Executives see everybody", "role": "list_users", "groups": ["{group}"],
		"places": [{"kind": "organization", "id": "{north}"}]}`},
	"post-policies-by-id-preview": {As: "ada", Path: "/policies/{policy}/preview", Body: `{
		"name": "Executives list users", "role": "list_users", "people": ["{carl}"],
		"places": [{"kind": "organization", "id": "{north}"}]}`},
	"put-policies-by-id": {As: "ada", Path: "/policies/{spare-policy}", Body: `{
		"name": "Nobody yet", "role": "list_teams", "places": [{"kind": "organization", "id": "{north}"}], "version": 1}`},
	"get-teams":                              {As: "ada", Path: "/teams?limit=2"},
	"get-teams-by-id":                        {As: "ada", Path: "/teams/{sales}"},
	"get-teams-by-id-end":                    {As: "ada", Path: "/teams/{sales}/end"},
	"get-teams-by-id-members":                {As: "ada", Path: "/teams/{sales}/members?past=true"},
	"get-teams-by-id-shares":                 {As: "ada", Path: "/teams/{quiet-team}/shares"},
	"get-learners-by-id-teams":               {As: "ada", Path: "/learners/{ann}/teams"},
	"delete-teams-by-id":                     {As: "ada", Path: "/teams/{spare-team}"},
	"get-teams-by-id-members-by-learner-end": {As: "ada", Path: "/teams/{sales}/members/{ann}/end"},
	"delete-teams-by-id-members-by-learner":  {As: "ada", Path: "/teams/{sales}/members/{ann}"},
	"get-teams-by-id-shares-preview":         {As: "ada", Path: "/teams/{sales}/shares/preview?kind=account&with={bert}&role=team_analyst&until=2026-12-31"},
	"get-teams-by-id-shares-by-share-end":    {As: "ada", Path: "/teams/{quiet-team}/shares/{spare-share}/end"},
	"delete-teams-by-id-shares-by-share":     {As: "ada", Path: "/teams/{quiet-team}/shares/{spare-share}"},
	"post-teams":                             {As: "ada", Path: "/teams", Body: `{"name": "Company A Team", "people": ["{ann}"]}`},
	"put-teams-by-id":                        {As: "ada", Path: "/teams/{spare-team}", Body: `{"name": "Night shift"}`},
	"post-teams-by-id-members-preview":       {As: "ada", Path: "/teams/{sales}/members/preview", Body: `{"people": [{"account_id": "{bert}"}, {"said": "nobody@example.com"}]}`},
	"post-teams-by-id-members":               {As: "ada", Path: "/teams/{sales}/members", Body: `{"people": [{"account_id": "{bert}"}, {"said": "nobody@example.com"}]}`},
	"post-teams-by-id-shares": {As: "ada", Path: "/teams/{spare-team}/shares", Body: `{
  "kind": "account",
  "with": "{carl}",
  "role": "team_reader",
  "until": "2026-12-31",
  "reason": "looks after their orders"
}`},
	"get-roles":           {As: "ada", Path: "/roles"},
	"get-roles-by-id":     {As: "ada", Path: "/roles/{role}"},
	"get-roles-by-id-end": {As: "ada", Path: "/roles/{role}/end"},
	"delete-roles-by-id":  {As: "ada", Path: "/roles/{spare-role}?reason=unused"},
	"post-roles": {As: "ada", Path: "/roles", Body: `{
  "name": "Export desk",
  "description": "Takes reports away for the works council.",
  "permissions": ["report.view", "report.export"],
  "node_kinds": ["organization", "location"],
  "reports_only": true
}`},
	"post-roles-by-id-preview": {As: "ada", Path: "/roles/{role}/preview", Body: `{
  "name": "Regional reader",
  "permissions": ["learner.view", "report.view", "matrix.view"],
  "node_kinds": ["location"]
}`},
	"put-roles-by-id": {As: "ada", Path: "/roles/{spare-role}", Body: `{
  "name": "Team maker",
  "permissions": ["team.list", "team.create"],
  "own_permissions": ["team.edit"],
  "node_kinds": ["organization"],
  "version": 1,
  "reason": "Teams are made by their managers now"
}`},
}

// ExampleAsks tells who asks in the example of an operation.
func ExampleAsks(operation string) string { return examples[operation].As }

// ExampleID is what stands in the examples for the id of something with an external id.
func ExampleID(name string) string {
	sum := sha256.Sum256([]byte("example " + name))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

var inBraces = regexp.MustCompile(`\{([a-z0-9-]+)\}`)

func (e example) filled(text string) string {
	return inBraces.ReplaceAllStringFunc(text, func(name string) string { return ExampleID(name[1 : len(name)-1]) })
}

// curl is the request as one command line.
func (e example) curl(method string) string {
	lines := []string{"curl"}
	if method != http.MethodGet && (method != http.MethodPost || e.Body == "") {
		lines[0] += " -X " + method
	}
	lines[0] += ` "$AMBIT` + Prefix + e.filled(e.Path) + `"`
	lines = append(lines, `  -H "Authorization: Bearer $TOKEN"`)
	if e.Header != "" {
		lines = append(lines, `  -H "`+e.Header+`"`)
	}
	if e.Body != "" {
		lines = append(lines, `  --json '`+e.filled(e.Body)+`'`)
	}
	return strings.Join(lines, " \\\n")
}

//go:embed examples
var answers embed.FS

// exampleAnswer is what was answered in the small school; nil where the answer is empty.
func exampleAnswer(operation string) any {
	if text, err := answers.ReadFile("examples/" + operation + ".json"); err == nil {
		return json.RawMessage(text)
	}
	if text, err := answers.ReadFile("examples/" + operation + ".txt"); err == nil {
		return string(text)
	}
	return nil
}

// illustrate puts the example of each operation into the document.
func (a *API) illustrate() error {
	for _, content := range a.huma.OpenAPI().Components.Responses["Problem"].Content {
		content.Example = exampleAnswer("problem")
	}
	for _, path := range slices.Sorted(maps.Keys(a.huma.OpenAPI().Paths)) {
		for method, op := range operationsOf(a.huma.OpenAPI().Paths[path]) {
			e, ok := examples[op.OperationID]
			if !ok {
				return fmt.Errorf("operation %s has no example", op.OperationID)
			}
			op.Extensions["x-codeSamples"] = []codeSample{{Lang: "Shell", Label: "curl", Source: e.curl(method)}}
			if op.RequestBody != nil {
				op.RequestBody.Content["application/json"].Example = json.RawMessage(e.filled(e.Body))
			}
			if shown := exampleAnswer(op.OperationID); shown != nil {
				for _, content := range op.Responses[success(op)].Content {
					content.Example = shown
				}
			}
		}
	}
	return nil
}

// codeSample is a request as a program writes it, in the document's extension x-codeSamples.
type codeSample struct {
	Lang   string `json:"lang"`
	Label  string `json:"label"`
	Source string `json:"source"`
}

func operationsOf(item *huma.PathItem) map[string]*huma.Operation {
	all := map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodDelete: item.Delete}
	maps.DeleteFunc(all, func(_ string, op *huma.Operation) bool { return op == nil })
	return all
}

// success is the status of an operation's good answer.
func success(op *huma.Operation) string {
	for status := range op.Responses {
		if strings.HasPrefix(status, "2") {
			return status
		}
	}
	return ""
}
