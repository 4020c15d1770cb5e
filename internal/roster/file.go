package roster

// Kind says how the cells of a column are written.
type Kind uint8

// The kinds of cell.
const (
	Text      Kind = iota // one line, composed (NFC), without control characters
	Key                   // the customer's own id
	Reference             // the id of something in the bundle or in the organization
	Address               // an e-mail address
	Choice                // one of a few words
	Instant               // 2006-01-02T15:04:05Z, or a date: the start of that day in the organization's zone
	Date                  // 2006-01-02
	Whole                 // 42
	Points                // 0 to 100 with up to two decimals, kept in hundredths
	Flag                  // true or false, yes or no, 1 or 0
)

// SQL is the portable type that cells of the kind are kept as.
func (k Kind) SQL() string {
	switch k {
	case Instant, Date, Whole, Points:
		return "{int}"
	case Flag:
		return "{bool}"
	}
	return "{text}"
}

// Thing is something that rows refer to.
type Thing string

// The things that rows refer to.
const (
	Location Thing = "location"
	Person   Thing = "person"
	Activity Thing = "activity"
	Program  Thing = "program"
	Product  Thing = "product" // an activity or a program
	Team     Thing = "team"
	Deal     Thing = "deal"
	Purchase Thing = "purchase"
)

// Column is one column of a file.
type Column struct {
	Name    string
	Means   string // for the documentation
	Kind    Kind
	Refers  Thing    // of a Reference
	Needed  bool     // every row must fill it, so the file must have it
	Choices []string // of a Choice
	Least   int64    // of a Whole
	Most    int64    // of a Whole; of a Text, in characters
	Empty   any      // what an empty cell stands for; nil: nothing
	// read checks a text further and gives the form that is kept.
	read func(text string) (string, error)
	// write gives the text that read makes the kept form of.
	write func(kept string) string
}

// File is one file of a bundle.
type File struct {
	Name    string
	Table   string // the part of the name before .csv
	Means   string
	Makes   Thing // what a row is; empty for rows that only connect things
	Columns []Column
	Key     []string // what a row must not have in common with another
	// Derived columns are computed from the others by derive.
	Derived []Column
	derive  func(r *Row) []any
	check   func(r *Row)
	index   map[string]int
}

// Index is the place of a column, or of a derived one after them.
func (f *File) Index(column string) int { return f.index[column] }

// Widths are the names of all columns in the order of Reader.Values.
func (f *File) Widths() []Column { return append(append([]Column{}, f.Columns...), f.Derived...) }
