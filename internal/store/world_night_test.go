//go:build night

package store_test

import "github.com/ambit-lms/ambit/internal/access/oracle"

// The long run: go test -tags night -timeout 0 -run RandomWorlds ./internal/store.
const (
	worlds           = 400
	filtersPerPerson = 20
	askOneIn         = 1
)

var worldSize = oracle.Large
