package app

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// printed is an output that may be read while it is written.
type printed struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// status asks once; 0 where nobody answers.
func status(url string) int {
	r, err := http.Get(url)
	if err != nil {
		return 0
	}
	r.Body.Close()
	return r.StatusCode
}

// becomes waits for a status, for at most a minute: the machine may have much else to do.
func becomes(t *testing.T, url string, want int) {
	t.Helper()
	got := 0
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if got = status(url); got == want {
			return
		}
	}
	t.Fatalf("%s answers %d, want %d", url, got, want)
}

func TestNotReadyWhileMigratingAndWithoutDatabase(t *testing.T) {
	file := storetest.Address(t, "sqlite")
	other, err := sql.Open("sqlite", "file:"+file+"?_txlock=immediate&_pragma=journal_mode(wal)")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	busy, err := other.Begin() // whoever migrates has to wait for this
	if err != nil {
		t.Fatal(err)
	}
	a, err := assemble(t.Context(), settings(file), time.Now, quiet())
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	out := &printed{}
	go func() {
		ended <- a.serve(ctx, listener, func(ctx context.Context, front *server.Front, handler http.Handler) error {
			return a.begin(ctx, front, handler, out)
		})
	}()

	becomes(t, base+"/healthz", 200)
	becomes(t, base+"/readyz", 503)
	if got := status(base + "/signin"); got != 503 {
		t.Errorf("a page while migrating = %d", got)
	}
	busy.Rollback()
	becomes(t, base+"/readyz", 200)
	if !strings.Contains(out.String(), "/setup/") {
		t.Errorf("an empty database printed %q", out)
	}
	a.Close()
	becomes(t, base+"/readyz", 503)
	if got := status(base + "/healthz"); got != 200 {
		t.Errorf("/healthz without database = %d", got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("serve = %v", err)
	}
}

func TestSeveralProcessesStartAtOnce(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			address := storetest.Address(t, engine)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var serving sync.WaitGroup
			bases := make([]string, 3)
			for i := range bases {
				listener, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				bases[i] = fmt.Sprintf("http://%s/readyz", listener.Addr())
				serving.Go(func() {
					if err := runOn(ctx, listener, settings(address), time.Now, quiet(), beginning(&printed{})); err != nil {
						t.Errorf("process %d ended with %v", i+1, err)
					}
				})
			}
			for _, url := range bases {
				becomes(t, url, 200)
			}
			stop()
			serving.Wait()
		})
	}
}
