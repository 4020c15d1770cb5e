package roster

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ambit-lms/ambit/internal/fault"
)

// ErrFolderInUse is the answer to a folder that holds anything already.
var ErrFolderInUse = fault.New(fault.Conflict, "This folder is not empty. Name one that does not exist yet, or an empty one; nothing was written.")

// folder is where an export goes. Its files lie in an unfinished folder beside
// it until all are whole, so that half an export is never taken for one.
type folder struct{ name, unfinished string }

// newFolder begins a folder. What is in it is for its owner alone: it holds
// people's names and addresses.
func newFolder(name string) (*folder, error) {
	name, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	if err := free(name); err != nil {
		return nil, err
	}
	above, base := filepath.Split(name)
	unfinished, err := os.MkdirTemp(above, "."+base+".unfinished-*")
	if err != nil {
		return nil, fmt.Errorf("make a folder beside %s: %w", name, err)
	}
	return &folder{name: name, unfinished: unfinished}, nil
}

// free tells whether there is nothing of that name but perhaps an empty folder.
func free(name string) error {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return ErrFolderInUse
	}
	entries, err := os.ReadDir(name)
	if err == nil && len(entries) > 0 {
		return ErrFolderInUse
	}
	return err
}

// durable is a file whose bytes are on the disk once it is closed.
type durable struct{ *os.File }

// Close closes the file.
func (d durable) Close() error { return errors.Join(d.Sync(), d.File.Close()) }

func (f *folder) create(name string) (io.WriteCloser, error) {
	file, err := os.OpenFile(filepath.Join(f.unfinished, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return durable{file}, nil
}

// keep gives the finished folder its name. An empty folder makes room; one that
// was filled meanwhile stays as it is.
func (f *folder) keep() error {
	if err := free(f.name); err != nil {
		return err
	}
	if err := os.Remove(f.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(f.unfinished, f.name)
}

// discard removes what is not finished.
func (f *folder) discard() error { return os.RemoveAll(f.unfinished) }
