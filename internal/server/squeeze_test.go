package server

import (
	"compress/gzip"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestSqueeze(t *testing.T) {
	long := strings.Repeat("Ann and Bob. ", 1000)
	for _, tt := range []struct {
		name, method, accepts, kind string
		status                      int
		want                        bool
	}{
		{"a page", "GET", "gzip, br", "text/html; charset=utf-8", 200, true},
		{"a problem document", "GET", "br, gzip;q=0.5", "application/problem+json", 404, true},
		{"the answer to a form", "POST", "gzip", "text/html; charset=utf-8", 201, false},
		{"a client without gzip", "GET", "br", "text/html; charset=utf-8", 200, false},
		{"a client that refuses it", "GET", "gzip;q=0", "text/html; charset=utf-8", 200, false},
		{"a font", "GET", "gzip", "font/woff2", 200, false},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(tt.method, "/", nil)
		r.Header.Set("Accept-Encoding", tt.accepts)
		out, end := squeeze(w, r)
		out.Header().Set("Content-Type", tt.kind)
		out.Header().Set("Content-Length", "13000")
		out.WriteHeader(tt.status)
		if _, err := io.WriteString(out, long); err != nil {
			t.Fatal(err)
		}
		end()
		var body io.Reader = w.Body
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != tt.want {
			t.Errorf("%s: compressed %v, want %v", tt.name, got, tt.want)
		} else if got {
			z, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
			if w.Header().Get("Content-Length") != "" {
				t.Errorf("%s: the length of the whole is still there", tt.name)
			}
		}
		if text, err := io.ReadAll(body); err != nil || string(text) != long || w.Code != tt.status {
			t.Errorf("%s: %d bytes, %v, status %d", tt.name, len(text), err, w.Code)
		}
	}
}
