package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/transcript"
)

const invitationURL = "https://lms.example"

func (w *world) inviter() *invitation.Service {
	accounts := account.NewService(w.db, account.Settings{PublicURL: invitationURL}, w.now)
	return invitation.NewService(w.db, accounts, invitation.Settings{PublicURL: invitationURL}, w.now)
}

// invites invites people as somebody and gives what came of each.
func (w *world) invites(t *testing.T, by access.AccountID, kind invitation.Kind, in invitation.Inviting) []string {
	t.Helper()
	lines, err := w.inviter().Invite(t.Context(), w.reach(t, by, kind.Permission()), w.reach(t, by, access.LearnerView), in)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range lines {
		out = append(out, l.Email+": "+l.Result)
	}
	return out
}

// linkTo is the secret of the latest letter to an address.
func (w *world) linkTo(t *testing.T, address string) string {
	t.Helper()
	var text string
	w.db.Read(t, `select body_text from mail where recipient = $1 and about_kind = 'invitation' order by created_at desc, mail_id desc limit 1`, []any{address}, &text)
	_, rest, ok := strings.Cut(text, invitationURL+invitation.AcceptPath)
	if !ok {
		t.Fatalf("no link to %s in %q", address, text)
	}
	secret, _, _ := strings.Cut(rest, "\n")
	return secret
}

func (w *world) invited(t *testing.T, kind invitation.Kind, query invitation.Query) map[string]invitation.Invitation {
	t.Helper()
	page, err := w.inviter().List(t.Context(), w.reach(t, "admin", kind.Permission()), w.reach(t, "admin", access.LearnerView), query)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]invitation.Invitation{}
	for _, i := range page.Items {
		out[i.Email] = i
	}
	return out
}

func people(addresses ...string) (out []invitation.Person) {
	for _, a := range addresses {
		out = append(out, invitation.Person{Email: a})
	}
	return out
}

var somebody = account.Client{Address: "192.0.2.7"}

func TestInvitationsAreAcceptedByNewPeople(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		s := w.inviter()
		got := w.invites(t, "admin", invitation.Program, invitation.Inviting{Product: "program", People: []invitation.Person{
			{Email: "new@example.org", Given: "Nora", Family: "New", Locale: "de"}, {Email: "NEW@example.org"}, {Email: "nobody"}, {Email: "ann@example.org"}, {Email: "eve@example.org"},
		}})
		want := []string{"new@example.org: invited", "NEW@example.org: twice", "nobody: no_address", "ann@example.org: enrolled", "eve@example.org: invited"}
		if !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
		if got := w.invites(t, "admin", invitation.Program, invitation.Inviting{Product: "program", People: people("new@example.org")}); got[0] != "new@example.org: pending" {
			t.Errorf("invited twice: %v", got)
		}
		var subject string
		w.db.Read(t, `select subject from mail where recipient = 'new@example.org'`, nil, &subject)
		if subject != "Einladung zu Program" {
			t.Errorf("subject %q", subject)
		}
		secret := w.linkTo(t, "new@example.org")
		offer, err := s.Open(t.Context(), secret)
		if err != nil || offer.For.WayOf("") != account.ByFirstPassword || len(offer.Activities) != 3 || offer.Title != "Program" || offer.Name.Given != "Nora" {
			t.Fatalf("%+v, %v", offer, err)
		}
		joined, opened, err := s.Accept(t.Context(), secret, "", invitation.Newcomer{Name: account.Name{Given: "Nora", Family: "New"}, Password: "correct horse battery"}, somebody)
		if err != nil || opened.Token == "" || joined.Slug != "north" {
			t.Fatalf("%+v, %v", joined, err)
		}
		var status, role string
		w.db.Read(t, `select status, base_role from account where account_id = $1`, []any{string(joined.Account)}, &status, &role)
		if status != "active" || role != "student" {
			t.Errorf("the account is %s, %s", status, role)
		}
		if n := w.count(t, `select count(*) from enrollment_source s join account a on a.learner = s.learner where a.account_id = $1 and s.kind = 'hand' and s.ref = 'program'`, string(joined.Account)); n != 3 {
			t.Errorf("enrolled in %d activities", n)
		}
		if _, _, err := s.Accept(t.Context(), secret, "", invitation.Newcomer{Name: account.Name{Given: "X"}, Password: "correct horse battery"}, somebody); !errors.Is(err, invitation.ErrUsed) {
			t.Errorf("accepted twice: %v", err)
		}
		if i := w.invited(t, invitation.Program, invitation.Query{})["new@example.org"]; i.State != invitation.Accepted || i.Account != joined.Account || i.AcceptedAt.IsZero() {
			t.Errorf("in the list: %+v", i)
		}
	})
}

