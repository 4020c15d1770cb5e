-- Types of locations, and what becomes of a location that is merged into another.

-- +goose Up
-- A type is a level of the tree, counted from the top. requires_id is the type that the place directly
-- above must have; without it any place of a higher level will do.
create table location_type (
	realm_id {int} not null,
	type_id {text} not null,
	organization_id {text} not null,
	level {int} not null constraint location_type_level check (level between 1 and 100),
	name {text} not null,
	name_folded {text} not null,
	requires_id {text},
	primary key (realm_id, type_id),
	constraint location_type_in_organization unique (realm_id, organization_id, type_id),
	constraint location_type_name unique (realm_id, organization_id, name_folded),
	constraint location_type_at_level unique (realm_id, organization_id, level),
	constraint location_type_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id),
	constraint location_type_requires foreign key (realm_id, organization_id, requires_id) references location_type (realm_id, organization_id, type_id)
) {strict};

alter table location add column type_id {text};
-- Where people and places went when this one was merged away; it is retired then.
alter table location add column merged_into {text};
-- A level of the tree is read by name, and a search walks the names; both find all they need in the index.
create index location_open on location (realm_id, organization_id, parent_id, name_folded, location_id, path) where retired_at is null;
create index location_open_by_name on location (realm_id, organization_id, name_folded, location_id, path) where retired_at is null;
create index account_by_location on account (realm_id, location_id) where location_id is not null;
create index location_open_by_path on location (realm_id, path) where retired_at is null;
