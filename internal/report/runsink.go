package report

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
)

// sink takes a file as it is written, hashes it and hands it on in compressed
// parts, so that no more than two parts of it are ever in memory: one is packed
// while the next is filled. keep is called by whoever writes.
type sink struct {
	ctx   context.Context
	hash  hash.Hash
	keep  func(RunPart) error
	size  int // of a part
	level int // of the compression
	bytes int64
	// What writes and what packs may let others go first.
	asideWriting, asidePacking *aside

	part    []byte
	filled  []byte     // the part before
	packing chan error // nil: none is being packed
	packed  bytes.Buffer
	packer  *gzip.Writer
	no      int
	err     error
}

// Write takes some of the file.
func (s *sink) Write(p []byte) (int, error) {
	total := len(p)
	s.asideWriting.step(s.ctx)
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
	if s.err == nil {
		s.err = s.settle()
	}
	return s.err
}

// pass has the part packed, and hands on the one before.
func (s *sink) pass() error {
	if err := s.settle(); err != nil {
		return err
	}
	s.part, s.filled = s.filled[:0], s.part
	s.bytes += int64(len(s.filled))
	packing := make(chan error, 1)
	s.packing = packing
	go func() { packing <- s.pack() }()
	return nil
}

// settle waits until the part before is packed, and hands it on.
func (s *sink) settle() error {
	if s.packing == nil {
		return nil
	}
	if err := s.wait(); err != nil {
		return err
	}
	part := RunPart{No: s.no, Size: len(s.filled), Packed: s.packed.Bytes()}
	s.no++
	return s.keep(part)
}

// wait waits until nothing is being packed.
func (s *sink) wait() error {
	if s.packing == nil {
		return nil
	}
	err := <-s.packing
	s.packing = nil
	return err
}

// packAtOnce is how much is packed before somebody else may go first.
const packAtOnce = 64 << 10

// pack hashes and packs the filled part.
func (s *sink) pack() error {
	s.packed.Reset()
	if s.packer == nil {
		var err error
		if s.packer, err = gzip.NewWriterLevel(&s.packed, s.level); err != nil {
			return err
		}
	}
	s.packer.Reset(&s.packed)
	for some := range slices.Chunk(s.filled, packAtOnce) {
		s.asidePacking.step(s.ctx)
		s.hash.Write(some) // never fails
		if _, err := s.packer.Write(some); err != nil {
			return err
		}
	}
	return s.packer.Close()
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
