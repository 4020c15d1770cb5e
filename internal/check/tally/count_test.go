package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

const (
	begin  = `{"Action":"start","Package":"p"}` + "\n"
	runA   = `{"Action":"run","Package":"p","Test":"A"}` + "\n"
	passA  = `{"Action":"pass","Package":"p","Test":"A"}` + "\n"
	failA  = `{"Action":"output","Package":"p","Test":"A","Output":"a_test.go:7: got 1\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"A"}` + "\n"
	runAx  = `{"Action":"run","Package":"p","Test":"A/x"}` + "\n"
	passAx = `{"Action":"pass","Package":"p","Test":"A/x"}` + "\n"
	failAx = `{"Action":"fail","Package":"p","Test":"A/x"}` + "\n"
	skipA  = `{"Action":"output","Package":"p","Test":"A","Output":"    a_test.go:3: no data\n"}` + "\n" + `{"Action":"skip","Package":"p","Test":"A"}` + "\n"
	passP  = `{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\n"
	failP  = `{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n"
	noTest = `{"Action":"output","Package":"q","Output":"?   \tq\t[no test files]\n"}` + "\n" + `{"Action":"skip","Package":"q"}` + "\n"
	broken = `{"Action":"build-output","ImportPath":"p [p.test]","Output":"p.go:1: undefined: x\n"}` + "\n" +
		`{"Action":"build-fail","ImportPath":"p [p.test]"}` + "\n" + begin +
		`{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}` + "\n"
)

func TestTally(t *testing.T) {
	for _, tt := range []struct {
		name, events string
		good         bool
		last         string
		says         string
	}{
		{"passed", begin + runA + passA + passP, true, "1 passed, 0 failed, 0 skipped", "ok  \tp\t0.1s\n"},
		{"a test with subtests counts by them", begin + runA + runAx + passAx + passA + passP, true, "1 passed, 0 failed, 0 skipped", ""},
		{"failed", begin + runA + failA + failP, false, "0 passed, 1 failed, 0 skipped", "a_test.go:7: got 1\n"},
		{"a failed subtest counts once", begin + runA + runAx + failAx + failA + failP, false, "0 passed, 1 failed, 0 skipped", "failed: p A/x\n"},
		{"a test failed after its subtests", begin + runA + runAx + passAx + failA + failP, false, "1 passed, 1 failed, 0 skipped", "failed: p A\n"},
		{"skipped", begin + runA + skipA + passP, true, "0 passed, 0 failed, 1 skipped", "skipped: p A: a_test.go:3: no data\n"},
		{"no test files", begin + runA + passA + passP + noTest, true, "1 passed, 0 failed, 0 skipped", "?   \tq\t[no test files]\n"},
		{"no test at all", noTest, false, "0 passed, 1 failed, 0 skipped", "no test ran"},
		{"nothing", "", false, "0 passed, 1 failed, 0 skipped", "no test ran"},
		{"a panic in a test", begin + runA + failP, false, "0 passed, 1 failed, 0 skipped", "never ended: p A\n"},
		{"cut off in a test", begin + runA, false, "0 passed, 1 failed, 0 skipped", "never ended: p\n"},
		{"cut off after a test", begin + runA + passA, false, "1 passed, 1 failed, 0 skipped", "never ended: p\n"},
		{"cut off in a line", begin + runA + passA + passP[:30], false, "1 passed, 1 failed, 0 skipped", "never ended: p\n"},
		{"failed outside of a test", begin + runA + passA + failP, false, "1 passed, 1 failed, 0 skipped", "failed: p\n"},
		{"not built", broken, false, "0 passed, 1 failed, 0 skipped", "p.go:1: undefined: x\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			c := newCount(&out)
			if err := c.read(strings.NewReader(tt.events)); err != nil {
				t.Fatal(err)
			}
			if good := c.close(); good != tt.good {
				t.Errorf("close() = %v, want %v", good, tt.good)
			}
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if last := lines[len(lines)-1]; last != tt.last || !strings.Contains(out.String(), tt.says) {
				t.Errorf("the output is\n%s\nwant %q in it and %q at the end", out.String(), tt.says, tt.last)
			}
		})
	}
}

func TestBrokenStreamIsTold(t *testing.T) {
	lost := errors.New("pipe is gone")
	err := newCount(io.Discard).read(io.MultiReader(strings.NewReader(begin), iotest.ErrReader(lost)))
	if !errors.Is(err, lost) {
		t.Errorf("read() = %v, want %v", err, lost)
	}
}
