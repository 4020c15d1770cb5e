package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/org"
)

// inviting is an act of inviting on its way.
type inviting struct {
	invitation.Inviting
	reach, view  access.Reach
	at           time.Time
	organization org.Organization
	title        string
	known        []invitation.Known
	learners     map[string]access.LearnerNo // by folded address
}

func (n *inviting) read(ctx context.Context, q querier) error {
	if err := n.readTarget(ctx, q); err != nil {
		return err
	}
	n.known = invitation.Know(n.Inviting)
	return n.lookUpAccounts(ctx, q)
}

func fullName(given, family string) string {
	return account.Name{Given: given, Family: family}.Full()
}

// invitationUndo is what taking an act back needs.
type invitationUndo struct {
	Invitations []invitation.ID `json:"invitations"`
}

// Invite invites a list of people in one transaction: rows, links, letters,
// audit, and the bulk act that it is, if it is one.
func (db *DB) Invite(ctx context.Context, reach, view access.Reach, in invitation.Inviting, write invitation.Writer, act *bulk.Act) (invitation.Done, error) {
	var out invitation.Done
	err := db.change(ctx, func(t *tx) error {
		fresh, err := t.decideAgain(ctx, reach)
		if err != nil {
			return err
		}
		n := &inviting{Inviting: in, reach: fresh, view: view, at: db.now().UTC().Truncate(time.Microsecond)}
		if err := n.read(ctx, t); err != nil {
			return err
		}
		lines := invitation.Decide(in, n.known)
		plan := invitation.Plan(lines)
		if act != nil {
			if err := act.Still(plan); err != nil {
				return err
			}
		}
		if err := t.sendInvitations(ctx, n, lines, write); err != nil {
			return err
		}
		out = invitation.Done{Lines: lines}
		if act == nil {
			return nil
		}
		undo := invitationUndo{}
		for _, l := range lines {
			if l.ID != "" {
				undo.Invitations = append(undo.Invitations, l.ID)
			}
		}
		out.Act, err = t.finishAct(ctx, reach.Actor(), *act, plan, undo)
		return err
	})
	return out, err
}

// sendInvitations writes those that were decided.
func (t *tx) sendInvitations(ctx context.Context, n *inviting, lines []invitation.Line, write invitation.Writer) error {
	actor, at := n.reach.Actor(), n.at.UnixMicro()
	who, err := t.inviter(ctx, actor, n.organization)
	if err != nil {
		return err
	}
	var rows, links [][]any
	var letters []mail.Message
	var ids []invitation.ID
	until := n.at.Add(invitation.Lasts)
	for i := range lines {
		l, k := &lines[i], n.known[i]
		if l.Result != invitation.LineInvited {
			continue
		}
		l.ID = invitation.ID(access.NewID())
		locale := firstSaid(k.Locale, n.Locale, n.organization.Locale)
		letter, link := write(invitation.Letter{
			ID: l.ID, Kind: n.Kind, Realm: actor.Realm, Organization: n.organization.ID, School: n.organization.Name, Title: n.title, InvitedBy: who,
			To: k.Email, Locale: locale, Account: access.AccountID(k.Account), Until: until, Zone: n.organization.TimeZone(),
		})
		letters, ids = append(letters, letter), append(ids, l.ID)
		links = append(links, []any{link, int64(actor.Realm), string(l.ID), at})
		rows = append(rows, []any{
			int64(actor.Realm), string(l.ID), string(n.organization.ID), string(n.Kind), orNull(n.Product), orNull(n.Location), k.Email, k.Folded, l.Given, l.Family,
			fold.Text(k.Email + " " + fullName(l.Given, l.Family)), orNull(locale), "pending", orNull(actor.Account), at, at, 1, until.UnixMicro(),
		})
	}
	if len(rows) == 0 {
		return nil
	}
	// Those to the same that ran out make room.
	if err := t.expireInvitations(ctx, n, lines); err != nil {
		return err
	}
	err = t.insert(ctx, "invitation", `realm_id, invitation_id, organization_id, kind, product_id, location_id, email, email_folded, given_name, family_name,
		search_text, locale, state, invited_by, created_at, sent_at, letters, expires_at`, rows)
	if breaks(err, ruleUnique, "invitation_pending", "invitation.organization_id") {
		return bulk.ErrChanged // somebody has invited one of them in this moment
	}
	if err != nil {
		return err
	}
	if err := t.insert(ctx, "invitation_link", "token_hash, realm_id, invitation_id, created_at", links); err != nil {
		return err
	}
	if err := t.post(ctx, letters...); err != nil {
		return err
	}
	return t.audit(ctx, actor, audit.Event{
		Organization: n.organization.ID, Action: "invitation.sent", SubjectKind: "organization", SubjectID: string(n.organization.ID),
		After: map[string]any{"invitations": len(ids), "product": n.Product, "location": n.Location},
	})
}

