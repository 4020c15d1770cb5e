-- Selling and handing out: plans of seats, links to redeem, deals with their
-- licenses, acts that are previewed and can be undone, and keys of requests.

-- +goose Up
-- seats_spent counts seats that were redeemed and released where the plan does not give them back (Q-27);
-- they stay in seats_used. reporter_waiting_at: an automatic appointment met the manager limit (M-052).
alter table purchase add column seats_spent {int} not null default 0 constraint purchase_seats_spent check (seats_spent >= 0);
alter table purchase add column reusable {bool} not null default false;
alter table purchase add column max_people {int} constraint purchase_max_people check (max_people >= 1);
alter table purchase add column reporter_waiting_at {int};
-- complete_by becomes due_on of the enrollments that redeeming a seat makes.
alter table purchase add column complete_by {int};
create index purchase_by_company on purchase (realm_id, organization_id, company_folded, purchased_at);
create index purchase_waiting on purchase (realm_id, organization_id) where reporter_waiting_at is not null;

-- spent: released without going back to the free ones. sent_at and letters tell of the invitation.
alter table seat add column spent {bool} not null default false;
alter table seat add column assigned_by {text} not null default '';
alter table seat add column ended_by {text};
alter table seat add column ended_reason {text};
alter table seat add column sent_at {int};
alter table seat add column letters {int} not null default 0;
create index seat_offered on seat (realm_id, account_id) where state = 'pending' and account_id is not null;
create index seat_by_address on seat (realm_id, organization_id, email_folded) where state = 'pending';
alter table seat_ledger add column spent {int} not null default 0;

-- What opens a pending seat; only hashes are kept. It works until the seat is redeemed or ended.
create table seat_link (
	token_hash {text} not null primary key,
	realm_id {int} not null,
	seat_id {text} not null,
	created_at {int} not null,
	constraint seat_link_seat foreign key (realm_id, seat_id) references seat (realm_id, seat_id)
) {strict};
create index seat_link_by_seat on seat_link (realm_id, seat_id);

-- Two people who edit the same entry of the library: the second is told.
alter table product add column revision {int} not null default 0;
create index product_by_title on product (realm_id, organization_id, title_folded, product_id);

-- A draft has licenses only; they become purchases when the deal takes effect.
alter table deal add column company {text} not null default '';
alter table deal add column company_folded {text} not null default '';
alter table deal add column name_folded {text} not null default '';
alter table deal add column buyer_id {text};
-- Of a draft: somebody without an account, who gets one when the deal takes effect.
alter table deal add column buyer_email {text} not null default '';
alter table deal add column buyer_given {text} not null default '';
alter table deal add column buyer_family {text} not null default '';
alter table deal add column state {text} not null default 'active' constraint deal_state check (state in ('draft', 'active', 'ended'));
alter table deal add column notes {text} not null default '';
alter table deal add column reusable {bool} not null default false;
alter table deal add column max_people {int} constraint deal_max_people check (max_people >= 1);
alter table deal add column auto_reporter {bool} not null default false;
alter table deal add column revision {int} not null default 0;
alter table deal add column activated_at {int};
alter table deal add column ended_at {int};
update deal set name_folded = lower(name);
create index deal_by_time on deal (realm_id, organization_id, created_at, deal_id);
create index purchase_by_deal on purchase (realm_id, deal_id) where deal_id is not null;

create table deal_license (
	realm_id {int} not null,
	deal_id {text} not null,
	license_id {text} not null,
	organization_id {text} not null,
	position {int} not null,
	product_id {text} not null,
	seats {int} not null constraint deal_license_seats check (seats >= 1),
	redeem_by {int},
	access_days {int} constraint deal_license_access_days check (access_days >= 1),
	access_until {int},
	complete_by {int},
	purchase_id {text},
	primary key (realm_id, license_id),
	constraint deal_license_deal foreign key (realm_id, organization_id, deal_id) references deal (realm_id, organization_id, deal_id),
	constraint deal_license_product foreign key (realm_id, organization_id, product_id) references product (realm_id, organization_id, product_id),
	constraint deal_license_purchase foreign key (realm_id, organization_id, purchase_id) references purchase (realm_id, organization_id, purchase_id)
) {strict};
create index deal_license_by_deal on deal_license (realm_id, deal_id, position);

-- How long the reporter of a purchase reads its history after their own seat ended by date (Q-04).
alter table organization add column history_months {int} not null default 12 constraint organization_history_months check (history_months between 0 and 120);

-- What a letter is about, and what it was written from, so that it can be written again.
alter table mail add column about_kind {text};
alter table mail add column about_id {text};
alter table mail add column recipient_id {text};
alter table mail add column facts_json {text};
alter table mail add column search_text {text} not null default '';
create index mail_by_about on mail (realm_id, about_kind, about_id, created_at) where about_id is not null;
create index mail_by_organization on mail (realm_id, organization_id, created_at, mail_id);

-- A bulk act: previewed, then done in one transaction, and for a while undone in one.
create table bulk_act (
	realm_id {int} not null,
	act_id {text} not null,
	organization_id {text} not null,
	account_id {text} not null,
	kind {text} not null,
	subject_id {text} not null,
	input_json {text} not null,
	plan_json {text} not null,
	undo_json {text},
	undone_json {text},
	state {text} not null constraint bulk_act_state check (state in ('previewed', 'done', 'undone')),
	created_at {int} not null,
	expires_at {int} not null,
	done_at {int},
	undo_until {int},
	undone_at {int},
	primary key (realm_id, act_id),
	constraint bulk_act_account foreign key (realm_id, organization_id, account_id) references account (realm_id, organization_id, account_id),
	constraint bulk_act_done check ((state = 'previewed') = (done_at is null))
) {strict};
create index bulk_act_by_account on bulk_act (realm_id, account_id, created_at);
create index bulk_act_by_subject on bulk_act (realm_id, kind, subject_id, created_at);

-- A request that carries an Idempotency-Key. committed is set in the transaction of what the request does.
create table request_key (
	realm_id {int} not null,
	account_id {text} not null,
	request_key {text} not null,
	operation {text} not null,
	body_hash {text} not null,
	created_at {int} not null,
	claimed_until {int} not null,
	committed {bool} not null,
	status {int},
	location {text} not null default '',
	answer {text},
	primary key (realm_id, account_id, request_key),
	constraint request_key_account foreign key (realm_id, account_id) references account (realm_id, account_id)
) {strict};
create index request_key_by_time on request_key (created_at);
