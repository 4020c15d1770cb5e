package store_test

import (
	"fmt"
	"testing"
)

// BenchmarkFactsAmongManyGrants measures what every request begins with, in a
// realm where ten thousand people hold access: it must cost as in a small one.
func BenchmarkFactsAmongManyGrants(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			w := newWorld(b, engine)
			w.many(b, 10000, 1)
			for i := range 10000 {
				w.db.Write(b, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
					values (1, $1, 'north', $2, 'list_users', 'organization', 'north', 'here', 0, $3, '', '')`, fmt.Sprintf("g%d", i), fmt.Sprintf("m%d", i), false)
			}
			if engine == "postgres" {
				w.db.Write(b, "analyze")
			}
			for b.Loop() {
				if _, err := w.db.Facts(b.Context(), worldRealm, "admin"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