// expireInvitations says of pending invitations that have run out that they have.
func (t *tx) expireInvitations(ctx context.Context, n *inviting, lines []invitation.Line) error {
	var addresses []string
	for i, l := range lines {
		if l.ID != "" {
			addresses = append(addresses, n.known[i].Folded)
		}
	}
	for chunk := range slices.Chunk(addresses, lookup) {
		p := with(n.at.UnixMicro(), int64(n.organization.Realm), string(n.organization.ID))
		if _, err := t.exec(ctx, `update invitation set state = 'expired', ended_at = expires_at
			where realm_id = $2 and organization_id = $3 and state = 'pending' and expires_at <= $1 and email_folded in `+in(p, chunk), p.list...); err != nil {
			return err
		}
	}
	return nil
}

// firstSaid is the first text that says anything.
func firstSaid(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// inviter is who invites, as letters name them.
func (t *tx) inviter(ctx context.Context, actor access.Actor, in org.Organization) (string, error) {
	if actor.Account == "" {
		return in.Name, nil
	}
	var name string
	err := one(ctx, t, `select name from account where realm_id = $1 and account_id = $2`, []any{int64(actor.Realm), string(actor.Account)}, &name)
	return name, err
}

// heldInvitation is an invitation while its row is held.
type heldInvitation struct {
	id                      invitation.ID
	organization            access.OrgID
	kind                    invitation.Kind
	product, title, email   string
	account, locale, stored string
	sent, expires           time.Time
	letters                 int
}

// holdInvitation takes the row of an invitation in the reach.
func (t *tx) holdInvitation(ctx context.Context, reach access.Reach, kind invitation.Kind, id invitation.ID) (heldInvitation, error) {
	h := heldInvitation{id: id, kind: kind}
	p := with(int64(reach.Actor().Realm), string(id))
	var sent, expires int64
	if _, err := t.exec(ctx, `update invitation set letters = letters where realm_id = $1 and invitation_id = $2`, p.list...); err != nil {
		return h, err
	}
	err := one(ctx, t, `select i.organization_id, coalesce(i.product_id, ''), coalesce(pr.title, ''), i.email, coalesce(x.account_id, ''), coalesce(x.locale, i.locale, o.locale), i.state, i.sent_at, i.expires_at, i.letters
		from invitation i
		join organization o on o.realm_id = i.realm_id and o.organization_id = i.organization_id
		left join location l on l.realm_id = i.realm_id and l.location_id = i.location_id
		left join product pr on pr.realm_id = i.realm_id and pr.product_id = i.product_id
		left join account x on x.realm_id = i.realm_id and x.organization_id = i.organization_id and x.email_folded = i.email_folded
		where i.realm_id = $1 and i.invitation_id = $2 and i.kind = `+p.put(string(kind))+` and i.organization_id = `+p.put(string(reach.Actor().Organization))+` and `+atTheirPlace(reach, p),
		p.list, &h.organization, &h.product, &h.title, &h.email, &h.account, &h.locale, &h.stored, &sent, &expires, &h.letters)
	h.sent, h.expires = time.UnixMicro(sent).UTC(), time.UnixMicro(expires).UTC()
	return h, err
}

// stillOpen refuses what was accepted or revoked.
func (h heldInvitation) stillOpen() error {
	switch h.stored {
	case "accepted":
		return invitation.ErrAccepted
	case "revoked":
		return invitation.ErrOver
	}
	return nil
}

// ResendInvitation sends it again, with one more link and a new last day.
func (db *DB) ResendInvitation(ctx context.Context, reach access.Reach, kind invitation.Kind, id invitation.ID, write invitation.Writer) error {
	return db.change(ctx, func(t *tx) error {
		fresh, err := t.decideAgain(ctx, reach)
		if err != nil {
			return err
		}
		h, err := t.holdInvitation(ctx, fresh, kind, id)
		if err == nil {
			err = h.stillOpen()
		}
		if err != nil {
			return err
		}
		at := db.now().UTC().Truncate(time.Microsecond)
		if h.letters > 1 && at.Before(h.sent.Add(invitation.Between)) {
			return invitation.ErrTooSoon
		}
		in, err := organizationOf(ctx, t, fresh.Actor().Realm, h.organization)
		if err != nil {
			return err
		}
		who, err := t.inviter(ctx, fresh.Actor(), in)
		if err != nil {
			return err
		}
		until := at.Add(invitation.Lasts)
		letter, link := write(invitation.Letter{
			ID: id, Kind: kind, Realm: in.Realm, Organization: in.ID, School: in.Name, Title: h.title, InvitedBy: who,
			To: h.email, Locale: h.locale, Account: access.AccountID(h.account), Until: until, Zone: in.TimeZone(),
		})
		_, err = t.exec(ctx, `update invitation set state = 'pending', sent_at = $1, letters = letters + 1, expires_at = $2, bounced_at = null, ended_at = null
			where realm_id = $3 and invitation_id = $4`, at.UnixMicro(), until.UnixMicro(), int64(in.Realm), string(id))
		if breaks(err, ruleUnique, "invitation_pending", "invitation.organization_id") {
			return invitation.ErrAgain
		}
		if err != nil {
			return err
		}
		if err := t.insert(ctx, "invitation_link", "token_hash, realm_id, invitation_id, created_at", [][]any{{link, int64(in.Realm), string(id), at.UnixMicro()}}); err != nil {
			return err
		}
		if err := t.post(ctx, letter); err != nil {
			return err
		}
		return t.auditInvitation(ctx, fresh.Actor(), h, "invitation.resent", map[string]any{"letters": h.letters + 1})
	})
}

func (t *tx) auditInvitation(ctx context.Context, actor access.Actor, h heldInvitation, action string, after any) error {
	return t.audit(ctx, actor, audit.Event{Organization: h.organization, Action: action, SubjectKind: "invitation", SubjectID: string(h.id), After: after})
}

// EndInvitation takes it back, with the letters that are not out yet.
func (db *DB) EndInvitation(ctx context.Context, reach access.Reach, kind invitation.Kind, id invitation.ID) error {
	return db.change(ctx, func(t *tx) error {
		fresh, err := t.decideAgain(ctx, reach)
		if err != nil {
			return err
		}
		h, err := t.holdInvitation(ctx, fresh, kind, id)
		if err == nil {
			err = h.stillOpen()
		}
		if err != nil {
			return err
		}
		return t.revokeInvitation(ctx, fresh.Actor(), h)
	})
}

func (t *tx) revokeInvitation(ctx context.Context, actor access.Actor, h heldInvitation) error {
	if _, err := t.exec(ctx, `update invitation set state = 'revoked', ended_at = $1, ended_by = $2 where realm_id = $3 and invitation_id = $4`,
		t.db.now().UnixMicro(), byWhom(actor), int64(actor.Realm), string(h.id)); err != nil {
		return err
	}
	if err := t.endInvitationLetters(ctx, actor.Realm, h.id, "revoked"); err != nil {
		return err
	}
	return t.auditInvitation(ctx, actor, h, "invitation.revoked", nil)
}

// endInvitationLetters gives up the letters that still wait to be sent.
func (t *tx) endInvitationLetters(ctx context.Context, realm access.RealmID, id invitation.ID, reason string) error {
	_, err := t.exec(ctx, `update mail set failed_at = $1, body_text = '', body_html = '', last_error = $2
		where realm_id = $3 and about_kind = $4 and about_id = $5 and sent_at is null and failed_at is null`,
		t.db.now().UnixMicro(), mail.NotNeeded+": "+reason, int64(realm), invitation.About, string(id))
	return err
}

// TakeInvitationsBack revokes the invitations of an act that still wait.
func (db *DB) TakeInvitationsBack(ctx context.Context, reach access.Reach, act bulk.Act) (bulk.Act, error) {
	var undo invitationUndo
	var in invitation.Inviting
	for raw, into := range map[string]any{string(act.Undo): &undo, string(act.Input): &in} {
		if err := json.Unmarshal([]byte(raw), into); err != nil {
			return act, fmt.Errorf("undo of an act: %w", err)
		}
	}
	out := act
	err := db.change(ctx, func(t *tx) error {
		fresh, err := t.decideAgain(ctx, reach)
		if err != nil {
			return err
		}
		var result bulk.Plan
		next := 0
		for _, l := range act.Plan.Lines {
			if !l.OK || next == len(undo.Invitations) {
				continue
			}
			line := bulk.Line{Subject: l.Subject, Result: invitation.LineKept}
			h, err := t.holdInvitation(ctx, fresh, in.Kind, undo.Invitations[next])
			next++
			if err == nil && h.stillOpen() == nil {
				line.Result, line.OK = invitation.LineRevoked, true
				err = t.revokeInvitation(ctx, fresh.Actor(), h)
			}
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
			result.Lines = append(result.Lines, line)
		}
		n := result.Effective()
		result.Facts = map[string]int{"revoked": n, "left": len(result.Lines) - n}
		out, err = t.undoAct(ctx, fresh.Actor(), act, result)
		return err
	})
	return out, err
}

// bounce notes at an invitation that its letter was given up.
func (t *tx) bounce(ctx context.Context, letter string) error {
	_, err := t.exec(ctx, `update invitation set bounced_at = $1 where state = 'pending'
		and (realm_id, invitation_id) in (select m.realm_id, m.about_id from mail m where m.mail_id = $2 and m.about_kind = $3)`,
		t.db.now().UnixMicro(), letter, invitation.About)
	return err
}
