package server

import (
	"io"
	"net/http"
	"time"
)

// answer remembers the status that went out.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status and passes it on.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body, and the status 200 before the first one.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find deadlines and flushing.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) code() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return a.status
}

// probe takes the answer of the standard mux to what it does not match.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(status int)      { p.status = status }

// Stream writes a long answer, such as an export: each part may take as long
// as a whole page may, so a slow line does not cut a large file off, and a dead
// one does not hold the reading transaction for ever.
func Stream(w http.ResponseWriter) io.Writer {
	return stream{w, http.NewResponseController(w)}
}

type stream struct {
	io.Writer
	controller *http.ResponseController
}

func (s stream) Write(p []byte) (int, error) {
	// A writer without deadlines, as in tests, needs none.
	_ = s.controller.SetWriteDeadline(time.Now().Add(writeTimeout))
	return s.Writer.Write(p)
}
