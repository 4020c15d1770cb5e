package cli_test

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ambit-lms/ambit/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ambit": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr, time.Now)
		stop()
		os.Exit(code)
	}})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			free, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			defer free.Close()
			env.Setenv("AT", free.Addr().String())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "lastline": lastLine, "answers": answers, "damage": damage,
		},
		Condition: func(name string) (bool, error) {
			if name != "race" {
				return false, fmt.Errorf("unknown condition %s", name)
			}
			return underRace, nil
		},
	})
}

// exits runs ambit and wants one exact exit code: exits 3 verify.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec("ambit", args[1:]...)
	code := "0"
	if err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if code != args[0] {
		ts.Fatalf("ambit %s ended with %s, want %s", strings.Join(args[1:], " "), code, args[0])
	}
}

// lastLine keeps the last line that the command before printed: lastline NAME.
func lastLine(ts *testscript.TestScript, _ bool, args []string) {
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	ts.Setenv(args[0], lines[len(lines)-1])
}

// damage runs a statement on a SQLite file, past everything that guards it: damage FILE STATEMENT.
func damage(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0])+"?_pragma=ignore_check_constraints(1)")
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}

// answers asks a server until it gives the status, for a minute and a half at most:
// answers STATUS URL [HEADER VALUE]…
func answers(ts *testscript.TestScript, neg bool, args []string) {
	deadline := time.Now().Add(90 * time.Second) // a school is loaded ten times slower under the race detector
	var last string
	for time.Now().Before(deadline) {
		r, err := http.NewRequest(http.MethodGet, args[1], nil)
		ts.Check(err)
		for i := 2; i+1 < len(args); i += 2 {
			r.Header.Set(args[i], args[i+1])
		}
		answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
		if err == nil {
			answer.Body.Close()
			last = answer.Status
			if strings.HasPrefix(answer.Status, args[0]) {
				return
			}
		} else {
			last = err.Error()
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("%s answers %s, want %s", args[1], last, args[0])
}
