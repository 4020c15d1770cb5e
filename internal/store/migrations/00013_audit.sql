-- The log is read from the latest back: of a whole realm, of one organization, and of one person.

-- +goose Up
create index audit_event_by_moment on audit_event (realm_id, at, event_id);
create index audit_event_by_actor on audit_event (realm_id, actor_id, at);
