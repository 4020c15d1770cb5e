package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
)

func TestSwitchingOffWhatRolesDependOnIsRefused(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		ctx, configure := t.Context(), p.reach("ole", access.OrganizationConfigure)
		names := func(held []location.Holder) (out []string) {
			for _, h := range held {
				out = append(out, h.Name)
			}
			return out
		}
		held, err := p.Switch(ctx, configure, location.Settings{Locations: true})
		if want := []string{"Fay France", "Gus Germany", "Nia North"}; !errors.Is(err, location.ErrHeld) || !slices.Equal(names(held), want) {
			t.Errorf("hierarchies off: %v, %v", names(held), err)
		}
		held, err = p.Switch(ctx, configure, location.Settings{})
		if want := []string{"Art Arras", "Ben Berlin", "Fay France", "Gus Germany", "Nia North"}; !errors.Is(err, location.ErrHeld) || !slices.Equal(names(held), want) {
			t.Errorf("locations off: %v, %v", names(held), err)
		}
		p.exec(`update account set base_role = 'student' where location_id is not null`)
		p.exec(`update role_grant set ended_at = from_at where node_kind = 'location'`)
		if held, err := p.Switch(ctx, configure, location.Settings{Locations: true}); err != nil || len(held) > 0 {
			t.Errorf("%v, %v", held, err)
		}
		edit := p.reach("ole", access.LocationEdit)
		if _, err := p.Add(ctx, edit, location.New{Name: "x", Parent: p.place("fr")}); !errors.Is(err, location.ErrFlat) {
			t.Errorf("below another without hierarchies: %v", err)
		}
		if _, err := p.Add(ctx, edit, location.New{Name: "x"}); err != nil {
			t.Error(err)
		}
		if _, err := p.Switch(ctx, configure, location.Settings{Hierarchies: true}); err != nil {
			t.Error(err)
		}
		if now, err := p.Settings(ctx, p.reach("ole", access.LocationView)); err != nil || now != (location.Settings{}) {
			t.Errorf("%+v, %v", now, err)
		}
		if _, err := p.Add(ctx, edit, location.New{Name: "x"}); !errors.Is(err, location.ErrOff) {
			t.Errorf("without locations: %v", err)
		}
		p.is("2", `select count(*) from audit_event where action = 'organization.locations_switched'`)
	})
}

func TestTypesAreLevelsWithParentsTheyNeed(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		ctx, configure, edit := t.Context(), p.reach("ole", access.OrganizationConfigure), p.reach("ole", access.LocationEdit)
		kind := func(name string, requires location.TypeID) location.TypeID {
			t.Helper()
			id, err := p.AddType(ctx, configure, location.NewType{Name: name, Requires: requires})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		country := kind("Country", "")
		city := kind("City", country)
		typed := func(external string, of location.TypeID) error {
			return p.Edit(ctx, edit, p.place(external), location.Edit{Name: external, ExternalID: external, Type: of})
		}
		for _, tt := range []struct {
			name string
			err  error
			want error
		}{
			{"a city without a country", typed("berlin", city), location.ErrTypeParent},
			{"a country", typed("de", country), nil},
			{"now the city", typed("berlin", city), nil},
			{"the country becomes a city", typed("de", city), location.ErrTypeParent},
			{"the country loses its type", typed("de", ""), location.ErrTypeChildren},
			{"another country", typed("fr", country), nil},
			{"a city moves to the top", p.Move(ctx, edit, p.place("berlin"), "", ""), location.ErrTypeParent},
			{"a type that is used", p.RemoveType(ctx, configure, country), location.ErrTypeUsed},
			{"a country below a country", p.Move(ctx, edit, p.place("fr"), p.place("de"), ""), location.ErrTypeParent},
			{"a country that needs a city", p.EditType(ctx, configure, country, location.NewType{Name: "Country", Requires: city}), fault.Field("requires", "Choose a type of a higher level.")},
			{"a name that is taken", p.EditType(ctx, configure, city, location.NewType{Name: "COUNTRY", Requires: country}), location.ErrTypeTaken},
			{"another name", p.EditType(ctx, configure, city, location.NewType{Name: "Town", Requires: country}), nil},
			{"what is not there", p.RemoveType(ctx, configure, "nothing"), fault.ErrNotFound},
			{"by an editor of places", p.RemoveType(ctx, p.reach("fay", access.OrganizationConfigure), city), fault.ErrForbidden},
		} {
			if !errors.Is(tt.err, tt.want) || (tt.want == nil) != (tt.err == nil) {
				t.Errorf("%s: %v", tt.name, tt.err)
			}
		}
		types, err := p.Types(ctx, p.reach("fay", access.LocationView))
		if err != nil || len(types) != 2 || types[0].Name != "Country" || types[0].Places != 2 || types[1].Name != "Town" || types[1].Level != 2 {
			t.Errorf("%+v, %v", types, err)
		}
		if err := typed("berlin", ""); err != nil {
			t.Fatal(err)
		}
		if err := p.RemoveType(ctx, configure, city); err != nil {
			t.Errorf("a type that nothing uses: %v", err)
		}
	})
}

