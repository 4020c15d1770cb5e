//go:build !race

package bench

// underRace tells that the race detector makes everything some ten times slower.
const underRace = false
