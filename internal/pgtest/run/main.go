// Command run gives one PostgreSQL cluster to all test processes of a command and takes it away afterwards:
//
//	go run ./internal/pgtest/run -- go test ./...
//
// Where AMBIT_TEST_POSTGRES is set already, the command simply runs.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/ambit-lms/ambit/internal/pgtest"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "run:", err)
	}
	os.Exit(code)
}

func run(args []string) (code int, err error) {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return 2, errors.New("usage: run -- command [arguments]")
	}
	// An interrupt ends the command; only then may its database go.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = os.Environ()
	if os.Getenv(pgtest.Env) == "" {
		cluster, failed := pgtest.Start()
		if failed != nil {
			return 1, failed
		}
		defer func() { err = errors.Join(err, cluster.Stop()) }()
		cmd.Env = append(cmd.Env, cluster.Environ()...)
	}
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	go func() {
		for s := range signals {
			_ = cmd.Process.Signal(s) // gone already: nothing left to tell
		}
	}()
	err = cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(exit.ExitCode(), 1), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
