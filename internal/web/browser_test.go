package web

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "folder to write a picture of every page to")

// newBrowser starts Chromium. Where it is absent the test is skipped on a
// developer's machine and fails in the pipeline, where it has to be.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	var binary string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			binary = found
			break
		}
	}
	if binary == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("Chromium is not installed, and CI=true")
		}
		t.Skip("Chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, done := chromedp.NewContext(allocator)
	t.Cleanup(done)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return browser
}

// complaints collects what the console says: broken policy, missing files, exceptions.
func complaints(browser context.Context) func() []string {
	var (
		mu   sync.Mutex
		said []string
	)
	messages := chromedp.Console(browser)
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			if message.Type == chromedp.ConsoleError || message.IsException() {
				mu.Lock()
				said = append(said, message.String())
				mu.Unlock()
			}
		}
	}()
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := said
		said = nil
		return out
	}
}

// look runs a script that answers a text, waiting for it where it promises one.
func look[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%v in %.80s", err, script)
	}
	return found
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

const (
	allRules = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`
	// A dark page is a light one in other colors.
	colorRules = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

const runAxe = `.then(r =>
	JSON.stringify(r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + " | " + n.failureSummary)}))))`

const sideways = `document.documentElement.scrollWidth > innerWidth ? document.documentElement.scrollWidth + " wide in a window of " + innerWidth : ""`

// TestPagesAreAccessible runs axe over every page in light, dark and narrow,
// looks at it right-to-left as well, and fails on anything the console has to say.
func TestPagesAreAccessible(t *testing.T) {
	browser := newBrowser(t)
	server := serveGallery(t)
	axe, err := os.ReadFile("testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	said := complaints(browser)
	var names []string
	for name := range gallery() {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, size := range []struct {
		name, query   string
		width, height int64
		rules         string // of axe; the others look for overflow and complaints only
	}{
		{"light", "", 1440, 1000, allRules},
		{"dark", "?theme=dark", 1440, 1000, colorRules},
		{"arabic", "?lang=ar", 1440, 1000, ""},
		{"german-narrow", "?lang=de", 390, 844, allRules},
		{"dark-narrow", "?theme=dark", 390, 844, ""},
	} {
		for _, name := range names {
			if name == "api-docs" && size.name != "light" {
				continue // its parts are looked at as api-docs-some
			}
			t.Run(name+"/"+size.name, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(browser, 2*time.Minute)
				defer cancel()
				do(t, ctx, chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(server.URL+"/gallery/"+name+size.query), chromedp.WaitReady("#content"))
				look[string](t, ctx, `document.fonts.ready.then(() => "")`)
				if size.rules != "" {
					look[string](t, ctx, string(axe)+`; ""`)
					reportViolations(t, look[string](t, ctx, `axe.run({runOnly: `+size.rules+`})`+runAxe))
				}
				if wide := look[string](t, ctx, sideways); wide != "" {
					t.Errorf("scrolls sideways: %s", wide)
				}
				for _, complaint := range said() {
					t.Errorf("console: %s", complaint)
				}
				keep(t, ctx, name+"-"+size.name)
			})
		}
	}
}

func reportViolations(t *testing.T, found string) {
	t.Helper()
	var violations []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		t.Fatalf("axe answered %q: %v", found, err)
	}
	for _, v := range violations {
		t.Errorf("axe %s: %s\n\t%s", v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
}

func keep(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if *screenshots == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), picture, 0o600); err != nil {
		t.Error(err)
	}
}

// TestMatrixInBrowser moves through the grid by keyboard, opens a cell in a
// dialog and loads the next learners by scrolling.
func TestMatrixInBrowser(t *testing.T) {
	browser := newBrowser(t)
	server := serveGallery(t)
	said := complaints(browser)
	ctx, cancel := context.WithTimeout(browser, 30*time.Second)
	defer cancel()

	where := func() string {
		return look[string](t, ctx, `(() => { const c = document.activeElement.closest("td, th"); return c ? c.parentElement.sectionRowIndex + "," + c.cellIndex : "outside " + document.activeElement.tagName; })()`)
	}
	press := func(key string) string {
		look[bool](t, ctx, fmt.Sprintf(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true, cancelable: true}))`, key))
		return where()
	}
	// The window is low, so that the way to more learners is out of sight at first.
	do(t, ctx, chromedp.EmulateViewport(1440, 640), chromedp.Navigate(server.URL+"/gallery/matrix"), chromedp.WaitVisible(".matrix"))
	stops := look[int](t, ctx, `document.querySelectorAll('.matrix tbody [tabindex="0"]').length`)
	do(t, ctx, chromedp.Focus(`.matrix tbody [tabindex="0"]`))
	first := where()
	right, down, home := press("ArrowRight"), press("ArrowDown"), press("Home")
	do(t, ctx, chromedp.Click(`.matrix a.mc`), chromedp.WaitVisible(`#details[open] dl`))
	dialog := look[string](t, ctx, `document.querySelector("#details h2").textContent`)
	keep(t, ctx, "matrix-dialog")
	do(t, ctx, chromedp.Click(`#details [data-close]`), chromedp.ScrollIntoView(`tr.more`), chromedp.WaitNotPresent(`tr.more`))
	later := look[int](t, ctx, `[...document.querySelectorAll(".matrix tbody th b")].filter(b => b.textContent.startsWith("Later")).length`)
	do(t, ctx, chromedp.Navigate(server.URL+"/gallery/matrix?lang=ar"), chromedp.WaitVisible(".matrix"), chromedp.Focus(`.matrix tbody [tabindex="0"]`))
	rtl := press("ArrowLeft")
	for _, tt := range []struct{ what, got, want string }{
		{"tab stops of the grid", fmt.Sprint(stops), "1"},
		{"first focus", first, "0,0"},
		{"right, over the totals", right, "0,2"},
		{"down", down, "1,2"},
		{"home", home, "1,0"},
		{"dialog", dialog, "Safety induction"},
		{"rows that came by scrolling", fmt.Sprint(later), fmt.Sprint(len(sampleText))},
		{"forward in Arabic", rtl, "0,2"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.what, tt.got, tt.want)
		}
	}
	for _, complaint := range said() {
		t.Errorf("console: %s", complaint)
	}
}

