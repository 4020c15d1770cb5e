package store_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"reflect"
	"slices"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

func to[T any](v T) *T { return &v }

// everySetting is each setting but the zone, which seats hold fast, with another
// value than a new organization has.
func everySetting() org.Settings {
	return org.Settings{
		Name: to("Nordlicht"), Address: to("Street 1\nVienna"), Locale: to("de-AT"), Accent: to("#b3261e"), AccentDark: to("#ffb4ab"),
		Sender: to("Training"), ReplyTo: to("training@north.example"), IdleMinutes: to(30), TotalHours: to(12), DueSoon: to(3), ExpiresSoon: to(60),
		HidePending: to(true), AutoReporter: to(true), ManagerLimit: to(9), HistoryMonths: to(6),
	}
}

func TestSettingsAreKept(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		orgs := org.NewService(w.db, w.now)
		reach := w.reach(t, "admin", access.OrganizationConfigure)
		was, err := orgs.Open(t.Context(), reach, "north")
		if err != nil || was.Managers == 0 {
			t.Fatalf("Open() = %+v, %v", was, err)
		}
		said, err := orgs.Set(t.Context(), reach, "north", everySetting())
		if err != nil {
			t.Fatal(err)
		}
		is, err := orgs.Open(t.Context(), w.reach(t, "admin", access.OrganizationConfigure), "north")
		if err != nil || is.Version() != said.Version() || is.Version() == was.Version() {
			t.Fatalf("read again: %+v, %v, want %+v", is, err, said)
		}
		want := was.Organization
		want.Name, want.Address, want.Locale = "Nordlicht", "Street 1\nVienna", "de-AT"
		want.Brand, want.LetterHead = org.Brand{Accent: "#b3261e", AccentDark: "#ffb4ab"}, org.LetterHead{Sender: "Training", ReplyTo: "training@north.example"}
		want.Sessions, want.Windows.DueSoon, want.Windows.ExpiresSoon = org.SessionLimits{IdleMinutes: 30, TotalHours: 12}, 3, 60
		want.HidePending, want.AutoReporter, want.ManagerLimit, want.HistoryMonths = true, true, 9, 6
		want.Revision = is.Revision
		if !reflect.DeepEqual(is.Organization, want) {
			t.Errorf("is %+v\nwant %+v", is.Organization, want)
		}
		if changes := w.changes(t, "organization.changed"); len(changes) != 15 {
			t.Errorf("the event tells %d changes, want all 15: %+v", len(changes), changes)
		}
		before := w.events(t)
		if _, err := orgs.Set(t.Context(), w.reach(t, "admin", access.OrganizationConfigure), "north", everySetting()); err != nil || w.events(t) != before {
			t.Errorf("the same settings again: %v, %d events more", err, w.events(t)-before)
		}
	})
}

// Two people open the settings; the second one who saves is told.
func TestSecondEditorOfSettingsIsTold(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		orgs := org.NewService(w.db, w.now)
		opened, err := orgs.Open(t.Context(), w.reach(t, "admin", access.OrganizationConfigure), "north")
		if err != nil {
			t.Fatal(err)
		}
		set := func(change org.Settings) error {
			_, err := orgs.Set(t.Context(), w.reach(t, "admin", access.OrganizationConfigure), "north", change)
			return err
		}
		if err := set(org.Settings{Version: opened.Version(), Name: to("First")}); err != nil {
			t.Fatal(err)
		}
		if err := set(org.Settings{Version: opened.Version(), Name: to("Second")}); !errors.Is(err, org.ErrStale) {
			t.Errorf("second editor: %v, want %v", err, org.ErrStale)
		}
		now, err := orgs.Open(t.Context(), w.reach(t, "admin", access.OrganizationConfigure), "north")
		if err != nil || now.Name != "First" {
			t.Errorf("it is called %q, %v", now.Name, err)
		}
		if err := set(org.Settings{Version: now.Version(), Name: to("Second")}); err != nil {
			t.Errorf("having looked: %v", err)
		}
	})
}

