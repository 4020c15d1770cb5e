package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/server"
)

// Serve takes requests until ctx ends. An empty database prints the link of the
// first setup to out, which no log keeps.
func Serve(ctx context.Context, settings config.Settings, now func() time.Time, log *slog.Logger, out io.Writer) error {
	return run(ctx, settings, now, log, beginning(out))
}

// beginning is how `ambit serve` makes itself ready; see begin.
func beginning(out io.Writer) func(*App) readying {
	return func(a *App) readying {
		return func(ctx context.Context, front *server.Front, handler http.Handler) error {
			return a.begin(ctx, front, handler, out)
		}
	}
}

// readying makes the database ready and lets requests through to the handler.
type readying func(ctx context.Context, front *server.Front, handler http.Handler) error

// run listens, assembles Ambit and serves it the way that kind says.
func run(ctx context.Context, settings config.Settings, now func() time.Time, log *slog.Logger, kind func(*App) readying) error {
	if err := settings.Check(); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", settings.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	return runOn(ctx, listener, settings, now, log, kind)
}

// runOn assembles Ambit and serves it on the listener, which it closes.
func runOn(ctx context.Context, listener net.Listener, settings config.Settings, now func() time.Time, log *slog.Logger, kind func(*App) readying) error {
	defer listener.Close()
	settings.Listen = listener.Addr().String() // port 0 has become a real one
	a, err := assemble(ctx, settings, now, log)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.serve(ctx, listener, kind(a))
}

// serve answers /healthz from the first moment, and everything else when ready has let it.
func (a *App) serve(ctx context.Context, listener net.Listener, ready readying) error {
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	runner, err := a.runner()
	if err != nil {
		return err
	}
	front := server.NewFront(Build())
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx, server.Listening{
			Listener: listener, Front: front, TLSCert: a.settings.TLSCert, TLSKey: a.settings.TLSKey, Log: a.log,
		})
	}()
	if err := ready(ctx, front, handler); err != nil {
		stop()
		return errors.Join(err, <-served)
	}
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		a.work(ctx, runner)
	}()
	err = <-served
	stop() // a listener that failed ends the jobs too
	<-worked
	return err
}

// begin migrates and opens; where there is no organization yet it prints how to make one.
func (a *App) begin(ctx context.Context, front *server.Front, handler http.Handler, out io.Writer) error {
	if err := a.Store.Migrate(ctx); err != nil {
		return err
	}
	link, empty, err := a.Accounts.FirstLink(ctx)
	if err != nil {
		return err
	}
	a.open(front, handler)
	if empty {
		fmt.Fprintf(out, "This Ambit is empty. Until %s, this link sets it up, once:\n%s\n", link.Expires.Format(time.RFC1123), link.URL)
	}
	return nil
}

// open lets requests through.
func (a *App) open(front *server.Front, handler http.Handler) {
	front.Open(handler, a.Store.Ping)
	a.log.Info("ready", "url", a.settings.PublicURL().String(), "listen", a.settings.Listen, "database", a.Store.Engine(), "version", Build().Version)
}
