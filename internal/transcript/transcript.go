// Package transcript packs everything a learner has done into one short record
// (their transcript) and tells states as functions of dates. Reports are sums
// over transcripts. It knows nothing of SQL or of who may see what.
package transcript

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

// Outcome is how an enrollment ended other than by completion.
type Outcome uint8

// The outcomes; the zero value is none.
const (
	NoOutcome Outcome = iota
	OutcomeFailed
	OutcomeWithdrawn
	OutcomeWaived
)

var outcomeNames = [...]string{"", "failed", "withdrawn", "waived"}

// String gives the outcome as it is stored and imported.
func (o Outcome) String() string { return outcomeNames[o] }

// ParseOutcome reads what String wrote.
func ParseOutcome(text string) (Outcome, bool) {
	i := slices.Index(outcomeNames[:], text)
	return Outcome(max(i, 0)), i >= 0
}

// NoScore marks an enrollment without a score.
const NoScore int32 = -1

// Entry is one enrollment in days of the learner's organization.
type Entry struct {
	Activity   access.ActivityNo
	Enrolled   day.Day // begin of the earliest source
	Started    day.Day
	Completed  day.Day
	Due        day.Day
	ValidUntil day.Day
	Until      day.Day // last day of the last source; None: a source is open
	LastActive day.Day
	OutcomeOn  day.Day
	Outcome    Outcome
	Progress   uint8  // 0…100
	Score      int32  // hundredths of a point, 0…10000, or NoScore
	Minutes    uint32 // time spent
}

// Empty is the entry of an activity one is not enrolled in.
func Empty(activity access.ActivityNo) Entry {
	return Entry{
		Activity: activity, Enrolled: day.None, Started: day.None, Completed: day.None, Due: day.None,
		ValidUntil: day.None, Until: day.None, LastActive: day.None, OutcomeOn: day.None, Score: NoScore,
	}
}

// Format 1: a byte 1, then for each entry in order of its activity: the
// difference to the activity before (uvarint), 16 bits saying which fields
// follow, progress (1 byte), and the fields: days as 16 bits since dayBase,
// score as 16 bits, minutes as uvarint. Some 8 to 20 bytes an enrollment.
const (
	format  = 1
	dayBase = day.Day(-8000) // 1948-02-06; 16 bits last until 2127
)

const (
	hasEnrolled uint16 = 1 << iota
	hasStarted
	hasCompleted
	hasDue
	hasValid
	hasUntil
	hasActive
	hasOutcomeOn
	hasScore
	hasMinutes
	outcomeShift = 10 // two bits

	fixedWidth = hasEnrolled | hasStarted | hasCompleted | hasDue | hasValid | hasUntil | hasActive | hasOutcomeOn | hasScore
)

// Encode packs entries; it sorts them by activity. No entries give an empty record.
func Encode(entries []Entry) []byte {
	if len(entries) == 0 {
		return []byte{}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return int(int64(a.Activity) - int64(b.Activity)) })
	out := make([]byte, 1, 1+14*len(entries))
	out[0] = format
	before := access.ActivityNo(0)
	for i := range entries {
		e := &entries[i]
		out = binary.AppendUvarint(out, uint64(e.Activity-before))
		before = e.Activity
		out = e.append(out)
	}
	return out
}

func (e *Entry) append(out []byte) []byte {
	at := len(out)
	out = append(out, 0, 0, e.Progress)
	flags := uint16(e.Outcome) << outcomeShift
	put := func(flag uint16, d day.Day) {
		if d != day.None {
			flags |= flag
			out = binary.LittleEndian.AppendUint16(out, uint16(min(max(d-dayBase, 0), 1<<16-1)))
		}
	}
	put(hasEnrolled, e.Enrolled)
	put(hasStarted, e.Started)
	put(hasCompleted, e.Completed)
	put(hasDue, e.Due)
	put(hasValid, e.ValidUntil)
	put(hasUntil, e.Until)
	put(hasActive, e.LastActive)
	put(hasOutcomeOn, e.OutcomeOn)
	if e.Score >= 0 {
		flags |= hasScore
		out = binary.LittleEndian.AppendUint16(out, uint16(e.Score))
	}
	if e.Minutes > 0 {
		flags |= hasMinutes
		out = binary.AppendUvarint(out, uint64(e.Minutes))
	}
	binary.LittleEndian.PutUint16(out[at:], flags)
	return out
}

// ErrDamaged is what Reader.Err answers for bytes that Encode did not write.
var ErrDamaged = errors.New("transcript: damaged record")

// Reader walks a record without allocating.
type Reader struct {
	rest   []byte
	before access.ActivityNo
	err    error
}

// Read begins a walk over a record.
func Read(record []byte) Reader {
	if len(record) == 0 {
		return Reader{}
	}
	if record[0] != format {
		return Reader{err: ErrDamaged}
	}
	return Reader{rest: record[1:]}
}

// Err tells whether the walk met damage.
func (r *Reader) Err() error { return r.err }

// Next fills e with the next entry and tells whether there was one.
func (r *Reader) Next(e *Entry) bool {
	if len(r.rest) == 0 {
		return false
	}
	b := r.rest
	var gap uint64
	if b[0] < 0x80 { // nearly always
		gap, b = uint64(b[0]), b[1:]
	} else {
		var n int
		if gap, n = binary.Uvarint(b); n <= 0 || gap > 1<<32-1 {
			return r.damaged()
		}
		b = b[n:]
	}
	if len(b) < 3 {
		return r.damaged()
	}
	flags := binary.LittleEndian.Uint16(b)
	r.before += access.ActivityNo(gap)
	e.Activity, e.Progress, e.Outcome = r.before, b[2], Outcome(flags>>outcomeShift&3)
	b = b[3:]
	// One check for all fields of fixed width, then straight through them: sums
	// over a hundred thousand learners are made of this.
	if len(b) < 2*bits.OnesCount16(flags&fixedWidth) {
		return r.damaged()
	}
	e.Enrolled, b = take(flags&hasEnrolled, b)
	e.Started, b = take(flags&hasStarted, b)
	e.Completed, b = take(flags&hasCompleted, b)
	e.Due, b = take(flags&hasDue, b)
	e.ValidUntil, b = take(flags&hasValid, b)
	e.Until, b = take(flags&hasUntil, b)
	e.LastActive, b = take(flags&hasActive, b)
	e.OutcomeOn, b = take(flags&hasOutcomeOn, b)
	e.Score, e.Minutes = NoScore, 0
	if flags&hasScore != 0 {
		e.Score = int32(binary.LittleEndian.Uint16(b))
		b = b[2:]
	}
	if flags&hasMinutes != 0 {
		minutes, n := binary.Uvarint(b)
		if n <= 0 || minutes > 1<<32-1 {
			return r.damaged()
		}
		e.Minutes = uint32(minutes)
		b = b[n:]
	}
	r.rest = b
	return true
}

// take reads a day where its flag is set; b is long enough.
func take(flag uint16, b []byte) (day.Day, []byte) {
	if flag == 0 {
		return day.None, b
	}
	return dayBase + day.Day(binary.LittleEndian.Uint16(b)), b[2:]
}

func (r *Reader) damaged() bool {
	r.rest, r.err = nil, ErrDamaged
	return false
}

// Decode unpacks a whole record.
func Decode(record []byte) ([]Entry, error) {
	var out []Entry
	r := Read(record)
	for e := (Entry{}); r.Next(&e); {
		out = append(out, e)
	}
	return out, r.Err()
}
