package org

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// MaxLogo is how many bytes an uploaded image may have.
const MaxLogo = 1 << 20

const (
	maxLogoSide = 2000 // pixels of an upload: what is small as a file can be large unpacked
	logoWidth   = 480  // what is kept fits in here
	logoHeight  = 120
)

// Logo is an image as it is kept and served: always a PNG of our own making.
type Logo struct {
	Hash          string // of PNG; it is served under this name
	PNG           []byte
	Width, Height int
}

// ErrLogo refuses an upload.
var ErrLogo = fault.Field("logo", "Choose a PNG, JPEG or GIF image of at most 1 MB and 2000 by 2000 pixels.")

// ReadLogo reads an uploaded image, brings it to size and encodes it anew, so
// that nothing of the file itself is ever sent to anybody: no metadata, no
// second meaning. Of a moving image the first picture is taken.
func ReadLogo(raw []byte) (Logo, error) {
	if len(raw) > MaxLogo {
		return Logo{}, ErrLogo
	}
	size, decode := decoderOf(raw)
	if decode == nil {
		return Logo{}, ErrLogo
	}
	is, err := size(bytes.NewReader(raw))
	if err != nil || is.Width < 1 || is.Height < 1 || is.Width > maxLogoSide || is.Height > maxLogoSide {
		return Logo{}, ErrLogo
	}
	picture, err := decode(bytes.NewReader(raw))
	if err != nil {
		return Logo{}, ErrLogo
	}
	fitted := fit(picture)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, fitted); err != nil {
		return Logo{}, err
	}
	sum := sha256.Sum256(out.Bytes())
	return Logo{Hash: hex.EncodeToString(sum[:16]), PNG: out.Bytes(), Width: fitted.Bounds().Dx(), Height: fitted.Bounds().Dy()}, nil
}

// decoderOf tells the format by the first bytes. It does not ask package
// image's table, where any import may have entered formats that nobody here
// has thought about.
func decoderOf(raw []byte) (func(r reader) (image.Config, error), func(r reader) (image.Image, error)) {
	switch {
	case bytes.HasPrefix(raw, []byte("\x89PNG\r\n\x1a\n")):
		return func(r reader) (image.Config, error) { return png.DecodeConfig(r) }, func(r reader) (image.Image, error) { return png.Decode(r) }
	case bytes.HasPrefix(raw, []byte("\xff\xd8\xff")):
		return func(r reader) (image.Config, error) { return jpeg.DecodeConfig(r) }, func(r reader) (image.Image, error) { return jpeg.Decode(r) }
	case bytes.HasPrefix(raw, []byte("GIF8")):
		return func(r reader) (image.Config, error) { return gif.DecodeConfig(r) }, func(r reader) (image.Image, error) { return gif.Decode(r) }
	}
	return nil, nil
}

type reader = *bytes.Reader

// fit makes an image as large as a logo may be, by averaging what falls into
// one pixel; a smaller one keeps its size.
func fit(from image.Image) *image.NRGBA {
	is := from.Bounds()
	w, h := is.Dx(), is.Dy()
	if w > logoWidth {
		w, h = logoWidth, max(h*logoWidth/w, 1)
	}
	if h > logoHeight {
		w, h = max(w*logoHeight/h, 1), logoHeight
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			out.Set(x, y, average(from, image.Rect(
				is.Min.X+x*is.Dx()/w, is.Min.Y+y*is.Dy()/h,
				is.Min.X+(x+1)*is.Dx()/w, is.Min.Y+(y+1)*is.Dy()/h)))
		}
	}
	return out
}

func average(from image.Image, over image.Rectangle) color.Color {
	var r, g, b, a, n uint64
	for y := over.Min.Y; y < over.Max.Y; y++ {
		for x := over.Min.X; x < over.Max.X; x++ {
			pr, pg, pb, pa := from.At(x, y).RGBA()
			r, g, b, a, n = r+uint64(pr), g+uint64(pg), b+uint64(pb), a+uint64(pa), n+1
		}
	}
	return color.RGBA64{R: uint16(r / n), G: uint16(g / n), B: uint16(b / n), A: uint16(a / n)} //nolint:gosec // averages of 16 bits have 16 bits
}

// SetLogo gives an organization a logo.
func (s *Service) SetLogo(ctx context.Context, reach access.Reach, id ID, raw []byte) (Logo, error) {
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return Logo{}, err
	}
	logo, err := ReadLogo(raw)
	if err != nil {
		return Logo{}, err
	}
	return logo, s.store.SetLogo(ctx, reach, id, logo)
}

// RemoveLogo takes it away.
func (s *Service) RemoveLogo(ctx context.Context, reach access.Reach, id ID) error {
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return err
	}
	return s.store.SetLogo(ctx, reach, id, Logo{})
}

// Logo finds a logo by its hash. Logos are public: whoever sees a page has the
// address, so it takes no reach.
func (s *Service) Logo(ctx context.Context, hash string) (Logo, error) {
	return s.store.LogoByHash(ctx, hash)
}
