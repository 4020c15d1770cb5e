package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
)

// atlas is two countries with their managers: everybody's id is what they are.
var atlas = bundle{
	"locations": `
id,parent_id,name
fr,,France
north,fr,North
arras,north,Arras
lille,north,Lille
de,,Germany
berlin,de,Berlin
`,
	"people": `
id,given_name,family_name,location_id,role
ole,Ole,Admin,,Organization Administrator
fay,Fay,France,fr,Multiple Location Administrator
nia,Nia,North,north,Multiple Location Administrator (Reports Only)
art,Art,Arras,arras,Local Administrator
gus,Gus,Germany,de,Multiple Location Administrator
ben,Ben,Berlin,berlin,Local Administrator
stu1,Stu,One,arras,Student
stu2,Stu,Two,arras,Student
stu3,Stu,Three,north,Student
stu4,Stu,Four,berlin,Student
stu5,Stu,Five,de,Student
stu6,Stu,Six,,Student
`,
}

// places is a school with locations, asked through the service.
type places struct {
	*school
	*location.Service
}

func eachAtlas(t *testing.T, test func(t *testing.T, p places)) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.brings(atlas)
		test(t, places{s, location.NewService(s.db)})
		s.isSound(t)
	})
}

// isSound expects that every invariant holds.
func (s *school) isSound(t *testing.T) {
	t.Helper()
	found, err := s.db.Verify(t.Context())
	for _, f := range found {
		t.Errorf("%s: %s, %s", f.Check, f.Rule, f.Where)
	}
	if err != nil {
		t.Error(err)
	}
}

// id is that of a location by its external id.
func (s *school) place(external string) location.ID {
	s.t.Helper()
	id := s.text(`select location_id from location where external_id = $1`, external)
	if id == "" && external != "" {
		s.t.Fatalf("there is no location %s", external)
	}
	return location.ID(id)
}

