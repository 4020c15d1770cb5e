package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/learning"
)

// accepting is the actor of what a link does before its person has an account.
const accepting = "invitation"

// selectInvited reads an invitation the way its person sees it: who they are is
// the organization's account of the address, who signs in that account's
// identity, else that of the address. The instant that decides is $2.
func selectInvited() string {
	return `select i.invitation_id, i.kind, i.email, i.email_folded, i.given_name, i.family_name, ` + stateOfInvitation("$2") + `, i.ended_at, i.expires_at,
		coalesce(i.location_id, ''), coalesce(pr.title, ''), coalesce(w.name, o.name), ` + organizationColumns + `,
		coalesce(a.account_id, ''), coalesce(a.status, ''), coalesce(a.given_name, ''), coalesce(a.family_name, ''),
		coalesce(s.identity_id, ''), coalesce(s.email_folded, ''), s.password_hash is not null, coalesce(i.product_id, '')
	from invitation i
	join organization o on o.realm_id = i.realm_id and o.organization_id = i.organization_id
	left join product pr on pr.realm_id = i.realm_id and pr.product_id = i.product_id
	left join account w on w.realm_id = i.realm_id and w.account_id = i.invited_by
	left join account a on a.realm_id = i.realm_id and a.organization_id = i.organization_id and a.email_folded = i.email_folded
	left join identity s on s.identity_id = coalesce(a.identity_id, (select x.identity_id from identity x where x.email_folded = i.email_folded))
	where i.realm_id = $1 and `
}

// invited is an offer with what is kept of it inside.
type invited struct {
	invitation.Offer
	product string
}

func (db *DB) scanInvited(row *sql.Rows) (invited, error) {
	var o invited
	var organization organizationRow
	var id, kind, folded, state, location, who, status, identity, signsIn string
	var given, family string
	var ended, expires sql.NullInt64
	into := []any{&id, &kind, &o.Email, &folded, &o.Name.Given, &o.Name.Family, &state, &ended, &expires, &location, &o.Title, &o.InvitedBy}
	into = append(into, organization.into()...)
	into = append(into, &who, &status, &given, &family, &identity, &signsIn, &o.For.HasPassword, &o.product)
	if err := row.Scan(into...); err != nil {
		return o, err
	}
	in, now := organization.organization(), db.now()
	o.Realm, o.Organization, o.Slug, o.School, o.Open = in.Realm, in.ID, in.Slug, in.Name, in.OpenAt(now)
	o.ID, o.Kind, o.State, o.Location = invitation.ID(id), invitation.Kind(kind), invitation.State(state), access.LocationID(location)
	o.ExpiresAt = instant(expires)
	if o.State == invitation.Accepted {
		o.Accepted = instant(ended)
	}
	o.For.Account, o.For.Status, o.For.Identity = access.AccountID(who), account.Status(status), account.IdentityID(identity)
	if o.For.Name = o.Name; who != "" {
		o.For.Name = account.Name{Given: given, Family: family}
	}
	o.For.Proven = folded != "" && (signsIn == "" || signsIn == folded)
	return o, nil
}

func (db *DB) invited(ctx context.Context, q querier, realm access.RealmID, id invitation.ID) (invited, error) {
	found, err := collect(ctx, q, selectInvited()+`i.invitation_id = $3`, []any{int64(realm), db.now().UnixMicro(), string(id)}, db.scanInvited)
	if err == nil && len(found) == 0 {
		err = fault.ErrNotFound
	}
	return first(found), err
}

func invitationOfLink(ctx context.Context, q querier, digest string) (realm access.RealmID, id invitation.ID, err error) {
	err = one(ctx, q, `select realm_id, invitation_id from invitation_link where token_hash = $1`, []any{digest}, &realm, &id)
	return realm, id, err
}

// OfferOfInvitation finds what is behind a link, with the activities of a program.
func (db *DB) OfferOfInvitation(ctx context.Context, digest string) (invitation.Offer, error) {
	var o invited
	err := db.view(ctx, func(q querier) error {
		realm, id, err := invitationOfLink(ctx, q, digest)
		if err != nil {
			return err
		}
		if o, err = db.invited(ctx, q, realm, id); err != nil || o.Kind != invitation.Program {
			return err
		}
		parts, err := partsOf(ctx, q, realm, content.ProductID(o.product))
		for _, part := range parts[:min(len(parts), 200)] {
			o.Activities = append(o.Activities, part.Title)
		}
		return err
	})
	return o.Offer, err
}

// OffersToMe lists the invitations to activities and programs that wait at the
// asker's address.
func (db *DB) OffersToMe(ctx context.Context, reach access.Reach) ([]invitation.Offer, error) {
	actor := reach.Actor()
	var email string
	if err := one(ctx, db.read, `select coalesce(email, '') from account where realm_id = $1 and account_id = $2`,
		[]any{int64(actor.Realm), string(actor.Account)}, &email); err != nil || email == "" {
		return nil, err
	}
	found, err := collect(ctx, db.read, selectInvited()+`i.organization_id = $3 and i.email_folded = $4 and i.state = 'pending' and i.product_id is not null
		order by i.created_at desc, i.invitation_id limit 50`, []any{int64(actor.Realm), db.now().UnixMicro(), string(actor.Own()), fold.Email(email)}, db.scanInvited)
	out := make([]invitation.Offer, len(found))
	for i, o := range found {
		out[i] = o.Offer
	}
	return out, err
}

