package sheet

import (
	"io/fs"
	"strings"
	"testing"
)

// sound is a bundle without a fault; each case damages a fresh one.
func sound() *Bundle {
	return &Bundle{
		Locations:   []Location{{ID: "l", Name: "Here"}},
		People:      []Person{{ID: "p", Email: "p@example.org", Given: "Ana", Location: "l"}, {ID: "q", Email: "q@example.org", Family: "Li"}},
		Activities:  []Activity{{ID: "a"}},
		Enrollments: []Enrollment{{Person: "p", Activity: "a", EnrolledAt: "2026-01-01"}},
		Purchases:   []Purchase{{ID: "b", Product: "a", Buyer: "q", Seats: "1", PurchasedAt: "2026-01-01T00:00:00Z", Reporter: "p"}},
		Seats:       []Seat{{Purchase: "b", Person: "p", AssignedAt: "2026-01-02T00:00:00Z", RedeemedAt: "2026-01-03T00:00:00Z", State: "redeemed"}},
	}
}

func TestFaultsAreFound(t *testing.T) {
	if faults := sound().Faults(); len(faults) > 0 {
		t.Fatalf("a sound bundle has faults: %v", faults)
	}
	for _, tt := range []struct {
		name   string
		damage func(*Bundle)
		want   string
	}{
		{"child before parent", func(b *Bundle) { b.Locations[0].ParentID = "x" }, "before its parent"},
		{"place unknown", func(b *Bundle) { b.People[0].Location = "x" }, "unknown location"},
		{"person twice", func(b *Bundle) { b.People[1].ID = "p" }, "stands twice"},
		{"address twice", func(b *Bundle) { b.People[1].Email = "p@example.org" }, "address"},
		{"number in a name", func(b *Bundle) { b.People[1].Given = "R2" }, "is called"},
		{"unknown activity", func(b *Bundle) { b.Enrollments[0].Activity = "x" }, "unknown id"},
		{"outcome without a day", func(b *Bundle) { b.Enrollments[0].Outcome = "failed" }, "lacks a date"},
		{"assigned before bought", func(b *Bundle) { b.Seats[0].AssignedAt = "2025-01-01T00:00:00Z" }, "before the purchase"},
		{"redeemed before assigned", func(b *Bundle) { b.Seats[0].RedeemedAt = "2026-01-01T12:00:00Z" }, "backwards"},
		{"redeemed without a day", func(b *Bundle) { b.Seats[0].RedeemedAt = "" }, "with other dates"},
		{"two seats of one person", func(b *Bundle) { b.Purchases[0].Seats = "2"; b.Seats = append(b.Seats, b.Seats[0]) }, "holds two seats"},
		{"oversold", func(b *Bundle) { s := b.Seats[0]; s.Person = "q"; b.Seats = append(b.Seats, s) }, "2 of 1 seats"},
		{"reporter still pending", func(b *Bundle) { b.Seats[0].State, b.Seats[0].RedeemedAt = "pending", "" }, "neither buyer nor redeemed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := sound()
			tt.damage(b)
			if got := strings.Join(b.Faults(), "; "); !strings.Contains(got, tt.want) {
				t.Errorf("Faults() = %q, want one saying %q", got, tt.want)
			}
		})
	}
}

func TestFilesAreAFolder(t *testing.T) {
	files, err := sound().Files()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := files["teams.csv"]; ok {
		t.Error("a table without rows became a file")
	}
	folder, err := FS(files)
	if err != nil {
		t.Fatal(err)
	}
	got, err := fs.ReadFile(folder, "people.csv")
	if err != nil {
		t.Fatal(err)
	}
	if want := "id,email,given_name,family_name,location_id,role,status,locale,time_zone\np,p@example.org,Ana,,l,,,,\nq,q@example.org,,Li,,,,,\n"; string(got) != want {
		t.Errorf("people.csv is %q, want %q", got, want)
	}
}
