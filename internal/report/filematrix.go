package report

import (
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/table"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// matrixSheet is the columns of a training matrix as a file: who, and for each
// activity or program the state, the progress and the score.
func (f *file) matrixSheet(m Matrix) (sheet table.Sheet, keys []string) {
	who := []string{"learner", "email", "external_id"}
	if m.Carries.Location {
		who = append(who, "location")
	}
	for _, key := range who {
		sheet.Columns = append(sheet.Columns, table.Column{Name: f.reader.Column(key), Key: key})
		keys = append(keys, key)
	}
	for i, c := range m.Columns {
		key := "column_" + strconv.Itoa(i+1)
		sheet.Columns = append(
			sheet.Columns,
			table.Column{Name: c.Title, Key: key},
			table.Column{Name: c.Title + " – " + f.reader.Column("progress"), Key: key + "_progress"},
			table.Column{Name: c.Title + " – " + f.reader.Column("score"), Key: key + "_score"},
		)
		keys = append(keys, c.ID)
	}
	f.legend = true
	return sheet, keys
}

// matrixRow writes a learner's row.
func (f *file) matrixRow(carries access.Carries, row MatrixRow) error {
	f.cells = append(f.cells[:0], table.Text(row.Learner.Name), table.Text(row.Learner.Email), table.Text(row.Learner.ExternalID))
	if carries.Location {
		f.cells = append(f.cells, table.Text(row.Learner.Location))
	}
	for _, c := range row.Cells {
		state, progress, score := table.Empty(), table.Empty(), table.Empty()
		if c.Shown {
			state = f.stateCell(c.State)
		}
		if c.Shown && c.State != transcript.NotEnrolled {
			progress = f.wholePercent(c.Entry.Progress)
			if c.Entry.Score >= 0 {
				score = table.Decimal(int64(c.Entry.Score), 2)
			}
		}
		f.cells = append(f.cells, state, progress, score)
	}
	return f.out.Row(f.cells...)
}

// wholePercent is a progress: a percentage in a spreadsheet, its number elsewhere.
func (f *file) wholePercent(n uint8) table.Cell {
	if f.run.Format == table.XLSX {
		return table.Percent(int64(n), 0)
	}
	return table.Int(int64(n))
}

// stateCell is a state in its colour, which only a spreadsheet has.
func (f *file) stateCell(s transcript.State) table.Cell {
	if f.codes() {
		return table.Text(s.String())
	}
	return table.Text(f.reader.state(s)).On(fillOf(s))
}

// fillOf is the colour that a state has on the page of the matrix.
func fillOf(s transcript.State) table.Fill {
	switch s {
	case transcript.Completed:
		return table.Green
	case transcript.InProgress:
		return table.Blue
	case transcript.Overdue, transcript.Failed, transcript.Expired:
		return table.Red
	case transcript.DueSoon, transcript.ExpiresSoon:
		return table.Amber
	case transcript.NotStarted, transcript.Withdrawn, transcript.Waived:
		return table.Gray
	}
	return table.Plain
}

// legend lists the states in the order of the page's legend: best first, absent last.
var legend = []transcript.State{
	transcript.Completed, transcript.InProgress, transcript.DueSoon, transcript.Overdue, transcript.ExpiresSoon, transcript.Expired,
	transcript.Failed, transcript.NotStarted, transcript.Withdrawn, transcript.Waived, transcript.NotEnrolled,
}

// legendTab is the sheet that says what the colours mean.
func (f *file) legendTab() table.Tab {
	tab := table.Tab{Name: f.reader.InFile("legend")}
	for _, s := range legend {
		tab.Rows = append(tab.Rows, []table.Cell{f.stateCell(s), table.Text(f.reader.StateMeans(s.String()))})
	}
	tab.Rows = append(tab.Rows, []table.Cell{table.Empty(), table.Text(f.reader.InFile("nothing"))})
	return tab
}
