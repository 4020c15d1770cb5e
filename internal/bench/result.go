package bench

import "time"

// Format is the version of the shape below; it changes when a name goes or
// means something else.
const Format = 1

// Result is everything that was measured. Names end in their unit.
type Result struct {
	Format     int        `json:"format"`
	MeasuredAt time.Time  `json:"measured_at"`
	Machine    Machine    `json:"machine"`
	Engine     Engine     `json:"engine"`
	Crowd      Crowd      `json:"crowd"`
	People     []Person   `json:"people"`
	Import     Import     `json:"import"`
	Decisions  []Decision `json:"decisions,omitempty"`
	Sums       []Call     `json:"sums,omitempty"`
	Pages      []Call     `json:"pages,omitempty"`
	LeftOut    []LeftOut  `json:"left_out,omitempty"`
	Files      []File     `json:"files,omitempty"`
	Beside     []Side     `json:"beside,omitempty"`
	Writes     []Call     `json:"writes,omitempty"`
}

// Machine is where it was measured, with what.
type Machine struct {
	System    string `json:"system"` // as in linux/amd64
	Processor string `json:"processor,omitempty"`
	Cores     int    `json:"cores"`
	MemoryMiB int    `json:"memory_mib,omitempty"`
	Go        string `json:"go"`
	Ambit     string `json:"ambit"`
	Commit    string `json:"commit,omitempty"`
}

// Engine is the database.
type Engine struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Crowd is how large the school is.
type Crowd struct {
	Learners    int `json:"learners"`
	Enrollments int `json:"enrollments"`
	Activities  int `json:"activities"`
}

// Person is one of the four who look.
type Person struct {
	Name     string `json:"name"`     // as in sees-50
	Learners int    `json:"learners"` // in their reach
}

// Import is how the crowd came in; for one that was kept, when it did.
type Import struct {
	MeasuredAt    time.Time `json:"measured_at"`
	Rows          int       `json:"rows"`
	Seconds       float64   `json:"seconds"`
	RowsPerSecond float64   `json:"rows_per_second"`
	PeakMemoryMiB float64   `json:"peak_memory_above_idle_mib"`
}

// Timing is how long calls took that a number of users made, each the next as
// soon as the one before was answered. What was cut off counts with the time
// it had had.
type Timing struct {
	Users     int     `json:"users"`
	Calls     int     `json:"calls"`
	Refused   int     `json:"refused,omitempty"` // told to come back, as one account may only have few heavy requests at once; not in the times
	Failed    int     `json:"failed,omitempty"`
	CutOff    int     `json:"cut_off,omitempty"` // not answered within the patience of a measurement
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"calls_per_second"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"` // of fewer than a hundred calls the slowest
	Max       float64 `json:"max_ms"`
}

// Call is what was asked for, by whom, and how long it took.
type Call struct {
	Name  string `json:"name"`           // a route, or what was done
	Kind  string `json:"kind,omitempty"` // page or api
	Who   string `json:"who,omitempty"`
	Bytes int    `json:"bytes,omitempty"` // of one answer, as sent
	Rows  int    `json:"rows,omitempty"`  // changed by one write
	Timing
}

// LeftOut is a route that was not measured.
type LeftOut struct {
	Name   string   `json:"name"`
	Who    []string `json:"who,omitempty"` // all when empty
	Reason string   `json:"reason"`
}

// Decision is how fast access is decided for a person: loading what they hold
// from the database, as each request does once, and deciding in memory.
type Decision struct {
	Who             string   `json:"who"`
	Facts           []Timing `json:"facts"`
	FreshPerSecond  float64  `json:"fresh_decisions_per_second"`   // a reach from the facts, and whether it covers one learner
	CoversPerSecond float64  `json:"further_decisions_per_second"` // with the same reach, one core
}

// File is one file written to the end.
type File struct {
	Report        string  `json:"report"`
	Format        string  `json:"format"`
	Who           string  `json:"who"`
	Rows          int     `json:"rows"`
	Bytes         int64   `json:"bytes"`
	Seconds       float64 `json:"seconds"`
	RowsPerSecond float64 `json:"rows_per_second"`
	FetchSeconds  float64 `json:"fetch_seconds"`
	PeakMemoryMiB float64 `json:"peak_memory_above_idle_mib"`
}

// Side is how page loads fare beside a file that is being written.
type Side struct {
	File
	PagesPerSecond float64 `json:"pages_per_second"`
	AloneP95       float64 `json:"p95_alone_ms"` // from when the page was due
	BesideP95      float64 `json:"p95_beside_ms"`
	MovedPercent   float64 `json:"p95_moved_percent"`
}

// Failed counts the calls that ended in a failure of Ambit's own.
func (r Result) Failed() int {
	n := 0
	for _, calls := range [][]Call{r.Sums, r.Pages, r.Writes} {
		for _, c := range calls {
			n += c.Failed
		}
	}
	return n
}
