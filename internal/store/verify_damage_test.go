package store_test

import (
	"slices"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/table"
)

// damage is one row made wrong in a sound world, and the check that must say so.
type damage struct {
	check string // the one check that names it
	how   string
	past  []string           // constraints and indexes that would refuse it: "table.constraint" or "index"
	do    []string           // statements
	pack  []access.AccountID // whose transcripts follow, where not the transcript is meant
}

const (
	grantColumns = `role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, node_location_id, purchase_id, team_id, extent, from_at, ended_at, follows_home, given_by, reason)`
	ofAnn        = `learner = (select learner from account where account_id = 'ann')`
)

var damages = []damage{
	{"one-reporter", "a second reporter", []string{"reporter_one"}, []string{
		`insert into ` + grantColumns + ` select realm_id, 'second', organization_id, 'ben', role, node_kind, null, null, purchase_id, null, extent, from_at, null, follows_home, '', '' from role_grant where role = 'license_reporter'`,
	}, nil},
	{"reporter-eligible", "a reporter without a seat", nil, []string{`update role_grant set account_id = 'eve' where role = 'license_reporter'`}, nil},
	{"reporter-eligible", "a reporter whose seat was released before", nil, []string{`update role_grant set account_id = 'gone' where role = 'license_reporter'`}, nil},
	{"reporter-eligible", "a reporter who was only invited", nil, []string{`update role_grant set account_id = 'pia' where role = 'license_reporter'`}, nil},
	{"reporter-active", "a suspended reporter", nil, []string{`update account set status = 'suspended' where account_id = 'ann'`}, nil},
	{"reporter-waiting", "an appointment that waits although somebody reports", nil, []string{`update purchase set reporter_waiting_at = 1 where purchase_id = 'acme'`}, nil},
	{"reporter-dates", "a reporter who stops by themselves for no reason", nil, []string{`update role_grant set until_at = 9000000000000000 where role = 'license_reporter'`}, nil},
	{"reporter-dates", "a reporter whose seat ended and who reads on for ever", nil, []string{`update role_grant set account_id = 'old', from_at = (select redeemed_at from seat where seat_id = 'acme-old') where role = 'license_reporter'`}, nil},
	{"seats-counted", "a counter that moved alone", nil, []string{`update purchase set seats_used = seats_used + 1 where purchase_id = 'acme'`}, nil},
	{"seats-counted", "a spent seat that nobody had", nil, []string{`update seat set spent = true where seat_id = 'acme-gone'`}, nil},
	{"seat-spent", "a spent seat that is still redeemed", nil, []string{
		`update seat set spent = true where seat_id = 'acme-ben'`,
		`update purchase set seats_spent = 1 where purchase_id = 'acme'`,
		`update seat_ledger set spent = 1 where purchase_id = 'acme' and movement = 'bought'`,
	}, nil},
	{"seat-people", "more people than the plan allows", nil, []string{`update purchase set max_people = 2 where purchase_id = 'acme'`}, nil},
	{"seat-letters", "a letter whose link was never kept", nil, []string{`update seat set letters = 1 where seat_id = 'acme-pia'`}, nil},
	{"seat-letters", "a letter that went out twice", nil, []string{
		`update seat set letters = 1 where seat_id = 'acme-ann'`,
		`insert into mail (mail_id, realm_id, kind, recipient, subject, body_text, body_html, created_at, run_at, locked_until, attempt, last_error, about_kind, about_id)
			values ('one', 1, 'seat.invitation', '', '', '', '', 0, 0, 0, 0, '', 'seat', 'acme-ann'), ('two', 1, 'seat.invitation', '', '', '', '', 0, 0, 0, 0, '', 'seat', 'acme-ann')`,
	}, nil},
	{"seats-within", "more seats used than sold", []string{"purchase.purchase_seats_available"}, []string{
		`update purchase set seats = 4 where purchase_id = 'acme'`,
		`update seat_ledger set seats = 4 where purchase_id = 'acme' and seats > 0`,
	}, nil},
	{"seat-ledger", "a movement that was never written", nil, []string{`delete from seat_ledger where purchase_id = 'acme' and seat_id = 'acme-ben' and redeemed > 0`}, nil},
	{"seat-ledger", "seats that were never bought", nil, []string{`update seat_ledger set seats = seats + 1 where purchase_id = 'bolt' and seats > 0`}, nil},
	{"one-seat-each", "two live seats of one person", []string{"seat_live_account"}, []string{
		`update seat set account_id = 'ann', ` + ofAnn + ` where seat_id = 'acme-ben'`,
	}, nil},
	{"one-seat-each", "two live seats of one address", []string{"seat_live_address"}, []string{
		`update seat set email_folded = 'ann@example.org' where seat_id = 'acme-pia'`,
	}, nil},
	{"seat-holder", "another learner's number", nil, []string{`update seat set learner = (select learner from account where account_id = 'eve') where seat_id = 'bolt-ann'`}, nil},
	{"seat-holder", "somebody of a client", []string{"seat.seat_account"}, []string{
		`update seat set account_id = 'south-ann', learner = (select learner from account where account_id = 'south-ann') where seat_id = 'acme-ben'`,
	}, nil},
	{"seat-holder", "a seat that went over to a client", []string{"seat.seat_account", "seat.seat_purchase"}, []string{
		`update seat set organization_id = 'south', account_id = 'south-ann', learner = (select learner from account where account_id = 'south-ann') where seat_id = 'acme-ben'`,
	}, nil},
	{"team-member", "another learner's number", nil, []string{`update team_member set ` + ofAnn + ` where account_id = 'eve'`}, nil},
	{"team-member", "somebody of a client", []string{"team_member.team_member_account"}, []string{
		`update team_member set account_id = 'south-ann', learner = (select learner from account where account_id = 'south-ann') where account_id = 'eve'`,
	}, nil},
	{"enrollment-source", "an enrollment that nothing keeps", nil, []string{
		`insert into enrollment (realm_id, learner, activity, enrolled_at, progress, minutes_spent, changes) select 1, learner, 5, 1000000, 0, 0, 0 from account where account_id = 'eve'`,
	}, []access.AccountID{"eve"}},
	{"seat-source-ended", "a released seat that still keeps its enrollments", nil, []string{
		`update enrollment_source set until_at = null where ref = 'acme-gone'`,
	}, []access.AccountID{"gone"}},
	{"base-role", "a grant of another role", nil, []string{`update role_grant set role = 'organization_administrator_reports_only' where grant_id = 'base-admin'`}, nil},
	{"base-role", "a student with an administrator's grant", nil, []string{`update account set base_role = 'student' where account_id = 'admin'`}, nil},
	{"base-role", "an administrator without a grant", nil, []string{`update role_grant set ended_at = 1 where grant_id = 'base-admin'`}, nil},
	{"base-role", "a grant at a place where one no longer is", nil, []string{
		`update role_grant set node_location_id = 'yard' where grant_id = 'base-local'`,
	}, nil},
	{"one-base-role", "two base roles", []string{"base_role_one"}, []string{
		`insert into ` + grantColumns + ` select realm_id, 'again', organization_id, account_id, role, node_kind, node_organization_id, null, null, null, extent, from_at, null, follows_home, '', '' from role_grant where grant_id = 'base-admin'`,
	}, nil},
	{"home-path", "somebody whose path lies elsewhere", nil, []string{`update account set home = 'o000001o000002' where account_id = 'eve'`}, nil},
	{"location-path", "a location below another than its parent", nil, []string{`update location set path = 'o000001l000004l000005' where location_id = 'yard'`}, nil},
	{"organization-path", "a client below another than its parent", nil, []string{`update organization set path = 'o000001o000002o000003' where organization_id = 'west'`}, nil},
	{"home-interval", "a home that ended and none began", nil, []string{`update account_home set until_at = 1 where account_id = 'eve'`}, nil},
	{"home-interval", "another home than the account's", nil, []string{`update account_home set location_id = 'yard' where account_id = 'eve'`}, nil},
	{"place-retired", "people at a location that is retired", nil, []string{`update location set retired_at = 1 where location_id = 'house'`}, nil},
	{"place-type", "a type that nobody made", nil, []string{`update location set type_id = 'nowhere' where location_id = 'yard'`}, nil},
	{"place-interval", "a location that stands nowhere", nil, []string{`update location_place set until_at = 1 where location_id = 'yard'`}, nil},
	{"identity-address", "an identity of another address", nil, []string{`update identity set email = 'eva@example.org', email_folded = 'eva@example.org'`}, nil},
	{"numbers", "a number that will be handed out again", nil, []string{`update realm set learners = learners - 1`}, nil},
	{"numbers", "an activity's number that will be handed out again", nil, []string{`update realm set activities = activities - 1`}, nil},
	{"grant-organization", "somebody of a client over a purchase", []string{"role_grant.role_grant_purchase"}, []string{
		`insert into ` + grantColumns + ` select realm_id, 'foreign', 'south', 'south-ann', 'purchaser', 'purchase', null, null, 'acme', null, 'here', from_at, null, follows_home, '', '' from role_grant where role = 'license_reporter'`,
	}, nil},
	{"grant-organization", "somebody of a client over a team", []string{"role_grant.role_grant_team"}, []string{
		`insert into ` + grantColumns + ` select realm_id, 'foreign', 'south', 'south-ann', 'list_users', 'team', null, null, null, 'crew', 'here', from_at, null, follows_home, '', '' from role_grant where role = 'license_reporter'`,
	}, nil},
	{"grant-holder", "a holder of another organization", []string{"role_grant.role_grant_account"}, []string{
		`update role_grant set account_id = 'south-ann' where grant_id = 'crew-list'`,
	}, nil},
	{"grant-above", "a client over the organization above it", nil, []string{
		`insert into ` + grantColumns + ` select realm_id, 'upward', 'south', 'south-ann', 'list_users', 'organization', 'north', null, null, null, 'within', from_at, null, follows_home, '', '' from role_grant where role = 'license_reporter'`,
	}, nil},
	{"grant-above", "a client over a sibling's location", nil, []string{
		`insert into ` + grantColumns + ` select realm_id, 'sideward', 'south', 'south-ann', 'list_users', 'location', null, 'yard', null, null, 'within', from_at, null, follows_home, '', '' from role_grant where role = 'license_reporter'`,
	}, nil},
	{"reports-only", "a role that edits", nil, []string{`update custom_role set any_permissions = 'matrix.view enrollment.edit'`}, nil},
	{"reports-only", "a role that assigns seats", nil, []string{`update custom_role set any_permissions = 'matrix.view report.view seat.assign report.export'`}, nil},
	{"reports-only", "a role that edits what one owns", nil, []string{`update custom_role set own_permissions = 'team.edit'`}, nil},
	{"progress-range", "more than everything", []string{"enrollment.enrollment_progress"}, []string{`update enrollment set progress = 101 where ` + ofAnn}, []access.AccountID{"ann"}},
	{"progress-range", "a score over full marks", []string{"enrollment.enrollment_score"}, []string{`update enrollment set score = 10001 where ` + ofAnn}, []access.AccountID{"ann"}},
	{"last-administrator", "nobody left to administer", nil, []string{
		`update account set base_role = 'student' where account_id in ('admin', 'master')`,
		`update role_grant set ended_at = 1 where grant_id in ('base-admin', 'base-master')`,
	}, nil},
	{"last-administrator", "administrators who cannot sign in", nil, []string{`update account set status = 'suspended' where account_id in ('admin', 'master')`}, nil},
	{"transcript", "a record that was not packed anew", nil, []string{`update enrollment set progress = 40 where ` + ofAnn}, nil},
	{"transcript", "a record that is gone", nil, []string{`delete from transcript where ` + ofAnn}, nil},
	{"file-parts", "a file that is gone", nil, []string{`delete from report_part`}, nil},
	{"file-parts", "a part that is gone at its end", nil, []string{`update report_run set bytes = bytes + 1`}, nil},
	{"file-parts", "nobody knows whom it is about", nil, []string{`update report_run set about = null`}, nil},
	{"file-parts", "a file that was cancelled and is kept", nil, []string{`update report_run set state = 'cancelled'`}, nil},
	{"file-hash", "another file's hash", nil, []string{`update report_run set sha256 = 'c0ffee'`}, nil},
	{"file-hash", "a part twice", nil, []string{`update report_part set packed = (select p.packed from report_part p where p.part_no = 1) where part_no = 0`}, nil},
	{"transcript", "somebody else's record", nil, []string{
		`update transcript set entries = (select t.entries from transcript t join account a on a.realm_id = t.realm_id and a.learner = t.learner where a.account_id = 'gone') where ` + ofAnn,
	}, nil},
}

