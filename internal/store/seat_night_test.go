//go:build night

package store_test

// What a night has the time for.
const seatRacers, seatRounds, seatKills = 64, 500, 50
