package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
)

// collect reads rows in the one shape all reads have: query, scan, close, check.
func collect[T any](ctx context.Context, q querier, query string, args []any, scan func(row *sql.Rows) (T, error)) ([]T, error) {
	var out []T
	err := each(ctx, q, query, args, func(row *sql.Rows) error {
		v, err := scan(row)
		out = append(out, v)
		return err
	})
	return out, err
}

// each is collect for rows that are not kept.
func each(ctx context.Context, q querier, query string, args []any, do func(row *sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return ctxErr(ctx, translate(err))
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return ctxErr(ctx, translate(rows.Err()))
}

// one reads a single row; fault.ErrNotFound when there is none.
func one(ctx context.Context, q querier, query string, args []any, into ...any) error {
	return orNotFound(ctxErr(ctx, translate(q.QueryRowContext(ctx, query, args...).Scan(into...))))
}

// exec runs a statement and tells how many rows it changed.
func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := t.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, ctxErr(ctx, translateRace(err))
	}
	return result.RowsAffected()
}

// translateRace leaves lost races as they are, for change to try again.
func translateRace(err error) error {
	if isLostRace(err) {
		return err
	}
	return translate(err)
}

// params numbers the parameters of a statement in the order they appear.
type params struct{ list []any }

// with begins a list; the values are $1, $2, ….
func with(values ...any) *params { return &params{list: values} }

// put adds a value and gives its placeholder.
func (p *params) put(v any) string {
	p.list = append(p.list, v)
	return "$" + strconv.Itoa(len(p.list))
}

// in adds values and gives "($3, $4)"; "(null)", which nothing equals, when there are none.
func in[T any](p *params, values []T) string {
	if len(values) == 0 {
		return "(null)"
	}
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = p.put(text(v))
	}
	return "(" + strings.Join(marks, ", ") + ")"
}

// text turns our string types into plain strings for the drivers.
func text(v any) any {
	switch v := v.(type) {
	case int, int64, string, bool, []byte, nil:
		return v
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}

// micros is how an instant is stored; the zero time is null.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// instant reads what micros stored.
func instant(v sql.NullInt64) time.Time {
	if !v.Valid {
		return time.Time{}
	}
	return time.UnixMicro(v.Int64).UTC()
}

// dayOrNull is how a day is stored; None is null.
func dayOrNull(d day.Day) any {
	if d == day.None {
		return nil
	}
	return int64(d)
}

// aDay reads what dayOrNull stored.
func aDay(v sql.NullInt64) day.Day {
	if !v.Valid {
		return day.None
	}
	return day.Day(v.Int64)
}

// orNull stores an empty text as null.
func orNull[T ~string](v T) any {
	if v == "" {
		return nil
	}
	return string(v)
}

// inNumbers lists our own dense numbers, which need no quoting, as literals.
func inNumbers[T ~uint32](numbers []T) string {
	if len(numbers) == 0 {
		return "(null)"
	}
	out := make([]byte, 0, 8*len(numbers)+2)
	out = append(out, '(')
	for i, n := range numbers {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendUint(out, uint64(n), 10)
	}
	return string(append(out, ')'))
}
