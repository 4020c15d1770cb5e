//go:build race && !night

package store_test

import "github.com/ambit-lms/ambit/internal/access/oracle"

// The race detector makes SQLite some thirty times slower, and nothing here runs
// side by side: a taste under it, the whole in `make proofs`.
const (
	worlds           = 1
	filtersPerPerson = 1
	askOneIn         = 30

	// Worlds in which every report is asked for, and how often by each person.
	reportWorlds      = 1
	requestsPerPerson = 2

	// Worlds in which people change who sees whom, and how often.
	worldsInMotion = 2
	stepsInMotion  = 16

	// Roster bundles that are imported and exported again, on each engine.
	drawnBundles = 1
)

var worldSize = oracle.Size{Organizations: 4, Locations: 8, People: 12, Teams: 3, Groups: 2, Purchases: 5, Roles: 2, Policies: 2, Grants: 10}
