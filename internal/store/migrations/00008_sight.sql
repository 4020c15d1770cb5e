-- Who was erased, so that seats can be counted without a look at every account.

-- +goose Up
create index account_erased on account (realm_id, learner) where status = 'erased';
