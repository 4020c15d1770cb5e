//go:build !night

package store_test

import "github.com/ambit-lms/ambit/internal/access/oracle"

// How many worlds `make check` draws, and what of each it asks.
const (
	worlds           = 20
	filtersPerPerson = 5
)

var worldSize = oracle.Small
