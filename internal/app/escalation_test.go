package app

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// narrow are the permissions by which access is given. Somebody has each of
// them alone, over the whole organization: they pass every guard, and have
// next to nothing to give.
var narrow = []access.Permission{
	access.AccountCreate, access.AccountEdit, access.AccountMove, access.AccountRole, access.GrantEdit, access.GroupEdit,
	access.LocationEdit, access.RoleEdit, access.ReporterAssign, access.OrganizationConfigure, access.PolicyEdit, access.TeamEdit, access.TeamShare,
}

// escalation is the matrix world with a client and the narrow ones, and what
// everybody holds, as it was looked at last.
type escalation struct {
	*matrixWorld
	everybody []string
	roles     map[access.Permission]access.RoleKey
	held      map[string]access.Facts
	placed    map[string]access.Placement
}

// asking is somebody's access, as a handler would get it.
type asking func(access.Permission) access.Reach

func newEscalation(t *testing.T, a *App) *escalation {
	t.Helper()
	e := &escalation{matrixWorld: newMatrixWorld(t, a), roles: map[access.Permission]access.RoleKey{}}
	e.addClient(t)
	ada := e.asks(t, "ada")
	for _, p := range narrow {
		who := "only " + p.String()
		made, err := a.Accounts.Create(t.Context(), ada(access.AccountCreate), account.New{
			Organization: e.accounts["ada"].Organization, Name: account.Name{Given: "Only", Family: p.String()}, Email: strings.ReplaceAll(p.String(), "_", "-") + "@example.org",
		})
		if err != nil {
			t.Fatal(err)
		}
		e.accounts[who] = made
		role, err := a.Roles.Add(t.Context(), ada(access.RoleEdit), management.RoleDraft{Name: who, Any: access.SetOf(p), Nodes: []access.NodeKind{access.AtOrganization}})
		if err != nil {
			t.Fatal(err)
		}
		e.roles[p] = role
		if err := e.give(t, ada, management.Giving{To: made.ID, Role: role, At: e.here(), Extent: access.Within, From: day.None, Until: day.None}); err != nil {
			t.Fatal(err)
		}
	}
	e.everybody = slices.Sorted(maps.Keys(e.accounts))
	e.look(t)
	return e
}

func (e *escalation) asks(t *testing.T, who string) asking {
	t.Helper()
	facts, err := e.a.Store.Facts(t.Context(), e.accounts[who].Realm, e.accounts[who].ID)
	if err != nil {
		t.Fatal(err)
	}
	return func(p access.Permission) access.Reach { return facts.For(p, time.Now()) }
}

func (e *escalation) here() management.Spot {
	return management.Spot{Kind: access.AtOrganization, ID: string(e.accounts["ada"].Organization)}
}

// give gives access as somebody who looks at what it changes first.
func (e *escalation) give(t *testing.T, asks asking, g management.Giving) error {
	t.Helper()
	seen, err := e.a.Management.PreviewGiving(t.Context(), asks(access.GrantEdit), g)
	if err != nil {
		return err
	}
	_, err = e.a.Management.Give(t.Context(), asks(access.GrantEdit), g, seen.Effect.Seen)
	return err
}

// look loads what everybody holds and where they stand.
func (e *escalation) look(t *testing.T) {
	t.Helper()
	e.held, e.placed = map[string]access.Facts{}, map[string]access.Placement{}
	for _, who := range e.everybody {
		of := e.accounts[who]
		facts, err := e.a.Store.Facts(t.Context(), of.Realm, of.ID)
		if err != nil {
			t.Fatal(err)
		}
		system := access.NewFacts(access.Actor{Realm: of.Realm, System: "test"}, 0, []access.Grant{{
			Role: access.Role{Any: access.SetOf(access.AccessExplain)}, Node: access.Node{Kind: access.AtOrganization, Path: access.Root}, Extent: access.Beyond,
		}})
		_, at, err := e.a.Store.Placed(t.Context(), system.For(access.AccessExplain, time.Now()), of.ID)
		if err != nil {
			t.Fatal(err)
		}
		e.held[who], e.placed[who] = facts, at
	}
}

// given is what somebody holds but for what follows from having bought.
func given(f access.Facts) access.Facts {
	return access.NewFacts(f.Actor(), 0, slices.DeleteFunc(slices.Clone(f.Grants()), func(g access.Grant) bool { return g.ID == "" }))
}

// got says what somebody has got by a write that its author did not have.
func (e *escalation) got(author string, by way, before map[string]access.Facts, placed map[string]access.Placement) []string {
	var out []string
	now := time.Now()
	for _, who := range e.everybody {
		held, holds := given(before[who]), given(e.held[who])
		for _, p := range access.Permissions() {
			was, is, own := held.For(p, now), holds.For(p, now), before[author].For(p, now)
			for _, l := range e.everybody {
				if e.accounts[l].Realm != e.accounts[who].Realm || was.Covers(placed[l]) || !is.Covers(e.placed[l]) || own.Covers(placed[l]) || by.fixed.Has(p) {
					continue
				}
				out = append(out, fmt.Sprintf("%s gets %s over %s", who, p, l))
			}
		}
	}
	return out
}

