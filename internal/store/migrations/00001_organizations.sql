-- Realms, organizations and their trees of locations.
-- An instant is a count of UTC microseconds, a day a count of days since 1970-01-01.
-- Paths sort bytewise in tree order (access.Path).

-- +goose Up
create table installation (
	one {int} not null primary key constraint installation_one check (one = 1),
	realms {int} not null
) {strict};
insert into installation (one, realms) values (1, 0);

create table realm (
	realm_id {int} not null primary key,
	nodes {int} not null,
	learners {int} not null,
	activities {int} not null,
	created_at {int} not null
) {strict};

create table organization (
	realm_id {int} not null references realm (realm_id),
	organization_id {text} not null,
	slug {text} not null constraint organization_slug unique,
	parent_id {text},
	path {text} not null,
	name {text} not null,
	name_folded {text} not null,
	zone {text} not null,
	locale {text} not null,
	may_have_clients {bool} not null,
	status {text} not null constraint organization_status check (status in ('active', 'suspended', 'ended')),
	expires_on {int},
	revision {int} not null,
	hide_pending {bool} not null,
	due_soon_days {int} not null constraint organization_due_soon_days check (due_soon_days between 0 and 366),
	expires_soon_days {int} not null constraint organization_expires_soon_days check (expires_soon_days between 0 and 366),
	locations_enabled {bool} not null,
	hierarchies_enabled {bool} not null,
	auto_reporter {bool} not null,
	manager_limit {int},
	created_at {int} not null,
	primary key (realm_id, organization_id),
	constraint organization_path unique (realm_id, path),
	constraint organization_sibling_name unique (realm_id, parent_id, name_folded),
	constraint organization_parent foreign key (realm_id, parent_id) references organization (realm_id, organization_id)
) {strict};

create table location (
	realm_id {int} not null,
	location_id {text} not null,
	organization_id {text} not null,
	parent_id {text},
	path {text} not null,
	name {text} not null,
	name_folded {text} not null,
	external_id {text},
	created_at {int} not null,
	retired_at {int},
	primary key (realm_id, location_id),
	constraint location_in_organization unique (realm_id, organization_id, location_id),
	constraint location_path unique (realm_id, path),
	constraint location_external_id unique (realm_id, organization_id, external_id),
	constraint location_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id),
	constraint location_parent foreign key (realm_id, organization_id, parent_id) references location (realm_id, organization_id, location_id),
	constraint location_not_its_own_parent check (parent_id is null or parent_id <> location_id)
) {strict};
create index location_by_parent on location (realm_id, organization_id, parent_id, name_folded);

-- Where a location stood when; the current parent also stands in location.
create table location_place (
	realm_id {int} not null,
	location_id {text} not null,
	from_at {int} not null,
	until_at {int},
	parent_id {text},
	primary key (realm_id, location_id, from_at),
	constraint location_place_location foreign key (realm_id, location_id) references location (realm_id, location_id)
) {without_rowid};
create unique index location_place_one on location_place (realm_id, location_id) where until_at is null;
