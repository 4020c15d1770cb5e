-- Audit events, jobs and the outbox: written in the transaction of their cause.

-- +goose Up
create table audit_event (
	realm_id {int} not null,
	event_id {text} not null,
	at {int} not null,
	organization_id {text},
	actor_id {text},
	actor_system {text} not null,
	token_id {text},
	action {text} not null,
	subject_kind {text} not null,
	subject_id {text} not null,
	before_json {text} not null,
	after_json {text} not null,
	reason {text} not null,
	request_id {text} not null,
	primary key (realm_id, event_id)
) {strict};
create index audit_event_by_time on audit_event (realm_id, organization_id, at);
create index audit_event_by_subject on audit_event (realm_id, subject_kind, subject_id, at);

create table job (
	job_id {text} not null primary key,
	realm_id {int},
	kind {text} not null,
	payload {text} not null,
	created_at {int} not null,
	run_at {int} not null,
	locked_until {int} not null,
	attempt {int} not null,
	done_at {int},
	failed_at {int},
	last_error {text} not null
) {strict};
create index job_waiting on job (run_at) where done_at is null and failed_at is null;

create table mail (
	mail_id {text} not null primary key,
	realm_id {int},
	organization_id {text},
	kind {text} not null,
	recipient {text} not null,
	subject {text} not null,
	body_text {text} not null,
	body_html {text} not null,
	created_at {int} not null,
	run_at {int} not null,
	locked_until {int} not null,
	attempt {int} not null,
	sent_at {int},
	failed_at {int},
	last_error {text} not null
) {strict};
create index mail_waiting on mail (run_at) where sent_at is null and failed_at is null;
