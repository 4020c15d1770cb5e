package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/ambit-lms/ambit/internal/demo/openuni"
)

// The committed extract is what the program makes of the outside data.
func TestCommittedExtractIsTheProgramsOutput(t *testing.T) {
	dir := openuni.DataDir(".", os.Getenv)
	if dir == "" {
		t.Skip("skipped: no folder shared/data beside the project and no AMBIT_DATA")
	}
	files, err := extract(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", "school", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs; run go run ./internal/demo/extract", name)
		}
	}
}
