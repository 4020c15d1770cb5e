package table

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// outside returns a path below the folder of outside data: AMBIT_DATA, or shared/data beside the project.
func outside(t *testing.T, path string) string {
	t.Helper()
	root := os.Getenv("AMBIT_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	path = filepath.Join(root, path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: the outside data is not here (AMBIT_DATA names its folder): %v", err)
	}
	return path
}

func open(t *testing.T, path string, options Options) *Reader {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(file), options)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return r
}

// The damage is in the values (a band of 10-20 became the 20th of October): the reader hands them on as they are.
func TestFileThatASpreadsheetDamaged(t *testing.T) {
	r := open(t, outside(t, "oulad/studentInfo-AAA-spreadsheet-damaged.csv"), Options{Required: []string{"id_student", "IMD_band"}})
	rows, bands := 0, 0
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows++
		if row.Get("imd_band") == "20-Oct" {
			bands++
		}
	}
	if rows != 748 || bands == 0 {
		t.Errorf("%d rows with %d damaged bands, want 748 with some", rows, bands)
	}
}

func TestSchoolBundles(t *testing.T) {
	root := outside(t, "roster-csv")
	files, err := filepath.Glob(filepath.Join(root, "*", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", root, err)
	}
	counts := map[string]int{}
	for _, path := range files {
		r := open(t, path, Options{})
		for row, err := range r.Rows() {
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if row.At(0) == "" {
				t.Errorf("%s:%d begins with an empty cell", path, row.Line)
			}
			name, _ := filepath.Rel(root, path)
			counts[filepath.ToSlash(name)]++
		}
	}
	for name, want := range map[string]int{"sds-format-100-users/StudentEnrollment.csv": 602, "sds-v2.1/roles.csv": 7, "sds-v2/users.csv": 29} {
		if counts[name] != want {
			t.Errorf("%s has %d rows, want %d", name, counts[name], want)
		}
	}
}

func TestNaughtyStringsComeBack(t *testing.T) {
	file, err := os.ReadFile(outside(t, "names/naughty-strings.json"))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	if err := json.Unmarshal(file, &texts); err != nil {
		t.Fatal(err)
	}
	texts = slices.DeleteFunc(texts, func(s string) bool { return bytes.ContainsRune([]byte(s), 0) })
	var rows [][]Cell
	for _, s := range texts {
		rows = append(rows, []Cell{Text(s)})
	}
	sheet := Sheet{Columns: []Column{{Name: "text"}}}
	r, err := NewReader(bytes.NewReader(written(t, CSV, sheet, rows)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range texts {
		if row, err := r.Next(); err != nil || row.At(0) != want {
			t.Errorf("%q came back as %q, %v", want, row.At(0), err)
		}
	}
	dump(t, written(t, XLSX, sheet, rows)) // fails where a text became a formula
}
