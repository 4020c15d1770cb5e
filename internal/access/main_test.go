package access_test

import (
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/access.md")

// TestMain sets how many random worlds a property is held against, where the
// command line does not say.
func TestMain(m *testing.M) {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "rapid.checks" })
	if !said {
		if err := flag.Set("rapid.checks", worlds); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
