//go:build race

package cli_test

// underRace tells that the race detector makes everything some ten times slower.
const underRace = true