// TestVerifyNamesEachDamage damages a sound world past the constraints, one
// row of one kind at a time: exactly the check that is about it must say so.
func TestVerifyNamesEachDamage(t *testing.T) {
	for _, id := range store.Checks() {
		if !slices.ContainsFunc(damages, func(d damage) bool { return d.check == id }) {
			t.Errorf("no damage shows that %s finds anything", id)
		}
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := newWorld(t, engine)
			w.furnish(t)
			w.isSound(t)
			for _, d := range damages {
				t.Run(d.check+", "+d.how, func(t *testing.T) {
					var pack []access.LearnerNo
					for _, who := range d.pack {
						pack = append(pack, w.learners[who])
					}
					found := w.db.VerifyDamaged(t, d.past, d.do, worldRealm, pack)
					if len(found) == 0 {
						t.Fatal("verify finds nothing")
					}
					for _, f := range found {
						if f.Check != d.check {
							t.Errorf("verify also says %s (%s)", f.Check, f.Where)
						}
						if f.Where == "" || f.Rule == "" {
							t.Errorf("%s does not say what is wrong where: %+v", f.Check, f)
						}
					}
				})
			}
			w.isSound(t) // every damage was taken back
		})
	}
}

// furnish adds what the world has none of: a reporter, locations, a client
// without people, a team, a role of one's own making, a sign-in identity, a file.
func (w *world) furnish(t *testing.T) {
	t.Helper()
	w.mustAssign(t, "admin", "acme", "ann")
	w.start(t, w.runs(t, report.RunSettings{Part: 100}, nil), "ann", enrollments, table.CSV)
	w.organization(t, "west", "north", "o000001o000003")
	for id, path := range map[string]string{"house": "o000001l000004", "yard": "o000001l000005"} {
		w.db.Write(t, `insert into location (realm_id, location_id, organization_id, path, name, name_folded, created_at) values (1, $1, 'north', $2, $1, $1, 0)`, id, path)
		w.db.Write(t, `insert into location_place (realm_id, location_id, from_at) values (1, $1, 0)`, id)
	}
	w.account(t, "local", "north", "o000001l000004", "")
	w.db.Write(t, `update account set base_role = 'local_administrator', location_id = 'house' where account_id = 'local'`)
	w.db.Write(t, `update account_home set location_id = 'house' where account_id = 'local'`)
	w.db.Write(t, `insert into `+grantColumns+` values (1, 'base-local', 'north', 'local', 'local_administrator', 'location', null, 'house', null, null, 'here', 0, null, $1, '', '')`, true)
	w.db.Write(t, `insert into team (realm_id, team_id, organization_id, name, name_folded, owner_id, created_at) values (1, 'crew', 'north', 'Crew', 'crew', 'admin', 0)`)
	w.db.Write(t, `insert into team_member (realm_id, organization_id, team_id, account_id, learner, from_at) values (1, 'north', 'crew', 'eve', $1, 0)`, int64(w.learners["eve"]))
	w.db.Write(t, `insert into `+grantColumns+` values (1, 'crew-list', 'north', 'ben', 'list_users', 'team', null, null, null, 'crew', 'here', 0, null, $1, '', '')`, false)
	w.db.Write(t, `insert into custom_role (realm_id, role_id, organization_id, name, name_folded, description, any_permissions, own_permissions, node_kinds, reports_only, created_at)
		values (1, 'auditor', 'north', 'Auditor', 'auditor', '', 'matrix.view report.view report.schedule', '', 'location', $1, 0)`, true)
	w.db.Write(t, `insert into identity (identity_id, email, email_folded, created_at) values ('eve', 'eve@example.org', 'eve@example.org', 0)`)
	w.db.Write(t, `update account set identity_id = 'eve' where account_id = 'eve'`)
}
