package report

import (
	"bytes"
	"context"
	"encoding/json"
	"time"
	"unicode"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/table"
)

// keyFor is how long a key stands for the run that it started.
const keyFor = 24 * time.Hour

// Start asks for a file. A small one is made when Start returns; a long one
// waits for a worker.
func (r *Runs) Start(ctx context.Context, self access.Reach, asks Asks, rq Request, format table.Format) (Run, error) {
	return r.StartOnce(ctx, self, asks, rq, format, "")
}

// ErrKeyUsed refuses a key that came with another request before.
var ErrKeyUsed = fault.Field("Idempotency-Key", "This key was used for another request. Use a new one.")

// checkKey takes what stands in one header as it was meant.
func checkKey(key string) error {
	for _, c := range key {
		if !unicode.IsPrint(c) || c == unicode.ReplacementChar {
			return fault.Field("Idempotency-Key", "Use letters, digits and signs, at most 200 of them.")
		}
	}
	if len(key) > 200 {
		return fault.Field("Idempotency-Key", "Use letters, digits and signs, at most 200 of them.")
	}
	return nil
}

// earlier tells whether a run is one that was started before with the key of
// this one; the key must have come with the same request.
func (r *Run) earlier(begun Run) (bool, error) {
	if begun.ID == r.ID {
		return false, nil
	}
	before, err := json.Marshal(begun.Request)
	if err != nil {
		return false, err
	}
	now, err := json.Marshal(r.Request)
	if err != nil {
		return false, err
	}
	if begun.Format != r.Format || !bytes.Equal(before, now) {
		return false, ErrKeyUsed
	}
	return true, nil
}
