package table

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// TestScaledIsTheNearestNumber: dividing two exact numbers gives the number
// that the decimal text stands for.
func TestScaledIsTheNearestNumber(t *testing.T) {
	draw := rand.New(rand.NewPCG(4, 2))
	for range 200_000 {
		units, places := draw.Int64N(2*exactIn)-exactIn, draw.IntN(maxPlaces+3)
		if draw.IntN(2) == 0 {
			units %= 100_000
		}
		want, err := strconv.ParseFloat(strconv.FormatInt(units, 10)+"e-"+strconv.Itoa(places), 64)
		if err != nil {
			t.Fatal(err)
		}
		if got := scaled(units, places); got != want {
			t.Fatalf("%d with %d places is %v, want %v", units, places, got, want)
		}
	}
}
