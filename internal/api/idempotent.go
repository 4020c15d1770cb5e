package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/once"
)

// onceKey is where an operation says that it takes a key.
const onceKey = "once"

// doneOnce tells whether an operation takes a key: all that write do. Runs of
// reports have a way of their own, which answers with the run as it is by then;
// where nobody is identified there is nobody to keep a key for.
func doneOnce(method, path string, p access.Permission) bool {
	return method != http.MethodGet && p != access.Public && !strings.HasSuffix(path, "/runs")
}

func onceParameter() *huma.Param {
	most := 200
	return &huma.Param{
		Name: once.Header, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most},
		Description: "A text of your own. The same request with the same key within a day does nothing again and is answered as it was the first time, " +
			"with the header Idempotency-Replayed. With the same key another request is refused (422), and one that comes while the first is being worked on too (409).",
	}
}

// serveOnce answers a request with a key: as it was answered before, or by
// doing it.
func (a *API) serveOnce(keys []string, op *huma.Operation, do func(huma.Context), w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	if len(keys) != 1 {
		return once.ErrKey
	}
	body, err := io.ReadAll(r.Body)
	var size *http.MaxBytesError
	switch {
	case errors.As(err, &size):
		return errTooLarge
	case err != nil:
		return errors.Join(errNotRead, err)
	}
	rq, err := once.NewRequest(keys[0], r.Method+" "+r.URL.RequestURI(), body)
	if err != nil {
		return err
	}
	answer, again, err := a.ask.Requests.Do(r.Context(), reach, rq, func(ctx context.Context) (once.Answer, error) {
		r := r.WithContext(ctx)
		r.Body = io.NopCloser(bytes.NewReader(body))
		x, err := made(op, do, w, r, reach)
		if err != nil {
			return once.Answer{}, err
		}
		return once.Answer{Status: x.status, Location: w.Header().Get("Location"), Body: x.body.String()}, nil
	})
	if err != nil {
		return err
	}
	if again {
		w.Header().Set("Idempotency-Replayed", "true")
		if answer.Location != "" {
			w.Header().Set("Location", answer.Location)
		}
		if answer.Body != "" {
			w.Header().Set("Content-Type", "application/json")
		}
	}
	w.WriteHeader(answer.Status)
	_, _ = io.WriteString(w, answer.Body)
	return nil
}
