package web

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
)

// MatrixView is learners by activities or programs, one page of each.
type MatrixView struct {
	Filters  Filters
	Tally    Tally
	Programs bool // columns are programs
	Columns  []MatrixColumn
	Rows     []MatrixRow
	Totals   MatrixTotals

	Activities, ProgramsURL templ.SafeURL // the same list with the other columns
	Export                  templ.SafeURL // makes files; empty where the reader may take none away
	State                   url.Values    // of the list, for its files
	TotalsLater             templ.SafeURL // where to fetch the sums; empty when they are here
	More                    templ.SafeURL // the next learners; empty after the last
	EarlierColumns          templ.SafeURL
	LaterColumns            templ.SafeURL
	FirstColumn             int // 1 for the first page of columns
	AllColumns              int
	Cell                    templ.SafeURL // address of the details, before ?learner=…&activity=…
}

// MatrixColumn is one activity or program, with its sums over every learner
// the filters find, not only those on the page.
type MatrixColumn struct {
	ID, Title           string
	Completed, Enrolled int
	Rate                float64 // of 1
	Rated               bool    // somebody counts
}

// MatrixRow is one learner with a cell for each column, in the columns' order.
// Its sums run over all columns the filters find.
type MatrixRow struct {
	ID, Name, Below     string
	Completed, Enrolled int
	Cells               []Standing
}

// MatrixTotals are the sums over the whole filtered set.
type MatrixTotals struct {
	Learners            int
	Completed, Enrolled int
	Rate                float64
	Rated               bool
}

// cellAddress is the details of one cell. The ids are base32, so they need no
// escaping; three thousand of them are written per page.
func (v MatrixView) cellAddress(learner, column string) templ.SafeURL {
	kind := "activity"
	if v.Programs {
		kind = "program"
	}
	return v.Cell + templ.SafeURL("?learner="+learner+"&"+kind+"="+column)
}

// states lists those that the page's cells have, in the order of the legend.
func (v MatrixView) states() []State {
	seen := map[State]bool{}
	for _, row := range v.Rows {
		for _, cell := range row.Cells {
			seen[cell.State] = true
		}
	}
	return slices.DeleteFunc(States(), func(s State) bool { return !seen[s] })
}

// CellView is what stands behind one cell of the matrix.
type CellView struct {
	LearnerID, Learner, Title string
	Back                      templ.SafeURL
	Standing                  Standing
	EnrolledOn                day.Day
	StartedOn                 day.Day
	CompletedOn               day.Day
	LastActiveOn              day.Day
	Minutes                   int
	Sources                   []string // in words, only those the reader may know
	Parts                     []EnrollmentRow
}
