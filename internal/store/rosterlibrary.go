package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/roster"
)

// checkLibrary tells ids that are used for both kinds of product, and names of
// teams that are taken.
func (i *rosterImport) checkLibrary(ctx context.Context) error {
	for _, c := range []struct{ file, column, reason, query string }{
		{"activities", "id", "There is a program with this id.", `select s.line, '' from staged_activities s where exists (select 1 from product x
			where x.realm_id = :realm and x.organization_id = :organization and x.external_id = s.id and x.kind = 'program')`},
		{"programs", "id", "There is an activity with this id.", `select s.line, '' from staged_programs s
			where exists (select 1 from staged_activities a where a.id = s.id) or exists (select 1 from product x
				where x.realm_id = :realm and x.organization_id = :organization and x.external_id = s.id and x.kind = 'activity')`},
		{"teams", "name", "An earlier row has the same name.", `select line, '' from (
			select line, row_number() over (partition by name_folded order by line) as nth from staged_teams where name is not null) n where nth > 1`},
		{"teams", "name", "Another team of the organization has this name.", `select s.line, '' from staged_teams s where exists (select 1 from team x
			where x.realm_id = :realm and x.organization_id = :organization and x.name_folded = s.name_folded and x.ended_at is null and x.team_id <> s.target
				and not exists (select 1 from staged_teams t where t.target = x.team_id))`},
	} {
		if err := i.check(ctx, c.file, c.column, c.reason, c.query); err != nil {
			return err
		}
	}
	return nil
}

func (i *rosterImport) applyLibrary(ctx context.Context) error {
	if i.bundle.Has(roster.FileOf("activities")) {
		err := i.do(
			ctx,
			`update staged_activities as s set changed = true from product p, activity a
				where p.realm_id = :realm and p.product_id = s.target and a.realm_id = :realm and a.activity_id = s.target and not s.made
				and (p.title <> s.title or a.kind <> s.kind or a.minutes is distinct from s.minutes or a.url is distinct from s.url or a.self_complete <> s.self_complete)`,
			`update activity as a set kind = s.kind, minutes = s.minutes, url = s.url, self_complete = s.self_complete
				from staged_activities s where a.realm_id = :realm and a.activity_id = s.target and s.changed`,
			i.newProducts("activities", "activity"), i.renamedProducts("activities"),
			`insert into activity (realm_id, activity_id, activity, kind, minutes, url, self_complete)
				select :realm, s.target, s.number, s.kind, s.minutes, s.url, s.self_complete from staged_activities s where s.made order by s.line`,
		)
		if err != nil {
			return err
		}
	}
	if i.bundle.Has(roster.FileOf("programs")) {
		err := i.do(
			ctx,
			`update staged_programs as s set changed = true from product p where p.realm_id = :realm and p.product_id = s.target and not s.made and p.title <> s.title`,
			i.newProducts("programs", "program"), i.renamedProducts("programs"),
		)
		if err != nil {
			return err
		}
	}
	if !i.bundle.Has(roster.FileOf("program_activities")) {
		return nil
	}
	return i.do(
		ctx,
		// An activity that was taken out by hand has only intervals that ended: it is neither made nor changed.
		`update staged_program_activities as s set made = true where not exists (
			select 1 from program_activity x where x.realm_id = :realm and x.program_id = s.program_id_ref and x.activity = s.activity_id_no)`,
		`update staged_program_activities as s set changed = true from program_activity x where x.realm_id = :realm
			and x.program_id = s.program_id_ref and x.activity = s.activity_id_no and x.until_at is null and (x.position <> s.position or x.required <> s.required)`,
		`update program_activity as x set until_at = :now from staged_program_activities s where s.changed
			and x.realm_id = :realm and x.program_id = s.program_id_ref and x.activity = s.activity_id_no and x.until_at is null`,
		`insert into program_activity (realm_id, program_id, activity, position, required, from_at)
			select :realm, s.program_id_ref, s.activity_id_no, s.position, s.required, :now from staged_program_activities s where s.made or s.changed
			on conflict (realm_id, program_id, activity, from_at) do update set position = excluded.position, required = excluded.required, until_at = null`,
		`update product as p set revision = p.revision + 1 where p.realm_id = :realm
			and p.product_id in (select s.program_id_ref from staged_program_activities s where s.made or s.changed)`,
	)
}

func (i *rosterImport) newProducts(table, kind string) string {
	return `insert into product (realm_id, product_id, organization_id, kind, external_id, title, title_folded, created_at)
		select :realm, s.target, :organization, '` + kind + `', s.id, s.title, s.title_folded, :now from staged_` + table + ` s where s.made order by s.line`
}

func (i *rosterImport) renamedProducts(table string) string {
	return `update product as p set title = s.title, title_folded = s.title_folded, revision = p.revision + 1 from staged_` + table + ` s
		where p.realm_id = :realm and p.product_id = s.target and s.changed`
}

func (i *rosterImport) applyTeams(ctx context.Context) error {
	if i.bundle.Has(roster.FileOf("teams")) {
		err := i.do(
			ctx,
			`update staged_teams as s set changed = true from team t where t.realm_id = :realm and t.team_id = s.target and not s.made
				and (t.name <> s.name or t.owner_id is distinct from s.owner_id_ref)`,
			// Two teams may exchange their names, which are unique at every moment.
			`update team as t set name_folded = t.team_id from staged_teams s where t.realm_id = :realm and t.team_id = s.target and s.changed`,
			`update team as t set name = s.name, name_folded = s.name_folded, owner_id = s.owner_id_ref from staged_teams s
				where t.realm_id = :realm and t.team_id = s.target and s.changed`,
			`insert into team (realm_id, team_id, organization_id, external_id, name, name_folded, owner_id, created_at)
				select :realm, s.target, :organization, s.id, s.name, s.name_folded, s.owner_id_ref, :now from staged_teams s where s.made order by s.line`,
		)
		if err != nil {
			return err
		}
	}
	if !i.bundle.Has(roster.FileOf("team_members")) {
		return nil
	}
	return i.do(
		ctx,
		`update staged_team_members as s set made = true where not exists (
			select 1 from team_member x where x.realm_id = :realm and x.team_id = s.team_id_ref and x.account_id = s.person_id_ref)`,
		`insert into team_member (realm_id, organization_id, team_id, account_id, learner, from_at)
			select :realm, :organization, s.team_id_ref, s.person_id_ref, s.person_id_no, :now from staged_team_members s where s.made`,
	)
}
