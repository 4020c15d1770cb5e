package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
)

// importer leads acts about locations for one person.
type importer struct {
	places
	t    *testing.T
	acts *bulk.Service
	who  string
}

func (p places) importer(t *testing.T, who string) importer {
	return importer{p, t, bulk.NewService(p.db, func() time.Time { return p.now }, location.Acts(p.Service)...), who}
}

func (i importer) asks(permission access.Permission) access.Reach { return i.reach(i.who, permission) }

func (i importer) preview(kind bulk.Kind, input any) (bulk.Act, error) {
	return i.acts.Preview(i.t.Context(), i.asks(access.SelfView), i.asks, kind, "", input)
}

func (i importer) file(text string) location.Sheet {
	i.t.Helper()
	sheet, err := location.ReadSheet([]byte(strings.TrimSpace(text) + "\n"))
	if err != nil {
		i.t.Fatal(err)
	}
	return sheet
}

func (i importer) confirm(act bulk.Act) bulk.Act {
	i.t.Helper()
	done, err := i.acts.Confirm(i.t.Context(), i.asks(access.SelfView), i.asks, act.ID)
	if err != nil {
		i.t.Fatal(err)
	}
	return done
}

func inLines(p bulk.Plan) string {
	var out []string
	for _, l := range p.Lines {
		out = append(out, l.Subject+": "+l.Result)
	}
	return strings.Join(out, "; ")
}

func TestLocationsAreImportedAndTakenBack(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		ole := p.importer(t, "ole")
		sheet := ole.file(`
id,parent_id,name
fr,,La France
roma,it,Roma
it,,Italy
metz,fr,Metz
lille,de,Lille
`)
		act, err := ole.preview(location.ImportAct, sheet)
		if err != nil {
			t.Fatal(err)
		}
		const plan = "2 · La France · fr: changed; 3 · Roma · roma: added; 4 · Italy · it: added; 5 · Metz · metz: added; 6 · Lille · lille: elsewhere"
		if got := inLines(act.Plan); got != plan || act.Plan.Facts["added"] != 3 || act.Plan.Facts["left_out"] != 1 {
			t.Errorf("%s, %v", got, act.Plan.Facts)
		}
		p.is("6", `select count(*) from location`)
		ole.confirm(act)
		p.is("9", `select count(*) from location`)
		p.is("La France", `select name from location where external_id = 'fr'`)
		p.is("9", `select count(*) from location_place where until_at is null`)
		p.is("4", `select count(*) from audit_event where action in ('location.added', 'location.changed') and after_json like '%"import":"`+string(act.ID)+`"%'`)
		if d, err := p.Open(t.Context(), p.reach("ole", access.LocationView), p.place("roma")); err != nil || len(d.Trail) != 1 || d.Trail[0].Name != "Italy" {
			t.Errorf("%+v, %v", d, err)
		}
		// Once more nothing would change, and nothing does.
		again, err := ole.preview(location.ImportAct, sheet)
		if err != nil || again.Plan.Effective() != 0 || again.Plan.Facts["same"] != 4 {
			t.Errorf("%s, %v", inLines(again.Plan), err)
		}
		// Somebody is placed at Metz by now.
		p.exec(`update account set location_id = $1, home = (select path from location where location_id = $1) where external_id = 'stu6'`, string(p.place("metz")))
		p.exec(`update account_home set location_id = $1 where account_id = (select account_id from account where external_id = 'stu6')`, string(p.place("metz")))
		back, err := ole.acts.Undo(t.Context(), ole.asks(access.SelfView), ole.asks, act.ID)
		if want := "Italy · it: taken_back; Roma · roma: taken_back; Metz · metz: kept; La France · fr: taken_back"; err != nil || inLines(back.TakenBack) != want {
			t.Errorf("%s, %v", inLines(back.TakenBack), err)
		}
		p.is("France", `select name from location where external_id = 'fr'`)
		p.is("0", `select count(*) from location where external_id in ('it', 'roma')`)
		p.is("2", `select count(*) from location where retired_at is not null`)
		// Their ids are free again.
		if act, err = ole.preview(location.ImportAct, sheet); err != nil || act.Plan.Facts["added"] != 2 {
			t.Fatalf("%s, %v", inLines(act.Plan), err)
		}
		ole.confirm(act)
		p.is("it", `select u.external_id from location l join location u on u.location_id = l.parent_id where l.external_id = 'roma'`)
	})
}

func TestAnImportHoldsOnlyWhileItsPreviewDoes(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		ole := p.importer(t, "ole")
		act, err := ole.preview(location.ImportAct, ole.file("id,parent_id,name\nulm,de,Ulm\n"))
		if err != nil {
			t.Fatal(err)
		}
		// Germany goes into France meanwhile: its successor is another place.
		edit := p.reach("ole", access.LocationEdit)
		effect, err := p.PreviewMerge(t.Context(), edit, p.place("de"), p.place("fr"))
		if err == nil {
			err = p.Merge(t.Context(), edit, p.place("de"), p.place("fr"), effect.Seen)
		}
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := ole.acts.Confirm(t.Context(), ole.asks(access.SelfView), ole.asks, act.ID)
		if !errors.Is(err, bulk.ErrChanged) || inLines(fresh.Plan) != "2 · Ulm · ulm: no_parent" {
			t.Errorf("%s, %v", inLines(fresh.Plan), err)
		}
		for who, want := range map[string]fault.Kind{"fay": fault.Forbidden, "stu1": fault.Forbidden} {
			if _, err := p.importer(t, who).preview(location.ImportAct, ole.file("id,name\nx,X\n")); fault.KindOf(err) != want {
				t.Errorf("%s imports: %v", who, err)
			}
		}
		p.exec(`update organization set locations_enabled = $1`, false)
		if _, err := ole.preview(location.ImportAct, ole.file("id,name\nx,X\n")); !errors.Is(err, location.ErrOff) {
			t.Errorf("where locations are off: %v", err)
		}
		p.exec(`update organization set locations_enabled = $1`, true)
	})
}