func TestInvitationsNeverTakeAnAccountOver(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		s := w.inviter()
		w.invites(t, "admin", invitation.Activity, invitation.Inviting{Product: "a5", People: people("eve@example.org", "pia@example.org")})
		_, hash, err := account.NewService(w.db, account.Settings{PublicURL: invitationURL}, w.now).Introduce(t.Context(), account.Name{Given: "E"}, "correct horse battery", true)
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"eve", "ben"} {
			w.db.Write(t, `insert into identity (identity_id, email, email_folded, password_hash, created_at) values ($1, $2, $2, $3, 0)`, who, who+"@example.org", hash)
			w.db.Write(t, `update account set identity_id = $1 where account_id = $2`, who, who)
		}
		secret := w.linkTo(t, "eve@example.org")
		const eve, ben = "eve", "ben"
		if _, _, err := s.Accept(t.Context(), secret, account.IdentityID(ben), invitation.Newcomer{}, somebody); !errors.Is(err, invitation.ErrNotYours) {
			t.Errorf("somebody else accepts: %v", err)
		}
		if _, _, err := s.Accept(t.Context(), secret, "", invitation.Newcomer{Name: account.Name{Given: "E"}, Password: "a password of my own"}, somebody); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without the password: %v", err)
		}
		if n := w.count(t, `select count(*) from identity where identity_id = $1 and password_hash = $2`, eve, hash); n != 1 {
			t.Error("the password was changed")
		}
		if _, opened, err := s.Accept(t.Context(), secret, account.IdentityID(eve), invitation.Newcomer{}, somebody); err != nil || opened.Token != "" {
			t.Errorf("signed in: %v", err)
		}
		if e := w.entry(t, "eve", 5); e.On(e.Enrolled, transcript.DefaultWindows) != transcript.NotStarted {
			t.Errorf("%+v", e)
		}
		// pia sees it among what is offered to her; ben does not.
		mine, err := s.Mine(t.Context(), w.reach(t, "pia", access.SelfView))
		if err != nil || len(mine) != 1 || mine[0].Title != "Epsilon" {
			t.Fatalf("%+v, %v", mine, err)
		}
		if err := s.AcceptOwn(t.Context(), w.reach(t, "ben", access.SelfEdit), mine[0].ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("ben accepts what is pia's: %v", err)
		}
		if err := s.AcceptOwn(t.Context(), w.reach(t, "pia", access.SelfEdit), mine[0].ID); err != nil {
			t.Error(err)
		}
	})
}

func TestInvitationsAreRevokedSentAgainAndRunOut(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		s := w.inviter()
		reach := func() access.Reach { return w.reach(t, "admin", access.InvitePlatform) }
		w.invites(t, "admin", invitation.Platform, invitation.Inviting{People: people("one@example.org", "two@example.org")})
		list := w.invited(t, invitation.Platform, invitation.Query{})
		one, two := list["one@example.org"], list["two@example.org"]
		for i, want := range []fault.Kind{fault.Internal, fault.TooMany} {
			if err := s.Resend(t.Context(), reach(), one.ID); fault.KindOf(err) != want || i == 0 && err != nil {
				t.Errorf("sent again at once, time %d: %v", i+1, err)
			}
		}
		if err := s.Revoke(t.Context(), reach(), two.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Resend(t.Context(), reach(), two.ID); !errors.Is(err, invitation.ErrOver) {
			t.Errorf("a revoked one is sent again: %v", err)
		}
		if _, err := s.Open(t.Context(), "unknown"); !errors.Is(err, invitation.ErrLink) {
			t.Errorf("an unknown link: %v", err)
		}
		secret := w.linkTo(t, "one@example.org")
		w.move(invitation.Lasts)
		if i := w.invited(t, invitation.Platform, invitation.Query{State: invitation.Expired})["one@example.org"]; i.State != invitation.Expired {
			t.Errorf("%+v", i)
		}
		if _, _, err := s.Accept(t.Context(), secret, "", invitation.Newcomer{Name: account.Name{Given: "One"}, Password: "correct horse battery"}, somebody); !errors.Is(err, invitation.ErrExpired) {
			t.Errorf("accepted too late: %v", err)
		}
		if err := s.Resend(t.Context(), reach(), one.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Accept(t.Context(), secret, "", invitation.Newcomer{Name: account.Name{Given: "One"}, Password: "correct horse battery"}, somebody); err != nil {
			t.Errorf("by the first link, after it was sent again: %v", err)
		}
	})
}

