package location

import (
	"slices"

	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fold"
)

// ImportAct is the bulk act that takes locations from a file: it adds those
// that are new, and renames and retypes those that there are. It moves nothing:
// a move changes who sees whom, which is looked at one by one (PreviewMove).
const ImportAct bulk.Kind = "locations.import"

// What an import does with a line, or why it does nothing.
const (
	LineAdded      = "added"
	LineChanged    = "changed"
	LineSame       = "same"
	LineElsewhere  = "elsewhere"   // it lies below another location; it is moved where one sees what that changes
	LineNoID       = "no_id"       // or one that is too long
	LineTwice      = "twice"       // the id stands in the file before
	LineNoName     = "no_name"     // or one that is too long
	LineNoParent   = "no_parent"   // there is no such location that the asker may add to
	LineParentLost = "parent_lost" // the parent's own line cannot be taken
	LineCircle     = "circle"      // it would lie within itself, or below one that does
	LineTooDeep    = "deep"
	LineNoType     = "no_type"
	LineMisfit     = "misfit"   // its type does not fit below the parent's
	LineChildren   = "children" // the types below it would not fit
	LineRetired    = "retired"
	LineFlat       = "flat"  // the organization has no locations below locations
	LineTaken      = "taken" // the id is that of a location the asker may not change
	LineTakenBack  = "taken_back"
	LineKept       = "kept" // somebody or something has come to it since
)

// Known is a location that there is, as far as an import has to know.
type Known struct {
	Place
	Editable bool // the asker may change it
	Open     bool // the asker may add to it: all below it is theirs
}

// Before is what an import finds.
type Before struct {
	Known       []Known
	Types       Types
	Top         bool // the asker may add at the top
	Hierarchies bool
}

// Step is what an import does with one line.
type Step struct {
	Line   Line
	Result string
	At     ID     // the location that there is; empty: it is new
	Was    Edit   // of that one
	Edit   Edit   // what it will be called
	Below  ID     // the parent of a new one that there is already; empty: another new one, or the top
	Under  string // the line's id of a parent that is new, too
	Depth  int    // of a new one: 1 at the top
}

// Does tells whether the step changes anything.
func (s Step) Does() bool { return s.Result == LineAdded || s.Result == LineChanged }

// planning works out the steps of an import.
type planning struct {
	Before
	sheet    Sheet
	byID     map[ID]Known
	called   map[string]Known // by external id, or by Ambit's where that is free
	children map[ID][]Known
	types    map[string]TypeID // by name
	lines    map[string]int    // by id
	steps    []Step
	state    []int8 // 0: not looked at, 1: on the way, 2: settled
	barred   map[int]string
}

// Plan works out what a file does to the locations there are. Lines that
// cannot be taken are left out, with what hangs on them; the rest stands.
func (b Before) Plan(s Sheet) []Step {
	p := planning{Before: b, sheet: s, byID: map[ID]Known{}, called: map[string]Known{}, children: map[ID][]Known{}, types: map[string]TypeID{}, barred: map[int]string{}}
	for _, k := range b.Known {
		p.byID[k.ID] = k
		p.called[string(k.ID)] = k
		if k.RetiredAt.IsZero() {
			p.children[k.Parent] = append(p.children[k.Parent], k)
		}
	}
	for _, k := range b.Known {
		if k.ExternalID != "" {
			p.called[k.ExternalID] = k
		}
	}
	for _, t := range b.Types {
		p.types[fold.Text(t.Name)] = t.ID
	}
	for {
		p.work()
		if !p.bar() {
			return p.steps
		}
	}
}

