package account_test

import (
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// The shortest limit of all organizations that a person works in ends their
// sessions, those too that were there before the limit.
func TestOrganizationsEndSessionsEarlier(t *testing.T) {
	each(t, func(w *world) {
		south, _, err := w.accounts.Found(w.Context(), org.New{Slug: "south", Name: "South"}, "ann@example.com")
		if err != nil {
			w.Fatal(err)
		}
		set := func(o org.Organization, idle, total int) {
			w.Helper()
			reach := account.AsOperator(o, access.OrganizationConfigure, w.clock.now())
			if _, err := org.NewService(w.db, w.clock.now).Set(w.Context(), reach, o.ID, org.Settings{IdleMinutes: &idle, TotalHours: &total}); err != nil {
				w.Fatal(err)
			}
		}
		for _, tt := range []struct {
			name            string
			north           [2]int // minutes idle, hours in all
			south           [2]int
			southIs         string // status of the account there
			idle, used      time.Duration
			authenticatesAs fault.Kind
		}{
			{"no limits", [2]int{}, [2]int{}, "active", 7 * time.Hour, 0, fine},
			{"idle for a second less", [2]int{30, 0}, [2]int{}, "active", 30*time.Minute - time.Second, 0, fine},
			{"idle", [2]int{30, 0}, [2]int{}, "active", 30 * time.Minute, 0, fault.Unauthenticated},
			{"the other one is stricter", [2]int{30, 0}, [2]int{10, 0}, "active", 10 * time.Minute, 0, fault.Unauthenticated},
			{"the other one is stricter, but no place to work in", [2]int{30, 0}, [2]int{10, 0}, "suspended", 10 * time.Minute, 0, fine},
			{"longer than the installation allows", [2]int{1000, 0}, [2]int{}, "active", 8 * time.Hour, 0, fault.Unauthenticated},
			{"used until its hours are over", [2]int{0, 2}, [2]int{}, "active", time.Second, 2*time.Hour - time.Second, fault.Unauthenticated},
			{"used for a second less", [2]int{0, 2}, [2]int{}, "active", 0, 2*time.Hour - time.Second, fine},
		} {
			w.exec(`delete from session`)
			w.exec(`update account set status = '` + tt.southIs + `' where organization_id = '` + string(south.Organization.ID) + `'`)
			opened := w.signIn("ann@example.com")
			set(w.home, tt.north[0], tt.north[1])
			set(south.Organization, tt.south[0], tt.south[1])
			for used := time.Duration(0); used < tt.used; {
				step := min(10*time.Minute, tt.used-used)
				used += step
				w.clock.pass(step)
				if _, err := w.accounts.Authenticate(w.Context(), opened.Token); err != nil {
					w.Fatalf("%s: over after %v of use: %v", tt.name, used, err)
				}
			}
			w.clock.pass(tt.idle)
			session, err := w.accounts.Authenticate(w.Context(), opened.Token)
			w.want(tt.name+": Authenticate()", err, tt.authenticatesAs)
			if err == nil && tt.north[1] > 0 && !session.ExpiresAt.Equal(session.CreatedAt.Add(time.Duration(tt.north[1])*time.Hour)) {
				w.Errorf("%s: ends at %v", tt.name, session.ExpiresAt)
			}
			listed, err := w.accounts.Sessions(w.Context(), w.reach(w.admin.ID, access.SelfView))
			if err != nil || (len(listed) == 1) != (tt.authenticatesAs == fine) {
				w.Errorf("%s: %d sessions are listed, %v", tt.name, len(listed), err)
			}
			w.exec(`delete from session`)
			set(w.home, 0, 0)
			set(south.Organization, 0, 0)
		}
	})
}
