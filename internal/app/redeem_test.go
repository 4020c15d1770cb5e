package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/mail"
)

// letters are those that wait for somebody, the latest first.
func (w *matrixWorld) letters(t *testing.T, to, kind string) (out []mail.Letter) {
	t.Helper()
	all, err := w.a.Outbox.List(t.Context(), mail.Query{Waiting: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		if l.To == to && l.Kind == kind {
			out = append(out, l)
		}
	}
	return out
}

// invite has a buyer offer a seat to an address and gives the link of the letter.
func (w *matrixWorld) invite(t *testing.T, buyer, purchase, to string) (link string) {
	t.Helper()
	facts, err := w.a.Store.Facts(t.Context(), w.accounts[buyer].Realm, w.accounts[buyer].ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.a.Licenses.AssignSeat(t.Context(), facts.For(access.SeatAssign, time.Now()), license.PurchaseID(w.purchases[purchase]), license.Invitee{Email: to}); err != nil {
		t.Fatal(err)
	}
	_, secret, ok := strings.Cut(w.letters(t, to, license.InvitationLetter)[0].Text, license.RedeemPath)
	if !ok {
		t.Fatal("the letter holds no link")
	}
	return license.RedeemPath + strings.Fields(secret)[0]
}

// guest is a browser: it keeps its session.
type guest struct {
	*testing.T
	w      *matrixWorld
	cookie string
}

func (w *matrixWorld) visitor(t *testing.T, who string) *guest {
	t.Helper()
	v := &guest{T: t, w: w}
	if who != "" {
		opened, err := w.a.Accounts.Open(t.Context(), w.accounts[who].Identity, account.Client{Address: "192.0.2.1"})
		if err != nil {
			t.Fatal(err)
		}
		v.cookie = "ambit=" + opened.Token
	}
	return v
}

// goTo asks for a page, or sends a form, and gives what comes.
func (v *guest) goTo(method, path string, pairs ...string) *httptest.ResponseRecorder {
	v.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	out := httptest.NewRecorder()
	v.w.s.ServeHTTP(out, r)
	for _, c := range out.Result().Cookies() {
		if strings.HasSuffix(c.Name, "ambit") {
			if v.cookie = c.Name + "=" + c.Value; c.Value == "" {
				v.cookie = ""
			}
		}
	}
	return out
}

// sees checks a page's status and what it says.
func (v *guest) sees(out *httptest.ResponseRecorder, status int, texts ...string) {
	v.Helper()
	if out.Code != status {
		v.Fatalf("%d, want %d: %.600s", out.Code, status, out.Body)
	}
	for _, text := range texts {
		if !strings.Contains(out.Body.String(), text) {
			v.Errorf("the page does not say %q: %s", text, out.Body)
		}
	}
}

func (v *guest) seesNot(out *httptest.ResponseRecorder, texts ...string) {
	v.Helper()
	for _, text := range texts {
		if strings.Contains(out.Body.String(), text) {
			v.Errorf("the page says %q: %s", text, out.Body)
		}
	}
}

// TestAnInvitationIsAcceptedOnItsPage follows a link: what it says before
// anything is accepted, the account it makes, and what it says afterwards.
func TestAnInvitationIsAcceptedOnItsPage(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		link := w.invite(t, "buyer2", "p2", "nora@example.org")
		someone := w.visitor(t, "")
		someone.sees(someone.goTo(http.MethodGet, link), http.StatusOK, "Berglunds", "Bob Bulkorder", "Fire Safety", "Northwind", "Carl Marrowbone", "administrators of", "nora", "new-password")
		someone.sees(someone.goTo(http.MethodPost, link, "given_name", "Nora", "password", "short"), http.StatusUnprocessableEntity, "Nora", `aria-invalid="true"`)
		done := someone.goTo(http.MethodPost, link, "given_name", "Nora", "family_name", "Newcomer", "password", "correct horse battery")
		someone.sees(done, http.StatusSeeOther)
		if to := done.Header().Get("Location"); to != "/o/northwind/me?done=seat" || someone.cookie == "" {
			t.Fatalf("led to %s with %q", to, someone.cookie)
		}
		mine := someone.goTo(http.MethodGet, "/o/northwind/me?done=seat")
		someone.sees(mine, http.StatusOK, "Fire Safety", "Nora Newcomer", "The seat is yours")
		someone.seesNot(mine, "/my-licenses", "/o/northwind/users")

		other := w.visitor(t, "")
		other.sees(other.goTo(http.MethodGet, link), http.StatusOK, "cannot be accepted", "It was accepted on", `href="/signin"`)
		other.sees(other.goTo(http.MethodPost, link, "given_name", "Eve", "password", "another long password"), http.StatusConflict, "redeemed already")
		other.sees(other.goTo(http.MethodGet, license.RedeemPath+"unknown"), http.StatusNotFound, "This link is not known")
		if got := w.letters(t, "buyer2@example.org", license.RedeemedLetter); len(got) != 1 || !strings.Contains(got[0].Text, "Nora Newcomer") {
			t.Errorf("the buyer was told %v", got)
		}
	})
}

