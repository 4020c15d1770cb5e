//go:build !night && !race

package store_test

import "github.com/ambit-lms/ambit/internal/access/oracle"

// How many worlds `make check` draws, what of each it asks, and of how many
// questions of the peer tests it asks one.
const (
	worlds           = 20
	filtersPerPerson = 4
	askOneIn         = 1

	// Worlds in which every report is asked for, and how often by each person.
	reportWorlds      = 4
	requestsPerPerson = 12

	// Worlds in which people change who sees whom, and how often.
	worldsInMotion = 12
	stepsInMotion  = 30

	// Roster bundles that are imported and exported again, on each engine.
	drawnBundles = 12
)

// Larger than the oracle's small ones, so that purchases meet teams, places and clients.
var worldSize = oracle.Size{Organizations: 4, Locations: 8, People: 12, Teams: 3, Groups: 2, Purchases: 5, Roles: 2, Policies: 2, Grants: 10}
