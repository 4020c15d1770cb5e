//go:build !night

package store_test

// How many race for seats at once, how often, and how often a process that
// assigns them is killed.
const seatRacers, seatRounds, seatKills = 16, 50, 2
