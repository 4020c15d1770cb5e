package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/invitation"
)

var _ invitation.Store = (*DB)(nil)

// mostPlaces is how many locations the form of an invitation offers.
const mostPlaces = 500

// InvitationPlaces lists the open locations of the asker's organization in their reach.
func (db *DB) InvitationPlaces(ctx context.Context, reach access.Reach) (invitation.Places, error) {
	var out invitation.Places
	err := db.view(ctx, func(q querier) error {
		in, err := organizationOf(ctx, q, reach.Actor().Realm, reach.Actor().Organization)
		if err != nil {
			return err
		}
		out.Whole, _ = reach.CoversThing(access.Thing{Place: in.Path})
		if !in.Locations {
			return nil
		}
		p := with(int64(in.Realm), string(in.ID))
		step := 0
		out.List, err = collect(ctx, q, `select l.location_id, l.name, length(l.path) from location l
			where l.realm_id = $1 and l.organization_id = $2 and l.retired_at is null and `+visibleThing(reach, thing{place: "l.path"}, p)+` order by l.path limit `+p.put(mostPlaces+1),
			p.list, func(row *sql.Rows) (invitation.Place, error) {
				var place invitation.Place
				var id string
				var long int
				err := row.Scan(&id, &place.Name, &long)
				long -= len(in.Path)
				if step == 0 || long < step {
					step = long
				}
				place.ID, place.Depth = access.LocationID(id), long
				return place, err
			})
		for i := range out.List {
			out.List[i].Depth /= max(step, 1)
		}
		if out.More = len(out.List) > mostPlaces; out.More {
			out.List = out.List[:mostPlaces]
		}
		return err
	})
	return out, err
}

// InvitationProducts lists by title what the asker's organization has of a kind.
func (db *DB) InvitationProducts(ctx context.Context, reach access.Reach, kind invitation.Kind) ([]invitation.Product, error) {
	p := with(int64(reach.Actor().Realm), string(reach.Actor().Organization), string(kind))
	return collect(ctx, db.read, `select pr.product_id, pr.title`+fromLibrary+`pr.organization_id = $2 and pr.kind = $3 and `+organizationsOf(reach, "o", p)+`
		order by pr.title_folded, pr.product_id limit 2000`, p.list, func(row *sql.Rows) (invitation.Product, error) {
		var out invitation.Product
		var id string
		err := row.Scan(&id, &out.Title)
		out.ID = content.ProductID(id)
		return out, err
	})
}

// stateOfInvitation is the state of the row i at the instant of a parameter.
func stateOfInvitation(now string) string {
	return `case when i.state = 'pending' and i.expires_at <= ` + now + ` then 'expired' when i.state = 'pending' and i.bounced_at is not null then 'bounced' else i.state end`
}

const fromInvitation = ` from invitation i
	join organization o on o.realm_id = i.realm_id and o.organization_id = i.organization_id
	left join location l on l.realm_id = i.realm_id and l.location_id = i.location_id
	left join product pr on pr.realm_id = i.realm_id and pr.product_id = i.product_id
	left join account a on a.realm_id = i.realm_id and a.account_id = i.account_id
	left join account w on w.realm_id = i.realm_id and w.account_id = i.invited_by
	where i.realm_id = $1 and `

// atTheirPlace is the condition that an invitation lies in a reach: at a place
// that the inviter answers for.
func atTheirPlace(reach access.Reach, p *params) string {
	return visibleThing(reach, thing{place: "coalesce(l.path, o.path)"}, p)
}

