-- Who was erased, so that seats can be counted without a look at every account;
-- and what cursors are signed with (filled in by Migrate).

-- +goose Up
create index account_erased on account (realm_id, learner) where status = 'erased';
alter table installation add column cursor_key {blob};