func (s *school) facts(who string) access.Facts {
	s.t.Helper()
	f, err := s.db.Facts(s.t.Context(), schoolRealm, access.AccountID(s.text(`select account_id from account where external_id = $1`, who)))
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

func (s *school) reach(who string, p access.Permission) access.Reach {
	s.t.Helper()
	return s.facts(who).For(p, s.now)
}

// seen lists the people that somebody sees in any way, held against the predicate.
func (p places) seen(t *testing.T, who string) []string {
	t.Helper()
	facts := p.facts(who)
	var out []string
	for line := range strings.Lines(strings.TrimSpace(atlas["people"])) {
		id, _, _ := strings.Cut(line, ",")
		if id == "id" {
			continue
		}
		home := access.Placement{Home: access.Path(p.text(`select home from account where external_id = $1`, id))}
		if slices.ContainsFunc(management.Sight(), func(s access.Permission) bool { return facts.For(s, p.now).Covers(home) }) {
			out = append(out, id)
		}
	}
	return out
}

// inOneLine is what an effect says, in one line.
func inOneLine(e location.Effect) string {
	var out []string
	for _, c := range e.Changed {
		out = append(out, fmt.Sprintf("%s +%d%v -%d%v", c.Name, c.Gains, c.GainsSample, c.Loses, c.LosesSample))
	}
	return strings.Join(out, "; ")
}

func TestAMoveShowsFirstWhoGainsAndWhoLosesSight(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		p.now = p.now.Add(time.Hour)
		edit := p.reach("ole", access.LocationEdit)
		north, germany := p.place("north"), p.place("de")
		effect, err := p.PreviewMove(t.Context(), edit, north, germany)
		if err != nil {
			t.Fatal(err)
		}
		const five = "[Art Arras Nia North Stu One Stu Three Stu Two]"
		if got, want := inOneLine(effect), "Fay France +0[] -5"+five+"; Gus Germany +5"+five+" -0[]"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if effect.People != 5 || effect.Places != 3 || effect.Crossing != [2]string{"France", "Germany"} || effect.Others != 0 {
			t.Errorf("%+v", effect)
		}
		before := map[string][]string{}
		for _, who := range []string{"ole", "fay", "nia", "art", "gus", "ben", "stu1"} {
			before[who] = p.seen(t, who)
		}
		// Nobody moves it without having looked, nor with a look at something else.
		for _, seen := range []string{"", "somethingelse"} {
			if err := p.Move(t.Context(), edit, north, germany, seen); !errors.Is(err, location.ErrUnseen) {
				t.Errorf("moved after having seen %q: %v", seen, err)
			}
		}
		if err := p.Move(t.Context(), edit, north, germany, effect.Seen); err != nil {
			t.Fatal(err)
		}
		// The change holds at once, for everybody, and is what was said (M-248).
		for _, tt := range []struct{ who, loses, gains string }{
			{"ole", "", ""},
			{"fay", "nia art stu1 stu2 stu3", ""},
			{"nia", "", ""},
			{"art", "", ""},
			{"gus", "", "nia art stu1 stu2 stu3"},
			{"ben", "", ""},
			{"stu1", "", ""},
		} {
			want := slices.DeleteFunc(before[tt.who], func(id string) bool { return slices.Contains(strings.Fields(tt.loses), id) })
			want = append(want, strings.Fields(tt.gains)...)
			got := p.seen(t, tt.who)
			slices.Sort(got)
			if slices.Sort(want); !slices.Equal(got, want) {
				t.Errorf("%s sees %v, want %v", tt.who, got, want)
			}
		}
		p.is("1", `select count(*) from audit_event where action = 'location.moved' and subject_id = $1`, string(north))
		p.is("2", `select count(*) from location_place where location_id = $1`, string(north))
		// A second time it lies there already.
		if err := p.Move(t.Context(), edit, north, germany, effect.Seen); !errors.Is(err, location.ErrThere) {
			t.Errorf("moved again: %v", err)
		}
		// To the top and back.
		for _, to := range []location.ID{"", germany} {
			effect, err := p.PreviewMove(t.Context(), edit, north, to)
			if err == nil {
				err = p.Move(t.Context(), edit, north, to, effect.Seen)
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
}

func TestWhatIsSeenOtherwiseIsNeitherGainedNorLost(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		// Fay also owns a team with one who leaves; Gus reports on a purchase of another.
		s.brings(atlas.with(bundle{
			"activities": "id,title\na1,First Aid\n",
			"purchases":  "id,product_id,buyer_id,company,seats,purchased_at,reporter_id\nbuy,a1,gus,Acme,5,2025-01-01,gus\n",
			"seats":      "purchase_id,person_id,assigned_at,redeemed_at,state\nbuy,stu1,2025-01-02,2025-01-03,redeemed\n",
		}))
		p := places{s, location.NewService(s.db)}
		effect, err := p.PreviewMove(t.Context(), p.reach("ole", access.LocationEdit), p.place("arras"), p.place("berlin"))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := inOneLine(effect), "Fay France +0[] -3[Art Arras Stu One Stu Two]; Gus Germany +2[Art Arras Stu Two] -0[]; Nia North +0[] -3[Art Arras Stu One Stu Two]"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestAMergeTakesEverythingAlong(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		edit := p.reach("ole", access.LocationEdit)
		north, berlin := p.place("north"), p.place("berlin")
		effect, err := p.PreviewMerge(t.Context(), edit, north, berlin)
		if err != nil {
			t.Fatal(err)
		}
		// Ben is local: of what comes to Berlin only those who were at North itself are his.
		// Nia's role follows to Berlin, and covers what is there.
		want := "Ben Berlin +2[Nia North Stu Three] -0[]; Fay France +0[] -5[Art Arras Nia North Stu One Stu Three Stu Two]; " +
			"Gus Germany +5[Art Arras Nia North Stu One Stu Three Stu Two] -0[]; Nia North +2[Ben Berlin Stu Four] -0[]"
		if got := inOneLine(effect); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if err := p.Merge(t.Context(), edit, north, berlin, effect.Seen); err != nil {
			t.Fatal(err)
		}
		p.is("0", `select count(*) from account where location_id = $1`, string(north))
		p.is(string(berlin), `select merged_into from location where location_id = $1`, string(north))
		p.is("arras lille", `select string_agg(external_id, ' ' order by external_id) from location where parent_id = $1`, string(berlin))
		p.is("1", `select count(*) from role_grant where node_location_id = $1 and ended_at is not null and ended_reason = 'merged into Berlin'`, string(north))
		if got, want := p.seen(t, "nia"), []string{"nia", "art", "ben", "stu1", "stu2", "stu3", "stu4"}; !slices.Equal(got, want) {
			t.Errorf("Nia sees %v, want %v", got, want)
		}
		for name, err := range map[string]error{
			"merged again":      p.Merge(t.Context(), edit, north, p.place("lille"), effect.Seen),
			"a name for it":     p.Edit(t.Context(), edit, north, location.Edit{Name: "New"}),
			"retired once more": p.Retire(t.Context(), edit, north),
		} {
			if !errors.Is(err, location.ErrRetired) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := p.PreviewMove(t.Context(), edit, p.place("lille"), north); !errors.Is(err, location.ErrTargetGone) {
			t.Errorf("moved below what is retired: %v", err)
		}
	})
}

func TestTheTreeRefusesWhatCannotBe(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		edit := p.reach("ole", access.LocationEdit)
		ctx := t.Context()
		move := func(what, to string) error { return p.Move(ctx, edit, p.place(what), p.place(to), "") }
		merge := func(what, into string) error { return p.Merge(ctx, edit, p.place(what), p.place(into), "") }
		add := func(n location.New) error { _, err := p.Add(ctx, edit, n); return err }
		for _, tt := range []struct {
			name  string
			err   error
			field string
		}{
			{"into itself", move("north", "north"), "to"},
			{"into what lies below", move("fr", "arras"), "to"},
			{"where it lies", move("north", "fr"), "to"},
			{"to what is not there", p.Move(ctx, edit, p.place("north"), "nowhere", ""), "to"},
			{"merged with itself", merge("north", "north"), "to"},
			{"merged into what lies below", merge("fr", "lille"), "to"},
			{"no name", add(location.New{Name: "  "}), "name"},
			{"a long name", add(location.New{Name: strings.Repeat("ä", 101)}), "name"},
			{"a long id", add(location.New{Name: "x", ExternalID: strings.Repeat("x", 201)}), "external_id"},
			{"an id that is taken", add(location.New{Name: "x", ExternalID: "fr"}), "external_id"},
			{"below nothing", add(location.New{Name: "x", Parent: "nowhere"}), "parent"},
			{"of no type", add(location.New{Name: "x", Type: "nothing"}), "type"},
			{"renamed to nothing", p.Edit(ctx, edit, p.place("fr"), location.Edit{}), "name"},
		} {
			if fields := fault.Fields(tt.err); len(fields) != 1 || fields[0].Field != tt.field {
				t.Errorf("%s: %v", tt.name, tt.err)
			}
		}
		if err := p.Retire(ctx, edit, p.place("north")); fault.KindOf(err) != fault.Conflict || fault.Sentence(err) != "Still here: 2 people, 2 locations below, 1 roles. Move them, or merge this location into another." {
			t.Errorf("retired with people: %v", err)
		}
		if err := p.Retire(ctx, edit, p.place("lille")); err != nil {
			t.Errorf("an empty location: %v", err)
		}
		if err := add(location.New{Name: strings.Repeat("ä", 100), Parent: p.place("arras"), ExternalID: "long"}); err != nil {
			t.Errorf("a name of a hundred letters: %v", err)
		}
	})
}

func TestOnlyWhoMayEditLocationsDoes(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		ctx := t.Context()
		for _, who := range []string{"fay", "nia", "art", "stu1"} {
			edit := p.reach(who, access.LocationEdit)
			_, added := p.Add(ctx, edit, location.New{Name: "x"})
			for name, err := range map[string]error{
				"add": added, "rename": p.Edit(ctx, edit, p.place("arras"), location.Edit{Name: "x"}), "move": p.Move(ctx, edit, p.place("arras"), p.place("fr"), ""),
				"merge": p.Merge(ctx, edit, p.place("arras"), p.place("fr"), ""), "retire": p.Retire(ctx, edit, p.place("lille")),
			} {
				if fault.KindOf(err) != fault.Forbidden {
					t.Errorf("%s may %s: %v", who, name, err)
				}
			}
		}
		// Somebody with the permission for one part changes that part alone.
		const role = `insert into custom_role (realm_id, role_id, organization_id, name, name_folded, description, any_permissions, own_permissions, node_kinds, reports_only, created_at)
			values (1, 'keeper', $1, 'Keeper', 'keeper', '', 'location.view location.edit', '', 'location', $2, 0)`
		p.exec(role, string(schoolID), false)
		p.exec(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_location_id, extent, from_at, follows_home, given_by, reason)
			values (1, 'kept', $1, (select account_id from account where external_id = 'stu6'), 'keeper', 'location', $2, 'within', 0, $3, '', '')`, string(schoolID), string(p.place("fr")), false)
		edit := p.reach("stu6", access.LocationEdit)
		for _, tt := range []struct {
			name string
			err  error
			want fault.Kind
		}{
			{"another part", p.Edit(ctx, edit, p.place("berlin"), location.Edit{Name: "x"}), fault.NotFound},
			{"out of the part", p.Move(ctx, edit, p.place("lille"), p.place("de"), ""), fault.Invalid},
			{"to the top", p.Move(ctx, edit, p.place("lille"), "", ""), fault.Invalid},
			{"what is not theirs into the part", p.Move(ctx, edit, p.place("berlin"), p.place("fr"), ""), fault.NotFound},
			{"merged out of the part", p.Merge(ctx, edit, p.place("lille"), p.place("berlin"), ""), fault.Invalid},
			// Fay and Nia would not see more of anybody, but Art's people would come to Lille's … nobody's.
			{"a name", p.Edit(ctx, edit, p.place("lille"), location.Edit{Name: "Lille-Flandres", ExternalID: "lille"}), fault.Internal},
			// Fay's role holds more than the keeper's: nobody gets it over more people by the keeper (I-06).
			{"below another manager", p.Move(ctx, edit, p.place("lille"), p.place("arras"), ""), fault.Internal},
			{"under another's role", p.Merge(ctx, edit, p.place("arras"), p.place("north"), ""), fault.Forbidden},
		} {
			if got := fault.KindOf(tt.err); got != tt.want || (tt.want == fault.Internal) != (tt.err == nil) {
				t.Errorf("%s: %v", tt.name, tt.err)
			}
		}
	})
}
