package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// moment is what a snapshot sees, told by the numbers of changes
// (transcript.change_no). SQLite writes one transaction after another and
// numbers them itself; on PostgreSQL they are the numbers of transactions,
// which may end in another order than they began in.
type moment struct {
	open    int64   // every change below is seen
	next    int64   // none from here on is
	running []int64 // those in between that are not; ascending
}

// parseMoment reads what dialect.moment asked for: "open:next:running,running".
func parseMoment(text string) (m moment, err error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return m, fmt.Errorf("%q is no snapshot", text)
	}
	number := func(s string) (n int64) {
		if err == nil {
			n, err = strconv.ParseInt(s, 10, 64)
		}
		return n
	}
	m.open, m.next = number(parts[0]), number(parts[1])
	if parts[2] != "" {
		for running := range strings.SplitSeq(parts[2], ",") {
			m.running = append(m.running, number(running))
		}
		slices.Sort(m.running)
	}
	return m, err
}

// sees tells whether a change was committed when the snapshot was taken.
func (m *moment) sees(change int64) bool {
	if change < m.open {
		return true
	}
	if change >= m.next {
		return false
	}
	_, running := slices.BinarySearch(m.running, change)
	return !running
}

// before tells whether the snapshot was taken before another and sees less:
// of two, the later one always sees all that the earlier one does. With the
// same next change it is the one with more still running.
func (m *moment) before(o *moment) bool {
	return m.next < o.next || m.next == o.next && len(m.running) > len(o.running)
}
