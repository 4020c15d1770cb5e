-- What administrators do with accounts: invitations and deletion.

-- +goose Up
-- When the last invitation was asked for; null: never.
alter table account add column invited_at {int};
-- A deleted account has the status of an erased one, which keeps it out of every list and every count of
-- the present; deleted_at tells the two apart. Its address and its external id are free for others, and
-- stand here for whoever restores it.
alter table account add column deleted_at {int};
alter table account add column deleted_by {text};
alter table account add column deleted_reason {text};
alter table account add column deleted_email {text};
alter table account add column deleted_external_id {text};
create index account_deleted on account (realm_id, deleted_at, account_id) where deleted_at is not null;
-- Whoever looks for the people of a role looks for few: nearly all are students.
create index account_by_role on account (realm_id, base_role, home, status, learner) where base_role <> 'student';
