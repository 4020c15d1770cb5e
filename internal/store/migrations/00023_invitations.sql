-- Invitations to the platform, to an activity or to a program. Those of seats are in seat.

-- +goose Up
create table invitation (
	realm_id {int} not null,
	invitation_id {text} not null,
	organization_id {text} not null,
	kind {text} not null constraint invitation_kind check (kind in ('platform', 'activity', 'program')),
	product_id {text},
	location_id {text}, -- where a new account is placed; null: in the organization itself
	email {text} not null,
	email_folded {text} not null,
	given_name {text} not null,
	family_name {text} not null,
	search_text {text} not null,
	locale {text},
	state {text} not null constraint invitation_state check (state in ('pending', 'accepted', 'revoked', 'expired')),
	invited_by {text},
	created_at {int} not null,
	sent_at {int} not null,
	letters {int} not null,
	expires_at {int} not null,
	bounced_at {int}, -- the last letter was given up
	account_id {text}, -- that accepted
	ended_at {int},
	ended_by {text},
	primary key (realm_id, invitation_id),
	constraint invitation_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id),
	constraint invitation_product foreign key (realm_id, organization_id, product_id) references product (realm_id, organization_id, product_id),
	constraint invitation_location foreign key (realm_id, organization_id, location_id) references location (realm_id, organization_id, location_id),
	constraint invitation_account foreign key (realm_id, organization_id, account_id) references account (realm_id, organization_id, account_id),
	constraint invitation_to_something check ((kind = 'platform') = (product_id is null)),
	constraint invitation_accepted check ((state = 'accepted') = (account_id is not null))
) {strict};
-- Inviters at one place know nothing of those at another; at one place nobody is invited to the same twice.
create unique index invitation_pending on invitation (realm_id, organization_id, coalesce(product_id, ''), coalesce(location_id, ''), email_folded) where state = 'pending';
create index invitation_by_time on invitation (realm_id, organization_id, kind, created_at, invitation_id);
create index invitation_by_address on invitation (realm_id, organization_id, email_folded) where state = 'pending';

-- What opens an invitation; only hashes are kept.
create table invitation_link (
	token_hash {text} not null primary key,
	realm_id {int} not null,
	invitation_id {text} not null,
	created_at {int} not null,
	constraint invitation_link_invitation foreign key (realm_id, invitation_id) references invitation (realm_id, invitation_id)
) {strict};
create index invitation_link_by_invitation on invitation_link (realm_id, invitation_id);
