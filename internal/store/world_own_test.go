package store_test

import (
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// TestOwnAloneShowsNobody: a role that is only over what one owns shows no
// learners, and offers nothing that has no owner to filter by. It was found by
// a random world, where PostgreSQL was handed values that no condition used.
func TestOwnAloneShowsNobody(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.db.Write(t, `insert into custom_role (realm_id, role_id, organization_id, name, name_folded, description, any_permissions, own_permissions, node_kinds, reports_only, created_at)
			values (1, 'keeper', 'north', 'Keeper', 'keeper', '', '', 'learner.view', 'organization', $1, 0)`, false)
		w.db.Write(t, `insert into `+grantColumns+` values (1, 'keeps', 'north', 'buyer', 'keeper', 'organization', 'north', null, null, null, 'within', 0, null, $1, '', '')`, false)
		reports, reach := report.NewService(w.db, w.now), w.reach(t, "buyer", access.LearnerView)
		offered, err := reports.Facets(t.Context(), reach)
		if err != nil || len(offered.Purchases) != 1 || offered.Purchases[0].ID != "acme" || len(offered.Teams)+len(offered.Locations) > 0 {
			t.Errorf("Facets() = %+v, %v, want the purchase that buyer owns", offered, err)
		}
		page, err := reports.Learners(t.Context(), reach, report.LearnerQuery{})
		if err != nil || page.Total != 0 || page.ReachTotal != 0 || len(page.Items) > 0 {
			t.Errorf("Learners() = %d of %d, %v, want nobody", page.Total, page.ReachTotal, err)
		}
	})
}
