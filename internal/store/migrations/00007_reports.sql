-- Files of reports, kept in compressed parts, and saved views.

-- +goose Up
create table report_run (
	realm_id {int} not null,
	run_id {text} not null,
	organization_id {text} not null,
	account_id {text} not null,
	person {text} not null,
	company {text} not null,
	report {text} not null,
	request_json {text} not null,
	format {text} not null,
	state {text} not null constraint report_run_state check (state in ('waiting', 'running', 'done', 'failed', 'cancelled', 'stopped', 'expired')),
	attempt {int} not null,
	row_count {int} not null,
	expected {int} not null,
	learners {int} not null,
	reach_total {int} not null,
	columns_json {text} not null,
	places_json {text} not null,
	filters_json {text} not null,
	about {blob},
	bytes {int} not null,
	sha256 {text},
	zone {text} not null,
	locale {text} not null,
	why {text} not null,
	created_at {int} not null,
	started_at {int},
	touched_at {int} not null,
	finished_at {int},
	expires_at {int},
	primary key (realm_id, run_id),
	constraint report_run_account foreign key (realm_id, organization_id, account_id) references account (realm_id, organization_id, account_id),
	constraint report_run_hash check (state <> 'done' or (sha256 is not null and expires_at is not null))
) {strict};
create index report_run_by_person on report_run (realm_id, account_id, created_at, run_id);
create index report_run_by_hash on report_run (sha256, created_at) where sha256 is not null;
create index report_run_open on report_run (touched_at) where state in ('waiting', 'running');
create index report_run_kept on report_run (expires_at) where state = 'done';

create table report_part (
	realm_id {int} not null,
	run_id {text} not null,
	part_no {int} not null,
	size {int} not null,
	packed {blob} not null,
	primary key (realm_id, run_id, part_no),
	constraint report_part_run foreign key (realm_id, run_id) references report_run (realm_id, run_id)
) {strict};

create table report_view (
	realm_id {int} not null,
	view_id {text} not null,
	organization_id {text} not null,
	account_id {text} not null,
	report {text} not null,
	name {text} not null,
	name_folded {text} not null,
	shared {bool} not null,
	request_json {text} not null,
	created_at {int} not null,
	updated_at {int} not null,
	primary key (realm_id, view_id),
	constraint report_view_name unique (realm_id, account_id, report, name_folded),
	constraint report_view_account foreign key (realm_id, organization_id, account_id) references account (realm_id, organization_id, account_id)
) {strict};
create index report_view_by_organization on report_view (realm_id, organization_id, report, name_folded);
