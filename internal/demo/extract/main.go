// Command extract cuts the demonstration school's data out of the folder of
// outside data and writes it, with its attribution, into internal/demo/school:
//
//	go run ./internal/demo/extract -data ../shared/data -out internal/demo/school
//
// It is run by hand when the cut changes; its output is committed. The same data
// give the same files, byte for byte.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ambit-lms/ambit/internal/demo/openuni"
)

func main() {
	flags := flag.NewFlagSet("extract", flag.ExitOnError)
	data := flags.String("data", openuni.DataDir(".", os.Getenv), "folder of outside data")
	out := flags.String("out", filepath.Join("internal", "demo", "school"), "folder to write into")
	_ = flags.Parse(os.Args[1:]) // it ends the program itself
	files, err := extract(*data)
	if err == nil {
		err = write(*out, files)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "extract:", err)
		os.Exit(1)
	}
}

func write(dir string, files map[string][]byte) error {
	total := 0
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
		total += len(content)
	}
	fmt.Printf("%d files, %d bytes\n", len(files), total)
	return nil
}

// extract makes all files of the extract.
func extract(data string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, part := range []func(string) (map[string][][]string, error){courses, trade, rhythms, nameLists} {
		tables, err := part(data)
		if err != nil {
			return nil, err
		}
		for name, rows := range tables {
			if out[name], err = encode(name, rows); err != nil {
				return nil, err
			}
		}
	}
	for name, from := range map[string]string{
		"LICENSE-Ms-PL.txt": "b2b-orders/LICENSE-Ms-PL.txt",
		"LICENSE-faker.txt": "LICENSES/faker-js--faker.txt",
		"LICENSE-ossu.txt":  "LICENSES/ossu--computer-science.txt",
	} {
		text, err := os.ReadFile(filepath.Join(data, filepath.FromSlash(from)))
		if err != nil {
			return nil, err
		}
		out[name] = text
	}
	out["ATTRIBUTION.md"] = []byte(attribution)
	return out, nil
}

// encode writes rows as CSV, packed where the name says so.
func encode(name string, rows [][]string) ([]byte, error) {
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	if !strings.HasSuffix(name, ".gz") {
		return buf.Bytes(), nil
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(buf.Bytes()); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
