package names

import (
	"math/rand/v2"
	"strings"
	"testing"
)

const lists = `locale,kind,sex,name
ru,first_name,female,Анна
ru,first_name,male,Иван
ru,last_name,female,Иванова
ru,last_name,male,Иванов
ru,middle_name,male,Петрович
de,first_name,generic,Jürgen
de,last_name,generic,Groß
de,last_name,generic,Agent007
`

func TestDrawnNamesAgree(t *testing.T) {
	entries, err := Read(strings.NewReader(lists))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 6 {
		t.Fatalf("%d names read, want 6: no middle names, none with digits", len(entries))
	}
	pool, rng := NewPool(entries), rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := pool.Draw(rng, "ru")
		if (n.Given == "Анна") != (n.Family == "Иванова") {
			t.Fatalf("drew %v: the parts do not agree", n)
		}
	}
	if got := pool.Locales(); len(got) != 2 || got[0] != "de" {
		t.Errorf("Locales() = %v", got)
	}
}

func TestEveryAddressIsPlainAndItsOwn(t *testing.T) {
	a := NewAddresses()
	a.Take("taken.already@example.org")
	seen := map[string]bool{}
	for _, n := range []Name{
		{"Jürgen", "Groß"}, {"Jürgen", "Groß"}, {"Jürgen", "Groß"}, {"Анна", "Иванова"}, {"葵", "三木"}, {"Ø", "Łuk"}, {"Taken", "Already"},
	} {
		got := a.For(n, "example.org")
		if seen[got] || got == "taken.already@example.org" {
			t.Errorf("%s was given twice", got)
		}
		seen[got] = true
		local, _, _ := strings.Cut(got, "@")
		if local == "" || strings.Trim(local, "abcdefghijklmnopqrstuvwxyz.") != "" {
			t.Errorf("%v became %q: only letters and dots", n, got)
		}
	}
	if !seen["jurgen.gross@example.org"] {
		t.Errorf("accents were not dropped: %v", seen)
	}
}

func TestWordsDiffer(t *testing.T) {
	seen := map[string]int{}
	for n := range 20000 {
		w := word(n)
		if before, ok := seen[w]; ok {
			t.Fatalf("%d and %d are both %q", before, n, w)
		}
		seen[w] = n
	}
}
