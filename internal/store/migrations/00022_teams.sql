-- Teams from the side of a member: which one is in and was in.

-- +goose Up
create index team_member_by_account on team_member (realm_id, account_id, from_at);
create index team_by_owner on team (realm_id, owner_id, name_folded) where ended_at is null;
