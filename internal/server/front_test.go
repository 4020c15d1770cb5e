package server_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/server"
)

func TestFront(t *testing.T) {
	front := server.NewFront(server.Version{Version: "1.2.3", Go: "go1.26"})
	code := func(path string) int {
		w := httptest.NewRecorder()
		front.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Header().Get("Content-Security-Policy") == "" && path != "/inside" {
			t.Errorf("%s without security headers", path)
		}
		return w.Code
	}
	var database error
	expect := func(when string, healthz, readyz, inside int) {
		t.Helper()
		if h, r, i := code("/healthz"), code("/readyz"), code("/inside"); h != healthz || r != readyz || i != inside {
			t.Errorf("%s: healthz %d, readyz %d, inside %d; want %d, %d, %d", when, h, r, i, healthz, readyz, inside)
		}
	}
	expect("while migrating", 200, 503, 503)
	front.Open(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }), func(context.Context) error { return database })
	expect("ready", 200, 200, 204)
	database = errors.New("gone")
	expect("without database", 200, 503, 204)
	database = nil
	front.Shut()
	expect("while stopping", 200, 503, 204)

	w := httptest.NewRecorder()
	front.ServeHTTP(w, httptest.NewRequest("GET", "/version", nil))
	if got := w.Body.String(); got != `{"version":"1.2.3","go":"go1.26"}` {
		t.Errorf("/version = %s", got)
	}
	w = httptest.NewRecorder()
	front.ServeHTTP(w, httptest.NewRequest("POST", "/healthz", nil))
	if w.Code != 405 {
		t.Errorf("POST /healthz = %d", w.Code)
	}
}

func TestStopLetsRequestsFinish(t *testing.T) {
	started := make(chan bool)
	front := server.NewFront(server.Version{})
	front.Open(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		started <- true
		time.Sleep(100 * time.Millisecond)
		io.WriteString(w, "whole")
	}), func(context.Context) error { return nil })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- server.Serve(ctx, server.Listening{Listener: listener, Front: front, Log: slog.New(slog.DiscardHandler)})
	}()
	answer := make(chan string)
	go func() {
		r, err := http.Get("http://" + listener.Addr().String() + "/")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		answer <- string(body)
	}()
	<-started
	stop()
	if got := <-answer; got != "whole" {
		t.Errorf("a request under way got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve() = %v", err)
	}
	if _, err := http.Get("http://" + listener.Addr().String() + "/"); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("after the end: %v", err)
	}
}