// TestSomebodyElseIsAskedToSignOut: a link does nothing for a person it is not for.
func TestSomebodyElseIsAskedToSignOut(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		link := w.invite(t, "buyer2", "p2", "ben@example.org")
		anna := w.visitor(t, "anna")
		page := anna.goTo(http.MethodGet, link)
		anna.sees(page, http.StatusOK, "ben@", "anna@example.org", "Sign out and go on")
		anna.seesNot(page, `name="password"`)
		anna.sees(anna.goTo(http.MethodPost, link), http.StatusConflict, "Sign out and go on")
		anna.sees(anna.goTo(http.MethodPost, link+"/switch"), http.StatusSeeOther)
		if anna.cookie != "" {
			t.Error("she is still signed in")
		}
		ben := w.visitor(t, "ben")
		ben.sees(ben.goTo(http.MethodGet, "/o/northwind/me"), http.StatusOK, "Seats offered to you", "Berglunds", "Carl Marrowbone")
		ben.sees(ben.goTo(http.MethodGet, link), http.StatusOK, "You are signed in as")
		ben.sees(ben.goTo(http.MethodPost, link), http.StatusSeeOther)
		ben.seesNot(ben.goTo(http.MethodGet, "/o/northwind/me"), "Seats offered to you")
	})
}

// TestBuyersSeeSeatsAndNoProgress: My licenses is for who bought something,
// stays in the learner's frame and says nothing of what anybody learned.
func TestBuyersSeeSeatsAndNoProgress(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		bob := w.visitor(t, "buyer2")
		list := bob.goTo(http.MethodGet, "/o/northwind/my-licenses")
		bob.sees(list, http.StatusOK, "Fire Safety", "Berglunds", "Carl Marrowbone", "/o/northwind/my-licenses/"+w.purchases["p2"])
		bob.seesNot(list, "First Aid", "Alfreds", `href="/o/northwind/licenses"`)
		page := bob.goTo(http.MethodGet, "/o/northwind/my-licenses/"+w.purchases["p2"])
		bob.sees(page, http.StatusOK, "Fire Safety", "Dora Wintergloss", "Carl Marrowbone", "Take a seat myself")
		bob.seesNot(page, "/o/northwind/users", "/o/northwind/matrix", "/o/northwind/reports", `class="meter"`, `class="bar"`, "Completion rate")
		bob.sees(bob.goTo(http.MethodGet, "/o/northwind/my-licenses/"+w.purchases["p1"]), http.StatusNotFound)
		bob.sees(bob.goTo(http.MethodPost, "/o/northwind/my-licenses/"+w.purchases["p1"]+"/take"), http.StatusNotFound)
		bob.sees(bob.goTo(http.MethodPost, "/o/northwind/my-licenses/"+w.purchases["p2"]+"/take"), http.StatusSeeOther)
		bob.seesNot(bob.goTo(http.MethodGet, "/o/northwind/my-licenses/"+w.purchases["p2"]), "Take a seat myself")
		bob.sees(bob.goTo(http.MethodPost, "/o/northwind/my-licenses/"+w.purchases["p2"]+"/take"), http.StatusConflict)
		bob.sees(bob.goTo(http.MethodGet, "/o/northwind/me"), http.StatusOK, "/o/northwind/my-licenses", "Fire Safety")
		anna := w.visitor(t, "anna")
		anna.seesNot(anna.goTo(http.MethodGet, "/o/northwind/me"), "my-licenses")
		anna.sees(anna.goTo(http.MethodGet, "/o/northwind/my-licenses"), http.StatusForbidden)
		// An administrator who bought nothing finds nothing of others there.
		ole := w.visitor(t, "orgadmin")
		ole.sees(ole.goTo(http.MethodGet, "/o/northwind/my-licenses"), http.StatusOK, "You have not bought any licenses here")
	})
}

