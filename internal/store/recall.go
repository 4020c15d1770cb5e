package store

import (
	"math"
	"slices"
	"sync"

	"github.com/ambit-lms/ambit/internal/access"
)

// recall keeps packed transcripts in memory between requests, so that a sum
// over a hundred thousand learners does not read them all again. It is never
// ahead of a request nor behind it: each asks in its own snapshot what was
// written since the memory was last brought up to date, and takes a record
// only if its snapshot sees the very change that wrote it (see moment). Who may
// see a record is decided before it is asked for, every time: nothing of that
// is kept.
type recall struct {
	mu     sync.Mutex
	limit  int // bytes
	bytes  int
	asked  int // counts questions, to find the realm that was not asked about for longest
	realms map[access.RealmID]*recalled
}

// recalled is what is kept of one realm. What every learner's record was last
// changed by is known of all changes since born up to at, kept or not.
type recalled struct {
	realm    access.RealmID
	born, at moment
	records  []recollection // by the learner's number
	bytes    int
	asked    int
	gone     bool // forgotten as a whole; requests that still hold it go on without
}

// recollection is what is known of one learner's record.
type recollection struct {
	change  int64 // that wrote it, one up; zero: none since the memory began
	kept    bool
	none    bool // there is no record; change is zero or what is said of it
	entries []byte
}

// recollectionSize is about what a kept record costs beside its bytes.
const recollectionSize = 64

// defaultRecall is how much is kept: six to nine million enrollments.
const defaultRecall = 128 << 20

func newRecall(limit int) *recall {
	return &recall{limit: limit, realms: map[access.RealmID]*recalled{}}
}

// of finds what is kept of a realm, and the change from which on the asker has
// to say what was written; nil, and no change, where nothing is kept yet.
func (c *recall) of(realm access.RealmID) (k *recalled, since int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	k = c.realms[realm]
	if k == nil {
		return nil, math.MaxInt64
	}
	k.asked = c.asked
	return k, k.at.open
}

// begin starts to keep a realm's records with what a snapshot sees. It is nil
// where somebody else has begun meanwhile.
func (c *recall) begin(realm access.RealmID, at moment) *recalled {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.realms[realm] != nil {
		return nil
	}
	k := &recalled{realm: realm, born: at, at: at, asked: c.asked}
	c.realms[realm] = k
	return k
}

// written is a change to a learner's record.
type written struct {
	learner access.LearnerNo
	change  int64
}

// catchUp takes in what was written from the change on that of told, as a
// snapshot sees it. One that is behind the memory has nothing to tell.
func (c *recall) catchUp(k *recalled, at moment, list []written) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !k.at.before(&at) {
		return
	}
	k.at = at
	for _, w := range list {
		if r := k.put(w.learner); r.change != w.change+1 {
			c.drop(k, r)
			r.change = w.change + 1
		}
	}
}

// put makes room for a learner's record.
func (k *recalled) put(no access.LearnerNo) *recollection {
	if missing := int(no) + 1 - len(k.records); missing > 0 {
		k.records = append(k.records, make([]recollection, missing+len(k.records)/4)...)
	}
	return &k.records[no]
}

func (c *recall) drop(k *recalled, r *recollection) {
	if r.kept {
		n := len(r.entries) + recollectionSize
		k.bytes -= n
		if !k.gone {
			c.bytes -= n
		}
	}
	*r = recollection{}
}

// take finds the records of learners that a snapshot sees as they are kept;
// the others have to be read.
func (c *recall) take(k *recalled, at *moment, learners []access.LearnerNo) (found []record, missing []access.LearnerNo) {
	found = make([]record, 0, len(learners))
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, no := range learners {
		if int(no) >= len(k.records) {
			missing = append(missing, no)
			continue
		}
		switch r := &k.records[no]; {
		case !r.kept || r.change > 0 && !at.sees(r.change-1):
			missing = append(missing, no)
		case !r.none:
			found = append(found, record{learner: no, change: r.change - 1, entries: r.entries})
		}
	}
	return found, missing
}

// keep keeps records that a snapshot read, and which learners have none. What
// the memory knows a later change of is left out, and so is what a snapshot
// from before its beginning says.
func (c *recall) keep(k *recalled, at *moment, asked []access.LearnerNo, read []record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.gone || at.before(&k.born) {
		return
	}
	for _, no := range asked {
		for len(read) > 0 && read[0].learner < no {
			read = read[1:]
		}
		is := recollection{kept: true, none: true}
		if len(read) > 0 && read[0].learner == no {
			is = recollection{kept: true, change: read[0].change + 1, entries: read[0].entries}
		}
		r := k.put(no)
		if r.kept || r.change != 0 && r.change != is.change {
			continue
		}
		n := len(is.entries) + recollectionSize
		if !c.room(k, n) {
			return
		}
		k.bytes, c.bytes = k.bytes+n, c.bytes+n
		is.entries = append(make([]byte, 0, len(is.entries)), is.entries...) // the read ones share the memory of a block
		*r = is
	}
}

// room makes room for so many bytes: other realms are forgotten, those first
// that were not asked about for longest.
func (c *recall) room(k *recalled, n int) bool {
	for c.bytes+n > c.limit {
		var oldest *recalled
		for _, o := range c.realms {
			if o != k && (oldest == nil || o.asked < oldest.asked) {
				oldest = o
			}
		}
		if oldest == nil {
			return false
		}
		c.forget(oldest)
	}
	return true
}

func (c *recall) forget(k *recalled) {
	k.gone = true
	c.bytes -= k.bytes
	delete(c.realms, k.realm)
}

// merged joins two lists of records, each ascending.
func merged(a, b []record) []record {
	if len(a) == 0 {
		return b
	}
	out := append(slices.Clip(a), b...)
	slices.SortFunc(out, func(a, b record) int { return int(int64(a.learner) - int64(b.learner)) })
	return out
}
