-- Client organizations: their master's own id for each, why and since when one is
-- closed, and what people leave behind who work inside a client: inside_id is the
-- client, while organization_id stays their own.

-- +goose Up
alter table organization add column client_id {text};
alter table organization add column client_id_folded {text};
alter table organization add column status_reason {text} not null default '';
alter table organization add column status_at {int};
create unique index organization_client_id on organization (realm_id, client_id_folded) where client_id_folded is not null;
create index organization_by_name on organization (realm_id, name_folded, organization_id);

alter table audit_event add column inside_id {text};
alter table report_run add column inside_id {text};
alter table report_view add column inside_id {text};
alter table bulk_act add column inside_id {text};
