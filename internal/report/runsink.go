package report

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"hash"
	"io"
)

// sink takes a file as it is written, hashes it and hands it on in compressed
// parts, so that no more than a part of it is ever in memory.
type sink struct {
	hash  hash.Hash
	keep  func(RunPart) error
	size  int // of a part
	level int // of the compression
	bytes int64

	part   []byte
	packed bytes.Buffer
	packer *gzip.Writer
	no     int
	err    error
}

// Write takes some of the file.
func (s *sink) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 {
		if s.err != nil {
			return 0, s.err
		}
		n := min(len(p), s.size-len(s.part))
		s.part = append(s.part, p[:n]...)
		p = p[n:]
		if len(s.part) == s.size {
			s.err = s.pass()
		}
	}
	return total, s.err
}

// flush hands on what is left.
func (s *sink) flush() error {
	if s.err == nil && len(s.part) > 0 {
		s.err = s.pass()
	}
	return s.err
}

func (s *sink) pass() error {
	s.hash.Write(s.part) // never fails
	s.bytes += int64(len(s.part))
	s.packed.Reset()
	if s.packer == nil {
		var err error
		if s.packer, err = gzip.NewWriterLevel(&s.packed, s.level); err != nil {
			return err
		}
	}
	s.packer.Reset(&s.packed)
	if _, err := s.packer.Write(s.part); err != nil {
		return err
	}
	if err := s.packer.Close(); err != nil {
		return err
	}
	err := s.keep(RunPart{No: s.no, Size: len(s.part), Packed: s.packed.Bytes()})
	s.no++
	s.part = s.part[:0]
	return err
}

// errAbandoned is what a writer is told that should leave nothing behind.
var errAbandoned = errors.New("the file was abandoned")

// unpack reads a part as it was in the file.
func (p *RunPart) unpack() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(p.Packed))
	if err != nil {
		return nil, err
	}
	// One byte more than there should be also sees the end, where the part's checksum stands.
	out, err := io.ReadAll(io.LimitReader(z, int64(p.Size)+1))
	if err == nil && len(out) != p.Size {
		err = fmt.Errorf("%d bytes instead of %d", len(out), p.Size)
	}
	return out, err
}
