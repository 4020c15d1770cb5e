package sheet

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"maps"
	"slices"
)

// FS shows files held in memory as a folder, for an importer that reads an fs.FS.
func FS(files map[string][]byte) (fs.FS, error) {
	// The standard library's only folder in memory outside of its test packages is an opened archive.
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
}
