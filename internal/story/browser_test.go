package story

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "folder to write a picture of every page to")

// browser is one Chromium with one tab, over one demonstration.
type browser struct {
	*testing.T
	ctx  context.Context
	base string
	said *complaints
	// meant are complaints of the browser about answers that a story asks for.
	meant []string
}

// chromium finds the browser. Where it is absent the tests are skipped on a
// developer's machine and fail in the pipeline, where it has to be.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("Chromium is not installed, and CI=true")
	}
	t.Skip("Chromium is not installed: the stories were not told")
	return ""
}

func start(t *testing.T, binary, base string) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("force-prefers-reduced-motion", true), // colors do not fade while they are looked at
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, done := chromedp.NewContext(allocator)
	t.Cleanup(done)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return &browser{T: t, ctx: ctx, base: base, said: listen(ctx)}
}

// tell runs one story, which has five minutes.
func (b *browser) tell(name string, story func(b *browser)) {
	b.Run(name, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(b.ctx, 5*time.Minute)
		defer cancel()
		in := &browser{T: t, ctx: ctx, base: b.base, said: b.said}
		in.wide()
		story(in)
		in.quiet()
	})
}

// complaints collects what the console says: a broken policy, a missing file, an exception.
type complaints struct {
	mu   sync.Mutex
	said []string
}

func listen(ctx context.Context) *complaints {
	c := &complaints{}
	messages := chromedp.Console(ctx)
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			if message.Type == chromedp.ConsoleError || message.IsException() {
				c.mu.Lock()
				c.said = append(c.said, message.String())
				c.mu.Unlock()
			}
		}
	}()
	return c
}

// The browser's own words about a page that was not to be had.
const (
	notFound  = "404 (Not Found)"
	forbidden = "403 (Forbidden)"
)

// quiet fails on anything that the console had to say, but for what the story
// means to happen. What is said comes in order, so a last word of our own tells
// that all of it has come.
func (b *browser) quiet() {
	b.Helper()
	const last = "the end of a story"
	ask[bool](b, `(console.error(`+quoted(last)+`), true)`)
	for until := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		for _, complaint := range b.said.take() {
			switch {
			case strings.Contains(complaint, last):
				return
			case !slices.ContainsFunc(b.meant, func(m string) bool { return strings.Contains(complaint, m) }):
				b.Errorf("console: %s", complaint)
			}
		}
		if time.Now().After(until) {
			b.Fatal("the console does not answer")
		}
	}
}

func (c *complaints) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.said
	c.said = nil
	return out
}

// ask runs a script that answers a value, waiting for it where it promises one.
func ask[T any](b *browser, script string) T {
	b.Helper()
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%v in %.120s at %s", err, script, b.at())
	}
	return found
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatalf("%v at %s", err, b.at())
	}
}

func (b *browser) at() string {
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname + location.search`))
	if err != nil {
		return "?"
	}
	return found
}

func (b *browser) wide()   { b.do(chromedp.EmulateViewport(1440, 1000)) }
func (b *browser) narrow() { b.do(chromedp.EmulateViewport(390, 844)) }

// open goes to a page of the demonstration.
func (b *browser) open(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.base+path), chromedp.WaitReady("#content"))
}

// follow presses something that leads to another page, and waits for that.
func (b *browser) follow(selector string) {
	b.Helper()
	ask[bool](b, `(window.stale = true)`)
	b.do(chromedp.Click(selector))
	b.arrive()
}

// arrive waits until another page has come than the one marked stale.
func (b *browser) arrive() {
	b.Helper()
	for until := time.Now().Add(15 * time.Second); time.Now().Before(until); time.Sleep(15 * time.Millisecond) {
		there, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`!window.stale && document.readyState === "complete" && !!document.querySelector("#content")`))
		if err == nil && there { // an error: the page is just being replaced
			return
		}
	}
	b.Fatalf("no other page came after %s", b.at())
}

// signIn chooses somebody on the sign-in page.
func (b *browser) signIn(person string) {
	b.Helper()
	b.open("/signin")
	b.follow(`form:has(input[value="` + person + `"]) button`)
}

// text is what the elements that a selector finds say, in one line.
func (b *browser) text(selector string) string {
	b.Helper()
	return strings.Join(b.list(selector), " | ")
}

// list is the text of every element that a selector finds, without the marks
// that keep names apart from the direction of the sentence around them.
func (b *browser) list(selector string) []string {
	b.Helper()
	return ask[[]string](b, `[...document.querySelectorAll(`+quoted(selector)+`)].map(e => e.textContent.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim())`)
}

func (b *browser) count(selector string) int {
	b.Helper()
	return ask[int](b, `document.querySelectorAll(`+quoted(selector)+`).length`)
}

func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(out)
}

func (b *browser) sees(texts ...string) {
	b.Helper()
	page := b.text("body")
	for _, text := range texts {
		if !strings.Contains(page, text) {
			b.Errorf("%s does not say %q", b.at(), text)
		}
	}
}

func (b *browser) seesNot(texts ...string) {
	b.Helper()
	page := b.text("body")
	for _, text := range texts {
		if strings.Contains(page, text) {
			b.Errorf("%s says %q", b.at(), text)
		}
	}
}

// is fails where two values differ.
func is[T comparable](b *browser, what string, got, want T) {
	b.Helper()
	if got != want {
		b.Errorf("%s is %v, want %v, at %s", what, got, want, b.at())
	}
}

// keep takes a picture of the page for those who asked for pictures.
func (b *browser) keep(name string) {
	b.Helper()
	if *screenshots == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), picture, 0o600); err != nil {
		b.Error(err)
	}
}
