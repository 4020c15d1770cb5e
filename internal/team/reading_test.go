package team

import (
	"slices"
	"strings"
	"testing"
)

func TestListsOfPeopleAreRead(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"addresses", "ann@a.example\n ben@a.example \n\n", "ann@a.example ben@a.example"},
		{"from an address book", "Ann Lee <ann@a.example>; \"Ben\" <ben@a.example>", "ann@a.example ben@a.example"},
		{"external ids", "4711\nX-12", "4711 X-12"},
		{"a column of ids", "name;external_id\nAnn;4711\nBen;\n;4713", "4711 4713"},
		{"a column of addresses", "Name,E-Mail\nAnn,ann@a.example\nBen,", "ann@a.example"},
		{"byte order mark", "\ufeffemail\r\nann@a.example\r\n", "ann@a.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadPeople([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, w := range got {
				said = append(said, w.Text)
			}
			if !slices.Equal(said, strings.Split(tt.want, " ")) {
				t.Errorf("%q, want %q", said, tt.want)
			}
		})
	}
	for _, bad := range []string{"", "\n ,; \n", "PK\x00\x00", strings.Repeat("a@b.example\n", MostAtOnce+1)} {
		if _, err := ReadPeople([]byte(bad)); err == nil {
			t.Errorf("%.10q is read", bad)
		}
	}
}
