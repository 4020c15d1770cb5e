-- The content library, and what learners did with it. Dense numbers keep the big tables small.

-- +goose Up
create table product (
	realm_id {int} not null,
	product_id {text} not null,
	organization_id {text} not null,
	kind {text} not null constraint product_kind check (kind in ('activity', 'program')),
	external_id {text},
	title {text} not null,
	title_folded {text} not null,
	created_at {int} not null,
	primary key (realm_id, product_id),
	constraint product_in_organization unique (realm_id, organization_id, product_id),
	constraint product_external_id unique (realm_id, organization_id, external_id),
	constraint product_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id)
) {strict};

create table activity (
	realm_id {int} not null,
	activity_id {text} not null,
	activity {int} not null,
	kind {text} not null constraint activity_kind check (kind in ('course', 'event', 'test', 'resource', 'link')),
	minutes {int},
	url {text},
	self_complete {bool} not null,
	primary key (realm_id, activity_id),
	constraint activity_number unique (realm_id, activity),
	constraint activity_product foreign key (realm_id, activity_id) references product (realm_id, product_id)
) {strict};

create table program_activity (
	realm_id {int} not null,
	program_id {text} not null,
	activity {int} not null,
	position {int} not null,
	required {bool} not null,
	from_at {int} not null,
	until_at {int},
	primary key (realm_id, program_id, activity, from_at),
	constraint program_activity_program foreign key (realm_id, program_id) references product (realm_id, product_id),
	constraint program_activity_activity foreign key (realm_id, activity) references activity (realm_id, activity)
) {without_rowid};
create unique index program_activity_one on program_activity (realm_id, program_id, activity) where until_at is null;

-- One enrollment per learner and activity, whatever paid for it (Q-31). Score is in hundredths of a point.
create table enrollment (
	realm_id {int} not null,
	learner {int} not null,
	activity {int} not null,
	enrolled_at {int} not null,
	started_at {int},
	completed_at {int},
	due_on {int},
	valid_until {int},
	progress {int} not null constraint enrollment_progress check (progress between 0 and 100),
	score {int} constraint enrollment_score check (score between 0 and 10000),
	minutes_spent {int} not null constraint enrollment_minutes check (minutes_spent >= 0),
	last_active_at {int},
	outcome {text} constraint enrollment_outcome check (outcome in ('failed', 'withdrawn', 'waived')),
	outcome_on {int},
	occurred_at {int},
	changes {int} not null,
	primary key (realm_id, learner, activity),
	constraint enrollment_learner foreign key (realm_id, learner) references account (realm_id, learner),
	constraint enrollment_activity foreign key (realm_id, activity) references activity (realm_id, activity),
	constraint enrollment_outcome_dated check ((outcome is null) = (outcome_on is null))
) {without_rowid};

-- What keeps an enrollment: it is active while one source is (I-11). ref is the seat, assignment or content grant.
create table enrollment_source (
	realm_id {int} not null,
	learner {int} not null,
	activity {int} not null,
	kind {text} not null constraint enrollment_source_kind check (kind in ('seat', 'assignment', 'content_grant', 'hand', 'import')),
	ref {text} not null,
	from_at {int} not null,
	until_at {int},
	primary key (realm_id, learner, activity, kind, ref, from_at),
	constraint enrollment_source_enrollment foreign key (realm_id, learner, activity) references enrollment (realm_id, learner, activity)
) {without_rowid};

-- Append-only: the values that stood until a change, so that a past day can be told.
create table enrollment_change (
	realm_id {int} not null,
	learner {int} not null,
	activity {int} not null,
	no {int} not null,
	changed_at {int} not null,
	progress {int} not null,
	score {int},
	due_on {int},
	valid_until {int},
	started_at {int},
	completed_at {int},
	outcome {text},
	outcome_on {int},
	minutes_spent {int} not null,
	last_active_at {int},
	primary key (realm_id, learner, activity, no),
	constraint enrollment_change_enrollment foreign key (realm_id, learner, activity) references enrollment (realm_id, learner, activity)
) {without_rowid};

-- The read model: one packed row per learner (package transcript), rebuilt from the learner's rows.
create table transcript (
	realm_id {int} not null,
	learner {int} not null,
	version {int} not null,
	entries {blob} not null,
	primary key (realm_id, learner),
	constraint transcript_learner foreign key (realm_id, learner) references account (realm_id, learner)
) {without_rowid};
