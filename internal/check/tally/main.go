// Command tally runs `go test` with the arguments it is given and prints what a reader needs: a line for each package,
// the output of what failed, what was skipped and why, and at the end "N passed, N failed, N skipped".
//
// It exits with a failure whenever a test or a package failed, when anything was begun and not ended, and when nothing
// ran at all, so that no cut-off run can look like a good one.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() {
	good, err := run(os.Args[1:], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
	}
	if err != nil || !good {
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) (good bool, err error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := cmd.Start(); err != nil {
		return false, err
	}
	c := newCount(out)
	err = c.read(events)
	ended := cmd.Wait()
	good = c.close()
	if _, failed := errors.AsType[*exec.ExitError](ended); failed && good {
		fmt.Fprintln(out, "go test failed without naming a test:", ended)
		return false, err
	} else if !failed {
		err = errors.Join(err, ended)
	}
	return good, err
}
