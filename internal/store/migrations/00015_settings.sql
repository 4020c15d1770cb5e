-- What an organization decides about itself: address, colours, logo, whom letters come from, and how long sessions last.

-- +goose Up
alter table organization add column address {text} not null default '';
-- Colours are #rrggbb; without one pages have Ambit's.
alter table organization add column accent {text} not null default '';
alter table organization add column accent_dark {text} not null default '';
-- The hash of the organization's row in organization_logo.
alter table organization add column logo {text} not null default '';
alter table organization add column mail_sender {text} not null default '';
alter table organization add column mail_reply_to {text} not null default '';
-- Shorter limits than the installation's; null: none.
alter table organization add column session_idle_minutes {int};
alter table organization add column session_total_hours {int};

-- The image is a PNG that Ambit made itself, never the uploaded file.
create table organization_logo (
	realm_id {int} not null,
	organization_id {text} not null,
	hash {text} not null,
	png {blob} not null,
	width {int} not null,
	height {int} not null,
	created_at {int} not null,
	primary key (realm_id, organization_id),
	constraint organization_logo_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id)
) {strict};
create index organization_logo_by_hash on organization_logo (hash);
