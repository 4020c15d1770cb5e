package license

import "github.com/ambit-lms/ambit/internal/bulk"

// Acts are the bulk acts of this package.
func Acts(s *Service) []bulk.Handler {
	return []bulk.Handler{appointBuyers{s.store}, seatAct{s}}
}
