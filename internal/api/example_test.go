package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/api"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/team"
)

// TestExamples runs the command line of each example as it stands in the
// document, in the school of these tests, and compares the answer with the one
// shown beside it: only ids and cursors may differ.
func TestExamples(t *testing.T) {
	inSchool(t, func(s *school) {
		operations := documented(document(s.TB))
		// What changes something comes last, and what is taken away after what is given.
		order := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}
		slices.SortFunc(operations, func(a, b documentedOperation) int {
			return (slices.Index(order, a.method)-slices.Index(order, b.method))*10 + strings.Compare(a.OperationID, b.OperationID)
		})
		s.prepareExamples()
		for _, op := range operations {
			s.runExample(op)
		}
		_, _, refused := s.send("carl", http.MethodGet, "/learners?limit=0", "")
		s.compareExample("problem", s.example([]byte(refused)))
	})
}

// documentedOperation is an operation of the document with its method.
type documentedOperation struct {
	*openapi3.Operation
	method string
}

func documented(doc *openapi3.T) (out []documentedOperation) {
	for _, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			out = append(out, documentedOperation{op, method})
		}
	}
	return out
}

func (s *school) runExample(op documentedOperation) {
	s.Helper()
	r, err := s.byCurl(sourceOf(op), api.ExampleAsks(op.OperationID))
	if err != nil {
		s.Fatalf("%s: %v", op.OperationID, err)
	}
	if r.Method != op.method {
		s.Errorf("%s: the command line says %s", op.OperationID, r.Method)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	isDescribed(s.TB, r, res, body)
	if op.Responses.Value(fmt.Sprint(res.StatusCode)) == nil {
		s.Errorf("%s answers %d, which is not the documented success: %s", op.OperationID, res.StatusCode, body)
		return
	}
	s.compareExample(op.OperationID, s.example(body))
}

func (s *school) compareExample(operation string, got []byte) {
	s.Helper()
	name := "examples/" + operation + ".json"
	if !json.Valid(got) {
		name = "examples/" + operation + ".txt"
	}
	if len(got) == 0 {
		return
	}
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			s.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(got, want) {
		s.Errorf("%s: the document shows\n%s\nand the answer is\n%s\n(%v; look at the change and run with -update)", operation, want, got, err)
	}
}

var (
	anID     = regexp.MustCompile(`\b[a-z2-7]{26}\b`)
	aSeen    = regexp.MustCompile(`("seen": ?")[0-9a-f]{24}"`) // of what was looked at, by ids
	aCursor  = regexp.MustCompile(`("next_(?:cursor|activities)": ?")[^"]+"`)
	anyNames = regexp.MustCompile(`(?s)'[^']*'|"[^"]*"|[^\s'"\\]+|\\\n`)
)

// example writes an answer the way the document shows it: indented, with ids,
// cursors and what stands for a look that are the same each time.
func (s *school) example(answer []byte) []byte {
	var pretty bytes.Buffer
	if json.Indent(&pretty, answer, "", "  ") == nil {
		answer = pretty.Bytes()
	}
	shown := map[string]string{}
	for name, id := range s.ids {
		shown[id] = api.ExampleID(name)
	}
	answer = anID.ReplaceAllFunc(answer, func(id []byte) []byte {
		if shown[string(id)] == "" {
			shown[string(id)] = api.ExampleID(fmt.Sprint(len(shown)))
		}
		return []byte(shown[string(id)])
	})
	answer = aSeen.ReplaceAll(answer, []byte(`${1}3b0c5d41e8f27a96d1c4b7e0"`))
	return aCursor.ReplaceAll(answer, []byte(`${1}eyJmIjoiYmVuIHR3byJ9"`))
}

// prepareExamples makes what examples speak of and the school does not have by itself.
func (s *school) prepareExamples() {
	s.prepareTeams()
	s.ids["run"] = s.start("carl", "/reports/enrollments/runs", `{"format":"jsonl","columns":["learner","activity","state","progress","due_on"]}`).ID
	s.ids["offer"], _ = s.offer("p-bolt", "lone@example.org")
	waiting, err := s.Licenses.Seats(s.Context(), s.operator(access.LicenseView), license.PurchaseID(s.ids["p-acme"]), license.SeatQuery{State: license.Pending})
	if err != nil || len(waiting.Items) == 0 {
		s.Fatal(waiting, err)
	}
	s.ids["pending"] = string(waiting.Items[0].ID)
	library, err := s.Content.Library(s.Context(), s.asksOf("ada")(access.ActivityView), content.LibraryQuery{})
	if err != nil {
		s.Fatal(err)
	}
	for _, item := range library.Items {
		s.ids[item.ExternalID] = string(item.ID)
	}
	deal, err := s.Licenses.CreateDeal(s.Context(), s.asksOf("ada")(access.DealEdit), license.NewDeal{
		Name: "Bolt, second year", Company: "Bolt", Buyer: license.Buyer{Account: access.AccountID(s.ids["carl"])}, StartsOn: day.None, EndsOn: day.None, AutoReporter: true,
		Licenses: []license.NewLicense{{Product: content.ProductID(s.ids["office"]), Seats: 12, Terms: license.Terms{RedeemBy: day.None, AccessUntil: day.None, CompleteBy: day.None}}},
	})
	if err != nil {
		s.Fatal(err)
	}
	s.ids["deal"] = string(deal)
	s.castExamples()
	s.inviteExamples()
	s.preparePlaces()
	s.enlist()
	s.lendAccess()
}

// inviteExamples invites two people to everything.
func (s *school) inviteExamples() {
	ada := s.asksOf("ada")
	for kind, product := range map[invitation.Kind]string{invitation.Platform: "", invitation.Activity: s.ids["excel"], invitation.Program: s.ids["office"]} {
		for key, email := range map[string]string{"invite-": "ina@example.com", "spare-": "ian@example.com"} {
			lines, err := s.Invitations.Invite(s.Context(), ada(kind.Permission()), ada(access.LearnerView), invitation.Inviting{Product: content.ProductID(product), People: []invitation.Person{{Email: email}}})
			if err != nil {
				s.Fatal(err)
			}
			s.ids[key+string(kind)] = string(lines[0].ID)
		}
	}
}

// lendAccess gives somebody access that the examples extend and end.
func (s *school) lendAccess() {
	s.ids["north"] = string(s.in.ID)
	for i, role := range []access.RoleKey{access.CreateTeams, access.ListTeams} {
		id, err := s.Management.Give(s.Context(), s.asksOf("ada")(access.GrantEdit), management.Giving{
			To: access.AccountID(s.ids["bert"]), Role: role, At: management.Spot{Kind: access.AtOrganization, ID: s.ids["north"]}, Usual: true,
			From: day.None, Until: day.Of(noon, time.UTC).Add(14 + i), Reason: "stands in for Ada",
		}, "")
		if err != nil {
			s.Fatal(err)
		}
		s.ids[[]string{"access", "spare-access"}[i]] = string(id)
	}
	s.takeClients()
	s.bandTogether()
}

// bandTogether makes groups and policies that the examples open, change and end.
func (s *school) bandTogether() {
	ada := s.asksOf("ada")
	for key, name := range map[string]string{"group": "Executives", "spare-group": "Auditors"} {
		id, err := s.Groups.Add(s.Context(), ada(access.GroupEdit), name)
		if err != nil {
			s.Fatal(err)
		}
		s.ids[key] = string(id)
	}
	for key, d := range map[string]management.PolicyDraft{
		"policy":       {Name: "Executives list users", Role: access.ListUsers, Groups: []access.GroupID{access.GroupID(s.ids["group"])}},
		"spare-policy": {Name: "Nobody lists teams", Role: access.ListTeams},
	} {
		d.From, d.Until = day.None, day.None
		d.Places = []management.PolicyPlace{{Spot: management.Spot{Kind: access.AtOrganization, ID: s.ids["north"]}, Extent: access.Within}}
		id, err := s.Policies.Save(s.Context(), ada(access.PolicyEdit), "", management.PolicyEdit{PolicyDraft: d})
		if err != nil {
			s.Fatal(err)
		}
		s.ids[key] = string(id)
	}
}

// preparePlaces adds locations and types that the examples change.
func (s *school) preparePlaces() {
	found, err := s.Locations.List(s.Context(), s.asksOf("ada")(access.LocationView), location.Query{Q: "e"})
	if err != nil {
		s.Fatal(err)
	}
	for _, l := range found.Items {
		s.ids[l.ExternalID] = string(l.ID)
	}
	for id, name := range map[string]string{"at": "Austria", "ch": "Switzerland"} {
		added, err := s.Locations.Add(s.Context(), s.asksOf("ada")(access.LocationEdit), location.New{Name: name, ExternalID: id, Parent: location.ID(s.ids["eu"])})
		if err != nil {
			s.Fatal(err)
		}
		s.ids[id] = string(added)
	}
	for _, name := range []string{"country", "district"} {
		added, err := s.Locations.AddType(s.Context(), s.asksOf("ada")(access.OrganizationConfigure), location.NewType{Name: name})
		if err != nil {
			s.Fatal(err)
		}
		s.ids[name] = string(added)
	}
}

func sourceOf(op documentedOperation) string {
	samples, _ := op.Extensions["x-codeSamples"].([]any)
	for _, sample := range samples {
		if fields, ok := sample.(map[string]any); ok {
			return fmt.Sprint(fields["source"])
		}
	}
	return ""
}

// byCurl makes the request that a command line of curl makes, with the real ids in it.
func (s *school) byCurl(source, who string) (*http.Request, error) {
	words, err := words(source)
	if err != nil {
		return nil, err
	}
	for i := range words {
		words[i] = strings.NewReplacer("$AMBIT", s.http.URL, "$TOKEN", s.token(who)).Replace(words[i])
		for name, id := range s.ids {
			words[i] = strings.ReplaceAll(words[i], api.ExampleID(name), id)
		}
	}
	method, address, body, headers := http.MethodGet, "", "", http.Header{}
	for i := 1; i < len(words); i++ {
		switch option := words[i]; option {
		case "-X", "-H", "--json":
			i++
			if i == len(words) {
				return nil, fmt.Errorf("%s says nothing", option)
			}
			switch option {
			case "-X":
				method = words[i]
			case "-H":
				name, value, _ := strings.Cut(words[i], ": ")
				headers.Set(name, value)
			default:
				body = words[i]
				headers.Set("Content-Type", "application/json")
				if method == http.MethodGet {
					method = http.MethodPost
				}
			}
		default:
			address = option
		}
	}
	r, err := http.NewRequestWithContext(s.Context(), method, address, strings.NewReader(body))
	if err == nil {
		r.Header = headers
	}
	return r, err
}

// words splits a command line as a shell would that knows quotes and nothing else.
func words(line string) ([]string, error) {
	var out []string
	for _, word := range anyNames.FindAllString(line, -1) {
		if word == "\\\n" {
			continue
		}
		out = append(out, strings.Trim(word, `'"`))
	}
	if len(out) < 2 || out[0] != "curl" {
		return nil, fmt.Errorf("%q is no command line of curl", line)
	}
	return out, nil
}

func TestEveryOperationHasAnExample(t *testing.T) {
	for _, op := range documented(document(t)) {
		if !strings.HasPrefix(sourceOf(op), "curl ") || api.ExampleAsks(op.OperationID) == "" {
			t.Errorf("%s: %q as %q", op.OperationID, sourceOf(op), api.ExampleAsks(op.OperationID))
		}
	}
}

// prepareTeams finds the team of the bundle, and makes one to delete and one
// that is shared and shows nobody.
func (s *school) prepareTeams() {
	facts, err := s.Store.Facts(s.Context(), s.in.Realm, access.AccountID(s.ids["ada"]))
	if err != nil {
		s.Fatal(err)
	}
	now := time.Now()
	found, err := s.Teams.List(s.Context(), facts.For(access.TeamList, now), facts.For(access.LearnerView, now), team.Query{Q: "Sales"})
	if err != nil || len(found.Items) != 1 {
		s.Fatal(found, err)
	}
	s.ids["sales"] = string(found.Items[0].ID)
	for _, name := range []string{"spare-team", "quiet-team"} {
		made, err := s.Teams.Create(s.Context(), facts.For(access.TeamCreate, now), access.Reach{}, team.Draft{Name: name})
		if err != nil {
			s.Fatal(err)
		}
		s.ids[name] = string(made.ID)
	}
	share, err := s.Teams.Share(s.Context(), facts.For(access.TeamShare, now), access.TeamID(s.ids["quiet-team"]),
		team.Sharing{Kind: team.Person, To: s.ids["bert"], Role: access.TeamReader, From: day.None, Until: day.None}, "")
	if err != nil {
		s.Fatal(err)
	}
	s.ids["spare-share"] = string(share)
}
