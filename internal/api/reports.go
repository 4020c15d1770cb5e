package api

import (
	"context"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// aReport is a report of the catalogue, as far as the asker's access goes.
type aReport struct {
	Key      report.Key `json:"key"`
	Name     string     `json:"name" doc:"In the asker's language."`
	About    string     `json:"about"`
	Columns  []column   `json:"columns" nullable:"false" doc:"In the order in which rows have them. The report matrix has none: its columns are activities."`
	Groups   []string   `json:"groups" nullable:"false" doc:"What the rows can be gathered by."`
	Filters  []string   `json:"filters" nullable:"false" doc:"The parameters that narrow it."`
	Period   bool       `json:"period" doc:"Whether figures of its rows are about the days from and to."`
	Rows     bool       `json:"rows" doc:"Whether its rows can be read; the matrix is read at /matrix."`
	Formats  []string   `json:"formats" nullable:"false" doc:"The files it can be taken away as; none where the asker may not."`
	Learners int        `json:"learners" minimum:"0" doc:"Learners in the asker's access to it; one for the own report."`
}

type column struct {
	Key      string  `json:"key"`
	Name     string  `json:"name" doc:"In the asker's language."`
	About    *string `json:"about"`
	Kind     string  `json:"kind" enum:"text,count,percent,points,minutes,days,day,instant,state,status,kind,yes_no"`
	Sortable bool    `json:"sortable"`
	Usual    bool    `json:"usual" doc:"Whether rows have it unless columns are chosen."`
}

type reports struct {
	Items []aReport `json:"items" nullable:"false"`
}

func (a *API) listReports(ctx context.Context, _ access.Reach, _ *none) (*reports, error) {
	visit := server.VisitOf(ctx)
	out := &reports{Items: []aReport{}}
	totals := map[access.Permission]int{access.SelfView: 1}
	for _, r := range report.Catalogue() {
		reach := visit.Reach(r.Permission())
		if reach.For(r.Permission()) != nil {
			continue
		}
		if _, counted := totals[r.Permission()]; !counted {
			total, err := a.ask.Reports.ReachTotal(ctx, reach)
			if err != nil {
				return nil, err
			}
			totals[r.Permission()] = total
		}
		words := a.words.Printer(a.words.Choose(visit.Locale(), "", ""), time.UTC)
		key := string(r.Key)
		item := aReport{
			Key: r.Key, Name: words.ReportName(key), About: words.ReportAbout(key), Groups: list(r.GroupsFor(reach), itself), Filters: list(r.Filters, itself),
			Period: r.Periods, Rows: r.Key != report.MatrixReport, Formats: []string{}, Learners: totals[r.Permission()],
		}
		item.Columns = list(r.Carried(reach.Carries()), func(f report.Field) column { return aColumn(words, f) })
		if visit.Can(r.ExportPermission()) {
			item.Formats = []string{"csv", "xlsx", "jsonl"}
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

func itself(s string) string { return s }

// speaker names and explains columns (language.Printer).
type speaker interface {
	Column(key string) string
	ColumnMeans(key string) string
}

func aColumn(words speaker, f report.Field) column {
	return column{
		Key: f.Key, Name: words.Column(f.Key), About: text(words.ColumnMeans(f.Key)), Kind: kindName(f.Kind), Sortable: f.Sorts, Usual: !f.Optional,
	}
}

// Shape is how the rows of a report are shown.
type Shape struct {
	Columns string `query:"columns" maxLength:"2000" doc:"Keys of columns, between commas; the usual ones without it."`
	Group   string `query:"group" maxLength:"100" doc:"Key of a column: each row then is one of its values, with the figures of all rows that have it."`
	Sort    string `query:"sort" maxLength:"100" doc:"Key of a column, with a leading - where it descends; by name without it."`
}

// huma looks for parameters one struct deep.
type ownInput struct {
	Filter
	Shape
	Window
}

type tableInput struct {
	Report report.Key `path:"report" doc:"Key of the report."`
	Filter
	Shape
	Window
}

func (in *ownInput) request(key report.Key) (report.Request, error) {
	filter, err := in.asked()
	rq := report.Request{Report: key, Filter: filter, Group: in.Group}
	if in.Columns != "" {
		rq.Columns = strings.Split(in.Columns, ",")
	}
	rq.Sort, rq.Desc = strings.CutPrefix(in.Sort, "-")
	return rq, err
}

type reportTable struct {
	Report     report.Key `json:"report"`
	Columns    []column   `json:"columns" nullable:"false" doc:"Of these rows, in their order."`
	Items      []row      `json:"items" nullable:"false" doc:"The rows; what is empty is null. They are what the lines of a file in the format jsonl are."`
	NextCursor *string    `json:"next_cursor" doc:"Of the next page; null on the last one."`
	Total      int        `json:"total" doc:"Rows on all pages."`
	Learners   int        `json:"learners" doc:"Learners that meet the filters."`
	ReachTotal int        `json:"reach_total" doc:"Learners in the asker's access, whatever the filters."`
	From       *string    `json:"from" format:"date" doc:"The first day of the period."`
	To         *string    `json:"to" format:"date" doc:"The last day of the period."`
	AsOf       time.Time  `json:"as_of" doc:"When it was read."`
	Zone       string     `json:"zone" doc:"Of the asker's organization; days are days of the learner's."`
}

var errMatrixElsewhere = fault.New(fault.NotFound, "The rows of the training matrix are read at /matrix; this report is a file only.")

// readReport answers what lies in the reach of report.view.
func (a *API) readReport(ctx context.Context, reach access.Reach, in *tableInput) (*reportTable, error) {
	switch in.Report {
	case report.MatrixReport:
		return nil, errMatrixElsewhere
	case report.OwnReport: // has an operation of its own
		return nil, fault.ErrNotFound
	}
	return a.table(ctx, reach, in.Report, &ownInput{in.Filter, in.Shape, in.Window})
}

// readOwnReport answers one's own activities.
func (a *API) readOwnReport(ctx context.Context, reach access.Reach, in *ownInput) (*reportTable, error) {
	return a.table(ctx, reach, report.OwnReport, in)
}

func (a *API) table(ctx context.Context, reach access.Reach, key report.Key, in *ownInput) (*reportTable, error) {
	rq, err := in.request(key)
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Reports.Table(ctx, reach, rq, in.Limit, in.Cursor)
	if err != nil {
		return nil, err
	}
	words := a.words.Printer(a.words.Choose(server.VisitOf(ctx).Locale(), "", ""), time.UTC)
	out := &reportTable{
		Report: key, Columns: list(found.Columns, func(f report.Field) column { return aColumn(words, f) }), NextCursor: text(found.NextCursor),
		Total: found.Total, Learners: found.Learners, ReachTotal: found.ReachTotal, AsOf: found.At.UTC(), Zone: found.Today.Zone.String(),
		Items: list(found.Rows, func(r report.Row) row { return row{found.Columns, r.Values} }),
	}
	if found.Report.Periods || rq.Filter.Period != (report.Period{}) {
		from, to := rq.Filter.Period.Days(found.Today)
		out.From, out.To = date(from), date(to)
	}
	return out, nil
}

// period reads the days from and to; without both it is the usual one.
func period(from, to string) (report.Period, error) {
	if from == "" && to == "" {
		return report.Period{}, nil
	}
	var p report.Period
	var wrong []fault.Problem
	for _, end := range []struct {
		name, text string
		into       *day.Day
	}{{"from", from, &p.From}, {"to", to, &p.To}} {
		if end.text == "" {
			wrong = append(wrong, fault.Problem{Field: end.name, Sentence: "A period needs both its first and its last day."})
			continue
		}
		d, err := day.Parse(end.text)
		if err != nil {
			wrong = append(wrong, fault.Problem{Field: end.name, Sentence: sentences["expected string to be RFC 3339 date"]})
		}
		*end.into = d
	}
	if len(wrong) == 0 && p.From > p.To {
		wrong = append(wrong, fault.Problem{Field: "from", Sentence: "The first day of the period is after its last."})
	}
	if len(wrong) > 0 {
		return report.Period{}, fault.Invalidf(wrong...)
	}
	return p, nil
}
