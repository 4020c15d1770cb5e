package account_test

import (
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

func TestPeopleMoveWithinOnesPlaces(t *testing.T) {
	each(t, func(w *world) {
		w.places()
		local := w.put("local@example.com", access.LocalAdministrator, "berlin")
		several := w.put("several@example.com", access.MultipleLocation, "berlin")
		ben := w.put("ben@example.com", access.Student, "berlin")
		far := w.put("far@example.com", access.Student, "paris")
		deep := w.put("deep@example.com", access.LocalAdministrator, "mitte")
		for _, tt := range []struct {
			name    string
			by, who account.ID
			to      access.LocationID
			want    fault.Kind
		}{
			{"local: out of reach", local.ID, ben.ID, "mitte", fault.Invalid},
			{"local: to no location", local.ID, ben.ID, "", fault.Invalid},
			{"local: in from outside", local.ID, far.ID, "berlin", fault.NotFound},
			{"several: within", several.ID, ben.ID, "mitte", fine},
			{"several: out of reach", several.ID, ben.ID, "paris", fault.Invalid},
			{"several: in from outside", several.ID, far.ID, "mitte", fault.NotFound},
			{"several: an administrator of theirs", several.ID, deep.ID, "berlin", fine},
			{"organization: anywhere", w.admin.ID, far.ID, "berlin", fine},
			{"organization: to no location", w.admin.ID, ben.ID, "", fine},
			{"organization: a location role to none", w.admin.ID, deep.ID, "", fault.Invalid},
			{"organization: nowhere", w.admin.ID, ben.ID, "atlantis", fault.Invalid},
		} {
			w.clock.pass(time.Second)
			w.want(tt.name, w.accounts.Move(w.Context(), w.reach(tt.by, access.AccountMove), tt.who, tt.to, "reorganized", ""), tt.want)
			m, err := w.db.Membership(w.Context(), w.home.Realm, tt.who)
			if err != nil {
				w.Fatal(err)
			}
			if moved := m.Account.Location == tt.to; moved != (tt.want == fine) {
				w.Errorf("%s: they are at %q", tt.name, m.Account.Location)
			}
		}
		// The role of a location went with its holder, and was theirs nowhere else.
		if n := w.count(`select count(*) from role_grant where account_id = '` + string(deep.ID) + `' and ended_at is null and node_location_id = 'berlin' and follows_home`); n != 1 {
			w.Errorf("%d grants at Berlin, want 1", n)
		}
		if n := w.count(`select count(*) from role_grant where account_id = '` + string(deep.ID) + `' and ended_at is null`); n != 1 {
			w.Errorf("%d live grants, want 1", n)
		}
		// Where somebody was is kept.
		if n := w.count(`select count(*) from account_home where account_id = '` + string(ben.ID) + `'`); n != 3 {
			w.Errorf("%d homes of Ben are kept, want 3", n)
		}
		if n := w.count(`select count(*) from audit_event where action = 'account.moved' and reason = 'reorganized'`); n != 4 {
			w.Errorf("%d events, want 4", n)
		}
	})
}

// A move and another role show first who gains and who loses sight of whom, and
// happen only as they were shown.
func TestWhatAMoveAndARoleChangeIsShownFirst(t *testing.T) {
	each(t, func(w *world) {
		w.places()
		of := management.NewService(w.db, w.clock.now)
		local := w.put("local@example.com", access.LocalAdministrator, "paris")
		ben := w.put("ben@example.com", access.Student, "berlin")
		w.put("carl@example.com", access.Student, "berlin")
		effect, err := of.PreviewPlace(w.Context(), w.reach(w.admin.ID, access.AccountMove), ben.ID, "paris")
		w.want("PreviewPlace", err, fine)
		if len(effect.Changed) != 1 || effect.Changed[0].ID != local.ID || effect.Changed[0].Gains != 1 {
			w.Errorf("PreviewPlace() = %+v, want that %s gains Ben", effect, local.ID)
		}
		// Another colleague comes to Paris meanwhile: what was looked at is not what would happen.
		w.clock.pass(time.Second)
		second := w.put("second@example.com", access.TwinOf(access.LocalAdministrator), "paris")
		move := func(seen string) error {
			return w.accounts.Move(w.Context(), w.reach(w.admin.ID, access.AccountMove), ben.ID, "paris", "", seen)
		}
		w.want("Move as it was looked at", move(effect.Seen), fault.Conflict)
		effect, err = of.PreviewPlace(w.Context(), w.reach(w.admin.ID, access.AccountMove), ben.ID, "paris")
		if err != nil || len(effect.Changed) != 2 {
			w.Errorf("PreviewPlace() = %+v, %v, want %s too", effect, err, second.ID)
		}
		w.want("Move as it is", move(effect.Seen), fine)

		// The administrator of Paris moves to Berlin: they see whoever is there, and nobody of Paris any more.
		effect, err = of.PreviewPlace(w.Context(), w.reach(w.admin.ID, access.AccountMove), local.ID, "berlin")
		w.want("PreviewPlace", err, fine)
		for _, c := range effect.Changed {
			if c.ID == local.ID && (c.Gains != 1 || c.Loses != 2) {
				w.Errorf("the administrator gains %d and loses %d, want 1 and 2", c.Gains, c.Loses)
			}
		}

		effect, err = of.PreviewRole(w.Context(), w.reach(w.admin.ID, access.AccountRole), ben.ID, access.LocalAdministrator)
		w.want("PreviewRole", err, fine)
		if len(effect.Changed) != 1 || effect.Changed[0].ID != ben.ID || effect.Changed[0].Gains != 3 {
			w.Errorf("PreviewRole() = %+v, want that Ben gains the three of Paris", effect)
		}
		w.want("ChangeRoleSeen", w.accounts.ChangeRoleSeen(w.Context(), w.reach(w.admin.ID, access.AccountRole), ben.ID, access.LocalAdministrator, "", effect.Seen), fine)
		w.want("ChangeRoleSeen as something else", w.accounts.ChangeRoleSeen(w.Context(), w.reach(w.admin.ID, access.AccountRole), ben.ID, access.Student, "", effect.Seen), fault.Conflict)
	})
}