// way is one kind of write by which somebody can get access. Its attempts are
// everything worth trying; most must be refused.
type way struct {
	name     string
	fixed    access.Set // what is given by the permission for it, whoever has that (M-039, Q-34)
	attempts func(e *escalation, t *testing.T, author string, asks asking) map[string]func() error
}

// TestNobodyGivesMoreThanTheyHave tries every write that gives access (I-06) as
// everybody: those of the ladder, their twins, buyers, reporters, and people who
// have a single permission over the whole organization. What is refused must
// be refused properly; after what is done nobody, the author included, may
// have got anything that the author did not have.
func TestNobodyGivesMoreThanTheyHave(t *testing.T) {
	if underRace {
		t.Skip("skipped: nothing runs beside anything here, and the race detector makes it slow; make proofs runs it")
	}
	each(t, func(t *testing.T, a *App) {
		e := newEscalation(t, a)
		authors := []string{"anna", "buyer1", "carl", "localro", "multiro", "orgro", "masterro", "stranger", "zoe"}
		for _, p := range narrow {
			authors = append(authors, "only "+p.String())
		}
		authors = append(authors, "local", "multi", "orgadmin", "ada")
		known := len(e.everybody)
		for _, by := range ways {
			t.Run(by.name, func(t *testing.T) {
				done, refused := 0, 0
				for _, author := range authors {
					attempts := by.attempts(e, t, author, e.asks(t, author))
					for _, what := range slices.Sorted(maps.Keys(attempts)) {
						switch err := attempts[what](); {
						case err == nil:
							done++
							before, placed := e.held, e.placed
							e.look(t)
							for _, more := range e.got(author, by, before, placed) {
								t.Errorf("%s, by %s: %s", author, what, more)
							}
							e.everybody = e.everybody[:known] // who is new was looked at
						case fault.KindOf(err) == fault.Internal:
							t.Fatalf("%s, by %s: %v", author, what, err)
						default:
							refused++
						}
					}
				}
				if t.Logf("%d done, %d refused", done, refused); done == 0 || refused < 10 {
					t.Errorf("only %d were done and %d refused: is anything tried?", done, refused)
				}
			})
		}
	})
}

// TestEscalationIsNoticed gives somebody access past all rules, to see that
// TestNobodyGivesMoreThanTheyHave would tell.
func TestEscalationIsNoticed(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		e := newEscalation(t, a)
		before, placed := e.held, e.placed
		if err := e.give(t, e.asks(t, "ada"), management.Giving{
			To: e.accounts["anna"].ID, Role: access.ListUsers, At: e.here(), Extent: access.Within, From: day.None, Until: day.None,
		}); err != nil {
			t.Fatal(err)
		}
		e.look(t)
		if got := e.got("ada", way{}, before, placed); len(got) > 0 {
			t.Errorf("ada gave what she has: %v", got)
		}
		if got := e.got("local", way{}, before, placed); !slices.Contains(got, "anna gets learner.view over carl") || slices.Contains(got, "anna gets learner.view over local") {
			t.Errorf("had it been local's: %v", got)
		}
	})
}

// TestATokenThatReadsWritesNothing: every operation that writes refuses a
// read-only token of the Master Administrator, and no token makes another.
func TestATokenThatReadsWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		facts, err := a.Store.Facts(t.Context(), w.accounts["ada"].Realm, w.accounts["ada"].ID)
		if err != nil {
			t.Fatal(err)
		}
		_, secret, err := a.Accounts.CreateToken(t.Context(), facts.For(access.SelfEdit, time.Now()), "reads", true)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = a.Accounts.CreateToken(t.Context(), facts.Asked("request", "a token").For(access.SelfEdit, time.Now()), "child", false)
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a token makes another: %v", err)
		}
		tried := 0
		for _, route := range w.s.Table() {
			if route.Kind != server.API || route.Permission == access.Public {
				continue
			}
			path := strings.NewReplacer("{id}", string(w.accounts["anna"].ID), "{report}", "learners", "{seat}", w.seats["p1"]).Replace(route.Path())
			r := httptest.NewRequest(route.Method(), path, strings.NewReader("{}"))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+secret)
			out := httptest.NewRecorder()
			w.s.ServeHTTP(out, r)
			if refused := out.Code == http.StatusForbidden; refused != route.Permission.Writes() {
				t.Errorf("%s with a token that only reads: %d", route.Pattern, out.Code)
			}
			tried++
		}
		if tried < 40 {
			t.Errorf("only %d operations", tried)
		}
	})
}