// An organization's settings are out of reach of everybody but those who may
// configure it; for them, others do not exist.
func TestSettingsOfOthersDoNotExist(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		orgs := org.NewService(w.db, w.now)
		reach := w.reach(t, "admin", access.OrganizationConfigure)
		image := pngOf(t, 10, 10)
		for name, err := range map[string]error{
			"open":        second(orgs.Open(t.Context(), reach, "south")),
			"set":         second(orgs.Set(t.Context(), reach, "south", org.Settings{Name: to("Mine")})),
			"logo":        second(orgs.SetLogo(t.Context(), reach, "south", image)),
			"remove logo": orgs.RemoveLogo(t.Context(), reach, "south"),
			"no such":     second(orgs.Open(t.Context(), reach, "nowhere")),
		} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v, want not found", name, err)
			}
		}
		reading := w.reach(t, "admin", access.LocationView)
		for name, err := range map[string]error{
			"open":        second(orgs.Open(t.Context(), reading, "north")),
			"set":         second(orgs.Set(t.Context(), reading, "north", org.Settings{Name: to("Mine")})),
			"logo":        second(orgs.SetLogo(t.Context(), reading, "north", image)),
			"remove logo": orgs.RemoveLogo(t.Context(), reading, "north"),
		} {
			if err == nil {
				t.Errorf("%s went by a reach for something else", name)
			}
		}
	})
}

func TestLogoIsKeptAndReplaced(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		orgs := org.NewService(w.db, w.now)
		set := func(raw []byte) org.Logo {
			t.Helper()
			logo, err := orgs.SetLogo(t.Context(), w.reach(t, "admin", access.OrganizationConfigure), "north", raw)
			if err != nil {
				t.Fatal(err)
			}
			return logo
		}
		served := func(logo org.Logo, want bool) {
			t.Helper()
			got, err := orgs.Logo(t.Context(), logo.Hash)
			if want && (err != nil || !bytes.Equal(got.PNG, logo.PNG) || got.Width != logo.Width) || !want && fault.KindOf(err) != fault.NotFound {
				t.Errorf("logo %s: %+v, %v, want there: %v", logo.Hash, got, err, want)
			}
		}
		first := set(pngOf(t, 10, 10))
		served(first, true)
		events := w.events(t)
		set(pngOf(t, 10, 10))
		if w.events(t) != events {
			t.Error("the same logo again is an event")
		}
		second := set(pngOf(t, 20, 10))
		served(first, false)
		served(second, true)
		if changes := w.changes(t, "organization.logo_changed"); !slices.Contains(changes, audit.Change{Field: "logo", Before: first.Hash, After: second.Hash}) {
			t.Errorf("changes = %+v", changes)
		}
		reach := account.AsOperator(w.north(t), access.OrganizationConfigure, w.now())
		if err := orgs.RemoveLogo(t.Context(), reach, "north"); err != nil {
			t.Fatal(err)
		}
		served(second, false)
		if o := w.north(t); o.Brand.Logo != "" {
			t.Errorf("it still has the logo %s", o.Brand.Logo)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func pngOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewNRGBA(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (w *world) north(t *testing.T) org.Organization {
	t.Helper()
	o, err := w.db.OrganizationBySlug(t.Context(), "north")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// log reads the latest events as the administrator of north does.
func (w *world) log(t *testing.T) []audit.Entry {
	t.Helper()
	page, err := audit.NewService(w.db).Events(t.Context(), w.reach(t, "admin", access.AuditView), audit.Query{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

func (w *world) events(t *testing.T) int {
	t.Helper()
	return len(w.log(t))
}

// changes are those that all events of an action tell.
func (w *world) changes(t *testing.T, action string) []audit.Change {
	t.Helper()
	var out []audit.Change
	for _, e := range w.log(t) {
		if e.Action == action {
			out = append(out, e.Changes()...)
		}
	}
	return out
}
