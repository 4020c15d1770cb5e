package report

import (
	"fmt"
	"time"

	"github.com/ambit-lms/ambit/internal/table"
)

// file turns the rows of a report into the cells of a file.
type file struct {
	run     *Run
	reader  reader
	zone    *time.Location
	to      *attempt
	filters []Setting
	rows    *int
	out     table.Writer
	cells   []table.Cell
	legend  bool // the sheet of a matrix's colours comes with it
}

// begin opens the file of a report with its columns.
func (f *file) begin(h Head) error {
	sheet := table.Sheet{Columns: make([]table.Column, len(h.Columns))}
	for i, c := range h.Columns {
		sheet.Columns[i] = table.Column{Name: f.reader.Column(c.Key), Key: c.Key}
	}
	return f.open(sheet)
}

// open opens the file.
func (f *file) open(sheet table.Sheet) error {
	sheet.Name, sheet.RightToLeft, sheet.Tabs = f.reader.report(f.run.Request.Report), f.reader.rightToLeft(), f.tabs
	var err error
	f.out, err = table.NewWriter(f.run.Format, &f.to.sink, sheet)
	return err
}

// abandon takes back what the writer keeps elsewhere.
func (f *file) abandon() {
	if f.out != nil {
		f.to.err = errAbandoned
		_ = f.out.Close() // says that the file was abandoned
	}
}

// row writes a row of a report.
func (f *file) row(row Row) error {
	f.cells = f.cells[:0]
	for _, v := range row.Values {
		c, err := f.cell(v)
		if err != nil {
			return err
		}
		f.cells = append(f.cells, c)
	}
	return f.out.Row(f.cells...)
}

// codes tells whether the file is for programs, which want codes, not words.
func (f *file) codes() bool { return f.run.Format == table.JSONLines }

// cell is a value as the file's format holds it.
func (f *file) cell(v Value) (table.Cell, error) {
	switch v.Kind {
	case NoValue:
		return table.Empty(), nil
	case TextKind:
		return table.Text(v.Text), nil
	case CountKind, MinutesKind, DaysKind:
		return table.Int(v.Number), nil
	case PercentKind:
		return table.Percent(v.Number, 1), nil
	case PointsKind:
		return table.Decimal(v.Number, 2), nil
	case DayKind:
		return table.Day(v.Day()), nil
	case InstantKind:
		return table.Instant(v.Instant().In(f.zone)), nil
	}
	if f.codes() {
		return code(v)
	}
	switch v.Kind {
	case StateKind:
		return table.Text(f.reader.state(v.State())), nil
	case StatusKind:
		return table.Text(f.reader.AccountStatus(v.Text)), nil
	case SortKind:
		return table.Text(f.reader.Kind(v.Text)), nil
	case YesNoKind:
		return table.Text(f.reader.yesNo(v.Number != 0)), nil
	}
	return table.Cell{}, fmt.Errorf("a file cannot hold values of kind %d", v.Kind)
}

// code is what a program reads where people read a word.
func code(v Value) (table.Cell, error) {
	switch v.Kind {
	case StateKind:
		return table.Text(v.State().String()), nil
	case StatusKind, SortKind:
		return table.Text(v.Text), nil
	case YesNoKind:
		return table.Bool(v.Number != 0), nil
	}
	return table.Cell{}, fmt.Errorf("a file cannot hold values of kind %d", v.Kind)
}

// tabs are the sheets of a spreadsheet after its rows.
func (f *file) tabs() []table.Tab {
	tabs := []table.Tab{f.about()}
	if f.legend {
		tabs = append(tabs, f.legendTab())
	}
	return tabs
}

// about is the sheet that says what the file is.
func (f *file) about() table.Tab {
	run, say := f.run, f.reader.InFile
	tab := table.Tab{Name: say("about")}
	line := func(name string, value table.Cell) {
		tab.Rows = append(tab.Rows, []table.Cell{table.Text(name), value})
	}
	line(say("report"), table.Text(f.reader.report(run.Request.Report)))
	line(say("made_by"), table.Text(run.Person+", "+run.Company))
	line(say("made_at"), table.Instant(run.madeAt().In(f.zone)))
	line(say("learners"), table.Text(f.reader.OfLearners(run.Learners, run.ReachTotal)))
	for _, place := range run.Places {
		line(say("places"), table.Text(place))
	}
	for _, s := range f.filters {
		line(s.Name, table.Text(s.Value))
	}
	line(say("rows"), table.Int(int64(*f.rows)))
	line(say("zone"), table.Text(run.Zone))
	line(say("verify"), table.Text(string(run.ID)))
	return tab
}
