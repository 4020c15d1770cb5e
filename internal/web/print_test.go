package web

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestOverviewIsOnePage prints the overview on A4 in each language and from a
// dark screen: one page each, without the catalogue below.
func TestOverviewIsOnePage(t *testing.T) {
	browser := newBrowser(t)
	server := serveGallery(t)
	sheet := regexp.MustCompile(`/Type\s*/Page\b`)
	for _, tt := range []struct{ name, query string }{
		{"english", ""}, {"german", "?lang=de"}, {"arabic", "?lang=ar"}, {"dark", "?theme=dark"},
	} {
		ctx, cancel := context.WithTimeout(browser, time.Minute)
		defer cancel()
		do(t, ctx, chromedp.EmulateViewport(1440, 1000), chromedp.Navigate(server.URL+"/gallery/overview"+tt.query), chromedp.WaitReady("#content"))
		look[string](t, ctx, `document.fonts.ready.then(() => "")`)
		pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
		if err != nil {
			t.Fatal(err)
		}
		if pages := len(sheet.FindAll(pdf, -1)); pages != 1 {
			t.Errorf("%s: %d pages", tt.name, pages)
		}
		if *screenshots != "" {
			if err := os.WriteFile(filepath.Join(*screenshots, "overview-"+tt.name+".pdf"), pdf, 0o600); err != nil {
				t.Error(err)
			}
		}
	}
}
