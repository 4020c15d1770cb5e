-- Policies have a version, days and a name of their own; every organization has the one by which a group enrolls.

-- +goose Up
alter table policy add column version {int} not null default 1;
alter table policy add column changed_at {int};
alter table policy add column begins_at {int};
alter table policy add column ends_at {int};
create unique index policy_name on policy (realm_id, organization_id, name_folded) where ended_at is null;
create index policy_holder_by_holder on policy_holder (realm_id, holder_kind, holder_id) where until_at is null;
create index role_grant_by_policy on role_grant (realm_id, policy_id) where policy_id is not null;

-- Its id in organizations from before is theirs with the first letter last, which is nobody else's.
insert into policy (realm_id, policy_id, organization_id, name, name_folded, role, system_key, created_at)
	select realm_id, substr(organization_id, 2) || substr(organization_id, 1, 1), organization_id, 'Learner management: enrollments', 'learner management: enrollments', 'manage_enrollments', 'manage_enrollments', created_at from organization;
insert into policy_place (realm_id, policy_id, node_kind, node_id, extent, from_at)
	select realm_id, substr(organization_id, 2) || substr(organization_id, 1, 1), 'organization', organization_id, 'within', created_at from organization;
