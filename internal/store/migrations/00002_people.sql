-- Sign-in identities stand outside the realms; accounts are people in one organization.

-- +goose Up
create table identity (
	identity_id {text} not null primary key,
	email {text} not null,
	email_folded {text} not null constraint identity_email unique,
	password_hash {text},
	created_at {int} not null
) {strict};

create table session (
	session_id {text} not null primary key,
	token_hash {text} not null constraint session_token unique,
	identity_id {text} not null references identity (identity_id),
	created_at {int} not null,
	used_at {int} not null,
	expires_at {int} not null,
	user_agent {text} not null,
	address {text} not null
) {strict};
create index session_by_identity on session (identity_id);

create table account (
	realm_id {int} not null,
	account_id {text} not null,
	organization_id {text} not null,
	learner {int} not null,
	identity_id {text} references identity (identity_id),
	external_id {text},
	email {text},
	email_folded {text},
	given_name {text} not null,
	family_name {text} not null,
	name {text} not null,
	name_folded {text} not null,
	search_text {text} not null,
	status {text} not null constraint account_status check (status in ('invited', 'active', 'suspended', 'erased')),
	base_role {text} not null,
	location_id {text},
	home {text} not null,
	locale {text},
	zone {text},
	last_seen_at {int},
	created_at {int} not null,
	imported_role {text},
	imported_status {text},
	primary key (realm_id, account_id),
	constraint account_in_organization unique (realm_id, organization_id, account_id),
	constraint account_learner unique (realm_id, learner),
	constraint account_email unique (realm_id, organization_id, email_folded),
	constraint account_external_id unique (realm_id, organization_id, external_id),
	constraint account_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id),
	constraint account_location foreign key (realm_id, organization_id, location_id) references location (realm_id, organization_id, location_id),
	constraint account_sign_in check (identity_id is null or email_folded is not null)
) {strict};
-- A list over a wide reach walks the names, a count the homes; both find all they need in the index.
create index account_by_name on account (realm_id, name_folded, account_id, home, status, learner);
create index account_by_home on account (realm_id, home, status, learner);
-- A narrow reach starts from its learners' numbers; without what it asks of them here it would walk all homes.
create index account_by_learner on account (realm_id, learner, status, home);
-- Every request finds its account by identity and organization.
create index account_by_identity on account (identity_id, realm_id, organization_id);

-- Where a person was placed when; the current place also stands in account.
create table account_home (
	realm_id {int} not null,
	account_id {text} not null,
	from_at {int} not null,
	until_at {int},
	location_id {text},
	primary key (realm_id, account_id, from_at),
	constraint account_home_account foreign key (realm_id, account_id) references account (realm_id, account_id)
) {without_rowid};
create unique index account_home_one on account_home (realm_id, account_id) where until_at is null;

-- Single-use links: setup of an organization's administrator, and new passwords. Only hashes are kept.
create table sign_in_link (
	token_hash {text} not null primary key,
	kind {text} not null constraint sign_in_link_kind check (kind in ('installation', 'setup', 'password')),
	realm_id {int},
	account_id {text},
	identity_id {text} references identity (identity_id),
	created_at {int} not null,
	expires_at {int} not null,
	used_at {int},
	constraint sign_in_link_account foreign key (realm_id, account_id) references account (realm_id, account_id)
) {strict};

create table api_token (
	realm_id {int} not null,
	token_id {text} not null,
	account_id {text} not null,
	name {text} not null,
	secret_hash {text} not null constraint api_token_secret unique,
	read_only {bool} not null,
	created_at {int} not null,
	used_at {int},
	ended_at {int},
	primary key (realm_id, token_id),
	constraint api_token_account foreign key (realm_id, account_id) references account (realm_id, account_id)
) {strict};
create index api_token_by_account on api_token (realm_id, account_id);

-- How often something was tried in a window of time.
create table attempt (
	bucket {text} not null,
	window_at {int} not null,
	tries {int} not null,
	primary key (bucket, window_at)
) {without_rowid};
