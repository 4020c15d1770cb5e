-- Purchases, custom deals, seats with their ledger, and role grants (which name purchases).

-- +goose Up
create table deal (
	realm_id {int} not null,
	deal_id {text} not null,
	organization_id {text} not null,
	external_id {text},
	name {text} not null,
	starts_on {int},
	ends_on {int},
	created_at {int} not null,
	primary key (realm_id, deal_id),
	constraint deal_in_organization unique (realm_id, organization_id, deal_id),
	constraint deal_external_id unique (realm_id, organization_id, external_id),
	constraint deal_organization foreign key (realm_id, organization_id) references organization (realm_id, organization_id)
) {strict};

-- seats = pending + redeemed + free; expiry is a function of the date and moves no counter (I-09).
create table purchase (
	realm_id {int} not null,
	purchase_id {text} not null,
	organization_id {text} not null,
	external_id {text},
	product_id {text} not null,
	buyer_id {text} not null,
	company {text} not null,
	company_folded {text} not null,
	seats {int} not null constraint purchase_seats check (seats >= 1),
	seats_over {int} not null constraint purchase_seats_over check (seats_over >= 0),
	seats_used {int} not null,
	purchased_at {int} not null,
	redeem_by {int},
	access_days {int} constraint purchase_access_days check (access_days >= 1),
	access_until {int},
	deal_id {text},
	imported_reporter {text},
	created_at {int} not null,
	primary key (realm_id, purchase_id),
	constraint purchase_in_organization unique (realm_id, organization_id, purchase_id),
	constraint purchase_external_id unique (realm_id, organization_id, external_id),
	constraint purchase_seats_available check (seats_used between 0 and seats + seats_over),
	constraint purchase_product foreign key (realm_id, organization_id, product_id) references product (realm_id, organization_id, product_id),
	constraint purchase_buyer foreign key (realm_id, organization_id, buyer_id) references account (realm_id, organization_id, account_id),
	constraint purchase_deal foreign key (realm_id, organization_id, deal_id) references deal (realm_id, organization_id, deal_id)
) {strict};
create index purchase_by_buyer on purchase (realm_id, buyer_id);
create index purchase_by_date on purchase (realm_id, organization_id, purchased_at, purchase_id);

-- A row is a seat assignment; a free seat is no row.
create table seat (
	realm_id {int} not null,
	seat_id {text} not null,
	organization_id {text} not null,
	purchase_id {text} not null,
	account_id {text},
	learner {int},
	email {text} not null,
	email_folded {text} not null,
	state {text} not null constraint seat_state check (state in ('pending', 'redeemed', 'released', 'revoked')),
	assigned_at {int} not null,
	redeemed_at {int},
	ended_at {int},
	access_until {int},
	imported_state {text},
	primary key (realm_id, seat_id),
	constraint seat_purchase foreign key (realm_id, organization_id, purchase_id) references purchase (realm_id, organization_id, purchase_id),
	constraint seat_account foreign key (realm_id, organization_id, account_id) references account (realm_id, organization_id, account_id),
	constraint seat_redeemed check (state <> 'redeemed' or (account_id is not null and learner is not null and redeemed_at is not null)),
	constraint seat_ended check ((state in ('released', 'revoked')) = (ended_at is not null)),
	constraint seat_someone check (account_id is not null or email_folded <> '')
) {strict};
-- I-10: at most one live assignment per person, and per address, in a purchase.
create unique index seat_live_account on seat (realm_id, purchase_id, account_id) where state in ('pending', 'redeemed') and account_id is not null;
create unique index seat_live_address on seat (realm_id, purchase_id, email_folded) where state in ('pending', 'redeemed') and email_folded <> '';
create index seat_by_purchase on seat (realm_id, purchase_id, state, learner, access_until);
create index seat_by_learner on seat (realm_id, learner, purchase_id, access_until) where state = 'redeemed';

-- Append-only: every movement of a purchase's seats; the sums are the balance (N-09).
create table seat_ledger (
	realm_id {int} not null,
	purchase_id {text} not null,
	no {int} not null,
	at {int} not null,
	movement {text} not null,
	seat_id {text},
	seats {int} not null,
	pending {int} not null,
	redeemed {int} not null,
	actor {text} not null,
	primary key (realm_id, purchase_id, no),
	constraint seat_ledger_purchase foreign key (realm_id, purchase_id) references purchase (realm_id, purchase_id)
) {without_rowid};

-- Who holds which role where, how far and how long. Ending one is a write, deleting is not.
create table role_grant (
	realm_id {int} not null,
	grant_id {text} not null,
	organization_id {text} not null,
	account_id {text},
	group_id {text},
	role {text} not null,
	node_kind {text} not null,
	node_organization_id {text},
	node_location_id {text},
	purchase_id {text},
	team_id {text},
	extent {text} not null constraint role_grant_extent check (extent in ('here', 'within', 'beyond')),
	from_at {int} not null,
	until_at {int},
	ended_at {int},
	follows_home {bool} not null,
	policy_id {text},
	given_by {text} not null,
	reason {text} not null,
	ended_by {text},
	ended_reason {text},
	primary key (realm_id, grant_id),
	constraint role_grant_account foreign key (realm_id, organization_id, account_id) references account (realm_id, organization_id, account_id),
	constraint role_grant_group foreign key (realm_id, organization_id, group_id) references acting_group (realm_id, organization_id, group_id),
	constraint role_grant_node_organization foreign key (realm_id, node_organization_id) references organization (realm_id, organization_id),
	constraint role_grant_node_location foreign key (realm_id, node_location_id) references location (realm_id, location_id),
	constraint role_grant_purchase foreign key (realm_id, organization_id, purchase_id) references purchase (realm_id, organization_id, purchase_id),
	constraint role_grant_team foreign key (realm_id, organization_id, team_id) references team (realm_id, organization_id, team_id),
	constraint role_grant_policy foreign key (realm_id, organization_id, policy_id) references policy (realm_id, organization_id, policy_id),
	constraint role_grant_one_principal check ((account_id is null) <> (group_id is null)),
	constraint role_grant_one_node check (
		(node_kind = 'organization' and node_organization_id is not null and node_location_id is null and purchase_id is null and team_id is null)
		or (node_kind = 'location' and node_organization_id is null and node_location_id is not null and purchase_id is null and team_id is null)
		or (node_kind = 'purchase' and node_organization_id is null and node_location_id is null and purchase_id is not null and team_id is null)
		or (node_kind = 'team' and node_organization_id is null and node_location_id is null and purchase_id is null and team_id is not null)),
	constraint role_grant_reporter_at_purchase check (role <> 'license_reporter' or (node_kind = 'purchase' and account_id is not null)),
	constraint role_grant_interval check (ended_at is null or ended_at >= from_at)
) {strict};
-- I-07: at most one License Reporter per purchase.
create unique index reporter_one on role_grant (realm_id, purchase_id) where role = 'license_reporter' and ended_at is null;
create unique index base_role_one on role_grant (realm_id, account_id) where follows_home and ended_at is null;
create index role_grant_by_account on role_grant (realm_id, account_id);
create index role_grant_by_group on role_grant (realm_id, group_id) where group_id is not null;
create index role_grant_by_purchase on role_grant (realm_id, purchase_id) where purchase_id is not null;
create index role_grant_by_team on role_grant (realm_id, team_id) where team_id is not null;
create index role_grant_by_location on role_grant (realm_id, node_location_id) where node_location_id is not null;
create index role_grant_by_organization on role_grant (realm_id, node_organization_id) where node_organization_id is not null;
