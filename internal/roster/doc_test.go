package roster

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden file anew")

const (
	document = "../../docs/import.md"
	begin    = "<!-- files: written by go test ./internal/roster -update -->\n"
	end      = "<!-- end of files -->\n"
)

func TestTheDocumentNamesEveryFileAndColumn(t *testing.T) {
	raw, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), begin)
	written, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s lacks the marks around its files", document)
	}
	var want bytes.Buffer
	if err := WriteFiles(&want); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(document, []byte(before+begin+want.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if written != want.String() {
		t.Errorf("%s differs from the files as they are declared; run go test ./internal/roster -update", document)
	}
}
