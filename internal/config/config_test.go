package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/ambit-lms/ambit/internal/config"
)

func parse(t *testing.T, args ...string) (config.Settings, *kong.Context, error) {
	t.Helper()
	var s config.Settings
	parser, err := kong.New(&s, kong.Name("ambit"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := parser.Parse(args)
	return s, ctx, err
}

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "ambit.json")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestFlagThenEnvironmentThenFileThenDefault(t *testing.T) {
	name := file(t, `{"listen": "127.0.0.1:1", "db": "file.db", "log-level": "warn", "smtp-port": 25, "session-idle": "1h", "trusted-proxy": ["10.0.0.0/8", "192.0.2.1"]}`)
	t.Setenv("AMBIT_CONFIG", name)
	t.Setenv("AMBIT_DB", "env.db")
	t.Setenv("AMBIT_LISTEN", "127.0.0.1:2")
	s, ctx, err := parse(t, "--listen", "127.0.0.1:3")
	if err != nil {
		t.Fatal(err)
	}
	if s.SMTPPort != 25 || s.SessionIdle != time.Hour || len(s.Proxies()) != 2 {
		t.Errorf("from the file: port %d, idle %s, proxies %v", s.SMTPPort, s.SessionIdle, s.Proxies())
	}
	for _, want := range []config.InForce{
		{"listen", "127.0.0.1:3", "flag"},
		{"db", "env.db", "AMBIT_DB"},
		{"log-level", "warn", "file"},
		{"trusted-proxy", "10.0.0.0/8,192.0.2.1", "file"},
		{"log-format", "text", "default"},
		{"public-url", "http://127.0.0.1:3", "derived"},
		{"config", name, "AMBIT_CONFIG"},
	} {
		if got := s.List(ctx); !slices.Contains(got, want) {
			t.Errorf("in force: %v\nlacks %v", got, want)
		}
	}
}

func TestFileWithWrongKeys(t *testing.T) {
	for text, want := range map[string]string{
		`{"lisen": "x", "help": true, "config": "y"}`: `there is no setting "config"` + "\n" + `there is no setting "help"` + "\n" + `there is no setting "lisen"`,
		`{"listen": `: "unexpected end",
	} {
		_, _, err := parse(t, "--config", file(t, text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, _, err := parse(t, "--config", "absent.json"); err == nil {
		t.Error("an absent file was accepted")
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name, args string
		want       []string // the flags that are complained about
	}{
		{"defaults", "", nil},
		{"a school behind a proxy", "--listen=:8080 --public-url=https://learn.example.org --trusted-proxy=10.0.0.0/8", nil},
		{"loopback in other forms", "--listen=[::1]:80", nil},
		{"by name", "--listen=localhost:80 --public-url=http://localhost:80/", nil},
		{"mail", "--smtp-host=mail.example.org --smtp-from=learn@example.org --smtp-user=u --smtp-password=p", nil},
		{"mail on this machine", "--smtp-host=127.0.0.1 --smtp-from=learn@example.org --smtp-tls=none", nil},
		{"others without public URL", "--listen=:8080", []string{"public-url"}},
		{"in the clear", "--listen=:8080 --public-url=http://learn.example.org", []string{"public-url"}},
		{"proxy not named", "--listen=:8080 --public-url=https://learn.example.org", []string{"trusted-proxy"}},
		{"no URL", "--public-url=learn.example.org", []string{"public-url"}},
		{"a path", "--public-url=https://learn.example.org/lms --trusted-proxy=10.0.0.1", []string{"public-url"}},
		{"everybody trusted", "--trusted-proxy=0.0.0.0/0", []string{"trusted-proxy"}},
		{"no network", "--trusted-proxy=proxy", []string{"trusted-proxy"}},
		{"no port", "--listen=localhost", []string{"listen"}},
		{"port too large", "--listen=localhost:70000", []string{"listen"}},
		{"no database", "--db=", []string{"db"}},
		{"certificate without key", "--tls-cert=config.go", []string{"tls-cert"}},
		{"absent files", "--tls-cert=absent --tls-key=absent", []string{"tls-cert", "tls-key"}},
		{"mail without host", "--smtp-from=a@b.c", []string{"smtp-host"}},
		{"mail without sender", "--smtp-host=mail", []string{"smtp-from"}},
		{"mail password without user", "--smtp-host=mail --smtp-from=a@b.c --smtp-password=p", []string{"smtp-user"}},
		{"mail in the clear", "--smtp-host=mail --smtp-from=a@b.c --smtp-tls=none", []string{"smtp-tls"}},
		{"endless sessions", "--session-limit=20000h", []string{"session-limit"}},
		{"idle beyond the limit", "--session-idle=20h --session-limit=10h", []string{"session-limit"}},
		{"everything at once", "--db= --listen=:1 --smtp-user=u --session-idle=1s", []string{"db", "public-url", "smtp-host", "session-idle"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _, err := parse(t, strings.Fields(tt.args)...)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			if err := s.Check(); err != nil {
				_, lines, _ := strings.Cut(err.Error(), "\n")
				for line := range strings.Lines(lines) {
					flag, _, _ := strings.Cut(line, ":")
					got = append(got, strings.TrimPrefix(flag, "--"))
				}
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("Check(%s) complains about %v, want %v", tt.args, got, tt.want)
			}
		})
	}
}

func TestSecretsAreMasked(t *testing.T) {
	s, ctx, err := parse(t, "--db=postgres://ambit:hunter2@db/x", "--smtp-password=hunter2")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range s.List(ctx) {
		if strings.Contains(line.Value, "hunter2") {
			t.Errorf("%s shows %s", line.Name, line.Value)
		}
	}
	for address, want := range map[string]string{
		"ambit.db":                      "ambit.db",
		"postgres://u:p@h:5432/d?x=1":   "postgres://u:********@h:5432/d?x=1",
		"postgres://u@h/d":              "postgres://u@h/d",
		"postgres://h/d?password=p&x=1": "postgres://h/d?password=********&x=1",
		"postgres://u:p%zz@h/d":         "********",
		"host=h password='a b' user=u":  "host=h password=******** user=u",
	} {
		if got := config.MaskAddress(address); got != want {
			t.Errorf("MaskAddress(%s) = %s, want %s", address, got, want)
		}
	}
}
