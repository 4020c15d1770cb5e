package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
)

// BenchmarkPurchases reads pages of the list with 10,000 purchases of 500
// companies, as an administrator narrows it.
func BenchmarkPurchases(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		w := newWorld(b, engine)
		w.db.Write(b, `insert into purchase (realm_id, purchase_id, organization_id, product_id, buyer_id, company, company_folded, seats, seats_over, seats_used, purchased_at, created_at)
			with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)
			select 1, 'many' || i, 'north', 'a5', 'buyer', 'Company ' || (i % 500), 'company ' || (i % 500), 5, 0, i % 6, 1700000000000000 + i * cast(1000000 as bigint), 0 from n`)
		w.db.Write(b, `analyze`)
		licenses := license.NewService(w.db, license.Settings{}, time.Now)
		reach := w.reach(b, "admin", access.LicenseView)
		for _, tt := range []struct {
			name  string
			query license.PurchaseQuery
		}{
			{"all", license.PurchaseQuery{}},
			{"search", license.PurchaseQuery{Q: "company 77"}},
			{"state", license.PurchaseQuery{State: license.Full}},
			{"company", license.PurchaseQuery{Company: "Company 77"}},
			{"without reporter", license.PurchaseQuery{Reporter: license.WithoutReporter}},
		} {
			b.Run(fmt.Sprintf("%s/%s", engine, tt.name), func(b *testing.B) {
				for b.Loop() {
					if _, err := licenses.Purchases(b.Context(), reach, tt.query); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
