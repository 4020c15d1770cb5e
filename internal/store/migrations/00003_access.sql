-- Teams, groups, policies, custom roles and role grants.

-- +goose Up
create table team (
	realm_id {int} not null,
	team_id {text} not null,
	organization_id {text} not null,
	external_id {text},
	name {text} not null,
	name_folded {text} not null,
	owner_id {text},
	created_at {int} not null,
	ended_at {int},
	primary key (realm_id, team_id),
	constraint team_in_organization unique (realm_id, organization_id, team_id),
	constraint team_external_id unique (realm_id, organization_id, external_id),
	constraint team_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id),
	constraint team_owner foreign key (realm_id, organization_id, owner_id) references account (realm_id, organization_id, account_id)
) {strict};
create unique index team_name on team (realm_id, organization_id, name_folded) where ended_at is null;

create table team_member (
	realm_id {int} not null,
	organization_id {text} not null,
	team_id {text} not null,
	account_id {text} not null,
	learner {int} not null,
	from_at {int} not null,
	until_at {int},
	primary key (realm_id, team_id, account_id, from_at),
	constraint team_member_team foreign key (realm_id, organization_id, team_id) references team (realm_id, organization_id, team_id),
	constraint team_member_account foreign key (realm_id, organization_id, account_id) references account (realm_id, organization_id, account_id)
) {without_rowid};
create unique index team_member_one on team_member (realm_id, team_id, account_id) where until_at is null;
create index team_member_by_learner on team_member (realm_id, learner, team_id) where until_at is null;
create index team_member_by_team on team_member (realm_id, team_id, learner) where until_at is null;

create table acting_group (
	realm_id {int} not null,
	group_id {text} not null,
	organization_id {text} not null,
	name {text} not null,
	name_folded {text} not null,
	system_key {text},
	created_at {int} not null,
	ended_at {int},
	primary key (realm_id, group_id),
	constraint acting_group_in_organization unique (realm_id, organization_id, group_id),
	constraint acting_group_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id)
) {strict};
create unique index acting_group_name on acting_group (realm_id, organization_id, name_folded) where ended_at is null;

create table group_member (
	realm_id {int} not null,
	organization_id {text} not null,
	group_id {text} not null,
	account_id {text} not null,
	from_at {int} not null,
	until_at {int},
	primary key (realm_id, group_id, account_id, from_at),
	constraint group_member_group foreign key (realm_id, organization_id, group_id) references acting_group (realm_id, organization_id, group_id),
	constraint group_member_account foreign key (realm_id, organization_id, account_id) references account (realm_id, organization_id, account_id)
) {without_rowid};
create index group_member_by_account on group_member (realm_id, account_id);

create table custom_role (
	realm_id {int} not null,
	role_id {text} not null,
	organization_id {text} not null,
	name {text} not null,
	name_folded {text} not null,
	description {text} not null,
	any_permissions {text} not null,
	own_permissions {text} not null,
	node_kinds {text} not null,
	reports_only {bool} not null,
	created_at {int} not null,
	ended_at {int},
	primary key (realm_id, role_id),
	constraint custom_role_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id)
) {strict};

create table policy (
	realm_id {int} not null,
	policy_id {text} not null,
	organization_id {text} not null,
	name {text} not null,
	name_folded {text} not null,
	role {text} not null,
	system_key {text},
	created_at {int} not null,
	ended_at {int},
	primary key (realm_id, policy_id),
	constraint policy_in_organization unique (realm_id, organization_id, policy_id),
	constraint policy_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id)
) {strict};

create table policy_place (
	realm_id {int} not null,
	policy_id {text} not null,
	node_kind {text} not null,
	node_id {text} not null,
	extent {text} not null,
	from_at {int} not null,
	until_at {int},
	primary key (realm_id, policy_id, node_kind, node_id, from_at),
	constraint policy_place_policy foreign key (realm_id, policy_id) references policy (realm_id, policy_id)
) {without_rowid};

create table policy_holder (
	realm_id {int} not null,
	policy_id {text} not null,
	holder_kind {text} not null constraint policy_holder_kind check (holder_kind in ('group', 'account')),
	holder_id {text} not null,
	from_at {int} not null,
	until_at {int},
	primary key (realm_id, policy_id, holder_kind, holder_id, from_at),
	constraint policy_holder_policy foreign key (realm_id, policy_id) references policy (realm_id, policy_id)
) {without_rowid};
