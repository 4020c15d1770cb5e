package openuni

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/rhythm"
)

// Presentation is one run of a module, with the day on which it began.
type Presentation struct {
	Module, Code string
	Start        day.Day
	rhythm.Run
	ids  []string // of its assessments, in the order of Run.Assessments
	kind []string
}

// ID names a presentation; it is the activity's id in the bundle.
func (p *Presentation) ID() string { return p.Module + "-" + p.Code }

// Registration is one learner's place in one presentation.
type Registration struct {
	Presentation *Presentation
	Student      string
	Region       string
	Clicks       map[int]int // by day, where the dataset has them
	rhythm.Attempt
}

// Data is the dataset as far as a bundle needs it.
type Data struct {
	Presentations []*Presentation // by start, then module
	Registrations []*Registration // by start, module, day of registration, student
}

// start is the day on which the presentations of a code begin: B in February, J in October.
func start(code string) (day.Day, error) {
	year, err := strconv.Atoi(strings.TrimRight(code, "BJ"))
	if err != nil {
		return day.None, fmt.Errorf("presentation %q is not like 2013B or 2013J", code)
	}
	if strings.HasSuffix(code, "B") {
		return day.Date(year, 2, 1), nil
	}
	return day.Date(year, 10, 1), nil
}

// Read reads the folder `oulad`.
func Read(dir string) (*Data, error) {
	r := reader{dir: dir}
	runs := map[[2]string]*Presentation{}
	d := &Data{}
	for _, row := range r.rows("courses.csv") {
		from, err := start(row["code_presentation"])
		r.keep(err)
		p := &Presentation{Module: row["code_module"], Code: row["code_presentation"], Start: from}
		p.Length = r.int(row["module_presentation_length"])
		runs[[2]string{p.Module, p.Code}] = p
		d.Presentations = append(d.Presentations, p)
	}
	work := r.assessments(runs)
	places := map[[3]string]*Registration{}
	for _, row := range r.rows("studentRegistration.csv.gz") {
		p := runs[[2]string{row["code_module"], row["code_presentation"]}]
		reg := &Registration{Presentation: p, Student: row["id_student"]}
		reg.Registered, reg.Unregistered = r.int(row["date_registration"]), r.int(row["date_unregistration"])
		if reg.Registered == rhythm.None { // 32 rows: taken as registered on the first day, or just before they left
			reg.Registered = 0
			if reg.Unregistered != rhythm.None {
				reg.Registered = min(0, reg.Unregistered)
			}
		}
		places[[3]string{p.Module, p.Code, reg.Student}] = reg
		d.Registrations = append(d.Registrations, reg)
	}
	for _, row := range r.rows("studentInfo.csv.gz") {
		reg := places[[3]string{row["code_module"], row["code_presentation"], row["id_student"]}]
		reg.Region, reg.Result = row["region"], rhythm.Result(row["final_result"])
	}
	for _, row := range r.rows("studentAssessment.csv.gz") {
		w := work[row["id_assessment"]]
		reg := places[[3]string{w.of.Module, w.of.Code, row["id_student"]}]
		s := rhythm.Submission{Assessment: w.index, Day: r.int(row["date_submitted"]), Score: -1, Banked: row["is_banked"] == "1"}
		if row["score"] != "" {
			s.Score = r.int(row["score"])
		}
		reg.Submissions = append(reg.Submissions, s)
	}
	for _, row := range r.rows("studentDay-AAA-and-BBB2013B.csv.gz") {
		reg := places[[3]string{row["code_module"], row["code_presentation"], row["id_student"]}]
		if reg.Clicks == nil {
			reg.Clicks = map[int]int{}
		}
		reg.Clicks[r.int(row["date"])] += r.int(row["clicks"])
	}
	d.sort()
	return d, r.err
}

func (d *Data) sort() {
	slices.SortFunc(d.Presentations, func(a, b *Presentation) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Module, b.Module))
	})
	slices.SortFunc(d.Registrations, func(a, b *Registration) int {
		return cmp.Or(
			cmp.Compare(a.Presentation.Start, b.Presentation.Start),
			cmp.Compare(a.Presentation.Module, b.Presentation.Module),
			cmp.Compare(a.Registered, b.Registered),
			cmp.Compare(a.Student, b.Student),
		)
	})
}

type workOf struct {
	of    *Presentation
	index int
}

func (r *reader) assessments(runs map[[2]string]*Presentation) map[string]workOf {
	out := map[string]workOf{}
	for _, row := range r.rows("assessments.csv") {
		p := runs[[2]string{row["code_module"], row["code_presentation"]}]
		weight, err := strconv.ParseFloat(row["weight"], 64)
		r.keep(err)
		out[row["id_assessment"]] = workOf{p, len(p.Assessments)}
		p.Assessments = append(p.Assessments, rhythm.Assessment{
			Due: r.int(row["date"]), Weight: weight, Exam: row["assessment_type"] == "Exam",
		})
		p.ids, p.kind = append(p.ids, row["id_assessment"]), append(p.kind, row["assessment_type"])
	}
	return out
}

// reader reads CSV files and keeps the first fault.
type reader struct {
	dir string
	err error
}

func (r *reader) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

// int reads a whole number; "?" is the dataset's word for none.
func (r *reader) int(text string) int {
	if text == "?" || text == "" {
		return rhythm.None
	}
	n, err := strconv.Atoi(text)
	r.keep(err)
	return n
}

// rows reads a file as one map a row, column name to cell.
func (r *reader) rows(name string) []map[string]string {
	f, err := Open(filepath.Join(r.dir, name))
	if err != nil {
		r.keep(err)
		return nil
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) == 0 {
		r.keep(fmt.Errorf("read %s: %w", name, cmp.Or(err, io.ErrUnexpectedEOF)))
		return nil
	}
	out := make([]map[string]string, 0, len(all)-1)
	for _, cells := range all[1:] {
		row := make(map[string]string, len(cells))
		for i, cell := range cells {
			row[all[0][i]] = cell
		}
		out = append(out, row)
	}
	return out
}

// Open opens a file, unpacking it where its name ends in .gz.
func Open(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil || !strings.HasSuffix(path, ".gz") {
		return f, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{z, f}, nil
}