// Invitations lists a page of the invitations of one kind, the newest first; those
// of one moment by address.
func (db *DB) Invitations(ctx context.Context, reach, view access.Reach, query invitation.Query) (invitation.Page, error) {
	page := invitation.Page{Counts: map[invitation.State]int{}}
	p := with(int64(reach.Actor().Realm))
	where := "i.organization_id = " + p.put(string(reach.Actor().Organization)) + " and i.kind = " + p.put(string(query.Kind)) + " and " + atTheirPlace(reach, p)
	if text := fold.Text(query.Q); text != "" {
		where += " and " + db.dialect.contains("i.search_text", p.put(text))
	}
	state := stateOfInvitation(p.put(db.now().UnixMicro()))
	counted := *p
	counts := `select ` + state + `, count(*)` + fromInvitation + where + ` group by 1`
	if query.State != "" {
		where += " and " + state + " = " + p.put(string(query.State))
	}
	if query.Cursor != "" {
		where += ` and exists (select 1 from invitation x where x.realm_id = $1 and x.invitation_id = ` + p.put(query.Cursor) + `
			and (i.created_at < x.created_at or i.created_at = x.created_at and (i.email_folded, i.invitation_id) > (x.email_folded, x.invitation_id)))`
	}
	columns := `i.invitation_id, i.kind, i.email, i.given_name, i.family_name, coalesce(i.product_id, ''), coalesce(pr.title, ''), coalesce(l.name, ''), ` + state + `,
		case when ` + visible(view, "w", p) + ` then w.name else '' end, case when ` + visible(view, "a", p) + ` then a.account_id else '' end,
		i.sent_at, i.letters, i.expires_at, i.created_at, i.ended_at`
	list := `select ` + columns + fromInvitation + where + ` order by i.created_at desc, i.email_folded, i.invitation_id limit ` + p.put(query.Size()+1)
	err := db.view(ctx, func(q querier) error {
		if err := each(ctx, q, counts, counted.list, func(row *sql.Rows) error {
			var state string
			var n int
			err := row.Scan(&state, &n)
			page.Counts[invitation.State(state)] = n
			if query.State == "" || string(query.State) == state {
				page.Total += n
			}
			return err
		}); err != nil {
			return err
		}
		var err error
		page.Items, err = collect(ctx, q, list, p.list, scanInvitation)
		return err
	})
	if err == nil && len(page.Items) > query.Size() {
		page.Items = page.Items[:query.Size()]
		page.Next = string(page.Items[len(page.Items)-1].ID)
	}
	return page, err
}

func scanInvitation(row *sql.Rows) (invitation.Invitation, error) {
	var i invitation.Invitation
	var id, kind, product, state, account, given, family string
	var sent, expires, created, ended sql.NullInt64
	err := row.Scan(&id, &kind, &i.Email, &given, &family, &product, &i.Title, &i.Location, &state, &i.InvitedBy, &account, &sent, &i.Letters, &expires, &created, &ended)
	i.ID, i.Kind, i.Product, i.State, i.Account = invitation.ID(id), invitation.Kind(kind), content.ProductID(product), invitation.State(state), access.AccountID(account)
	i.Name = fullName(given, family)
	i.SentAt, i.ExpiresAt, i.CreatedAt = instant(sent), instant(expires), instant(created)
	if i.State == invitation.Accepted {
		i.AcceptedAt = instant(ended)
	} else {
		i.EndedAt = instant(ended)
	}
	return i, err
}

// PlanInviting tells what Invite would do now.
func (db *DB) PlanInviting(ctx context.Context, reach, view access.Reach, in invitation.Inviting) (bulk.Plan, error) {
	var plan bulk.Plan
	err := db.view(ctx, func(q querier) error {
		n := &inviting{Inviting: in, reach: reach, view: view, at: db.now()}
		if err := n.read(ctx, q); err != nil {
			return err
		}
		plan = invitation.Plan(invitation.Decide(in, n.known))
		return nil
	})
	return plan, err
}

