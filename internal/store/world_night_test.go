//go:build night

package store_test

import "github.com/ambit-lms/ambit/internal/access/oracle"

// The long run: go test -tags night -timeout 0 -run RandomWorlds ./internal/store.
const (
	worlds           = 400
	filtersPerPerson = 20
	askOneIn         = 1

	// Worlds in which every report is asked for, and how often by each person.
	reportWorlds      = 400
	requestsPerPerson = 60

	// Worlds in which people change who sees whom, and how often.
	worldsInMotion = 400
	stepsInMotion  = 60

	// Roster bundles that are imported and exported again, on each engine.
	drawnBundles = 400
)

var worldSize = oracle.Large
