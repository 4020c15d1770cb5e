-- Access that ends by its day: which warnings went out before it, and the list of what ends soon.

-- +goose Up
create table grant_warning (
	realm_id {int} not null,
	grant_id {text} not null,
	until_at {int} not null,
	days {int} not null,
	at {int} not null,
	primary key (realm_id, grant_id, until_at, days),
	constraint grant_warning_grant foreign key (realm_id, grant_id) references role_grant (realm_id, grant_id)
) {without_rowid};
create index role_grant_ending on role_grant (realm_id, until_at, grant_id) where until_at is not null and ended_at is null;
