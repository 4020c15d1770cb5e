//go:build !night

package access_test

import "github.com/ambit-lms/ambit/internal/access/oracle"

// How much of an ordinary run goes into random worlds; see night_test.go.
const worlds = "200"

var size = oracle.Small
