package store_test

import (
	"slices"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
)

func TestActivitiesAndProgramsAreThoseOfTheBlocks(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		w.mustAssign(t, "admin", "bolt", "other")
		w.db.Write(t, `insert into product (realm_id, product_id, organization_id, kind, title, title_folded, created_at) values (1, 'small', 'north', 'program', 'Small', 'small', 0)`)
		w.db.Write(t, `insert into product (realm_id, product_id, organization_id, kind, title, title_folded, created_at) values (1, 'wide', 'north', 'program', 'Wide', 'wide', 0)`)
		for i, program := range []string{"small", "wide", "wide"} { // small: a1; wide: a2 and a4, nothing required
			w.db.Write(t, `insert into program_activity (realm_id, program_id, activity, position, required, from_at) values (1, $1, $2, $3, $4, 0)`, program, []int{1, 2, 4}[i], i, false)
		}
		w.db.Write(t, `insert into team (realm_id, team_id, organization_id, name, name_folded, owner_id, created_at) values (1, 't', 'north', 'Team', 'team', 'eve', 0)`)
		w.db.Write(t, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, team_id, extent, from_at, follows_home, given_by, reason)
			values (1, 'analytics', 'north', 'eve', 'analytics_reader', 'team', 't', 'here', 0, $1, '', '')`, false)
		library := content.NewService(w.db)
		for _, tt := range []struct {
			who        access.AccountID
			activities []content.ProductID
			programs   []content.ProductID
		}{
			{"admin", []content.ProductID{"a1", "a2", "a4", "a5", "a3"}, []content.ProductID{"program", "small", "wide"}},
			{"master", []content.ProductID{"a1", "a6", "a2", "a4", "a5", "a3"}, []content.ProductID{"program", "small", "wide"}},
			{"south-admin", []content.ProductID{"a6"}, nil},
			{"ann", []content.ProductID{"a1", "a2", "a3"}, []content.ProductID{"program", "small"}},
			{"other", []content.ProductID{"a4"}, nil},
			{"eve", []content.ProductID{"a1", "a2", "a4", "a5", "a3"}, []content.ProductID{"program", "small", "wide"}},
		} {
			reach := w.reach(t, tt.who, access.EnrollmentView)
			activities, err := library.Activities(t.Context(), reach)
			if err != nil {
				t.Fatal(err)
			}
			programs, err := library.Programs(t.Context(), reach)
			if err != nil {
				t.Fatal(err)
			}
			var a, p []content.ProductID
			for _, activity := range activities {
				a = append(a, activity.ID)
			}
			for _, program := range programs {
				p = append(p, program.ID)
			}
			if !slices.Equal(a, tt.activities) || !slices.Equal(p, tt.programs) {
				t.Errorf("%s sees %v and %v, want %v and %v", tt.who, a, p, tt.activities, tt.programs)
			}
		}
		if _, err := library.Activities(t.Context(), w.reach(t, "ben", access.EnrollmentView)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("who holds nothing: %v", err)
		}
	})
}

func TestProgramsRequireWhatTheySay(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		programs, err := content.NewService(w.db).Programs(t.Context(), w.reach(t, "admin", access.EnrollmentView))
		if err != nil || len(programs) != 1 {
			t.Fatal(programs, err)
		}
		if got := programs[0].Required(); !slices.Equal(got, []access.ActivityNo{1, 2}) {
			t.Errorf("required: %v", got)
		}
	})
}
