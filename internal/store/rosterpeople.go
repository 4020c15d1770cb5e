package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/roster"
)

// renamePeople derives names and search texts anew where a file has only some
// of the columns that they are made of, or the id is ours.
func (i *rosterImport) renamePeople(ctx context.Context, which string) error {
	type person struct {
		line  int64
		texts []any
	}
	people, err := list(ctx, i, `select line, case when target = id then '' else id end, coalesce(email, ''), coalesce(given_name, ''), coalesce(family_name, '')
		from staged_people where `+which, func(row *sql.Rows) (person, error) {
		var p person
		var id, email, given, family string
		err := row.Scan(&p.line, &id, &email, &given, &family)
		p.texts = roster.PersonTexts(id, email, given, family)
		return p, err
	})
	if err != nil {
		return err
	}
	for _, p := range people {
		if _, err := i.exec(ctx, `update staged_people set email_folded = $1, name = $2, name_folded = $3, search_text = $4 where line = $5`, append(p.texts, p.line)...); err != nil {
			return err
		}
	}
	return nil
}

// decidePeople works out which role and status people get. What the row says
// counts only where it differs from what the last import said: what was decided
// by hand since then stands (also a role that was taken away).
func (i *rosterImport) decidePeople(ctx context.Context) error {
	said := func(column, usual string) string {
		if !i.has("people", column) {
			return "was_said_" + column
		}
		return fmt.Sprintf("coalesce(%[1]s, case when made or was_said_%[1]s is not null then '%[2]s' end)", column, usual)
	}
	return i.do(
		ctx,
		`update staged_people as s set was_role = a.base_role, was_said_role = a.imported_role, was_status = a.status, was_said_status = a.imported_status,
				was_location = a.location_id, was_email = a.email_folded, identity_ref = a.identity_id
			from account a where a.realm_id = :realm and a.account_id = s.target and not s.made`,
		`update staged_people set said_role = `+said("role", string(access.Student))+`, said_status = `+said("status", string(account.Active)),
		`update staged_people set
			base_role = case when said_role is distinct from was_said_role then coalesce(said_role, was_role) else was_role end,
			account_status = case when said_status is distinct from was_said_status then coalesce(said_status, was_status) else was_status end`,
		`update staged_people set base_role = coalesce(base_role, '`+string(access.Student)+`'), account_status = coalesce(account_status, '`+string(account.Active)+`')`,
		`update staged_people as s set regrant = s.made or s.base_role is distinct from s.was_role
			or (s.location_id_ref is distinct from s.was_location and exists (select 1 from role_grant g
				where g.realm_id = :realm and g.account_id = s.target and g.follows_home and g.ended_at is null and g.node_kind = 'location'))`,
		`update staged_people set identity_ref = null where email_folded is distinct from was_email`,
	)
}

// rolesAt lists the base roles that are granted at a kind of node, quoted.
func rolesAt(kind access.NodeKind) string {
	var out []string
	for _, r := range access.BaseRoles() {
		if slices.Contains(r.Nodes, kind) && r.Rank > 2 {
			out = append(out, "'"+string(r.Key)+"'")
		}
	}
	return strings.Join(out, ", ")
}

const administrators = `('organization_administrator', 'master_administrator')`

func (i *rosterImport) checkPeople(ctx context.Context) error {
	type check struct{ column, reason, query string }
	checks := []check{
		{"id", "This person was erased.", `select line, id from staged_people s
			where exists (select 1 from account a where a.realm_id = :realm and a.account_id = s.target and a.status = 'erased')`},
		{"given_name", "A person needs a given name or a family name.", `select line, '' from staged_people
			where coalesce(given_name, '') = '' and coalesce(family_name, '') = '' and (account_status = 'active' or email is null) and coalesce(wrong, '') not like '%,given_name,%' and coalesce(wrong, '') not like '%,family_name,%'`},
		{"email", "An earlier row has the same address.", `select line, '' from (
			select line, row_number() over (partition by email_folded order by line) as nth from staged_people where email_folded is not null) n where nth > 1`},
		{"email", "The address belongs to somebody else in the organization.", `select s.line, '' from staged_people s where exists (
			select 1 from account a where a.realm_id = :realm and a.organization_id = :organization and a.email_folded = s.email_folded and a.account_id <> s.target
				and not exists (select 1 from staged_people t where t.target = a.account_id))`},
		{"location_id", "This role needs a location.", `select line, '' from staged_people
			where base_role in (` + rolesAt(access.AtLocation) + `) and location_id is null and location_id_ref is null and regrant
			and coalesce(wrong, '') not like '%,location_id,%'`},
	}
	if !i.hasClients {
		master := string(access.MasterAdministrator)
		checks = append(checks, check{"role", "This role needs an organization that may have clients.", `select line, '' from staged_people
			where base_role in ('` + master + `', '` + string(access.TwinOf(access.MasterAdministrator)) + `') and (made or base_role is distinct from was_role)`})
	}
	for _, c := range checks {
		if err := i.check(ctx, "people", c.column, c.reason, c.query); err != nil {
			return err
		}
	}
	return i.checkLastAdministrator(ctx)
}

// checkLastAdministrator keeps a bundle from taking away the last one (M-258).
func (i *rosterImport) checkLastAdministrator(ctx context.Context) error {
	const held = `select count(*) from account a where a.realm_id = :realm and a.organization_id = :organization
		and a.status = 'active' and a.base_role in ` + administrators
	before, err := i.number(ctx, held)
	if err != nil || before == 0 {
		return err
	}
	after, err := i.number(ctx, `select (`+held+` and not exists (select 1 from staged_people s where s.target = a.account_id))
		+ (select count(*) from staged_people s where s.account_status = 'active' and s.base_role in `+administrators+`)`)
	if err == nil && after == 0 {
		i.faults.Add(roster.Fault{File: "people.csv", Column: "role", Reason: "This would take away the last active Organization Administrator."})
	}
	return err
}

