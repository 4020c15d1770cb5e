-- Whom a print or a list of addresses held, so that learners can be told of it
-- as they are of files.

-- +goose Up
create table report_taking (
	realm_id {int} not null,
	taking_id {text} not null,
	organization_id {text} not null,
	account_id {text} not null,
	how {text} not null constraint report_taking_how check (how in ('printed', 'addresses')),
	report {text} not null,
	taken_at {int} not null,
	about {blob} not null,
	primary key (realm_id, taking_id),
	constraint report_taking_account foreign key (realm_id, account_id) references account (realm_id, account_id)
) {strict};
create index report_taking_by_organization on report_taking (realm_id, organization_id, taken_at);