func TestTheTreeIsBrowsedAsFarAsOneSees(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		list := func(who string, q location.Query) (out []string) {
			t.Helper()
			page, err := p.List(t.Context(), p.reach(who, access.LocationView), q)
			if err != nil {
				t.Fatalf("%s lists %+v: %v", who, q, err)
			}
			for _, f := range page.Items {
				line := fmt.Sprintf("%s %d", f.Name, f.Children)
				for _, up := range f.Trail {
					line += " < " + up.Name
				}
				out = append(out, line)
			}
			return out
		}
		for _, tt := range []struct {
			who  string
			q    location.Query
			want string
		}{
			{"ole", location.Query{}, "France 1, Germany 1"},
			{"ole", location.Query{Below: p.place("north")}, "Arras 0, Lille 0"},
			{"ole", location.Query{Q: "RR"}, "Arras 0 < France < North"},
			{"ole", location.Query{Q: "berlin"}, "Berlin 0 < Germany"},
			{"ole", location.Query{Q: "nowhere"}, ""},
			{"fay", location.Query{}, "France 1"},
			{"fay", location.Query{Below: p.place("de")}, ""},
			{"fay", location.Query{Q: "r"}, "Arras 0 < France < North, France 1, North 2 < France"},
			{"art", location.Query{}, "Arras 0"},
			{"art", location.Query{Q: "r"}, "Arras 0"},
		} {
			if got := strings.Join(list(tt.who, tt.q), ", "); got != tt.want {
				t.Errorf("%s, %+v: %q, want %q", tt.who, tt.q, got, tt.want)
			}
		}
		// Page by page nothing is lost and nothing comes twice; another's cursor is refused.
		view := p.reach("ole", access.LocationView)
		var all []string
		for q := (location.Query{Q: "r", Limit: 1}); ; {
			page, err := p.List(t.Context(), view, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range page.Items {
				all = append(all, f.Name)
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
			if _, err := p.List(t.Context(), view, location.Query{Cursor: page.Next}); fault.KindOf(err) != fault.Invalid {
				t.Errorf("a cursor of another list: %v", err)
			}
		}
		if want := []string{"Arras", "Berlin", "France", "Germany", "North"}; !slices.Equal(all, want) {
			t.Errorf("page by page %v, want %v", all, want)
		}
		d, err := p.Open(t.Context(), view, p.place("north"))
		if err != nil || d.Here != 2 || d.Within != 5 || d.Places != 2 || d.Children != 2 || d.Grants != 1 || len(d.Trail) != 1 {
			t.Errorf("%+v, %v", d, err)
		}
		for who, want := range map[string]fault.Kind{"gus": fault.NotFound, "art": fault.NotFound, "nia": fault.Forbidden, "stu1": fault.Forbidden} {
			if _, err := p.Open(t.Context(), p.reach(who, access.LocationView), p.place("north")); fault.KindOf(err) != want {
				t.Errorf("%s opens North: %v", who, err)
			}
		}
	})
}