func TestAnInvitationWhoseLetterIsGivenUpHasBounced(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.invites(t, "admin", invitation.Platform, invitation.Inviting{People: people("gone@nowhere.example")})
		letter, ok, err := w.db.ClaimLetter(t.Context(), time.Minute)
		if err != nil || !ok {
			t.Fatal(err)
		}
		if err := w.db.FailLetter(t.Context(), letter, "550 no such user"); err != nil {
			t.Fatal(err)
		}
		i := w.invited(t, invitation.Platform, invitation.Query{State: invitation.Bounced})["gone@nowhere.example"]
		if i.State != invitation.Bounced {
			t.Fatalf("%+v", i)
		}
		w.move(time.Hour)
		if err := w.inviter().Resend(t.Context(), w.reach(t, "admin", access.InvitePlatform), i.ID); err != nil {
			t.Fatal(err)
		}
		if i := w.invited(t, invitation.Platform, invitation.Query{})["gone@nowhere.example"]; i.State != invitation.Pending || i.Letters != 2 {
			t.Errorf("after it was sent again: %+v", i)
		}
	})
}

func TestWhoMayInviteAndWhere(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.db.Write(t, `insert into location (realm_id, location_id, organization_id, path, name, name_folded, created_at) values (1, 'hall', 'north', 'o000001l000001', 'Hall', 'hall', 0)`)
		w.db.Write(t, `insert into location_place (realm_id, location_id, from_at) values (1, 'hall', 0)`)
		w.db.Write(t, `update account_home set location_id = 'hall' where account_id = 'eve'`)
		w.db.Write(t, `update account set base_role = 'local_administrator', location_id = 'hall', home = 'o000001l000001' where account_id = 'eve'`)
		w.db.Write(t, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_location_id, extent, from_at, follows_home, given_by, reason)
			values (1, 'local', 'north', 'eve', 'local_administrator', 'location', 'hall', 'here', 0, $1, '', '')`, true)
		s := w.inviter()
		ask := func(who access.AccountID, kind invitation.Kind, in invitation.Inviting) error {
			_, err := s.Invite(t.Context(), w.reach(t, who, kind.Permission()), w.reach(t, who, access.LearnerView), in)
			return err
		}
		if err := ask("eve", invitation.Activity, invitation.Inviting{Product: "a5", People: people("x@example.org")}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a Local Administrator invites to an activity: %v", err)
		}
		if err := ask("ben", invitation.Platform, invitation.Inviting{People: people("x@example.org")}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a student invites: %v", err)
		}
		if err := ask("eve", invitation.Platform, invitation.Inviting{People: people("x@example.org")}); !errors.Is(err, invitation.ErrNoPlace) {
			t.Errorf("without a place: %v", err)
		}
		// ann learns elsewhere in the organization: nothing is told of her.
		if got := w.invites(t, "eve", invitation.Platform, invitation.Inviting{Location: "hall", People: people("x@example.org", "ann@example.org")}); !slices.Equal(got, []string{"x@example.org: invited", "ann@example.org: invited"}) {
			t.Error(got)
		}
		if got := w.invites(t, "admin", invitation.Platform, invitation.Inviting{People: people("x@example.org", "ann@example.org")}); !slices.Equal(got, []string{"x@example.org: invited", "ann@example.org: here"}) {
			t.Error(got)
		}
		secret := ""
		var text string
		w.db.Read(t, `select m.body_text from mail m join invitation i on i.invitation_id = m.about_id where i.location_id = 'hall' and i.email = 'x@example.org'`, nil, &text)
		_, secret, _ = strings.Cut(text, invitation.AcceptPath)
		secret, _, _ = strings.Cut(secret, "\n")
		joined, _, err := s.Accept(t.Context(), secret, "", invitation.Newcomer{Name: account.Name{Given: "X"}, Password: "correct horse battery"}, somebody)
		if err != nil {
			t.Fatal(err)
		}
		var location string
		w.db.Read(t, `select location_id from account where account_id = $1`, []any{string(joined.Account)}, &location)
		if location != "hall" {
			t.Errorf("x is placed in %q", location)
		}
		page, err := s.List(t.Context(), w.reach(t, "eve", access.InvitePlatform), w.reach(t, "eve", access.LearnerView), invitation.Query{})
		if err != nil || page.Total != 2 {
			t.Errorf("eve sees %d invitations, %v", page.Total, err)
		}
		for _, i := range page.Items {
			if i.Email == "x@example.org" && i.Account != joined.Account {
				t.Errorf("%+v", i)
			}
		}
		if places, err := s.Places(t.Context(), w.reach(t, "eve", access.InvitePlatform)); err != nil || places.Whole {
			t.Errorf("%+v, %v", places, err)
		}
	})
}

// Many who press the same link at once make one account and one enrollment.
func TestTheSameInvitationManyTimesAtOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.invites(t, "admin", invitation.Activity, invitation.Inviting{Product: "a5", People: people("race@example.org")})
		secret, s := w.linkTo(t, "race@example.org"), w.inviter()
		done := make(chan error)
		for range 6 {
			go func() {
				_, _, err := s.Accept(t.Context(), secret, "", invitation.Newcomer{Name: account.Name{Given: "Race"}, Password: "correct horse battery"}, somebody)
				done <- err
			}()
		}
		won := 0
		for range 6 {
			if err := <-done; err == nil {
				won++
			} else if fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.TooMany && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("refused with %v", err)
			}
		}
		if n := w.count(t, `select count(*) from account where email_folded = 'race@example.org'`); won != 1 || n != 1 {
			t.Errorf("%d won, %d accounts", won, n)
		}
		if n := w.count(t, `select count(*) from enrollment_source where kind = 'hand' and ref = 'a5'`); n != 1 {
			t.Errorf("%d sources", n)
		}
	})
}

func TestInvitingAsAnActIsTakenBack(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		s := w.inviter()
		acts := bulk.NewService(w.db, w.now, invitation.Acts(s)...)
		asks := func(p access.Permission) access.Reach { return w.reach(t, "admin", p) }
		act, err := acts.Preview(t.Context(), asks(access.SelfView), asks, invitation.InviteAct, "", invitation.Inviting{Kind: invitation.Platform, People: people("a@example.org", "b@example.org", "no")})
		if err != nil || act.Plan.Effective() != 2 || w.count(t, `select count(*) from invitation`) != 0 {
			t.Fatalf("%+v, %v", act.Plan, err)
		}
		if act, err = acts.Confirm(t.Context(), asks(access.SelfView), asks, act.ID); err != nil || w.count(t, `select count(*) from mail where about_kind = 'invitation'`) != 2 {
			t.Fatal(err)
		}
		if _, _, err := s.Accept(t.Context(), w.linkTo(t, "a@example.org"), "", invitation.Newcomer{Name: account.Name{Given: "A"}, Password: "correct horse battery"}, somebody); err != nil {
			t.Fatal(err)
		}
		undone, err := acts.Undo(t.Context(), asks(access.SelfView), asks, act.ID)
		if err != nil || len(undone.TakenBack.Lines) != 2 || undone.TakenBack.Lines[0].Result != invitation.LineKept || undone.TakenBack.Lines[1].Result != invitation.LineRevoked {
			t.Fatalf("%+v, %v", undone.TakenBack, err)
		}
		if _, err := acts.Preview(t.Context(), w.reach(t, "ben", access.SelfView), func(p access.Permission) access.Reach { return w.reach(t, "ben", p) }, invitation.InviteAct, "", invitation.Inviting{Kind: invitation.Platform, People: people("c@example.org")}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a student begins the act: %v", err)
		}
	})
}
