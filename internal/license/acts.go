package license

import "github.com/ambit-lms/ambit/internal/bulk"

// Acts are the bulk acts of this package.
func Acts(_ *Service) []bulk.Handler {
	return nil
}
