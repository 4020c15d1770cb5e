package roster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/fault"
)

// Fault is one thing wrong with a bundle.
type Fault struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`   // as an editor counts; 0: the whole file
	Column string `json:"column,omitempty"` // empty: the whole row
	Reason string `json:"reason"`
}

// String writes "people.csv:12: email: …", as compilers do.
func (f Fault) String() string {
	out := f.File
	if f.Line > 0 {
		out = fmt.Sprintf("%s:%d", out, f.Line)
	}
	if f.Column != "" {
		out += ": " + f.Column
	}
	return out + ": " + f.Reason
}

// Refusal is the answer to a bundle with faults. Nothing was changed.
type Refusal struct {
	Faults []Fault `json:"faults"`         // by file and line
	More   int     `json:"more,omitempty"` // how many are not in the list
}

// Error counts the faults and tells the first ones.
func (r *Refusal) Error() string {
	var out strings.Builder
	out.WriteString(r.sentence())
	for i, f := range r.Faults {
		if i == 3 {
			break
		}
		out.WriteString("\n" + f.String())
	}
	return out.String()
}

func (r *Refusal) sentence() string {
	if n := len(r.Faults) + r.More; n != 1 {
		return fmt.Sprintf("The bundle has %d faults. Nothing was changed.", n)
	}
	return "The bundle has one fault. Nothing was changed."
}

// Unwrap makes a refusal a fault of the input.
func (r *Refusal) Unwrap() error { return fault.New(fault.Invalid, r.sentence()) }

// keptFaults is how many faults are told one by one; the others are counted.
const keptFaults = 10_000

// Faults collects what is wrong while a bundle is read and checked.
type Faults struct {
	kept []Fault
	more int
}

// Add notes a fault.
func (f *Faults) Add(x Fault) {
	if len(f.kept) == keptFaults {
		f.more++
		return
	}
	f.kept = append(f.kept, x)
}

// Clone gives a collection that goes on from this one.
func (f *Faults) Clone() *Faults { return &Faults{kept: slices.Clone(f.kept), more: f.more} }

// Any tells whether there is one.
func (f *Faults) Any() bool { return len(f.kept) > 0 }

// Refusal is the error for the faults, by file and line; nil where there is none.
func (f *Faults) Refusal() error {
	if !f.Any() {
		return nil
	}
	order := func(x Fault) (file, column int) {
		file = slices.IndexFunc(files, func(t *File) bool { return t.Name == x.File })
		if file >= 0 {
			column = slices.IndexFunc(files[file].Columns, func(c Column) bool { return c.Name == x.Column })
		}
		return file, column
	}
	slices.SortStableFunc(f.kept, func(a, b Fault) int {
		fa, ca := order(a)
		fb, cb := order(b)
		return cmp.Or(cmp.Compare(fa, fb), cmp.Compare(a.Line, b.Line), cmp.Compare(ca, cb))
	})
	return &Refusal{Faults: f.kept, More: f.more}
}
