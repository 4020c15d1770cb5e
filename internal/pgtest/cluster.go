package pgtest

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// errMissing is what a test fails with on a machine without PostgreSQL.
var errMissing = errors.New("PostgreSQL is not installed, and the tests need it: `make check` installs it (Debian package postgresql), or set " +
	Env + " to the address of a superuser")

// Cluster is a private PostgreSQL server in a temporary directory, reached through a Unix socket.
type Cluster struct {
	dir   string
	watch *exec.Cmd
	life  io.WriteCloser
}

// supervise makes the cluster, says "ready", and takes everything away once its standard input ends. The other end of
// that pipe is held by the process that started it, so no crash, time limit or kill leaves a server or files behind.
const supervise = `
"$BIN/initdb" -D "$DIR/data" -U postgres -A trust -E UTF8 $LOCALE -N >"$DIR/log" 2>&1 &&
"$BIN/pg_ctl" -D "$DIR/data" -w -t 60 -l "$DIR/log" -o "$OPTIONS" start >>"$DIR/log" 2>&1 </dev/null &&
echo ready && exec >&- && cat >/dev/null || cat "$DIR/log"
"$BIN/pg_ctl" -D "$DIR/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$DIR"
`

// Start makes and starts a cluster. As root it runs as another user, since PostgreSQL refuses to run as root.
// AMBIT_TEST_PG_FSYNC=1 keeps commits durable (for measurements); AMBIT_TEST_PG_ICU=en-US sorts by a language instead of by bytes.
func Start() (*Cluster, error) {
	bin, err := findBinaries()
	if err != nil {
		return nil, err
	}
	// Not $TMPDIR: its path may be too long for a socket, or closed to the other user.
	dir, err := os.MkdirTemp("/tmp", "ambit-pg-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", supervise)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "BIN=" + bin, "DIR=" + dir, "OPTIONS=" + options(dir), "LOCALE=" + locale()}
	// A group of its own: Ctrl-C reaches the tests, and their end reaches the supervisor.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		if err := lowerRights(cmd.SysProcAttr, dir); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	return launch(cmd, dir)
}

func launch(cmd *exec.Cmd, dir string) (*Cluster, error) {
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start PostgreSQL: %w", err), os.RemoveAll(dir))
	}
	said, err := io.ReadAll(out)
	c := &Cluster{dir: dir, watch: cmd, life: life}
	if err != nil || string(said) != "ready\n" {
		return nil, errors.Join(fmt.Errorf("PostgreSQL did not start: %s", said), err, c.Stop())
	}
	return c, nil
}

// DSN is the connection string of the cluster's superuser.
func (c *Cluster) DSN() string {
	return "postgres://postgres@/postgres?host=" + url.QueryEscape(c.dir)
}

// Environ is what a child process needs to use this cluster.
func (c *Cluster) Environ() []string {
	return []string{Env + "=" + c.DSN(), runEnv + "=" + newRun()}
}

// Stop ends the server and removes its files.
func (c *Cluster) Stop() error {
	return errors.Join(c.life.Close(), c.watch.Wait())
}

func options(dir string) string {
	settings := []string{
		"listen_addresses=''", "unix_socket_directories='" + dir + "'", "port=5432", "max_connections=300",
		"log_min_messages=fatal", "timezone=UTC",
	}
	if os.Getenv("AMBIT_TEST_PG_FSYNC") != "1" {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	return "-c " + strings.Join(settings, " -c ")
}

func locale() string {
	if language := os.Getenv("AMBIT_TEST_PG_ICU"); language != "" {
		return "--locale=C.UTF-8 --locale-provider=icu --icu-locale=" + language
	}
	return "--locale=C.UTF-8"
}

func lowerRights(attr *syscall.SysProcAttr, dir string) error {
	account, err := user.Lookup("postgres")
	if err != nil {
		if account, err = user.Lookup("nobody"); err != nil {
			return fmt.Errorf("PostgreSQL must not run as root, and there is no user postgres or nobody: %w", err)
		}
	}
	uid, errUser := strconv.ParseUint(account.Uid, 10, 32)
	gid, errGroup := strconv.ParseUint(account.Gid, 10, 32)
	if err := errors.Join(errUser, errGroup); err != nil {
		return err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(dir, int(uid), int(gid))
}

// findBinaries returns the directory of the newest server installed. Debian keeps them off the PATH.
func findBinaries() (string, error) {
	best, newest := "", -1
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	for _, path := range found {
		dir := filepath.Dir(path)
		if version, err := strconv.Atoi(filepath.Base(filepath.Dir(dir))); err == nil && version > newest && complete(dir) {
			best, newest = dir, version
		}
	}
	if best != "" {
		return best, nil
	}
	if path, err := exec.LookPath("postgres"); err == nil && complete(filepath.Dir(path)) {
		return filepath.Dir(path), nil
	}
	return "", errMissing
}

func complete(dir string) bool {
	for _, name := range []string{"postgres", "initdb", "pg_ctl"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}
