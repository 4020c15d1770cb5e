package table

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// Decode takes the byte-order mark off and turns UTF-16 into UTF-8. Text without a mark passes as it is; the scanner
// then says which line is not UTF-8, rather than guessing a code page and damaging names.
func Decode(from io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(from, windowBytes)
	mark, err := in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case len(mark) >= 3 && string(mark) == byteOrderMark:
		_, err := in.Discard(3)
		return in, err
	case len(mark) >= 2 && mark[0] == 0xff && mark[1] == 0xfe:
		_, err := in.Discard(2)
		return &utf16Reader{in: in, order: binary.LittleEndian}, err
	case len(mark) >= 2 && mark[0] == 0xfe && mark[1] == 0xff:
		_, err := in.Discard(2)
		return &utf16Reader{in: in, order: binary.BigEndian}, err
	}
	return in, nil
}

// utf16Reader decodes strictly: x/text would silently put replacement characters where a file is damaged.
type utf16Reader struct {
	in    *bufio.Reader
	order binary.ByteOrder
	rest  []byte // decoded, but no room was left
}

func (u *utf16Reader) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(u.rest) == 0 {
			if n > 0 && u.in.Buffered() < 4 {
				return n, nil // do not wait for more while there is something to give
			}
			r, err := u.rune()
			if err != nil {
				return n, err
			}
			u.rest = utf8.AppendRune(u.rest[:0], r)
		}
		taken := copy(p[n:], u.rest)
		u.rest = u.rest[taken:]
		n += taken
	}
	return n, nil
}

func (u *utf16Reader) rune() (rune, error) {
	first, err := u.unit()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	second, err := u.unit()
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
		return r, nil
	}
	return 0, &Error{Reason: "The text is damaged: half of a UTF-16 character stands alone."}
}

func (u *utf16Reader) unit() (rune, error) {
	var b [2]byte
	switch n, err := io.ReadFull(u.in, b[:]); {
	case n == 1:
		return 0, &Error{Reason: "The text is damaged: it ends in the middle of a UTF-16 character."}
	case err != nil:
		return 0, err
	}
	return rune(u.order.Uint16(b[:])), nil
}