// TestRunInBrowser waits for a file: its page asks again by itself, and says
// aloud what became of it.
func TestRunInBrowser(t *testing.T) {
	browser := newBrowser(t)
	server := serveGallery(t)
	said := complaints(browser)
	ctx, cancel := context.WithTimeout(browser, time.Minute)
	defer cancel()
	aloud := `document.getElementById("said").textContent.trim()`
	do(t, ctx, chromedp.Navigate(server.URL+"/gallery/run-making"), chromedp.WaitVisible("progress.bar"))
	if got := look[string](t, ctx, aloud); got != "In the making 40%" {
		t.Errorf("said %q at first", got)
	}
	do(t, ctx, chromedp.WaitVisible("#run a[download]"))
	if got := look[string](t, ctx, aloud); got != "Your file is ready." {
		t.Errorf("said %q in the end", got)
	}
	if n := look[int](t, ctx, `document.querySelectorAll("#run").length + document.querySelectorAll("#run[hx-get]").length`); n != 1 {
		t.Errorf("%d parts of the page, or one that still asks", n)
	}
	for _, complaint := range said() {
		t.Errorf("console: %s", complaint)
	}
}

// TestShellInBrowser opens the reader's menu, changes the theme and finds it
// again on the next page.
func TestShellInBrowser(t *testing.T) {
	browser := newBrowser(t)
	server := serveGallery(t)
	ctx, cancel := context.WithTimeout(browser, 30*time.Second)
	defer cancel()
	do(t, ctx, chromedp.EmulateViewport(1440, 1000), chromedp.Navigate(server.URL+"/gallery/access"),
		chromedp.Click(`[popovertarget="person-menu"]`), chromedp.WaitVisible(`#person-menu:popover-open`))
	keep(t, ctx, "person-menu")
	do(t, ctx, chromedp.KeyEvent("\x1b"), chromedp.WaitNotVisible(`#person-menu`), chromedp.Click(`[data-theme-toggle]`))
	if dark := look[bool](t, ctx, `document.documentElement.classList.contains("dark")`); !dark {
		t.Error("the page stayed light")
	}
	if cookie := look[string](t, ctx, `document.cookie`); !strings.Contains(cookie, "theme=dark") {
		t.Errorf("the choice is not kept: cookies %q", cookie)
	}
	do(t, ctx, chromedp.EmulateViewport(390, 844), chromedp.Click(`.menu-narrow summary`), chromedp.WaitVisible(`.menu-narrow nav`))
	keep(t, ctx, "menu-narrow")
}
