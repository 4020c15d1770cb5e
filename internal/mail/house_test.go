package mail_test

import (
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/org"
)

var greeting = map[language.Tag]mail.Words{language.English: {Subject: "Hello", Body: []string{"Welcome, {name}."}, Button: "Open"}}

func TestLetterWearsTheColoursOfItsHouse(t *testing.T) {
	plain := mail.Compose("greeting", "en", greeting, map[string]string{"name": "Ann"}, "https://lms.example.org/x")
	for _, tt := range []struct {
		name     string
		house    mail.House
		has, not []string
	}{
		{"none", mail.House{}, []string{"background:#1f4fd8;color:#ffffff"}, []string{"ZgotmplZ"}},
		{"with colours", mail.House{Name: "North", Accent: "#b3261e", Ink: "#ffffff"}, []string{"background:#b3261e;color:#ffffff", "solid #b3261e"}, []string{"#1f4fd8", "North"}},
		{"with an address", mail.House{Name: "North <b>", Address: "Street 1\nVienna"}, []string{"North &lt;b&gt;", "<bdi>Street 1</bdi><br><bdi>Vienna</bdi>"}, []string{"<b>"}},
		{"with a colour that is none", mail.House{Accent: "red;}</style><script>", Ink: "x"}, nil, []string{"<script>"}},
	} {
		got := plain.Of(tt.house)
		for _, part := range tt.has {
			if !strings.Contains(got.HTML, part) {
				t.Errorf("%s: no %q in\n%s", tt.name, part, got.HTML)
			}
		}
		for _, part := range tt.not {
			if strings.Contains(got.HTML, part) {
				t.Errorf("%s: %q in\n%s", tt.name, part, got.HTML)
			}
		}
		if got.ID != plain.ID || got.Subject != plain.Subject {
			t.Errorf("%s: it is another letter: %+v", tt.name, got)
		}
	}
	if text := plain.Of(mail.House{Name: "North", Address: "Street 1\nVienna"}).Text; !strings.HasSuffix(text, "https://lms.example.org/x\n\n-- \nNorth\nStreet 1\nVienna\n") {
		t.Errorf("text with a foot:\n%s", text)
	}
}

// A letter comes from its organization as that is when it is sent, under the
// installation's own address.
func TestLettersComeFromTheirOrganization(t *testing.T) {
	each(t, func(o *office) {
		north, err := o.db.FoundOrganization(o.Context(), access.Actor{System: org.Operator}, mustOrganization(o))
		if err != nil {
			o.Fatal(err)
		}
		letter := func(id string) {
			m := mail.Compose("greeting", "en", greeting, map[string]string{"name": "Ann"}, "https://lms.example.org/x")
			m.ID, m.Realm, m.Organization, m.To = id, north.Realm, north.ID, "ann@example.com"
			if err := o.db.PostLetter(o.Context(), m); err != nil {
				o.Fatal(err)
			}
		}
		set := func(change org.Settings) {
			if _, err := org.NewService(o.db, o.now).Set(o.Context(), account.AsOperator(north, access.OrganizationConfigure, o.now()), north.ID, change); err != nil {
				o.Fatal(err)
			}
		}
		arrives := func(from, reply, html string) {
			o.Helper()
			o.deliver()
			all := o.post.letters()
			message, err := netmail.ReadMessage(strings.NewReader(all[len(all)-1]))
			if err != nil {
				o.Fatal(err)
			}
			if got := message.Header.Get("From"); got != from {
				o.Errorf("From = %s, want %s", got, from)
			}
			if got := message.Header.Get("Reply-To"); got != reply {
				o.Errorf("Reply-To = %s, want %s", got, reply)
			}
			if body := strings.ReplaceAll(strings.ReplaceAll(all[len(all)-1], "=\r\n", ""), "=3D", "="); !strings.Contains(body, html) {
				o.Errorf("no %q in\n%s", html, body)
			}
		}
		letter("letter1")
		arrives(`"Nordlicht" <lms@northwind.example>`, "", "background:#1f4fd8")
		accent, address, sender, reply := "#b3261e", "Street 1", "Training team", "training@north.example"
		set(org.Settings{Accent: &accent, Address: &address})
		letter("letter2")
		set(org.Settings{Sender: &sender, ReplyTo: &reply}) // after it was written
		arrives(`"Training team" <lms@northwind.example>`, "<training@north.example>", "background:#b3261e")
		o.pass(time.Minute)
	})
}

func mustOrganization(o *office) org.Organization {
	made, err := org.New{Slug: "north", Name: "Nordlicht"}.Organization(o.now())
	if err != nil {
		o.Fatal(err)
	}
	return made
}
