package server

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"
)

// Front stands before everything and answers from the first moment on:
// /healthz (the process runs), /readyz (it can serve) and /version. Everything
// else waits until Open.
type Front struct {
	version []byte
	inside  atomic.Pointer[inside]
}

type inside struct {
	handler http.Handler
	ready   func(context.Context) error
}

// Version tells which build answers.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
}

// NewFront answers for a build, not ready yet.
func NewFront(v Version) *Front {
	body, err := json.Marshal(v)
	if err != nil { // three strings always have a JSON form
		panic(err)
	}
	return &Front{version: body}
}

// Open lets requests through; ready tells from then on whether they can be served.
func (f *Front) Open(h http.Handler, ready func(context.Context) error) {
	f.inside.Store(&inside{h, ready})
}

// Shut makes the process not ready again, while it stops.
func (f *Front) Shut() {
	if in := f.inside.Load(); in != nil {
		f.inside.Store(&inside{in.handler, nil})
	}
}

// ServeHTTP answers the operator's questions itself and passes on the rest.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := f.inside.Load()
	switch r.URL.Path {
	case "/healthz":
		f.tell(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	case "/version":
		f.tell(w, r, http.StatusOK, "application/json", f.version)
	case "/readyz":
		status, body := http.StatusOK, "ready\n"
		if !in.isReady(r.Context()) {
			status, body = http.StatusServiceUnavailable, "not ready\n"
		}
		f.tell(w, r, status, "text/plain; charset=utf-8", []byte(body))
	default:
		if in == nil {
			w.Header().Set("Retry-After", "1")
			f.tell(w, r, http.StatusServiceUnavailable, "text/plain; charset=utf-8", []byte("Ambit is starting. Please try again in a moment.\n"))
			return
		}
		in.handler.ServeHTTP(w, r)
	}
}

func (in *inside) isReady(ctx context.Context) bool {
	if in == nil || in.ready == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return in.ready(ctx) == nil
}

func (f *Front) tell(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	securityHeaders(w.Header())
	if status != http.StatusServiceUnavailable && r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	w.Write(body)
}
