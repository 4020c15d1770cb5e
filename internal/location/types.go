package location

import (
	"slices"

	"github.com/ambit-lms/ambit/internal/fault"
)

// Type is a level of the tree, such as Country above Region above City.
type Type struct {
	ID       TypeID
	Name     string
	Level    int    // 1 is the topmost
	Requires TypeID // of the location directly above; empty: any of a higher level
	Places   int    // open locations of this type
}

// NewType is what is said of a type. A new one becomes the lowest level.
type NewType struct {
	Name     string
	Requires TypeID
}

// Types are those of an organization, the topmost first.
type Types []Type

// Find gives one of them; the zero type and false for an unknown id.
func (ts Types) Find(id TypeID) (Type, bool) {
	i := slices.IndexFunc(ts, func(t Type) bool { return t.ID == id })
	if i < 0 {
		return Type{}, false
	}
	return ts[i], true
}

// Fits tells whether a location of one type may lie directly below one of
// another; the empty type is of no level and fits everywhere, but is nobody's
// required parent. At the top there is no location above.
func (ts Types) Fits(child, above TypeID, top bool) bool {
	c, typed := ts.Find(child)
	switch {
	case !typed:
		return true
	case c.Requires != "":
		return !top && above == c.Requires
	}
	a, typed := ts.Find(above)
	return !typed || a.Level < c.Level
}

// required checks which type a type asks for above it: one of a higher level.
func (ts Types) required(level int, id TypeID) error {
	if id == "" {
		return nil
	}
	if above, known := ts.Find(id); !known || above.Level >= level {
		return fault.Field("requires", "Choose a type of a higher level.")
	}
	return nil
}

// Required is required for the level that a new type would have, or that one has.
func (ts Types) Required(of, above TypeID) error {
	level := 1
	if t, known := ts.Find(of); known {
		level = t.Level
	} else if len(ts) > 0 {
		level = ts[len(ts)-1].Level + 1
	}
	return ts.required(level, above)
}
