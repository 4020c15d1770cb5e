package store_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// A cursor goes on with the list it came from, for the one it was given to,
// whichever process answers; it can be neither changed nor made up.
func TestCursorsBelongToOneListAndOneViewer(t *testing.T) {
	amongPeers(t, func(t *testing.T, p *peers) {
		ask := func(who access.AccountID, f report.Filter, cursor string) (report.LearnerPage, error) {
			service := report.NewService(p.db, p.now) // as after a restart
			return service.Learners(t.Context(), p.reach(t, who, access.LearnerView), report.LearnerQuery{Filter: f, States: p.reach(t, who, access.EnrollmentView), Limit: 1, Cursor: cursor})
		}
		first, err := ask("admin", report.Filter{}, "")
		if err != nil || len(first.Items) != 1 || first.NextCursor == "" {
			t.Fatalf("the first page: %+v, %v", first, err)
		}
		second, err := ask("admin", report.Filter{}, first.NextCursor)
		if err != nil || len(second.Items) != 1 || second.Items[0].ID == first.Items[0].ID {
			t.Fatalf("the second page: %+v, %v", second, err)
		}
		changed := func(part, value string) string {
			raw, err := base64.RawURLEncoding.DecodeString(first.NextCursor)
			parts := map[string]string{}
			if err != nil || json.Unmarshal(raw, &parts) != nil || parts[part] == "" {
				t.Fatalf("%s in %s, %v", part, raw, err)
			}
			parts[part] = value
			raw, _ = json.Marshal(parts)
			return base64.RawURLEncoding.EncodeToString(raw)
		}
		columns, err := p.reports.Matrix(t.Context(), p.reach(t, "admin", access.MatrixView), report.MatrixQuery{ColumnLimit: 1})
		if err != nil || columns.NextActivities == "" {
			t.Fatalf("the cursor of columns: %+v, %v", columns, err)
		}
		for _, tt := range []struct {
			name, cursor string
			who          access.AccountID
			filter       report.Filter
		}{
			{"another viewer", first.NextCursor, "other", report.Filter{}},
			{"another filter", first.NextCursor, "admin", report.Filter{Query: "a"}},
			{"another seat filter", first.NextCursor, "admin", report.Filter{Seat: report.LiveSeat}},
			{"another list", columns.NextActivities, "admin", report.Filter{}},
			{"another name", changed("f", "zoe"), "admin", report.Filter{}},
			{"another id", changed("i", string(second.Items[0].ID)), "admin", report.Filter{}},
			{"no signature", changed("m", ""), "admin", report.Filter{}},
			{"another signature", changed("m", "AAAAAAAAAAAAAAAAAAAAAA"), "admin", report.Filter{}},
		} {
			if page, err := ask(tt.who, tt.filter, tt.cursor); fault.KindOf(err) != fault.Invalid || len(page.Items) > 0 {
				t.Errorf("%s: %+v, %v", tt.name, page, err)
			}
		}
	})
}

// The badge of a page repeats what the page itself has counted, and that only:
// another reach, and another request, are counted.
func TestABadgeRepeatsItsPage(t *testing.T) {
	amongPeers(t, func(t *testing.T, p *peers) {
		request := report.WithTally(t.Context())
		admin, other := p.reach(t, "admin", access.LearnerView), p.reach(t, "other", access.LearnerView)
		page, err := p.reports.Learners(request, admin, report.LearnerQuery{Filter: report.Filter{Query: "nobody is called so"}})
		if err != nil || page.Total != 0 || page.ReachTotal < 2 {
			t.Fatalf("the page: %+v, %v", page, err)
		}
		p.db.Write(t, `update account set status = 'erased' where account_id = 'ben'`)
		for _, tt := range []struct {
			name  string
			again bool
			reach access.Reach
			want  int
		}{
			{"the page's badge", true, admin, page.ReachTotal},
			{"the badge by another permission for the same learners", true, p.reach(t, "admin", access.MatrixView), page.ReachTotal},
			{"somebody else's reach", true, other, 1},
			{"the next request", false, admin, page.ReachTotal - 1},
		} {
			ctx := t.Context()
			if tt.again {
				ctx = request
			}
			if n, err := p.reports.ReachTotal(ctx, tt.reach); err != nil || n != tt.want {
				t.Errorf("%s: %d, want %d, %v", tt.name, n, tt.want, err)
			}
		}
	})
}