// work settles every line once.
func (p *planning) work() {
	p.steps, p.state, p.lines = make([]Step, len(p.sheet.Lines)), make([]int8, len(p.sheet.Lines)), map[string]int{}
	for i, l := range p.sheet.Lines {
		s := &p.steps[i]
		s.Line = l
		name, id, err := check(l.Name, l.ID)
		if _, _, wrong := check("x", l.ID); l.ID == "" || wrong != nil {
			s.Result = LineNoID
			continue
		}
		if _, twice := p.lines[l.ID]; twice {
			s.Result = LineTwice
			continue
		}
		p.lines[l.ID] = i
		k, known := p.called[l.ID]
		s.Edit = Edit{Name: name, ExternalID: id}
		if known {
			s.At, s.Was = k.ID, Edit{Name: k.Name, ExternalID: k.ExternalID, Type: k.Type}
			s.Edit.ExternalID, s.Edit.Type = k.ExternalID, k.Type
		}
		typed := l.Type == ""
		if p.sheet.Types {
			s.Edit.Type, typed = p.types[fold.Text(l.Type)], typed || p.types[fold.Text(l.Type)] != ""
		}
		switch {
		case known && !k.Editable:
			s.Result = LineTaken
		case known && !k.RetiredAt.IsZero():
			s.Result = LineRetired
		case err != nil:
			s.Result = LineNoName
		case p.sheet.Types && !typed:
			s.Result = LineNoType
		case p.barred[i] != "":
			s.Result = p.barred[i]
		}
	}
	for i := range p.steps {
		p.settle(i)
	}
}

// settle decides a line after its parent's.
func (p *planning) settle(i int) {
	s := &p.steps[i]
	if p.state[i] != 0 || s.Result != "" {
		return
	}
	p.state[i] = 1
	if s.At != "" {
		p.settleKnown(s)
	} else {
		p.settleNew(s)
	}
	p.state[i] = 2
}

func (p *planning) settleKnown(s *Step) {
	k := p.byID[s.At]
	above, top := k.Parent, k.Parent == ""
	if p.sheet.Parents && s.Line.Parent != "" != !top || p.sheet.Parents && !top && p.called[s.Line.Parent].ID != above {
		s.Result = LineElsewhere
		return
	}
	switch {
	case s.Edit == s.Was:
		s.Result = LineSame
	case s.Edit.Type != s.Was.Type && !p.Types.Fits(s.Edit.Type, p.typeOf(above), top):
		s.Result = LineMisfit
	default:
		s.Result = LineChanged
	}
}

// typeOf is the type that a location there is will have.
func (p *planning) typeOf(id ID) TypeID {
	k := p.byID[id]
	for _, called := range []string{k.ExternalID, string(id)} {
		if i, named := p.lines[called]; named && called != "" && p.steps[i].At == id {
			p.settle(i)
			if p.steps[i].Result == LineChanged {
				return p.steps[i].Edit.Type
			}
		}
	}
	return k.Type
}

func (p *planning) settleNew(s *Step) {
	if s.Line.Parent == "" {
		s.Depth = 1
		switch {
		case !p.Top:
			s.Result = LineNoParent
		case !p.Types.Fits(s.Edit.Type, "", true):
			s.Result = LineMisfit
		default:
			s.Result = LineAdded
		}
		return
	}
	above, result := p.above(s)
	switch {
	case result != "":
		s.Result = result
	case !p.Hierarchies:
		s.Result = LineFlat
	case s.Depth > Deepest:
		s.Result = LineTooDeep
	case !p.Types.Fits(s.Edit.Type, above, false):
		s.Result = LineMisfit
	default:
		s.Result = LineAdded
	}
}

// above finds what a new location is to lie below, and gives its type; or why
// it cannot.
func (p *planning) above(s *Step) (TypeID, string) {
	if k, known := p.called[s.Line.Parent]; known {
		if !k.Open || !k.RetiredAt.IsZero() {
			return "", LineNoParent
		}
		s.Below, s.Depth = k.ID, k.Path.Depth()+1
		return p.typeOf(k.ID), ""
	}
	up, named := p.lines[s.Line.Parent]
	if !named {
		return "", LineNoParent
	}
	if p.state[up] == 1 {
		return "", LineCircle
	}
	p.settle(up)
	switch parent := p.steps[up]; parent.Result {
	case LineAdded:
		s.Under, s.Depth = parent.Line.ID, parent.Depth+1
		return parent.Edit.Type, ""
	case LineCircle:
		return "", LineCircle
	}
	return "", LineParentLost
}

// bar finds locations whose new type does not fit what lies below them, and
// tells whether there were any: then all is worked out again without those.
func (p *planning) bar() bool {
	found := false
	for i, s := range p.steps {
		if s.Result != LineChanged || s.Edit.Type == s.Was.Type {
			continue
		}
		if slices.ContainsFunc(p.children[s.At], func(k Known) bool { return !p.Types.Fits(p.typeOf(k.ID), s.Edit.Type, false) }) {
			p.barred[i], found = LineChildren, true
		}
	}
	return found
}
