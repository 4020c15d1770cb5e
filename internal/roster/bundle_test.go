package roster

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// read reads a file of a bundle as it is staged.
func read(t testing.TB, name, text string) (lines []int, faults *Faults) {
	t.Helper()
	b, err := Open(fstest.MapFS{name: &fstest.MapFile{Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	faults = &Faults{}
	r, ok, err := b.Read(b.Files()[0], time.UTC, faults)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return nil, faults
	}
	defer r.Close()
	for r.Next() {
		if len(r.Values()) != len(b.Files()[0].Widths()) {
			t.Errorf("line %d has %d values, want %d", r.Line(), len(r.Values()), len(b.Files()[0].Widths()))
		}
		lines = append(lines, r.Line())
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return lines, faults
}

func TestRowsThatCannotBeKnownAreLeftOut(t *testing.T) {
	lines, faults := read(t, "people.csv", "email,id\nann@example.com,ann\nbob@example.com,\nnobody,carl\n")
	if fmt.Sprint(lines) != "[2 4]" {
		t.Errorf("lines %v, want 2 and 4", lines)
	}
	var refusal *Refusal
	if !errors.As(faults.Refusal(), &refusal) || len(refusal.Faults) != 2 || refusal.Faults[0].Column != "id" || refusal.Faults[1].Column != "email" {
		t.Errorf("faults %v", faults.Refusal())
	}
}

func TestFaultsBeyondTheLimitAreCounted(t *testing.T) {
	_, faults := read(t, "people.csv", "id,email\n"+strings.Repeat("x,nobody\n", keptFaults+5))
	var refusal *Refusal
	if !errors.As(faults.Refusal(), &refusal) || len(refusal.Faults) != keptFaults || refusal.More != 5 {
		t.Errorf("told %d, more %d", len(refusal.Faults), refusal.More)
	}
}
