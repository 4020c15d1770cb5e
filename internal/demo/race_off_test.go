//go:build !race

package demo_test

// underRace tells whether the race detector runs, which makes SQLite some thirty times slower.
const underRace = false
