package org_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/ambit-lms/ambit/internal/org"
)

func picture(w, h int) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			out.Set(x, y, color.NRGBA{R: 200, G: 30, B: 60, A: 255})
		}
	}
	return out
}

func encoded(t *testing.T, w, h int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, picture(w, h)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bomb is a small PNG whose header claims 60,000 by 60,000 pixels.
func bomb(t *testing.T) []byte {
	raw := encoded(t, 1, 1)
	binary.BigEndian.PutUint32(raw[16:], 60_000)
	binary.BigEndian.PutUint32(raw[20:], 60_000)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

func TestLogoIsMadeAnew(t *testing.T) {
	var asJPEG, asGIF bytes.Buffer
	if err := jpeg.Encode(&asJPEG, picture(300, 100), nil); err != nil {
		t.Fatal(err)
	}
	if err := gif.Encode(&asGIF, picture(300, 100), nil); err != nil {
		t.Fatal(err)
	}
	secret := []byte("camera of Ann at 48.2082, 16.3738")
	for _, tt := range []struct {
		name string
		raw  []byte
		w, h int
	}{
		{"small", encoded(t, 40, 20), 40, 20},
		{"just fits", encoded(t, 480, 120), 480, 120},
		{"wide", encoded(t, 1920, 120), 480, 30},
		{"high", encoded(t, 240, 480), 60, 120},
		{"a line", encoded(t, 2000, 1), 480, 1},
		{"JPEG", asJPEG.Bytes(), 300, 100},
		{"GIF", asGIF.Bytes(), 300, 100},
		{"with something behind it", append(encoded(t, 40, 20), secret...), 40, 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			logo, err := org.ReadLogo(tt.raw)
			if err != nil {
				t.Fatal(err)
			}
			is, err := png.Decode(bytes.NewReader(logo.PNG))
			if err != nil || is.Bounds().Dx() != tt.w || is.Bounds().Dy() != tt.h || logo.Width != tt.w || logo.Height != tt.h {
				t.Fatalf("%d by %d, %v, want %d by %d", logo.Width, logo.Height, err, tt.w, tt.h)
			}
			if bytes.Contains(logo.PNG, secret) {
				t.Error("what stood behind the image is kept")
			}
			r, g, b, _ := is.At(tt.w/2, tt.h/2).RGBA()
			if r>>8 < 180 || r>>8 > 220 || g>>8 > 60 || b>>8 < 40 || b>>8 > 80 {
				t.Errorf("the middle is %d %d %d, want about 200 30 60", r>>8, g>>8, b>>8)
			}
			again, err := org.ReadLogo(tt.raw)
			if err != nil || again.Hash != logo.Hash || len(logo.Hash) != 32 {
				t.Errorf("hash %q, then %q, %v", logo.Hash, again.Hash, err)
			}
		})
	}
}
