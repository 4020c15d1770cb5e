package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var static embed.FS

// Assets are the style sheets, scripts, fonts and icons inside the program.
// Their address carries a hash over all of them, so that a browser may keep
// them for ever and a new release is a new address.
type Assets struct {
	hash  string
	files map[string]asset
}

type asset struct {
	body []byte
	kind string
}

// LoadAssets reads the embedded files.
func LoadAssets() (*Assets, error) {
	a := &Assets{files: map[string]asset{}}
	sum := sha256.New()
	err := fs.WalkDir(static, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := static.ReadFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		a.files[path.Base(name)] = asset{body: body, kind: contentType(name)}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read embedded assets: %w", err)
	}
	a.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return a, nil
}

// contentType does not ask the machine's own table for what we ship: it may
// be missing or strange, and nosniff makes the browser believe the header.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".md", ".txt":
		return "text/plain; charset=utf-8"
	default:
		return mime.TypeByExtension(path.Ext(name))
	}
}

// URL is where a file is served.
func (a *Assets) URL(name string) string { return "/static/" + a.hash + "/" + name }

// ServeHTTP answers GET /static/{hash}/{name}.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/static/"), "/")
	file, ok := a.files[name]
	if !ok || hash != a.hash {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", file.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Content-Length", fmt.Sprint(len(file.body)))
	_, _ = w.Write(file.body) // the browser went away: nobody is left to tell
}
