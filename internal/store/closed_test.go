package store_test

import (
	"slices"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/management"
)

// TestNobodyOfAClosedOrganizationSeesMe (N-06): whoever cannot work, because
// their organization is suspended, has ended or is past its last day, is not
// told of as somebody who sees a learner; from its next open day on they are.
func TestNobodyOfAClosedOrganizationSeesMe(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		service := management.NewService(w.db, w.now)
		seen := func() (names []access.AccountID, others int) {
			t.Helper()
			found, err := service.WhoSeesMe(t.Context(), w.reach(t, "south-ann", access.SelfView))
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range found.Viewers {
				names = append(names, v.ID)
			}
			for _, o := range found.Others {
				others += o.People
			}
			return names, others
		}
		today := int64(day.Of(w.now(), w.berlin))
		for _, tt := range []struct {
			name    string
			status  string
			expires any
			open    bool
		}{
			{"open", "active", nil, true},
			{"suspended", "suspended", nil, false},
			{"ended", "ended", nil, false},
			{"on its last day", "active", today, true},
			{"after its last day", "active", today - 1, false},
			{"open again", "active", nil, true},
		} {
			w.db.Write(t, `update organization set status = $1, expires_on = $2 where organization_id = 'south'`, tt.status, tt.expires)
			names, others := seen()
			if slices.Contains(names, "south-admin") != tt.open || others != 1 {
				t.Errorf("%s: the learner is seen by %v and %d others, want the client's administrator: %v, and its master", tt.name, names, others, tt.open)
			}
			got, err := service.Viewers(t.Context(), everyone(w), "south-ann")
			if err != nil {
				t.Fatal(err)
			}
			is := slices.ContainsFunc(got.Viewers, func(v management.Viewer) bool { return v.ID == "south-admin" })
			if is != tt.open {
				t.Errorf("%s: administrators are told that the client's sees the learner: %v, want %v", tt.name, is, tt.open)
			}
		}
	})
}
