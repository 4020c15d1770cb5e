package crowd

import (
	"encoding/csv"
	"io/fs"
	"slices"
	"testing"
)

// read gives the rows of a file without its header.
func read(t *testing.T, files fs.FS, name string) [][]string {
	t.Helper()
	f, err := files.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return rows[1:]
}

// TestTheCrowdIsSkewed: as many enrollments as were asked for, some learners
// with several times the others', some activities much more popular, most
// purchases small; and the same crowd every time.
func TestTheCrowdIsSkewed(t *testing.T) {
	size := Size{Learners: 2000, Enrollments: 40_000, Activities: 200, Today: 20_000}
	rows := read(t, size.Bundle(), "enrollments.csv")
	if len(rows) != size.Enrollments {
		t.Errorf("%d enrollments, want %d", len(rows), size.Enrollments)
	}
	learners, popular, pairs := map[string]int{}, map[string]int{}, map[[2]string]bool{}
	for _, row := range rows {
		learners[row[0]]++
		popular[row[1]]++
		if pairs[[2]string{row[0], row[1]}] {
			t.Fatalf("%s is in %s twice", row[0], row[1])
		}
		pairs[[2]string{row[0], row[1]}] = true
	}
	for _, skew := range []struct {
		what   string
		counts []int
		least  int
	}{{"learners", values(learners), 3}, {"activities", values(popular), 3}} {
		n := len(skew.counts)
		if low, high := skew.counts[n/20], skew.counts[n-1-n/20]; high < skew.least*low {
			t.Errorf("%s: one in twenty has below %d, one in twenty above %d enrollments", skew.what, low, high)
		}
	}
	var seats []int
	held := map[string]int{}
	for _, row := range read(t, size.Bundle(), "seats.csv") {
		held[row[0]]++
	}
	seats = values(held)
	if median, most := seats[len(seats)/2], seats[len(seats)-1]; median > 20 || most != size.ManySeats() || held["fifty"] != fiftySeats {
		t.Errorf("half of the purchases have up to %d seats, the largest %d, that of fifty %d", median, most, held["fifty"])
	}
	if again := read(t, size.Bundle(), "enrollments.csv"); !slices.EqualFunc(rows, again, slices.Equal[[]string]) {
		t.Error("the same size gave another crowd")
	}
}

// values are the counts in ascending order.
func values(m map[string]int) (out []int) {
	for _, n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
