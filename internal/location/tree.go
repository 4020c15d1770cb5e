package location

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

// Node is a location while a tree is put together from a file over what there is.
type Node struct {
	ID, Parent string // Parent is empty at the top
	Segment    access.Path
	Path       access.Path // as laid; what it was before is the caller's
	Line       int         // of the file; 0: not in it
	Made       bool        // by the file: it has no segment yet
	Depth      int         // 1 at the top
}

// Tree is locations by id. What a file says of a parent may be wrong in any
// way; Check tells before Lay is asked.
type Tree map[string]*Node

// Segment is the last part of a path, which a location keeps for good.
func Segment(path access.Path) access.Path {
	return path[max(0, len(path)-len(access.Root)):]
}

// Wrong is a line that cannot be.
type Wrong struct {
	Line   int
	Circle bool // it would lie within itself; else it would lie too deep
}

// Check works out how deep every location lies, and tells which lines make a
// circle or lie too deep (I-17).
func (t Tree) Check() []Wrong {
	var out []Wrong
	for _, n := range t.byLine() {
		n.Depth = 1
		up := t[n.Parent]
		for ; up != nil && up != n && n.Depth <= len(t); up = t[up.Parent] {
			n.Depth++
		}
		switch {
		case n.Line == 0:
		case up == n:
			out = append(out, Wrong{Line: n.Line, Circle: true})
		case up == nil && n.Depth > Deepest:
			out = append(out, Wrong{Line: n.Line})
		}
	}
	return out
}

// Made lists the locations that the file makes, in its order; each needs a
// segment before the paths are laid.
func (t Tree) Made() []*Node {
	return slices.DeleteFunc(t.byLine(), func(n *Node) bool { return !n.Made })
}

// Lay gives every location its path below the organization's, and lists them
// with parents before children.
func (t Tree) Lay(root access.Path) []*Node {
	nodes := slices.SortedFunc(maps.Values(t), func(a, b *Node) int {
		return cmp.Or(a.Depth-b.Depth, a.Line-b.Line, cmp.Compare(a.ID, b.ID))
	})
	for _, n := range nodes {
		n.Path = root + n.Segment
		if up := t[n.Parent]; up != nil {
			n.Path = up.Path + n.Segment
		}
	}
	return nodes
}

// byLine orders locations as the file names them, for faults and numbers.
func (t Tree) byLine() []*Node {
	return slices.SortedFunc(maps.Values(t), func(a, b *Node) int { return cmp.Or(a.Line-b.Line, cmp.Compare(a.ID, b.ID)) })
}
