-- Custom roles keep every version of what they gave.

-- +goose Up
alter table custom_role add column version {int} not null default 1;
create unique index custom_role_name on custom_role (realm_id, organization_id, name_folded) where ended_at is null;

-- The row of custom_role is the latest version; here stand all of them, each with who wrote it, when and why.
create table custom_role_version (
	realm_id {int} not null,
	role_id {text} not null,
	version {int} not null constraint custom_role_version_number check (version >= 1),
	name {text} not null,
	description {text} not null,
	any_permissions {text} not null,
	own_permissions {text} not null,
	node_kinds {text} not null,
	reports_only {bool} not null,
	at {int} not null,
	written_by {text} not null,
	reason {text} not null,
	primary key (realm_id, role_id, version),
	constraint custom_role_version_role foreign key (realm_id, role_id) references custom_role (realm_id, role_id)
) {strict};
insert into custom_role_version (realm_id, role_id, version, name, description, any_permissions, own_permissions, node_kinds, reports_only, at, written_by, reason)
	select realm_id, role_id, version, name, description, any_permissions, own_permissions, node_kinds, reports_only, created_at, '', '' from custom_role;

-- Who holds a role is asked before it changes.
create index role_grant_by_role on role_grant (realm_id, role) where ended_at is null;
