package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"
)

type hiddenField struct{ name, value string }

// fieldsOf lists the parameters of an address in order, for the hidden fields of a form.
func fieldsOf(state url.Values, without ...string) []hiddenField {
	var out []hiddenField
	for name, values := range state {
		if slices.Contains(without, name) {
			continue
		}
		for _, value := range values {
			out = append(out, hiddenField{name, value})
		}
	}
	slices.SortStableFunc(out, func(a, b hiddenField) int {
		switch {
		case a.name < b.name:
			return -1
		case a.name > b.name:
			return 1
		}
		return 0
	})
	return out
}

// addressWith is an address with the parameters of a list, some left out.
func addressWith(address templ.SafeURL, state url.Values, without ...string) templ.SafeURL {
	query := url.Values{}
	for _, field := range fieldsOf(state, without...) {
		query.Add(field.name, field.value)
	}
	if len(query) == 0 {
		return address
	}
	return address + templ.SafeURL("?"+query.Encode())
}

// usualColumns is the list as the report shows it by itself.
func (v ReportView) usualColumns() templ.SafeURL {
	return addressWith(v.Action, v.State, "columns", "group", "sort", "cursor")
}

// InForce lists the filters that narrow a list, in words.
func (f Filters) InForce(p Page) []Fact {
	var out []Fact
	if f.Search != "" {
		out = append(out, Fact{p.T("list.search"), f.Search})
	}
	for _, choice := range slices.Concat(f.Choices, f.More) {
		if chosen := choice.Chosen(); chosen != "" {
			out = append(out, Fact{choice.Label, chosen})
		}
	}
	return out
}

// key is the message that names what became of a run.
func (r RunRow) key() string {
	switch r.State {
	case RunWaiting:
		return "runs.waiting"
	case RunRunning:
		return "runs.running"
	case RunDone:
		return "runs.done"
	case RunCancelled:
		return "runs.cancelled"
	case RunStopped:
		return "runs.stopped"
	case RunExpired:
		return "runs.expired"
	default:
		return "runs.failed"
	}
}

// class gives a run the colours and the glyph of a state that says the same.
func (r RunRow) class() string {
	switch r.State {
	case RunDone:
		return stateClass(Completed)
	case RunRunning:
		return stateClass(InProgress)
	case RunWaiting:
		return stateClass(DueSoon)
	case RunFailed, RunStopped:
		return stateClass(Failed)
	default:
		return stateClass(Withdrawn)
	}
}

// sentence says what became of a run that is over, and what to do next.
func (v RunView) sentence() string {
	switch v.State {
	case RunDone:
		return "runs.done_text"
	case RunCancelled:
		return "runs.cancelled_text"
	case RunStopped:
		return "runs.stopped_text"
	case RunExpired:
		return "runs.expired_text"
	default:
		return "runs.failed_text"
	}
}

// said is what is read aloud while a file is made: by tens, so that it is not
// said every two seconds.
func (v RunView) said(p Page) string {
	if v.State == RunRunning {
		return p.T(v.key()) + " " + p.WholePercent(v.Percent/10*10)
	}
	if v.making() {
		return p.T(v.key())
	}
	return p.T(v.sentence())
}

// FileSize says how large a file is, in units that people know.
func (p Page) FileSize(bytes int64) string {
	switch {
	case bytes < 1000:
		return strconv.FormatInt(bytes, 10) + " B"
	case bytes < 1000*1000:
		return p.Decimal(float64(bytes)/1000) + " kB"
	}
	return p.Decimal(float64(bytes)/1000/1000) + " MB"
}
