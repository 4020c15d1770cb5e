package web

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestTreeInBrowser moves through the tree of locations by keyboard.
func TestTreeInBrowser(t *testing.T) {
	browser := newBrowser(t)
	server := serveGallery(t)
	ctx, cancel := context.WithTimeout(browser, time.Minute)
	defer cancel()
	do(t, ctx, chromedp.Navigate(server.URL+"/gallery/locations"), chromedp.WaitReady("#places"))
	press := `(key => { document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})); return document.activeElement.id })`
	if stops := look[int](t, ctx, `document.querySelectorAll("[role=tree] [tabindex='0']").length`); stops != 1 {
		t.Errorf("the tree is %d stops of the tab key, want 1", stops)
	}
	look[string](t, ctx, `document.querySelector("[role=tree] [tabindex='0']").focus(); ""`)
	for _, step := range []struct{ key, want string }{
		{"ArrowUp", "place-bre"},
		{"ArrowLeft", "place-fr"},
		{"ArrowRight", "place-bre"},
		{"Home", "place-de"},
		{"End", "place-nord"},
		{"f", "place-fr"},
		{"ArrowDown", "place-bre"},
		{"i", "place-paris"},
	} {
		if got := look[string](t, ctx, press+`("`+step.key+`")`); got != step.want {
			t.Errorf("%s leads to %q, want %q", step.key, got, step.want)
		}
	}
	if got := look[string](t, ctx, `[...document.querySelectorAll("[role=treeitem]")].map(i => i.getAttribute("aria-expanded")).join(" ")`); got != "false true false false   false false" {
		t.Errorf("expanded: %q", got)
	}
	// A long level goes on in its place, and the reader with it.
	look[string](t, ctx, `document.querySelector("[data-more]").focus(); ""`)
	look[string](t, ctx, press+`("Enter")`)
	do(t, ctx, chromedp.WaitReady("#place-nor[role=treeitem]"))
	if got := look[string](t, ctx, `document.activeElement.id + " " + [...document.querySelectorAll("[role=treeitem]")].map(i => i.id).join(" ")`); got != "place-idf place-de place-fr place-bre place-paris place-cor place-idf place-nor place-eg place-nord" {
		t.Errorf("more of a level: %q", got)
	}
	if stops := look[int](t, ctx, `document.querySelectorAll("[role=tree] [tabindex='0']").length`); stops != 1 {
		t.Errorf("the grown tree is %d stops of the tab key, want 1", stops)
	}
}
