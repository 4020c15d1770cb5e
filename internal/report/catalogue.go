package report

import (
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

// Key names a report of the catalogue; it stands in addresses and files.
type Key string

// The catalogue (SPEC 4).
const (
	LearnersReport    Key = "learners"    // who can be seen
	EnrollmentsReport Key = "enrollments" // each learner in each activity
	ProgressReport    Key = "progress"    // each learner over all their activities
	CompletionReport  Key = "completion"  // what each learner completed, and whether they took part, in a period
	ActivitiesReport  Key = "activities"  // each activity over its learners
	ProgramsReport    Key = "programs"    // each program over its learners
	DueReport         Key = "due"         // what is overdue or due soon
	LicensesReport    Key = "licenses"    // each license purchase: seats and what came of them
	OwnReport         Key = "own"         // one's own activities; asks for no access over others
	MatrixReport      Key = "matrix"      // the training matrix: a file only, its page is a place of its own
)

// rowOf says what a row of a report is.
type rowOf uint8

const (
	rowOfLearner rowOf = iota
	rowOfEnrollment
	rowOfActivity
	rowOfProgram
	rowOfPurchase
)

// Report is one of the catalogue.
type Report struct {
	Key     Key
	Columns []Field // fixed and documented, in their order
	// Periods tells that the report is about a period.
	Periods bool
	// Groups are the keys of columns that the rows can be gathered by.
	Groups []string
	// Filters are the parameters that narrow it, besides the period.
	Filters []string

	row rowOf
}

// Field is one column of a report.
type Field struct {
	Key  string // in addresses, JSON lines and the API
	Kind Kind
	// Sorts tells that rows can be put in its order.
	Sorts bool
	// Optional columns are shown only when they are chosen.
	Optional bool

	needs    func(access.Carries) bool // nil: carried by every access
	gathered bool                      // what rows are gathered by
	of       func(*subject) Value
}

func needsLocation(c access.Carries) bool { return c.Location }
func needsLastSeen(c access.Carries) bool { return c.LastSeen }

// Filters that a report can have; the values are names of parameters.
var (
	people  = []string{"q", "organization", "location", "team", "purchase", "seat"}
	entries = append(slices.Clone(people), "activity", "state", "did")
)

var person = []Field{
	{Key: "learner", Kind: TextKind, Sorts: true},
	{Key: "email", Kind: TextKind},
	{Key: "external_id", Kind: TextKind, Optional: true},
	{Key: "learner_id", Kind: TextKind, Optional: true},
	{Key: "organization", Kind: TextKind, needs: needsLocation, Optional: true},
	{Key: "location", Kind: TextKind, needs: needsLocation},
	{Key: "purchases", Kind: TextKind, Optional: true},
}

var figures = []Field{
	{Key: "enrolled", Kind: CountKind, Sorts: true},
	{Key: "not_started", Kind: CountKind, Sorts: true, Optional: true},
	{Key: "in_progress", Kind: CountKind, Sorts: true},
	{Key: "due_soon", Kind: CountKind, Sorts: true, Optional: true},
	{Key: "overdue", Kind: CountKind, Sorts: true},
	{Key: "failed", Kind: CountKind, Sorts: true, Optional: true},
	{Key: "completed", Kind: CountKind, Sorts: true},
	{Key: "expires_soon", Kind: CountKind, Sorts: true, Optional: true},
	{Key: "expired", Kind: CountKind, Sorts: true, Optional: true},
	{Key: "waived", Kind: CountKind, Sorts: true, Optional: true},
	{Key: "withdrawn", Kind: CountKind, Sorts: true, Optional: true},
	{Key: "started", Kind: CountKind, Sorts: true, Optional: true},
	{Key: "completion_rate", Kind: PercentKind, Sorts: true},
	{Key: "mean_progress", Kind: PercentKind, Sorts: true},
	{Key: "mean_score", Kind: PointsKind, Sorts: true},
	{Key: "minutes_spent", Kind: MinutesKind, Sorts: true},
}

var standingFields = []Field{
	{Key: "activity", Kind: TextKind, Sorts: true},
	{Key: "activity_id", Kind: TextKind, Optional: true},
	{Key: "kind", Kind: SortKind, Optional: true},
	{Key: "state", Kind: StateKind, Sorts: true},
	{Key: "progress", Kind: PercentKind, Sorts: true},
	{Key: "score", Kind: PointsKind, Sorts: true},
	{Key: "enrolled_on", Kind: DayKind, Sorts: true},
	{Key: "started_on", Kind: DayKind, Sorts: true, Optional: true},
	{Key: "due_on", Kind: DayKind, Sorts: true},
	{Key: "days_late", Kind: DaysKind, Sorts: true, Optional: true},
	{Key: "completed_on", Kind: DayKind, Sorts: true},
	{Key: "valid_until", Kind: DayKind, Sorts: true, Optional: true},
	{Key: "last_active_on", Kind: DayKind, Sorts: true, Optional: true},
	{Key: "minutes_spent", Kind: MinutesKind, Sorts: true, Optional: true},
}

// fields joins columns and finds what stands in each.
func fields(lists ...[]Field) []Field {
	out := slices.Concat(lists...)
	for i := range out {
		out[i].of = valueOf[out[i].Key]
	}
	return out
}

// shown makes some columns part of what is shown unless others are chosen.
func shown(list []Field, keys ...string) []Field {
	out := slices.Clone(list)
	for i := range out {
		if slices.Contains(keys, out[i].Key) {
			out[i].Optional = false
		}
	}
	return out
}

// only keeps the columns of some keys.
func only(list []Field, keys ...string) []Field {
	return slices.DeleteFunc(slices.Clone(list), func(f Field) bool { return !slices.Contains(keys, f.Key) })
}

var gatherings = []string{"location", "organization", "purchase"}

var catalogue = []Report{
	{Key: LearnersReport, row: rowOfLearner, Filters: entries, Groups: append([]string{"status"}, gatherings...), Columns: fields(
		shown(person, "purchases"),
		[]Field{
			{Key: "status", Kind: StatusKind, needs: needsLastSeen},
			{Key: "last_seen", Kind: InstantKind, needs: needsLastSeen},
			{Key: "created", Kind: InstantKind, needs: needsLastSeen, Optional: true},
		},
		only(figures, "enrolled", "completed"))},
	{Key: EnrollmentsReport, row: rowOfEnrollment, Filters: entries, Groups: append([]string{"activity", "state"}, gatherings...), Columns: fields(person, standingFields)},
	{Key: ProgressReport, row: rowOfLearner, Filters: entries, Groups: gatherings, Columns: fields(person, figures,
		[]Field{{Key: "last_active_on", Kind: DayKind, Sorts: true}})},
	{Key: CompletionReport, row: rowOfLearner, Filters: entries, Groups: gatherings, Periods: true, Columns: fields(person,
		only(figures, "enrolled", "completed", "completion_rate"),
		[]Field{
			{Key: "started_in_period", Kind: CountKind, Sorts: true},
			{Key: "completed_in_period", Kind: CountKind, Sorts: true},
			{Key: "participated", Kind: YesNoKind, Sorts: true},
			{Key: "last_active_on", Kind: DayKind, Sorts: true},
		})},
	{Key: ActivitiesReport, row: rowOfActivity, Filters: entries, Columns: fields(
		[]Field{{Key: "activity", Kind: TextKind, Sorts: true}, {Key: "activity_id", Kind: TextKind, Optional: true}, {Key: "kind", Kind: SortKind}, {Key: "learners", Kind: CountKind, Sorts: true, Optional: true}}, figures)},
	{Key: ProgramsReport, row: rowOfProgram, Filters: entries, Columns: fields(
		[]Field{{Key: "program", Kind: TextKind, Sorts: true}, {Key: "program_id", Kind: TextKind, Optional: true}, {Key: "activities", Kind: CountKind, Sorts: true}, {Key: "learners", Kind: CountKind, Sorts: true, Optional: true}}, figures)},
	{Key: DueReport, row: rowOfEnrollment, Filters: entries, Groups: append([]string{"activity", "state"}, gatherings...), Columns: fields(person,
		shown(only(standingFields, "activity", "activity_id", "kind", "state", "progress", "due_on", "days_late", "enrolled_on", "started_on", "last_active_on"), "days_late"))},
	{Key: LicensesReport, row: rowOfPurchase, Filters: []string{"purchase"}, Columns: fields(
		[]Field{
			{Key: "company", Kind: TextKind, Sorts: true},
			{Key: "product", Kind: TextKind, Sorts: true},
			{Key: "purchase_id", Kind: TextKind, Optional: true},
			{Key: "purchased", Kind: InstantKind, Sorts: true},
			{Key: "seats", Kind: CountKind, Sorts: true},
			{Key: "pending", Kind: CountKind, Sorts: true},
			{Key: "redeemed", Kind: CountKind, Sorts: true},
			{Key: "free", Kind: CountKind, Sorts: true},
			{Key: "ended", Kind: CountKind, Sorts: true, Optional: true},
			{Key: "redeem_by", Kind: DayKind, Sorts: true, Optional: true},
			{Key: "reporter", Kind: TextKind, Sorts: true, Optional: true},
			{Key: "learners", Kind: CountKind, Sorts: true, Optional: true},
		},
		shown(figures, "started"))},
	{Key: OwnReport, row: rowOfEnrollment, Filters: []string{"activity", "state", "did"}, Columns: fields(shown(standingFields, "started_on", "valid_until", "minutes_spent"))},
	{Key: MatrixReport, row: rowOfLearner, Filters: entries},
}

// Catalogue lists the reports in their order.
func Catalogue() []Report { return slices.Clone(catalogue) }

// Find gives a report of the catalogue by its key.
func Find(key Key) (Report, bool) {
	i := slices.IndexFunc(catalogue, func(r Report) bool { return r.Key == key })
	if i < 0 {
		return Report{}, false
	}
	return catalogue[i], true
}

// Permission is what one must hold to open the report: every person their own
// activities, and report.view for all others.
func (r Report) Permission() access.Permission {
	if r.Key == OwnReport {
		return access.SelfView
	}
	if r.Key == MatrixReport {
		return access.MatrixView
	}
	return access.ReportView
}

// ExportPermission is what one must hold to take it away as a file.
func (r Report) ExportPermission() access.Permission {
	if r.Key == OwnReport {
		return access.SelfView
	}
	return access.ReportExport
}

// Carried lists the columns that an access carries.
func (r Report) Carried(c access.Carries) []Field {
	return slices.DeleteFunc(slices.Clone(r.Columns), func(f Field) bool { return f.needs != nil && !f.needs(c) })
}

// Field gives a column of the report by its key.
func (r Report) Field(key string) (Field, bool) {
	i := slices.IndexFunc(r.Columns, func(f Field) bool { return f.Key == key })
	if i < 0 {
		return Field{}, false
	}
	return r.Columns[i], true
}
