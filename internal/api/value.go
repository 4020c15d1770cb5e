package api

import (
	"math"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// What is not there is null in every answer, never an empty text or a zero.

func text[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	plain := string(s)
	return &plain
}

func at(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func date(d day.Day) *string {
	if d.IsNone() {
		return nil
	}
	return text(d.String())
}

func positive(n int) *int {
	if n <= 0 {
		return nil
	}
	return &n
}

func ratio(value float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	value = math.Round(value*10000) / 10000 // what is beyond is noise of the division
	return &value
}

func points(hundredths int32) *float64 {
	if hundredths == transcript.NoScore {
		return nil
	}
	value := float64(hundredths) / 100
	return &value
}

// list makes every list of an answer a list, also one of nothing.
func list[S, T any](from []S, convert func(S) T) []T {
	out := make([]T, 0, len(from))
	for _, s := range from {
		out = append(out, convert(s))
	}
	return out
}

// place is somewhere with a name.
type place struct {
	ID         string  `json:"id"`
	ExternalID *string `json:"external_id"`
	Name       string  `json:"name"`
}

// person is somebody with an account.
type person struct {
	ID    access.AccountID `json:"id"`
	Name  string           `json:"name"`
	Email *string          `json:"email"`
}
