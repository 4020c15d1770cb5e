package roster

import (
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
)

func TestCells(t *testing.T) {
	berlin := day.ZoneOr("Europe/Berlin")
	p := parser{zone: berlin, starts: map[day.Day]int64{}}
	at := func(text string) int64 {
		t.Helper()
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return v.UnixMicro()
	}
	people, enrollments, purchases, activities := FileOf("people"), FileOf("enrollments"), FileOf("purchases"), FileOf("activities")
	bad := struct{}{}
	for _, tt := range []struct {
		name   string
		file   *File
		column string
		text   string
		want   any
	}{
		{"a date is the start of the day in the zone", enrollments, "started_at", "2026-07-01", at("2026-06-30T22:00:00Z")},
		{"an instant", enrollments, "started_at", "2026-07-01T10:00:00+02:00", at("2026-07-01T08:00:00Z")},
		{"an instant without an offset is in the zone", enrollments, "started_at", "2026-07-01T10:00", at("2026-07-01T08:00:00Z")},
		{"a fraction of a second", enrollments, "started_at", "2026-07-01T08:00:00.5Z", at("2026-07-01T08:00:00Z") + 500_000},
		{"an American date", enrollments, "started_at", "7/1/2026", bad},
		{"a day that is none", enrollments, "due_on", "2026-02-29", bad},
		{"a score", enrollments, "score", "87.5", int64(8750)},
		{"a whole score", enrollments, "score", "100", int64(10000)},
		{"a score of nothing", enrollments, "score", "0", int64(0)},
		{"over a hundred", enrollments, "score", "100.01", bad},
		{"three decimals", enrollments, "score", "1.234", bad},
		{"a decimal comma", enrollments, "score", "87,5", bad},
		{"a signed score", enrollments, "score", "+1", bad},
		{"progress", enrollments, "progress", " 42 ", int64(42)},
		{"no progress said", enrollments, "progress", "", int64(0)},
		{"seats", purchases, "seats", "0", bad},
		{"a role", people, "role", "Local Administrator (Reports Only)", "local_administrator_reports_only"},
		{"a role in other letters", people, "role", "student", bad},
		{"no role said", people, "role", "", nil},
		{"the shop's role", people, "role", "Purchaser", bad},
		{"a locale", people, "locale", "pt_br", "pt-BR"},
		{"a name is composed", people, "given_name", "Jose\u0301", "José"},
		{"a name of spaces is none", people, "given_name", "  ", nil},
		{"an address keeps its letters", people, "email", " Ann@Example.com", "Ann@Example.com"},
		{"an address with a name", people, "email", "Ann <ann@example.com>", bad},
		{"a needed cell", people, "id", " ", bad},
		{"yes", activities, "self_complete", "YES", true},
		{"nothing is no", activities, "self_complete", "", false},
		{"a page", activities, "url", "https://example.com/a?b=c", "https://example.com/a?b=c"},
		{"a script", activities, "url", "javascript:alert(1)", bad},
		{"a kind", activities, "kind", "", "course"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := p.cell(&tt.file.Columns[tt.file.Index(tt.column)], tt.text)
			if tt.want == any(bad) {
				if err == nil {
					t.Errorf("cell(%q) = %v, want a fault", tt.text, got)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("cell(%q) = %v (%T), %v; want %v (%T)", tt.text, got, got, err, tt.want, tt.want)
			}
		})
	}
}
