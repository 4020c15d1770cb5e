package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// The limits of one connection. A page is made in milliseconds; what takes
// longer is streamed and moves its own deadline (Stream).
const (
	headerTimeout  = 10 * time.Second
	readTimeout    = 60 * time.Second
	writeTimeout   = 60 * time.Second
	idleTimeout    = 2 * time.Minute
	stopTimeout    = 10 * time.Second
	maxHeaderBytes = 32 << 10
)

// Listening is where and how to serve.
type Listening struct {
	Listener        net.Listener
	Front           *Front
	TLSCert, TLSKey string // files; both empty: plain HTTP
	Log             *slog.Logger
}

// Serve takes requests until ctx ends, then lets those under way finish, for
// at most ten seconds.
func Serve(ctx context.Context, l Listening) error {
	h := &http.Server{
		Handler: l.Front, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		// What clients do wrong on the wire is theirs; it is told only when asked for.
		ErrorLog: slog.NewLogLogger(l.Log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() {
		if l.TLSCert != "" {
			ended <- h.ServeTLS(l.Listener, l.TLSCert, l.TLSKey)
			return
		}
		ended <- h.Serve(l.Listener)
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	l.Front.Shut()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	err := h.Shutdown(stopping)
	if errors.Is(err, context.DeadlineExceeded) {
		l.Log.Warn("requests under way were cut off", "after", stopTimeout)
		return h.Close()
	}
	return err
}
