package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// lookup is how many people are looked for in one statement.
const lookup = 500

// knownPeople are invitees and what the database knows of them, as it stands.
type knownPeople struct {
	q        querier
	reach    access.Reach
	purchase *soldPurchase
	people   []license.Known
	counted  int // distinct people who have had a seat; only where the plan limits them
}

// knowPeople looks up who is behind a list of invitees: accounts by address or
// by id, who holds a seat, and whom a limit of people counts already. It takes
// a few statements for any number of them.
func knowPeople(ctx context.Context, q querier, reach access.Reach, purchase *soldPurchase, invitees []license.Invitee) (*knownPeople, error) {
	k := &knownPeople{q: q, reach: reach, purchase: purchase, people: make([]license.Known, len(invitees))}
	for i, invitee := range invitees {
		p := &k.people[i]
		p.Invitee = invitee
		if invitee.Account != "" {
			p.Missing, p.Email = true, "" // until it is found
			continue
		}
		if email, err := account.CheckEmail("email", invitee.Email); err == nil {
			p.Email, p.Folded = email, fold.Email(email)
		}
	}
	for _, step := range []func(context.Context) error{k.byAccount, k.byAddress, k.holders, k.everCounted} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return k, nil
}

type foundAccount struct{ id, email, folded, name, locale string }

const foundColumns = `select a.account_id, coalesce(a.email, ''), coalesce(a.email_folded, ''), a.name, coalesce(a.locale, '') from account a
	where a.realm_id = $1 and a.organization_id = $2 and a.status <> 'erased' and `

func scanFound(row *sql.Rows) (f foundAccount, err error) {
	err = row.Scan(&f.id, &f.email, &f.folded, &f.name, &f.locale)
	return f, err
}

func (k *knownPeople) begin() *params {
	return with(int64(k.reach.Actor().Realm), string(k.purchase.organization))
}

// byAccount finds invitees that are named by account: oneself, and learners
// whom the asker answers for.
func (k *knownPeople) byAccount(ctx context.Context) error {
	var ids []string
	for _, p := range k.people {
		if p.Missing {
			ids = append(ids, string(p.Account))
		}
	}
	found := map[access.AccountID]foundAccount{}
	for chunk := range slices.Chunk(ids, lookup) {
		p := k.begin()
		some, err := collect(ctx, k.q, foundColumns+`a.account_id in `+in(p, chunk)+
			` and (a.account_id = `+p.put(string(k.reach.Actor().Account))+` or `+visible(k.reach, "a", p)+`)`, p.list, scanFound)
		if err != nil {
			return err
		}
		for _, f := range some {
			found[access.AccountID(f.id)] = f
		}
	}
	for i := range k.people {
		p := &k.people[i]
		if f, ok := found[p.Account]; ok && p.Missing {
			p.Missing, p.Email, p.Folded, p.Name, p.Locale = false, f.email, f.folded, f.name, f.locale
		}
	}
	return nil
}

// byAddress finds the accounts behind addresses. The asker is not told of them.
func (k *knownPeople) byAddress(ctx context.Context) error {
	found := map[string]foundAccount{}
	for chunk := range slices.Chunk(k.addresses(), lookup) {
		p := k.begin()
		some, err := collect(ctx, k.q, foundColumns+`a.email_folded in `+in(p, chunk), p.list, scanFound)
		if err != nil {
			return err
		}
		for _, f := range some {
			found[f.folded] = f
		}
	}
	for i := range k.people {
		p := &k.people[i]
		if f, ok := found[p.Folded]; ok && p.Account == "" && p.Folded != "" {
			p.Account, p.Name, p.Locale = access.AccountID(f.id), f.name, f.locale
		}
	}
	return nil
}

func (k *knownPeople) addresses() (out []string) {
	for _, p := range k.people {
		if p.Folded != "" {
			out = append(out, p.Folded)
		}
	}
	return out
}

// holders marks who has a live seat of the purchase, by account or by address.
func (k *knownPeople) holders(ctx context.Context) error {
	var accounts []string
	for _, p := range k.people {
		if p.Account != "" && !p.Missing {
			accounts = append(accounts, string(p.Account))
		}
	}
	const live = ` from seat where realm_id = $1 and purchase_id = $2 and state in ('pending', 'redeemed') and `
	read := func(column, more string, values []string) (map[string]bool, error) {
		held := map[string]bool{}
		for chunk := range slices.Chunk(values, lookup) {
			p := with(int64(k.reach.Actor().Realm), string(k.purchase.id))
			if err := each(ctx, k.q, `select `+column+live+more+column+` in `+in(p, chunk), p.list, func(row *sql.Rows) error {
				var v string
				err := row.Scan(&v)
				held[v] = true
				return err
			}); err != nil {
				return nil, err
			}
		}
		return held, nil
	}
	byAccount, err := read("account_id", "", accounts)
	if err != nil {
		return err
	}
	byAddress, err := read("email_folded", "email_folded <> '' and ", k.addresses())
	if err != nil {
		return err
	}
	for i := range k.people {
		p := &k.people[i]
		p.Holds = p.Account != "" && byAccount[string(p.Account)] || p.Folded != "" && byAddress[p.Folded]
	}
	return nil
}

// everCounted marks whom a plan's limit of people counts already: whoever has
// held a seat or is offered one. An offer that was revoked before it was
// redeemed counts for nothing.
func (k *knownPeople) everCounted(ctx context.Context) error {
	if k.purchase.maxPeople == 0 {
		return nil
	}
	distinct, addresses := map[string]bool{}, map[string]bool{}
	err := each(ctx, k.q, `select coalesce(account_id, ''), email_folded from seat
		where realm_id = $1 and purchase_id = $2 and (state <> 'revoked' or redeemed_at is not null)`,
		[]any{int64(k.reach.Actor().Realm), string(k.purchase.id)}, func(row *sql.Rows) error {
			var account, address string
			err := row.Scan(&account, &address)
			if account != "" {
				distinct["account "+account] = true
			} else {
				distinct["address "+address] = true
			}
			addresses[address] = true
			return err
		})
	if err != nil {
		return err
	}
	k.counted = len(distinct)
	for i := range k.people {
		p := &k.people[i]
		p.Counted = p.Account != "" && distinct["account "+string(p.Account)] || p.Folded != "" && addresses[p.Folded]
	}
	return nil
}
