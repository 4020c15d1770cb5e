package roster

import (
	"time"

	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
)

// Row is one row while it is read: what its cells say, and which of them are wrong.
type Row struct {
	Line   int
	file   *File
	zone   *time.Location
	values []any
	wrong  []bool
	tell   func(column, reason string)
}

// text is a cell's text; empty where there is none.
func (r *Row) text(column string) string {
	s, _ := r.values[r.file.index[column]].(string)
	return s
}

// number is a cell's number or instant.
func (r *Row) number(column string) (n int64, ok bool) {
	n, ok = r.values[r.file.index[column]].(int64)
	return n, ok
}

// sound tells whether none of the cells is wrong by itself, so that they can be
// held against each other.
func (r *Row) sound(columns ...string) bool {
	for _, c := range columns {
		if r.wrong[r.file.index[c]] {
			return false
		}
	}
	return true
}

// before tells whether one instant lies on an earlier day than another. An
// instant and a date of the same day are in no order.
func (r *Row) before(a, b string) bool {
	x, okX := r.number(a)
	y, okY := r.number(b)
	return okX && okY && x < y && day.Of(time.UnixMicro(x), r.zone) < day.Of(time.UnixMicro(y), r.zone)
}

func (r *Row) day(column string) day.Day {
	if at, ok := r.number(column); ok {
		return day.Of(time.UnixMicro(at), r.zone)
	}
	return day.None
}

// foldedOf derives the form that a text is sorted and searched by.
func foldedOf(column string) func(r *Row) []any {
	return func(r *Row) []any { return []any{fold.Text(r.text(column))} }
}

func person(r *Row) []any {
	return PersonTexts(r.text("id"), r.text("email"), r.text("given_name"), r.text("family_name"))
}

// PersonTexts derives what a person is found and shown by, in the order of the
// derived columns of people.csv. Who has not told a name is called by their address.
func PersonTexts(id, email, given, family string) []any {
	name := account.Name{Given: given, Family: family}
	full := name.Full()
	if full == "" {
		full = email
	}
	var folded any
	if email != "" {
		folded = fold.Email(email)
	}
	return []any{folded, full, fold.Text(full), account.SearchText(name, email, id)}
}

func seatDerived(r *Row) []any {
	out := []any{nil, nil}
	if email := r.text("email"); email != "" {
		out[0] = fold.Email(email)
	}
	if d := r.day("redeemed_at"); d != day.None {
		out[1] = int64(d)
	}
	return out
}

// ordered checks that one day does not come before another.
func ordered(first, last, reason string) func(r *Row) {
	return func(r *Row) {
		a, okA := r.number(first)
		b, okB := r.number(last)
		if okA && okB && b < a {
			r.tell(last, reason)
		}
	}
}

func enrollment(r *Row) {
	if r.before("completed_at", "started_at") {
		r.tell("completed_at", "It was completed before it was started.")
	}
	if r.before("kept_until", "enrolled_at") {
		r.tell("kept_until", "It ended before it began.")
	}
	if valid, ok := r.number("valid_until"); ok {
		if done := r.day("completed_at"); done != day.None && day.Day(valid) < done {
			r.tell("valid_until", "The completion ends before it was reached.")
		}
	}
	if !r.sound("outcome", "outcome_on") {
		return
	}
	_, dated := r.number("outcome_on")
	switch outcome := r.text("outcome"); {
	case outcome != "" && !dated:
		r.tell("outcome_on", "An outcome needs the day it is from.")
	case outcome == "" && dated:
		r.tell("outcome", "A day of an outcome needs the outcome.")
	}
}

func purchase(r *Row) {
	bought := r.day("purchased_at")
	for _, last := range []string{"redeem_by", "access_until", "complete_by"} {
		if d, ok := r.number(last); ok && bought != day.None && day.Day(d) < bought {
			r.tell(last, "This is before the purchase was made.")
		}
	}
}

// seat checks that a seat's instants fit its state, which they also imply.
func seat(r *Row) {
	if r.sound("person_id", "email") && r.text("person_id") == "" && r.text("email") == "" {
		r.tell("person_id", "A seat needs a person or an e-mail address.")
	}
	for _, order := range [][2]string{{"assigned_at", "redeemed_at"}, {"assigned_at", "ended_at"}, {"redeemed_at", "ended_at"}} {
		if r.before(order[1], order[0]) {
			r.tell(order[1], "This is before "+order[0]+".")
		}
	}
	if !r.sound("state", "redeemed_at", "ended_at") {
		return
	}
	_, redeemed := r.number("redeemed_at")
	_, ended := r.number("ended_at")
	state := r.text("state")
	if state == "" {
		switch {
		case ended:
			state = "released"
		case redeemed:
			state = "redeemed"
		default:
			state = "pending"
		}
		r.values[r.file.index["state"]] = state
	}
	switch {
	case state == "redeemed" && !redeemed:
		r.tell("redeemed_at", "A redeemed seat needs the instant it was redeemed.")
	case state == "pending" && redeemed:
		r.tell("redeemed_at", "A pending seat cannot have been redeemed.")
	case (state == "released" || state == "revoked") && !ended:
		r.tell("ended_at", "A "+state+" seat needs the instant it ended.")
	case (state == "pending" || state == "redeemed") && ended:
		r.tell("ended_at", "A "+state+" seat cannot have ended.")
	}
}
