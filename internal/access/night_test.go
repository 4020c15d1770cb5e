//go:build night

package access_test

import "github.com/ambit-lms/ambit/internal/access/oracle"

// The long run: go test -tags night -timeout 0 ./internal/access.
const worlds = "5000"

var size = oracle.Large
