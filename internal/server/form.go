package server

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/ambit-lms/ambit/internal/fault"
)

// Form reads the fields of a form that was sent; the address's query is no part
// of it. Text that no database takes is refused here, for every form alike.
func Form(r *http.Request) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		var size *http.MaxBytesError
		if errors.As(err, &size) {
			return nil, err
		}
		return nil, errors.Join(fault.New(fault.Invalid, "The form cannot be read."), err)
	}
	return r.PostForm, refused(illegible(r.PostForm))
}

// Render writes a page only when all of it could be made, so that a failure in
// the middle never shows half a page with status 200.
func Render(w http.ResponseWriter, status int, contentType string, write func(io.Writer) error) error {
	var page bytes.Buffer
	if err := write(&page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	// The client may be gone by now; there is nobody left to tell.
	_, _ = page.WriteTo(w)
	return nil
}
