package web

import (
	"time"

	"github.com/ambit-lms/ambit/internal/fault"
)

// FaultsOf are the sentences of a refused form in the reader's language.
func (p Page) FaultsOf(err error) Faults {
	faults := Faults{}
	for _, problem := range fault.Fields(err) {
		faults[problem.Field] = p.Sentence(problem.Sentence)
	}
	if len(faults) == 0 {
		faults[""] = p.Sentence(fault.Sentence(err))
	}
	return faults
}

// FailureOf is the page for an error: by its kind, in its own words where it
// has some. The reference finds the line in the log.
func (p Page) FailureOf(err error, reference string) Failure {
	own := p.Sentence(fault.Sentence(err))
	switch fault.KindOf(err) {
	case fault.NotFound:
		return p.inOwnWords(NotFound(p), own, fault.ErrNotFound)
	case fault.Forbidden:
		return p.inOwnWords(Forbidden(p), own, fault.ErrForbidden)
	case fault.Unauthenticated:
		return p.inOwnWords(SignedOut(p), own, fault.ErrUnauthenticated)
	case fault.TooMany:
		return TooMany(p, max(1, int((fault.RetryAfter(err)+time.Minute-1)/time.Minute)))
	case fault.Unavailable:
		return Unavailable(p)
	case fault.Internal:
		return Apology(p, reference)
	default:
		return Refused(p, own)
	}
}

// inOwnWords keeps the general text where the error says nothing more than its kind.
func (p Page) inOwnWords(f Failure, own string, general error) Failure {
	if own != p.Sentence(fault.Sentence(general)) {
		f.Text = own
	}
	return f
}
