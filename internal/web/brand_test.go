package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/server"
)

func brandPages(t *testing.T) *Pages {
	t.Helper()
	assets, err := LoadAssets()
	if err != nil {
		t.Fatal(err)
	}
	return &Pages{assets: assets}
}

func TestBrandIsAStyleSheetOfItsOwn(t *testing.T) {
	p := brandPages(t)
	for _, tt := range []struct {
		name        string
		of          server.Organization
		light, dark string // empty: Ambit's colours, without a sheet
	}{
		{"none", server.Organization{}, "", ""},
		{"light only", server.Organization{Accent: "#b3261e"}, "#b3261e", string(org.Color("#b3261e").Nearest(org.OnDark))},
		{"dark only", server.Organization{AccentDark: "#ffb4ab"}, string(ambitAccent), "#ffb4ab"},
		{"both", server.Organization{Accent: "#000000", AccentDark: "#ffffff"}, "#000000", "#ffffff"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			brand := p.brandOf(tt.of)
			if tt.light == "" {
				if brand != (Brand{}) {
					t.Errorf("brand = %+v, want none", brand)
				}
				return
			}
			sheet, err := p.served(brand.Sheet)
			if err != nil {
				t.Fatalf("GET %s: %v", brand.Sheet, err)
			}
			for _, want := range []string{
				":root{--accent-ink:" + tt.light + ";", "\n.dark{--accent-ink:" + tt.dark + ";", "@media print{.dark{--accent-ink:" + tt.light + ";",
				"--primary-foreground:" + string(org.Color(tt.light).Ink()),
			} {
				if !strings.Contains(sheet, want) {
					t.Errorf("no %q in\n%s", want, sheet)
				}
			}
		})
	}
	if got := p.brandOf(server.Organization{Logo: "abc"}); got.Logo != "/logo/abc.png" || got.Sheet != "" {
		t.Errorf("with a logo only: %+v", got)
	}
}

// Whoever makes up an address gets no sheet that pages could not be read in,
// and no text of their own into one.
func TestNoOtherSheetIsServed(t *testing.T) {
	p := brandPages(t)
	good := p.assets.brandURL("#b3261e", "#ffb4ab")
	for name, address := range map[string]string{
		"pale on light":   p.assets.brandURL("#fde047", "#ffb4ab"),
		"dark on dark":    p.assets.brandURL("#b3261e", "#000000"),
		"another release": strings.Replace(good, p.assets.hash, "0123456789abcdef", 1),
		"one colour":      strings.Replace(good, "-ffb4ab", "", 1),
		"capitals":        strings.Replace(good, "b3261e", "B3261E", 1),
		"short":           strings.Replace(good, "b3261e", "000", 1),
		"style":           strings.Replace(good, "b3261e", "b3261e;}*{", 1),
		"no sheet":        strings.TrimSuffix(good, ".css"),
	} {
		if sheet, err := p.served(address); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: GET %s = %q, %v, want not found", name, address, sheet, err)
		}
	}
}

// served is what the handler of sheets answers at an address.
func (p *Pages) served(address string) (string, error) {
	r := httptest.NewRequest(http.MethodGet, "http://lms.example.org/", nil)
	r.URL = &url.URL{Path: address}
	parts := strings.Split(address, "/")
	r.SetPathValue("hash", parts[2])
	r.SetPathValue("name", parts[3])
	w := httptest.NewRecorder()
	err := p.brandSheet(w, r, access.Reach{})
	return w.Body.String(), err
}

// ambit.css and the sheets of organizations mean the same colours by Ambit's own.
func TestAmbitsAccentIsThatOfItsSheet(t *testing.T) {
	css, err := static.ReadFile("static/ambit.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, accent := range []org.Color{ambitAccent, ambitAccentDark} {
		if !strings.Contains(string(css), "--accent-ink:"+string(accent)) {
			t.Errorf("ambit.css has another accent than %s", accent)
		}
	}
	if ambitAccent.Contrast(org.OnLight) < 4.5 || ambitAccentDark.Contrast(org.OnDark) < 4.5 {
		t.Error("Ambit's own accent could not be chosen")
	}
}

// What a form sends is what is stored, however it is looked at.
func TestSettingsFormHoldsEverySetting(t *testing.T) {
	form := said(org.Organization{
		Name: "North", Address: "Street 1\nVienna", Zone: "Europe/Vienna", Locale: "de", HidePending: true, HistoryMonths: 6,
		Brand: org.Brand{Accent: "#b3261e", AccentDark: "#ffb4ab"}, LetterHead: org.LetterHead{Sender: "Training", ReplyTo: "a@b.example"},
		Sessions: org.SessionLimits{IdleMinutes: 30, TotalHours: 12},
	})
	change, err := settingsOf(form)
	if err != nil {
		t.Fatal(err)
	}
	if *change.Name != "North" || *change.Address != "Street 1\nVienna" || *change.Zone != "Europe/Vienna" || *change.Locale != "de" || !*change.HidePending || *change.HistoryMonths != 6 ||
		*change.Accent != "#b3261e" || *change.AccentDark != "#ffb4ab" || *change.Sender != "Training" || *change.ReplyTo != "a@b.example" || *change.IdleMinutes != 30 || *change.TotalHours != 12 ||
		*change.DueSoon != 0 || *change.ExpiresSoon != 0 {
		t.Errorf("settingsOf(said(o)) = %+v", change)
	}
	form.Set("session_idle_minutes", "soon")
	form.Set("name", " ")
	if _, err := settingsOf(form); len(fault.Fields(err)) != 2 {
		t.Errorf("two wrong fields: %v", fault.Fields(err))
	}
	form = said(org.Organization{Name: "North"})
	if change, err := settingsOf(form); err != nil || *change.HidePending || *change.IdleMinutes != 0 || change.ManagerLimit != nil || change.AutoReporter != nil {
		t.Errorf("an organization without anything: %+v, %v", change, err)
	}
}
