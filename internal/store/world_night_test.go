//go:build night

package store_test

import "github.com/ambit-lms/ambit/internal/access/oracle"

// The long run: go test -tags night -timeout 0 -run RandomWorlds ./internal/store.
const (
	worlds           = 100
	filtersPerPerson = 20
)

var worldSize = oracle.Large