// lookUpAccounts finds the accounts of the addresses of a list. Of those whom
// the asker does not see it is used for the letter's language alone.
func (n *inviting) lookUpAccounts(ctx context.Context, q querier) error {
	found := map[string]int{}
	for i, k := range n.known {
		if _, twice := found[k.Folded]; k.Folded != "" && !twice {
			found[k.Folded] = i
		}
	}
	addresses := make([]string, 0, len(found))
	for folded := range found {
		addresses = append(addresses, folded)
	}
	slices.Sort(addresses)
	n.learners = map[string]access.LearnerNo{}
	for chunk := range slices.Chunk(addresses, lookup) {
		p := with(int64(n.reach.Actor().Realm), string(n.organization.ID))
		if err := each(ctx, q, `select a.email_folded, a.account_id, a.learner, a.status, coalesce(a.locale, ''), `+boolOf(visible(n.view, "a", p))+`
			from account a where a.realm_id = $1 and a.organization_id = $2 and a.status <> 'erased' and a.email_folded in `+in(p, chunk), p.list, func(row *sql.Rows) error {
			var folded, id, status, locale string
			var learner access.LearnerNo
			var seen int
			if err := row.Scan(&folded, &id, &learner, &status, &locale, &seen); err != nil {
				return err
			}
			k := &n.known[found[folded]]
			k.Account, k.Seen, k.Suspended = id, seen == 1, status == "suspended"
			if k.Locale == "" {
				k.Locale = locale
			}
			n.learners[folded] = learner
			return nil
		}); err != nil {
			return err
		}
		p = with(int64(n.reach.Actor().Realm), string(n.organization.ID), string(n.Kind), string(n.Product), string(n.Location), n.at.UnixMicro())
		if err := each(ctx, q, `select i.email_folded from invitation i where i.realm_id = $1 and i.organization_id = $2 and i.state = 'pending' and i.kind = $3
			and coalesce(i.product_id, '') = $4 and coalesce(i.location_id, '') = $5 and i.expires_at > $6 and i.email_folded in `+in(p, chunk), p.list, func(row *sql.Rows) error {
			var folded string
			err := row.Scan(&folded)
			if err == nil {
				n.known[found[folded]].Pending = true
			}
			return err
		}); err != nil {
			return err
		}
	}
	return n.whoTakesPart(ctx, q)
}

// boolOf makes a condition a column that both engines scan alike.
func boolOf(condition string) string { return "case when " + condition + " then 1 else 0 end" }

// whoTakesPart marks those who have all that they would be invited to.
func (n *inviting) whoTakesPart(ctx context.Context, q querier) error {
	if n.Kind == invitation.Platform || len(n.learners) == 0 {
		return nil
	}
	activities, err := productActivities(ctx, q, n.organization.Realm, string(n.Product))
	if err != nil || len(activities) == 0 {
		return err
	}
	var all []access.LearnerNo
	for _, learner := range n.learners {
		all = append(all, learner)
	}
	has := map[access.LearnerNo]int{}
	for chunk := range slices.Chunk(all, lookup) {
		if err := each(ctx, q, `select e.learner, count(*) from enrollment e where e.realm_id = $1 and e.learner in `+inNumbers(chunk)+` and e.activity in `+inNumbers(activities)+`
			and coalesce(e.outcome, '') <> 'withdrawn' and exists (select 1 from enrollment_source s where s.realm_id = e.realm_id and s.learner = e.learner
				and s.activity = e.activity and (s.until_at is null or s.until_at > $2)) group by e.learner`,
			[]any{int64(n.organization.Realm), n.at.UnixMicro()}, func(row *sql.Rows) error {
				var learner access.LearnerNo
				var count int
				err := row.Scan(&learner, &count)
				has[learner] = count
				return err
			}); err != nil {
			return err
		}
	}
	for i := range n.known {
		k := &n.known[i]
		k.Enrolled = k.Account != "" && has[n.learners[k.Folded]] == len(activities)
	}
	return nil
}

// readTarget finds what people are invited to, and where they are placed.
func (n *inviting) readTarget(ctx context.Context, q querier) error {
	actor := n.reach.Actor()
	var err error
	if n.organization, err = organizationOf(ctx, q, actor.Realm, actor.Organization); err != nil {
		return err
	}
	home, err := homeOf(ctx, q, n.organization, n.Location)
	if fault.KindOf(err) == fault.Invalid {
		return invitation.ErrPlace
	}
	if err != nil {
		return err
	}
	if covered, _ := n.reach.CoversThing(access.Thing{Place: home}); !covered && n.Location == "" {
		return invitation.ErrNoPlace
	} else if !covered {
		return invitation.ErrPlace
	}
	if n.Kind == invitation.Platform {
		return nil
	}
	kinds, err := collect(ctx, q, `select title from product where realm_id = $1 and organization_id = $2 and product_id = $3 and kind = $4`,
		[]any{int64(actor.Realm), string(n.organization.ID), string(n.Product), string(n.Kind)}, func(row *sql.Rows) (string, error) {
			var title string
			err := row.Scan(&title)
			return title, err
		})
	if err == nil && len(kinds) == 0 {
		err = invitation.ErrNoProduct
	}
	n.title = first(kinds)
	return err
}
