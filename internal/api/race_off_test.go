//go:build !race

package api_test

// seedsOneIn is of how many seeds of a fuzz target one is tried: the race
// detector makes each some ten times slower.
const seedsOneIn = 1