// TestTheLogOfLetters shows administrators what was sent, never a link, and
// writes letters again.
func TestTheLogOfLetters(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		link := w.invite(t, "buyer2", "p2", "nora@example.org")
		someone := w.visitor(t, "")
		someone.sees(someone.goTo(http.MethodPost, link, "given_name", "Nora", "password", "correct horse battery"), http.StatusSeeOther)
		told := w.letters(t, "buyer2@example.org", license.RedeemedLetter)[0]
		ole := w.visitor(t, "orgadmin")
		log := ole.goTo(http.MethodGet, "/o/northwind/mail")
		ole.sees(log, http.StatusOK, "nora", "buyer2", "Seat: redeemed", "Fire Safety", "Not needed any more")
		ole.seesNot(log, strings.TrimPrefix(link, license.RedeemPath), "ada@example.org")
		ole.seesNot(ole.goTo(http.MethodGet, "/o/northwind/mail?q=NORA%40"), "buyer2")
		ole.seesNot(ole.goTo(http.MethodGet, "/o/northwind/mail?state=sent"), "nora", "buyer2")
		ole.seesNot(ole.goTo(http.MethodGet, "/o/northwind/mail?kind=seat.redeemed"), "nora@")
		again := fmt.Sprintf("/o/northwind/mail/%s/resend", told.ID)
		ole.sees(ole.goTo(http.MethodPost, again), http.StatusConflict, "still waiting")
		claimed, found, err := a.Store.ClaimLetter(t.Context(), time.Minute)
		for ; found && claimed.ID != told.ID && err == nil; claimed, found, err = a.Store.ClaimLetter(t.Context(), time.Minute) {
		}
		if err != nil || !found {
			t.Fatal(err)
		}
		if err := a.Store.FailLetter(t.Context(), claimed, "550 buyer2@example.org is unknown"); err != nil {
			t.Fatal(err)
		}
		ole.sees(ole.goTo(http.MethodGet, "/o/northwind/mail?state=failed"), http.StatusOK, "550 … is unknown", again)
		ole.sees(ole.goTo(http.MethodPost, again), http.StatusSeeOther)
		if got := w.letters(t, "buyer2@example.org", license.RedeemedLetter); len(got) != 1 || got[0].Text != told.Text || got[0].ID == told.ID {
			t.Errorf("written again: %+v, before %+v", got, told)
		}
		for who, want := range map[string]int{"local": http.StatusForbidden, "orgro": http.StatusForbidden, "buyer2": http.StatusForbidden, "ada": http.StatusOK} {
			if out := w.visitor(t, who).goTo(http.MethodGet, "/o/northwind/mail"); out.Code != want {
				t.Errorf("%s: %d, want %d", who, out.Code, want)
			}
		}
		frida := w.visitor(t, "stranger")
		frida.sees(frida.goTo(http.MethodPost, "/o/fabrikam/mail/"+told.ID+"/resend"), http.StatusNotFound)
	})
}
