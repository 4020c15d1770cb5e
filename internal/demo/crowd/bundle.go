package crowd

import (
	"bufio"
	"io"
	"io/fs"
	"time"
)

// bundle is a folder whose files are functions that write them.
type bundle map[string]func(io.Writer)

// Open begins to write a file; it stops when the reader closes it.
func (b bundle) Open(name string) (fs.File, error) {
	if name == "." {
		return folder{b}, nil
	}
	write, ok := b[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	r, w := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(w, 1<<16)
		write(out)
		w.CloseWithError(out.Flush())
	}()
	return file{PipeReader: r, name: name}, nil
}

type file struct {
	*io.PipeReader
	name string
}

func (f file) Stat() (fs.FileInfo, error) { return info(f.name), nil }

type info string

func (i info) Name() string       { return string(i) }
func (i info) Size() int64        { return 0 }
func (i info) Mode() fs.FileMode  { return 0o444 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i == "." }
func (i info) Sys() any           { return nil }

type folder struct{ b bundle }

func (folder) Stat() (fs.FileInfo, error) { return dirInfo{}, nil }
func (folder) Read([]byte) (int, error)   { return 0, fs.ErrInvalid }
func (folder) Close() error               { return nil }

// ReadDir lists the files.
func (f folder) ReadDir(int) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	for name := range f.b {
		out = append(out, fs.FileInfoToDirEntry(info(name)))
	}
	return out, nil
}

type dirInfo struct{ info }

func (dirInfo) Mode() fs.FileMode { return fs.ModeDir | 0o555 }
func (dirInfo) IsDir() bool       { return true }