// TestAnExportIsAnImportThatChangesNothing: what comes out goes in again.
func TestAnExportIsAnImportThatChangesNothing(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		if _, err := p.Add(t.Context(), p.reach("ole", access.LocationEdit), location.New{Name: "Without an id", Parent: p.place("north")}); err != nil {
			t.Fatal(err)
		}
		out := func(who string) (file string) {
			t.Helper()
			file = "id,parent_id,name,type\n"
			if err := p.Export(t.Context(), p.reach(who, access.LocationView), func(l location.Line) error {
				file += fmt.Sprintf("%s,%s,%s,%s\n", l.ID, l.Parent, l.Name, l.Type)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			return file
		}
		ole := p.importer(t, "ole")
		act, err := ole.preview(location.ImportAct, ole.file(out("ole")))
		if err != nil || act.Plan.Effective() != 0 || act.Plan.Facts["same"] != 7 {
			t.Errorf("%s, %v", inLines(act.Plan), err)
		}
		if got := out("art"); got != "id,parent_id,name,type\narras,,Arras,\n" {
			t.Errorf("a Local Administrator exports %q", got)
		}
	})
}

// TestSwitchingOffConvertsTheRolesInTheWay is the guided conversion of Q-21.
func TestSwitchingOffConvertsTheRolesInTheWay(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		ole := p.importer(t, "ole")
		losses := func(a bulk.Act) string {
			var out []string
			for _, l := range a.Plan.Lines {
				out = append(out, l.Subject+" -"+l.Detail["loses"])
			}
			return strings.Join(out, ", ")
		}
		act, err := ole.preview(location.ConvertAct, location.Settings{Locations: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := inLines(act.Plan); got != "Fay France: local; Gus Germany: local; Nia North: local" {
			t.Error(got)
		}
		if got := losses(act); got != "Fay France -5, Gus Germany -2, Nia North -3" {
			t.Error(got)
		}
		ole.confirm(act)
		p.is("3", `select count(*) from role_grant where ended_at is null and follows_home and extent = 'here' and account_id in (select account_id from account where external_id in ('fay', 'nia', 'gus'))`)
		p.is("local_administrator_reports_only", `select base_role from account where external_id = 'nia'`)
		if now, err := p.Settings(t.Context(), p.reach("ole", access.LocationView)); err != nil || now != (location.Settings{Locations: true}) {
			t.Errorf("%+v, %v", now, err)
		}
		if got := p.seen(t, "fay"); strings.Join(got, " ") != "fay" {
			t.Errorf("Fay sees %v", got)
		}
		// Then locations themselves, with a role that was given besides.
		p.exec(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_location_id, extent, from_at, follows_home, given_by, reason)
			values (1, 'besides', $1, (select account_id from account where external_id = 'stu6'), 'list_users', 'location', $2, 'within', 0, $3, '', '')`, string(schoolID), string(p.place("fr")), false)
		if act, err = ole.preview(location.ConvertAct, location.Settings{}); err != nil {
			t.Fatal(err)
		}
		if got := inLines(act.Plan); got != "Art Arras: student; Ben Berlin: student; Fay France: student; Gus Germany: student; Nia North: student; Stu Six: ended" {
			t.Error(got)
		}
		ole.confirm(act)
		p.is("0", `select count(*) from role_grant where ended_at is null and node_kind = 'location'`)
		p.is("1", `select count(*) from audit_event where action = 'grant.converted'`)
		p.is("2", `select count(*) from audit_event where action = 'organization.locations_switched'`)
		if _, err := ole.acts.Undo(t.Context(), ole.asks(access.SelfView), ole.asks, act.ID); !errors.Is(err, bulk.ErrNoUndo) {
			t.Errorf("taken back: %v", err)
		}
		// Somebody who may only configure converts nobody: all of it waits.
		if _, err := p.Switch(t.Context(), p.reach("ole", access.OrganizationConfigure), location.Settings{Locations: true, Hierarchies: true}); err != nil {
			t.Fatal(err)
		}
		p.exec(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_location_id, extent, from_at, follows_home, given_by, reason)
			values (1, 'again', $1, (select account_id from account where external_id = 'stu6'), 'list_users', 'location', $2, 'within', 0, $3, '', '')`, string(schoolID), string(p.place("fr")), false)
		p.exec(`insert into custom_role (realm_id, role_id, organization_id, name, name_folded, description, any_permissions, own_permissions, node_kinds, reports_only, created_at)
			values (1, 'setter', $1, 'Setter', 'setter', '', 'location.view organization.configure', '', 'organization', $2, 0)`, string(schoolID), false)
		p.exec(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
			values (1, 'sets', $1, (select account_id from account where external_id = 'stu5'), 'setter', 'organization', $1, 'within', 0, $2, '', '')`, string(schoolID), false)
		setter := p.importer(t, "stu5")
		if act, err = setter.preview(location.ConvertAct, location.Settings{}); err != nil || inLines(act.Plan) != "Stu Six: not_yours" || act.Plan.Effective() != 0 {
			t.Fatalf("%s, %v", inLines(act.Plan), err)
		}
		if _, err := setter.acts.Confirm(t.Context(), setter.asks(access.SelfView), setter.asks, act.ID); !errors.Is(err, location.ErrHeld) {
			t.Errorf("confirmed: %v", err)
		}
		p.is("1", `select count(*) from role_grant where grant_id = 'again' and ended_at is null`)
	})
}