func (i *rosterImport) applyPeople(ctx context.Context) error {
	if !i.bundle.Has(roster.FileOf("people")) {
		return nil
	}
	err := i.do(
		ctx,
		`update staged_people set home = :path`,
		`update staged_people as s set home = p.path from placed p where p.location_id = s.location_id_ref`,
		// One identity stands for an address, in whatever organizations.
		`insert into identity (identity_id, email, email_folded, created_at)
			select s.identity_new, s.email, s.email_folded, :now from staged_people s
			where s.identity_ref is null and s.email_folded is not null order by s.line
			on conflict (email_folded) do nothing`,
		`update staged_people as s set identity_ref = d.identity_id from identity d
			where s.identity_ref is null and d.email_folded = s.email_folded`,
		`update staged_people as s set changed = true from account a where a.realm_id = :realm and a.account_id = s.target and not s.made
			and (a.external_id is distinct from nullif(s.id, a.account_id) or a.email is distinct from s.email or a.email_folded is distinct from s.email_folded
			or a.given_name is distinct from coalesce(s.given_name, '') or a.family_name is distinct from coalesce(s.family_name, '')
			or a.search_text <> s.search_text or a.status <> s.account_status or a.base_role <> s.base_role
			or a.location_id is distinct from s.location_id_ref or a.home <> s.home
			or a.locale is distinct from s.locale or a.zone is distinct from s.time_zone or a.identity_id is distinct from s.identity_ref)`,
	)
	if err != nil {
		return err
	}
	if err := i.noteRoles(ctx); err != nil {
		return err
	}
	err = i.do(
		ctx,
		// Two people may exchange their addresses, which are unique at every moment.
		`update account as a set email = null, email_folded = null, identity_id = null from staged_people s
			where a.realm_id = :realm and a.account_id = s.target and s.changed and a.email_folded is distinct from s.email_folded`,
		`update account as a set external_id = nullif(s.id, a.account_id), email = s.email, email_folded = s.email_folded, identity_id = s.identity_ref,
				given_name = coalesce(s.given_name, ''), family_name = coalesce(s.family_name, ''), name = s.name, name_folded = s.name_folded, search_text = s.search_text,
				status = s.account_status, base_role = s.base_role, location_id = s.location_id_ref, home = s.home, locale = s.locale, zone = s.time_zone
			from staged_people s where a.realm_id = :realm and a.account_id = s.target and s.changed`,
		`insert into account (realm_id, account_id, organization_id, learner, identity_id, external_id, email, email_folded, given_name, family_name,
				name, name_folded, search_text, status, base_role, location_id, home, locale, zone, created_at, imported_role, imported_status)
			select :realm, s.target, :organization, s.number, s.identity_ref, s.id, s.email, s.email_folded, coalesce(s.given_name, ''), coalesce(s.family_name, ''),
				s.name, s.name_folded, s.search_text, s.account_status, s.base_role, s.location_id_ref, s.home, s.locale, s.time_zone, :now, s.said_role, s.said_status
			from staged_people s where s.made order by s.line`,
	)
	if err != nil {
		return err
	}
	err = i.note(ctx, `update account as a set imported_role = s.said_role, imported_status = s.said_status from staged_people s
		where a.realm_id = :realm and a.account_id = s.target and not s.made
		and (a.imported_role is distinct from s.said_role or a.imported_status is distinct from s.said_status)`)
	if err != nil {
		return err
	}
	// Whatever refers to people is checked against them row by row.
	if err := i.analyze(ctx, "identity", "account"); err != nil {
		return err
	}
	return i.do(
		ctx,
		`update account_home as x set until_at = :now from staged_people s where x.realm_id = :realm and x.account_id = s.target
			and x.until_at is null and s.changed and x.location_id is distinct from s.location_id_ref`,
		`insert into account_home (realm_id, account_id, from_at, location_id)
			select :realm, s.target, :now, s.location_id_ref from staged_people s where (s.made or s.changed) and not exists (
				select 1 from account_home x where x.realm_id = :realm and x.account_id = s.target and x.until_at is null)
			on conflict (realm_id, account_id, from_at) do update set location_id = excluded.location_id, until_at = null`,
		`insert into touched (learner) select number from staged_people where made`,
		i.endGrants(`g.follows_home and exists (select 1 from staged_people s where s.regrant and s.target = g.account_id)`),
		i.baseGrants(access.AtOrganization, `:organization`, `cast(null as text)`),
		i.baseGrants(access.AtLocation, `cast(null as text)`, `s.location_id_ref`),
	)
}

// endGrants is the statement that ends grants; a clock set back ends none
// before it began.
func (i *rosterImport) endGrants(which string) string {
	return `update role_grant as g set ended_at = case when g.from_at > :now then g.from_at else :now end, ended_by = :by, ended_reason = 'import'
		where g.realm_id = :realm and g.organization_id = :organization and g.ended_at is null and ` + which
}

// baseGrants is the statement that gives the base roles of a kind of node.
func (i *rosterImport) baseGrants(kind access.NodeKind, organization, location string) string {
	extent := "case s.base_role"
	for _, r := range access.BaseRoles() {
		extent += " when '" + string(r.Key) + "' then '" + r.Extent.String() + "'"
	}
	return `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, node_location_id,
			extent, from_at, follows_home, given_by, reason)
		select :realm, s.grant_new, :organization, s.target, s.base_role, '` + string(kind) + `', ` + organization + `, ` + location + `,
			` + extent + ` end, :now, true, :by, 'import'
		from staged_people s where s.regrant and s.base_role in (` + rolesAt(kind) + `) order by s.line`
}
