package invitation

import (
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/fault"
)

func TestPeopleAreReadFromTablesAndLists(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []Person
	}{
		{"the template", "email,given_name,family_name,language\nann@example.com,Ann,Example,de\nben@example.com,,,\n", []Person{{"ann@example.com", "Ann", "Example", "de"}, {Email: "ben@example.com"}}},
		{"columns in another order, and more of them", "\ufefffamily_name;note;email\nExample;x;ann@example.com\n", []Person{{Email: "ann@example.com", Family: "Example"}}},
		{"a list", "ann@example.com\r\nben@example.com, cy@example.com;dee@example.com", []Person{{Email: "ann@example.com"}, {Email: "ben@example.com"}, {Email: "cy@example.com"}, {Email: "dee@example.com"}}},
		{"an address book", `"Ann Maria Example" <ann@example.com>; mailto:ben@example.com`, []Person{{Email: "ann@example.com", Given: "Ann Maria", Family: "Example"}, {Email: "ben@example.com"}}},
		{"a line that is none stays", "ann@example.com\nnobody at all", []Person{{Email: "ann@example.com"}, {Email: "nobody at all"}}},
		{"a language that we do not speak", "email,language\nann@example.com,tlh\n", []Person{{Email: "ann@example.com"}}},
	} {
		got, err := ReadPeople([]byte(tt.text))
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
	for name, text := range map[string]string{"nothing": " \n,;", "binary": "\x00\x01\x02a@b", "too many": strings.Repeat("a@example.com\n", Most+1)} {
		if _, err := ReadPeople([]byte(text)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What the asker does not see is not told: an account elsewhere is invited like
// an address without one.
func TestDecideTellsNothingOfThoseOutOfSight(t *testing.T) {
	known := Known{Email: "ann@example.com", Folded: "ann@example.com", Account: "a"}
	with := func(change func(*Known)) Known {
		k := known
		change(&k)
		return k
	}
	for _, tt := range []struct {
		name  string
		kind  Kind
		known Known
		want  string
	}{
		{"an account out of sight", Platform, known, LineInvited},
		{"a suspended one out of sight", Platform, with(func(k *Known) { k.Suspended = true }), LineInvited},
		{"one out of sight that takes part", Activity, with(func(k *Known) { k.Enrolled = true }), LineInvited},
		{"an account in sight", Platform, with(func(k *Known) { k.Seen = true }), LineHere},
		{"in sight and taking part", Program, with(func(k *Known) { k.Seen, k.Enrolled = true, true }), LineEnrolled},
		{"in sight, not taking part", Activity, with(func(k *Known) { k.Seen = true }), LineInvited},
		{"in sight and suspended", Activity, with(func(k *Known) { k.Seen, k.Suspended = true, true }), LineSuspended},
		{"invited already", Platform, with(func(k *Known) { k.Pending = true }), LinePending},
		{"no address", Platform, Known{}, LineNoAddress},
	} {
		in := Inviting{Kind: tt.kind, People: []Person{{Email: "ann@example.com"}}}
		if got := Decide(in, []Known{tt.known})[0].Result; got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
