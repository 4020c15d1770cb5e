package report

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

// subjects is whom a file is about and what it says of each, kept beside the
// file so that fetching can hold it against what its owner sees that day.
type subjects struct {
	head aboutHead
	// of[0] are the learners of whom everything may be in the file, of[i] those of head.Sets[i-1]; ascending.
	of [][]access.LearnerNo
}

// aboutHead is the part of it that is small.
type aboutHead struct {
	View   []aboutBlock  `json:"view"`
	Export []aboutBlock  `json:"export"`
	Sets   [][]aboutPart `json:"sets"`
}

// aboutBlock is a block that the owner's access was made of.
type aboutBlock struct {
	Self     access.AccountID  `json:"self,omitempty"`
	Lo       access.Path       `json:"lo,omitempty"`
	Hi       access.Path       `json:"hi,omitempty"`
	Purchase access.PurchaseID `json:"purchase,omitempty"`
	Team     access.TeamID     `json:"team,omitempty"`
	Own      bool              `json:"own,omitempty"`
}

// aboutPart is what a purchase showed of a learner.
type aboutPart struct {
	Purchase   access.PurchaseID   `json:"purchase"`
	Activities []access.ActivityNo `json:"activities"`
}

// about writes whom a file is about: the small part as JSON, then for each set
// of parts its learners, each as the distance from the one before.
func about(sel *Selection, view, export access.Reach) []byte {
	s := subjects{head: aboutHead{View: blocksOf(view), Export: blocksOf(export)}, of: [][]access.LearnerNo{nil}}
	for _, w := range sel.Wide {
		s.of[0] = append(s.of[0], w.Learners...)
	}
	known := map[string]int{}
	for _, m := range sel.Narrow {
		if m.Parts == nil {
			s.of[0] = append(s.of[0], m.Learner)
			continue
		}
		set := make([]aboutPart, len(m.Parts))
		for i, p := range m.Parts {
			set[i] = aboutPart{p.Purchase, p.Activities}
		}
		slices.SortFunc(set, func(a, b aboutPart) int { return cmp.Compare(a.Purchase, b.Purchase) })
		name, err := json.Marshal(set)
		if err != nil {
			panic(err) // texts and numbers always marshal
		}
		at, ok := known[string(name)]
		if !ok {
			s.head.Sets, s.of = append(s.head.Sets, set), append(s.of, nil)
			at = len(s.head.Sets)
			known[string(name)] = at
		}
		s.of[at] = append(s.of[at], m.Learner)
	}
	head, err := json.Marshal(s.head)
	if err != nil {
		panic(err)
	}
	out := append(binary.AppendUvarint(nil, uint64(len(head))), head...)
	for _, list := range s.of {
		slices.Sort(list)
		out = binary.AppendUvarint(out, uint64(len(list)))
		before := access.LearnerNo(0)
		for _, no := range list {
			out = binary.AppendUvarint(out, uint64(no-before))
			before = no
		}
	}
	return out
}

func blocksOf(reach access.Reach) []aboutBlock {
	var out []aboutBlock
	for _, b := range reach.Blocks() {
		out = append(out, aboutBlock{b.Self, b.Lo, b.Hi, b.Purchase, b.Team, b.Own})
	}
	return out
}

var errAbout = errors.New("cannot be read")

// readAbout reads what about wrote.
func readAbout(raw []byte) (*subjects, error) {
	next := func() uint64 {
		n, size := binary.Uvarint(raw)
		if size <= 0 {
			raw = nil
			return 0
		}
		raw = raw[size:]
		return n
	}
	size := next()
	if size == 0 || size > uint64(len(raw)) {
		return nil, errAbout
	}
	var s subjects
	if err := json.Unmarshal(raw[:size], &s.head); err != nil {
		return nil, errAbout
	}
	raw = raw[size:]
	for range len(s.head.Sets) + 1 {
		if len(raw) == 0 {
			return nil, errAbout
		}
		n := next()
		if n > uint64(len(raw)) {
			return nil, errAbout
		}
		list := make([]access.LearnerNo, n)
		before := uint64(0)
		for i := range list {
			before += next()
			list[i] = access.LearnerNo(before)
		}
		s.of = append(s.of, list)
	}
	if len(raw) > 0 {
		return nil, errAbout
	}
	return &s, nil
}

// within tells whether a selection holds everybody, and of each at least as much.
func (s *subjects) within(sel *Selection) bool {
	var wide []access.LearnerNo
	for _, w := range sel.Wide {
		wide = append(wide, w.Learners...)
	}
	slices.Sort(wide)
	for i, list := range s.of {
		rest, narrow := wide, sel.Narrow
		for _, no := range list {
			at, found := slices.BinarySearch(rest, no)
			if rest = rest[at:]; found {
				continue
			}
			at, found = slices.BinarySearchFunc(narrow, no, func(m Member, no access.LearnerNo) int { return int(int64(m.Learner) - int64(no)) })
			if narrow = narrow[at:]; !found || i == 0 || !shownBy(narrow[0].Parts, s.head.Sets[i-1]) {
				return false
			}
		}
	}
	return true
}

// shownBy tells whether parts still show what a set of them did.
func shownBy(parts []Part, set []aboutPart) bool {
	return !slices.ContainsFunc(set, func(was aboutPart) bool {
		return !slices.ContainsFunc(parts, func(p Part) bool {
			return p.Purchase == was.Purchase && !slices.ContainsFunc(was.Activities, func(a access.ActivityNo) bool {
				_, ok := slices.BinarySearch(p.Activities, a)
				return !ok
			})
		})
	})
}

// placesWithin tells whether a file's details that only some access carries
// are still carried. A file of license purchases is held against all of the
// access it was made with, since purchases without learners stand in it too.
func (s *subjects) placesWithin(reach access.Reach, run *Run) bool {
	rep, ok := Find(run.Request.Report)
	if !ok {
		return false
	}
	all := rep.row == rowOfPurchase
	details := all || slices.ContainsFunc(run.Columns, func(key string) bool {
		f, ok := rep.Field(key)
		return key == "location" || ok && f.needs != nil
	})
	if !details {
		return true
	}
	was := s.head.Export
	if reach.Permission() == rep.Permission() {
		was = s.head.View
	}
	now := blocksOf(reach)
	return !slices.ContainsFunc(was, func(b aboutBlock) bool {
		return (all || !b.Own && b.Purchase == "") && !slices.ContainsFunc(now, b.within)
	})
}

// within tells whether a block of today holds this one.
func (b aboutBlock) within(now aboutBlock) bool {
	if now.Own && !b.Own {
		return false
	}
	if b.Hi != "" {
		return now.Hi != "" && now.Lo <= b.Lo && b.Hi <= now.Hi
	}
	return b.Self == now.Self && b.Purchase == now.Purchase && b.Team == now.Team && now.Hi == ""
}
