-- The key by which whoever started a run would know it again (Idempotency-Key).

-- +goose Up
alter table report_run add column request_key {text};
create unique index report_run_by_request_key on report_run (realm_id, account_id, request_key) where request_key is not null;