// AcceptInvitation accepts for whoever holds a link; with it come the account,
// the sign-in and the enrollment that the person lacks.
func (db *DB) AcceptInvitation(ctx context.Context, a invitation.Acceptance) (invitation.Joined, error) {
	var done invitation.Joined
	err := db.change(ctx, func(t *tx) error {
		realm, id, err := invitationOfLink(ctx, t, a.Link)
		if errors.Is(err, fault.ErrNotFound) {
			err = invitation.ErrLink
		}
		if err != nil {
			return err
		}
		o, err := t.holdInvited(ctx, realm, id)
		if err != nil {
			return err
		}
		// Asked again now that nothing moves: of the person, too.
		if err := o.StandsFor(a.Visitor); err != nil {
			return err
		}
		if o.For.WayOf(a.Visitor) == account.BySignIn {
			return errPasswordMeanwhile
		}
		location, err := t.stillThere(ctx, realm, o.Location)
		if err != nil {
			return err
		}
		who, err := t.enter(ctx, entering{
			realm: realm, organization: o.Organization, location: location, email: o.Email, guest: o.For, visitor: a.Visitor, name: a.Name, hash: a.Hash,
			by: accepting, notYours: invitation.ErrNotYours, otherAddress: invitation.ErrAddress,
		})
		if err != nil {
			return err
		}
		done = invitation.Joined{Account: who.ID, Identity: who.Identity, Slug: o.Slug}
		return t.takeUp(ctx, o, access.Actor{Realm: realm, Account: who.ID, Learner: who.Learner, Organization: o.Organization})
	})
	return done, err
}

// AcceptOwnInvitation accepts what waits at the asker's own address.
func (db *DB) AcceptOwnInvitation(ctx context.Context, reach access.Reach, id invitation.ID) error {
	return db.change(ctx, func(t *tx) error {
		o, err := t.holdInvited(ctx, reach.Actor().Realm, id)
		if err != nil {
			return err
		}
		if o.For.Account != reach.Actor().Account {
			return fault.ErrNotFound
		}
		if err := o.Stands(); err != nil {
			return err
		}
		return t.takeUp(ctx, o, reach.Actor())
	})
}

// holdInvited begins an acceptance. It may make an account, which changes who
// sees whom: first the row of the organization, whose revision moves.
func (t *tx) holdInvited(ctx context.Context, realm access.RealmID, id invitation.ID) (invited, error) {
	if _, _, err := t.changeAccess(ctx, access.Reach{}, `(select organization_id from invitation where realm_id = $1 and invitation_id = $2)`, with(int64(realm), string(id))); err != nil {
		return invited{}, err
	}
	return t.db.invited(ctx, t, realm, id)
}

// stillThere is where somebody is placed whose location was merged or retired
// since they were invited: in its successor, else in the organization itself.
func (t *tx) stillThere(ctx context.Context, realm access.RealmID, id access.LocationID) (access.LocationID, error) {
	for range 100 {
		if id == "" {
			return "", nil
		}
		var into sql.NullString
		var retired sql.NullInt64
		if err := one(ctx, t, `select merged_into, retired_at from location where realm_id = $1 and location_id = $2`, []any{int64(realm), string(id)}, &into, &retired); err != nil {
			return "", err
		}
		if !retired.Valid {
			return id, nil
		}
		id = access.LocationID(into.String)
	}
	return "", nil
}

// takeUp marks an invitation as accepted and enrolls the person in what it was to.
func (t *tx) takeUp(ctx context.Context, o invited, actor access.Actor) error {
	at := t.db.now().UTC().Truncate(time.Microsecond)
	changed, err := t.exec(ctx, `update invitation set state = 'accepted', account_id = $1, ended_at = $2 where realm_id = $3 and invitation_id = $4 and state = 'pending'`,
		string(actor.Account), at.UnixMicro(), int64(actor.Realm), string(o.ID))
	if err != nil {
		return err
	}
	if changed == 0 {
		return invitation.ErrUsed
	}
	if err := t.endInvitationLetters(ctx, actor.Realm, o.ID, "accepted"); err != nil {
		return err
	}
	if err := t.audit(ctx, actor, audit.Event{
		Organization: o.Organization, Action: "invitation.accepted", SubjectKind: "account", SubjectID: string(actor.Account),
		After: map[string]any{"product": o.product},
	}); err != nil || o.product == "" {
		return err
	}
	e := &enrolling{
		kind: learning.EnrollAct, realm: actor.Realm, in: learning.Enrolling{People: []access.AccountID{actor.Account}},
		people: map[access.AccountID]enrollee{actor.Account: {no: actor.Learner, organization: string(o.Organization)}},
		stands: map[enrollmentKey]learning.Situation{}, before: map[enrollmentKey]learning.Enrollment{}, sources: map[enrollmentKey][]openSource{},
	}
	activities, err := productActivities(ctx, t, actor.Realm, o.product)
	if err != nil || len(activities) == 0 {
		return err
	}
	e.products = []offered{{id: o.product, title: o.Title, organization: string(o.Organization), program: o.Kind == invitation.Program, activities: activities}}
	if err := t.holdLearners(ctx, actor.Realm, []access.LearnerNo{actor.Learner}); err != nil {
		return err
	}
	if err := e.readStands(ctx, t, at); err != nil {
		return err
	}
	var steps []step
	e.lines(func(s step) { steps = append(steps, s) })
	if _, err := t.beginSources(ctx, e, steps, at.UnixMicro()); err != nil {
		return err
	}
	return t.rebuildTranscripts(ctx, actor.Realm, []access.LearnerNo{actor.Learner})
}
