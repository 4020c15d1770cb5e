package license

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

func TestWhoGetsASeatOfAList(t *testing.T) {
	address := func(a string) Known { return Known{Folded: a} }
	account := func(a access.AccountID) Known { return Known{Folded: string(a) + "@x", Invitee: Invitee{Account: a}} }
	holder, former := account("held"), account("former")
	holder.Holds, former.Counted = true, true
	for _, tt := range []struct {
		name   string
		room   Room
		people []Known
		want   []SeatResult
	}{
		{"as many as are free", Room{Free: 2, People: -1}, []Known{address("a"), address("b"), address("c")}, []SeatResult{ResultAssigned, ResultAssigned, ResultNoSeat}},
		{"one is twice in the list", Room{Free: 9, People: -1}, []Known{address("a"), address("a"), account("b"), account("b")}, []SeatResult{ResultAssigned, ResultTwice, ResultAssigned, ResultTwice}},
		{"one holds a seat", Room{Free: 9, People: -1}, []Known{holder, holder}, []SeatResult{ResultHasSeat, ResultTwice}},
		{"no address", Room{Free: 9, People: -1}, []Known{{}, {Missing: true, Invitee: Invitee{Account: "x"}}}, []SeatResult{ResultNoAddress, ResultNobody}},
		{"the last day is over", Room{Closed: true, Free: 9, People: -1}, []Known{address("a"), holder, {}}, []SeatResult{ResultClosed, ResultHasSeat, ResultNoAddress}},
		{"so many people", Room{Free: 9, People: 1}, []Known{former, address("a"), address("b"), former}, []SeatResult{ResultAssigned, ResultAssigned, ResultTooMany, ResultTwice}},
		{"no more people", Room{Free: 9}, []Known{address("a"), former}, []SeatResult{ResultTooMany, ResultAssigned}},
		{"who gets none takes no room", Room{Free: 1, People: 1}, []Known{holder, address("a"), address("b")}, []SeatResult{ResultHasSeat, ResultAssigned, ResultNoSeat}},
		{"more in use than paid for", Room{Free: -1, People: -1}, []Known{address("a")}, []SeatResult{ResultNoSeat}},
	} {
		if got := tt.room.Assign(tt.people); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestEveryRefusalHasASentence(t *testing.T) {
	for _, r := range []SeatResult{ResultHasSeat, ResultNoAddress, ResultNobody, ResultTwice, ResultNoSeat, ResultTooMany, ResultClosed} {
		if r.Refusal() == nil {
			t.Errorf("%s refuses nothing", r)
		}
	}
	if err := ResultAssigned.Refusal(); err != nil {
		t.Error(err)
	}
}

func TestAddressesAreFoundInWhatWasPasted(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a list", "a@x.org\nb@x.org\n\n", "a@x.org b@x.org"},
		{"any separators", "a@x.org; b@x.org,c@x.org\td@x.org e@x.org", "a@x.org b@x.org c@x.org d@x.org e@x.org"},
		{"an address book", "\"Muster, Max\" <max@x.org>, Ann <mailto:ann@x.org>;", "max@x.org ann@x.org"},
		{"a table with a header", "\ufeffName;E-Mail;Team\r\nAnn;ann@x.org;Red\r\nBen;;Blue\r\n", "ann@x.org Ben;;Blue"},
		{"a heading", "E-mail\nann@x.org", "ann@x.org"},
		{"what is none stays", "ann@x.org\nnot an address\n@\n", "ann@x.org not an address @"},
		{"another script", "\u2068آن\u2069 <ann@x.org>", "ann@x.org"},
		{"UTF-16", "\xff\xfea\x00@\x00x\x00.\x00o\x00r\x00g\x00", "a@x.org"},
		{"a byte that is no text", "M\xfcller <m@x.org>", "m@x.org"},
		{"the end of a sentence", "Please invite ann@x.org.", "ann@x.org"},
	} {
		people, err := ReadPeople([]byte(tt.text))
		var got []string
		for _, p := range people {
			got = append(got, p.Email)
		}
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
	for name, text := range map[string]string{"nothing": " \n", "a picture": "\x89PNG\r\n\x1a\n\x00\x00", "half a character": "\xff\xfea", "too many": strings.Repeat("a@x.org\n", MostAtOnce+1)} {
		if people, err := ReadPeople([]byte(text)); err == nil {
			t.Errorf("%s gave %d people", name, len(people))
		}
	}
}

func FuzzReadPeople(f *testing.F) {
	f.Add([]byte("Ann <ann@x.org>; b@x.org\r\n"))
	f.Add([]byte("\xff\xfea\x00@\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		people, err := ReadPeople(raw)
		if err == nil && (len(people) == 0 || len(people) > MostAtOnce) {
			t.Errorf("%d people", len(people))
		}
	})
}

func TestAnInvitationLeavesOutWhatThereIsNot(t *testing.T) {
	s := NewService(nil, Settings{PublicURL: "https://lms.example/"}, time.Now)
	house := House{Name: "North", Locale: "en", Product: "Git", Buyer: "Bea", LastDay: day.None}
	m, link := s.invite(Invitation{To: "a@x.org", House: house})
	if strings.Contains(m.Text, "bought for") || strings.Contains(m.Text, "until") || strings.Contains(m.Text, "{") || !strings.Contains(m.Text, "https://lms.example/redeem/") {
		t.Error(m.Text)
	}
	_, secret, _ := strings.Cut(m.Text, RedeemPath)
	secret, _, _ = strings.Cut(secret, "\n")
	if SeatLinkHash(secret) != link {
		t.Error("the link that is kept is not the one in the letter")
	}
	house.Company, house.LastDay = "Acme", 20000
	for locale, want := range map[string][]string{"": {"until", "Acme"}, "de-AT": {"angenommen", "Acme", "4.\u00a0Okt.\u00a02024"}, "xx": {"until"}} {
		m, _ := s.invite(Invitation{To: "a@x.org", Locale: locale, House: house})
		for _, w := range want {
			if !strings.Contains(m.Text, w) {
				t.Errorf("%q: no %q in\n%s", locale, w, m.Text)
			}
		}
	}
}

func TestAnInvitationIsSentAgainNotTooOften(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	terms := Terms{RedeemBy: today, AccessUntil: day.None}
	pending := func(since time.Duration, letters int) Seat {
		return Seat{State: Pending, Email: "a@x.org", SentAt: now.Add(-since), Letters: letters}
	}
	for _, tt := range []struct {
		name string
		seat Seat
		on   day.Day
		want error
	}{
		{"never sent", Seat{State: Pending, Email: "a@x.org"}, today, nil},
		{"a while ago", pending(resendAfter, 1), today, nil},
		{"just now", pending(resendAfter-1, 1), today, ErrSentJustNow},
		{"very often", pending(time.Hour, mostLetters), today, ErrSentOften},
		{"too late", pending(time.Hour, 1), today + 1, ErrRedeemOver},
		{"no address", Seat{State: Pending}, today, ErrNoAddress},
		{"redeemed", Seat{State: Redeemed, Email: "a@x.org"}, today, ErrRedeemed},
		{"revoked", Seat{State: Revoked, Email: "a@x.org"}, today, ErrSeatOver},
	} {
		if got := tt.seat.Resendable(terms, tt.on, now); !errors.Is(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
