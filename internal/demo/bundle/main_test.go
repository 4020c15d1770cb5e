package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ambit-lms/ambit/internal/demo/openuni"
)

func TestProgramWritesTheElevenFiles(t *testing.T) {
	if openuni.DataDir(".", os.Getenv) == "" {
		t.Skip("skipped: no folder shared/data beside the project and no AMBIT_DATA")
	}
	out := filepath.Join(t.TempDir(), "bundle")
	if err := run([]string{"-out", out, "-seed", "3"}); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(out, "*.csv"))
	if err != nil || len(found) != 11 {
		t.Errorf("%d files written, want 11: %v", len(found), err)
	}
}

func TestProgramSaysWhatIsMissing(t *testing.T) {
	for _, args := range [][]string{{}, {"-out", t.TempDir(), "-today", "soon", "-data", "x"}, {"-out", t.TempDir(), "-data", "/nowhere"}} {
		if err := run(args); err == nil {
			t.Errorf("run(%q) did not fail", args)
		}
	}
}
