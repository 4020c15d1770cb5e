package web

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/language"
)

func wideMatrix(p Page, rows, columns int) MatrixView {
	v := sampleMatrix(p)
	v.Columns, v.Rows = nil, nil
	for c := range columns {
		v.Columns = append(v.Columns, MatrixColumn{ID: fmt.Sprintf("activity%018d", c), Title: sampleCourses[c%len(sampleCourses)], Completed: c, Enrolled: 100, Rate: float64(c) / 100, Rated: true})
	}
	for r := range rows {
		row := MatrixRow{ID: fmt.Sprintf("learner%019d", r), Name: sampleText[r%len(sampleText)], Below: "Hamburg", Completed: r, Enrolled: columns}
		for c := range columns {
			row.Cells = append(row.Cells, sampleStanding(r*5+c*3))
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// TestMatrixCellsSayTheirState: every cell carries its state in words, and a
// blank one is no link.
func TestMatrixCellsSayTheirState(t *testing.T) {
	p := testPage(t)
	for _, state := range States() {
		v := wideMatrix(p, 1, 1)
		v.More = ""
		v.Rows[0].Cells[0] = Standing{State: state, On: sampleDay, Due: sampleDay, ValidUntil: sampleDay}
		var out bytes.Buffer
		if err := MatrixRows(p, v).Render(context.Background(), &out); err != nil {
			t.Fatal(err)
		}
		if words := p.T(stateKey(state)); !strings.Contains(out.String(), words) {
			t.Errorf("%s: the cell does not say %q", state, words)
		}
		if got, want := strings.Contains(out.String(), `class="mc"`), state != NotEnrolled; got != want {
			t.Errorf("%s: is a link: %v, want %v", state, got, want)
		}
	}
}

func TestNavigationShowsOnlyWhatServes(t *testing.T) {
	p := testPage(t)
	if got := len(p.Shell.Navigation()); got != 5 {
		t.Errorf("an administrator has %d groups, want 5", got)
	}
	p.Shell.Can = noPermission
	groups := p.Shell.Navigation()
	if len(groups) != 1 || groups[0].places[0].place != PlaceLearning {
		t.Errorf("a plain learner has %v, want only their own learning", groups)
	}
}

func testPage(tb testing.TB) Page {
	tb.Helper()
	assets, err := LoadAssets()
	if err != nil {
		tb.Fatal(err)
	}
	catalogue, err := language.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return framed(samplePage(catalogue, assets, language.English, Light), "Training Matrix", PlaceMatrix)
}

// BenchmarkMatrixPage renders the widest page there is: 50 learners by 60 activities.
func BenchmarkMatrixPage(b *testing.B) {
	catalogue, err := language.Load()
	if err != nil {
		b.Fatal(err)
	}
	p := testPage(b)
	v := wideMatrix(p, 50, 60)
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		p.Printer = catalogue.Printer(language.English, nil) // a new one for each request, as in life
		if err := Matrix(p, v).Render(context.Background(), &out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len()), "bytes/page")
}
