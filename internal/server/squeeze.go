package server

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// squeezers are kept, since each holds some hundred kilobytes.
var squeezers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil { // the level is a constant
		panic(err)
	}
	return z
}}

// squeeze compresses an answer for a client that takes it: a matrix of fifty
// learners is a tenth of its size then. Only what is read is compressed, never
// the answer to a form, which may hold a secret beside what was typed.
func squeeze(w http.ResponseWriter, r *http.Request) (out http.ResponseWriter, end func()) {
	if r.Method != http.MethodGet || !takesGzip(r.Header.Get("Accept-Encoding")) {
		return w, func() {}
	}
	s := &squeezed{ResponseWriter: w}
	return s, s.end
}

func takesGzip(accepted string) bool {
	for _, coding := range strings.Split(accepted, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if name == "gzip" {
			q := strings.ReplaceAll(quality, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

type squeezed struct {
	http.ResponseWriter
	z       *gzip.Writer
	decided bool
}

// WriteHeader decides by the kind of content, now that it is known.
func (s *squeezed) WriteHeader(status int) {
	if !s.decided && status >= http.StatusOK {
		s.decided = true
		h := s.Header()
		// A digest is of the bytes as they go out.
		if h.Get("Content-Encoding") == "" && h.Get("Repr-Digest") == "" && status != http.StatusNoContent && status != http.StatusNotModified && compressible(h.Get("Content-Type")) {
			h.Set("Content-Encoding", "gzip")
			h.Add("Vary", "Accept-Encoding")
			h.Del("Content-Length")
			s.z = squeezers.Get().(*gzip.Writer)
			s.z.Reset(s.ResponseWriter)
		}
	}
	s.ResponseWriter.WriteHeader(status)
}

// Write compresses a part of the body, where that was decided.
func (s *squeezed) Write(p []byte) (int, error) {
	if !s.decided {
		s.WriteHeader(http.StatusOK)
	}
	if s.z == nil {
		return s.ResponseWriter.Write(p)
	}
	return s.z.Write(p)
}

// Unwrap lets http.ResponseController find deadlines.
func (s *squeezed) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *squeezed) end() {
	if s.z == nil {
		return
	}
	// The client may be gone; then there is nobody to tell.
	_ = s.z.Close()
	squeezers.Put(s.z)
	s.z = nil
}

func compressible(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") || kind == "image/svg+xml"
}
