-- In which change a transcript was last written, so that a process that keeps transcripts in memory
-- can ask for those that were written since (store/recall.go).

-- +goose Up
alter table transcript add column change_no {int} not null default 0;
create index transcript_changed on transcript (realm_id, change_no);
