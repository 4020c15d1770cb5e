package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
)

func TestALinkIsAddedToTheLibraryAndEdited(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		library := content.NewService(w.db)
		edit := w.reach(t, "admin", access.ActivityEdit)
		id, err := library.AddActivity(t.Context(), edit, content.NewActivity{Title: " Fire Safety ", ExternalID: "FS-1", URL: "https://learn.example.org/fire", Minutes: 30, SelfComplete: true})
		if err != nil {
			t.Fatal(err)
		}
		view := w.reach(t, "admin", access.ActivityView)
		item, err := library.LibraryItem(t.Context(), view, id)
		if err != nil || item.Title != "Fire Safety" || item.Kind != content.Link || !item.SelfComplete || item.Minutes != 30 || item.ExternalID != "FS-1" || item.No != 7 || item.Program {
			t.Fatalf("%+v, %v", item, err)
		}
		first := content.NewActivity{Title: "Fire Safety at Work", URL: item.URL}
		if err := library.EditActivity(t.Context(), edit, id, item.Revision, first); err != nil {
			t.Fatal(err)
		}
		// The second of two editors is told, and nothing of the first is lost.
		err = library.EditActivity(t.Context(), edit, id, item.Revision, content.NewActivity{Title: "Fire", URL: item.URL})
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("the second editor: %v", err)
		}
		item, err = library.LibraryItem(t.Context(), view, id)
		if err != nil || item.Title != first.Title || item.SelfComplete || item.Minutes != 0 || item.ExternalID != "" {
			t.Errorf("%+v, %v", item, err)
		}
		events := w.db.Texts(t, `select action from audit_event where subject_id = '`+string(id)+`' order by at, event_id`)
		if slices.Sort(events); !slices.Equal(events, []string{"activity.added", "activity.changed"}) {
			t.Errorf("audit: %v", events)
		}
	})
}

func TestTheLibraryRefusesWhatCannotBe(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		library := content.NewService(w.db)
		edit := w.reach(t, "admin", access.ActivityEdit)
		ok := content.NewActivity{Title: "Ok", URL: "https://example.org/x"}
		changed := func(change func(n *content.NewActivity)) content.NewActivity { n := ok; change(&n); return n }
		for _, tt := range []struct {
			name, field string
			n           content.NewActivity
		}{
			{"no title", "title", changed(func(n *content.NewActivity) { n.Title = "  " })},
			{"two lines", "title", changed(func(n *content.NewActivity) { n.Title = "a\nb" })},
			{"too long", "title", changed(func(n *content.NewActivity) { n.Title = strings.Repeat("ä", 301) })},
			{"no address", "url", changed(func(n *content.NewActivity) { n.URL = "" })},
			{"a script", "url", changed(func(n *content.NewActivity) { n.URL = "javascript:alert(1)" })},
			{"not safe on its way", "url", changed(func(n *content.NewActivity) { n.URL = "http://example.org" })},
			{"a password in it", "url", changed(func(n *content.NewActivity) { n.URL = "https://a:b@example.org" })},
			{"minutes before it began", "minutes", changed(func(n *content.NewActivity) { n.Minutes = -1 })},
			{"an id that is taken", "external_id", changed(func(n *content.NewActivity) { n.ExternalID = "P" })},
		} {
			_, err := library.AddActivity(t.Context(), edit, tt.n)
			if fields := fault.Fields(err); len(fields) != 1 || fields[0].Field != tt.field {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		for name, parts := range map[string][]content.NewPart{
			"none": nil, "one twice": {{Activity: "a1"}, {Activity: "a1"}}, "unknown": {{Activity: "x"}}, "a program": {{Activity: "program"}}, "of a client": {{Activity: "a6"}},
		} {
			_, err := library.AddProgram(t.Context(), edit, content.NewProgram{Title: "New", Parts: parts})
			if fields := fault.Fields(err); len(fields) != 1 || fields[0].Field != "activities" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if page, err := library.Library(t.Context(), w.reach(t, "admin", access.ActivityView), content.LibraryQuery{}); err != nil || page.Total != 6 {
			t.Errorf("%d entries, %v", page.Total, err)
		}
		for who, want := range map[access.AccountID]fault.Kind{"ben": fault.Forbidden, "buyer": fault.Forbidden, "south-admin": fault.NotFound} {
			if err := library.EditActivity(t.Context(), w.reach(t, who, access.ActivityEdit), "a1", 0, ok); fault.KindOf(err) != want {
				t.Errorf("%s edits: %v", who, err)
			}
		}
	})
}

func TestTheLibraryIsListedByTitle(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		library := content.NewService(w.db)
		reach := w.reach(t, "admin", access.ActivityView)
		for _, tt := range []struct {
			query content.LibraryQuery
			want  string
		}{
			{content.LibraryQuery{}, "a1 a2 a4 a5 a3 program"},
			{content.LibraryQuery{Limit: 2}, "a1 a2 a4 a5 a3 program"},
			{content.LibraryQuery{Q: "ETA"}, "a2"},
			{content.LibraryQuery{Kind: content.ProgramKind}, "program"},
			{content.LibraryQuery{Kind: content.Course, Limit: 3}, "a1 a2 a4 a5 a3"},
			{content.LibraryQuery{Kind: content.Link}, ""},
		} {
			var got []string
			for {
				page, err := library.Library(t.Context(), reach, tt.query)
				if err != nil {
					t.Fatal(err)
				}
				for _, item := range page.Items {
					got = append(got, string(item.ID))
				}
				if tt.query.Cursor = page.Next; page.Next == "" {
					break
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%+v: %v, want %s", tt.query, got, tt.want)
			}
		}
		if item, err := library.LibraryItem(t.Context(), reach, "program"); err != nil || item.Size != 3 || len(item.Parts) != 3 || item.Purchases != 1 || item.Holders != 3 {
			t.Errorf("%+v, %v", item, err)
		}
		if _, err := library.Library(t.Context(), reach, content.LibraryQuery{Cursor: "?"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a cursor of nothing: %v", err)
		}
	})
}

// What stood in a program stays on record; who has a seat keeps what they have.
func TestAProgramChangesAndHoldersKeepWhatTheyHave(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		library := content.NewService(w.db)
		edit := func() access.Reach { return w.reach(t, "admin", access.ActivityEdit) }
		sees := func() string {
			return fmt.Sprint(w.reach(t, "ann", access.EnrollmentView).Blocks()[0].Activities)
		}
		sources := func() []string {
			return w.db.Texts(t, `select ac.activity_id || ' ' || x.ref from enrollment_source x join activity ac on ac.activity = x.activity
				where x.kind = 'seat' and x.until_at is null and x.ref in ('acme-ann', 'acme-ben') order by 1`)
		}
		before := sources()
		if got := sees(); got != "[1 2 3]" {
			t.Fatal(got)
		}
		n := content.NewProgram{Title: "Program", ExternalID: "P", Parts: []content.NewPart{{Activity: "a5", Required: true}, {Activity: "a1", Required: true}}}
		if err := library.EditProgram(t.Context(), edit(), "program", 0, n); err != nil {
			t.Fatal(err)
		}
		if got := sees(); got != "[1 5]" {
			t.Errorf("the reporter sees %s", got)
		}
		if got := sources(); !slices.Equal(got, before) {
			t.Errorf("holders had %v and have %v", before, got)
		}
		if got := w.db.Texts(t, `select cast(activity as text) || case when until_at is null then '' else ' ended' end from program_activity where program_id = 'program' order by 1`); !slices.Equal(got, []string{"1", "1 ended", "2 ended", "3 ended", "5"}) {
			t.Errorf("intervals: %v", got)
		}
		w.isSound(t)
		// Another change gives what is new to those who hold a seat, and only that.
		w.move(1000)
		n.Parts, n.Enroll = append(n.Parts, content.NewPart{Activity: "a4"}, content.NewPart{Activity: "a2"}), true
		if err := library.EditProgram(t.Context(), edit(), "program", 1, n); err != nil {
			t.Fatal(err)
		}
		if got, want := sources(), append(slices.Clone(before), "a4 acme-ann", "a4 acme-ben"); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
			t.Errorf("holders have %v, want %v", got, want)
		}
		if entries := w.db.Texts(t, `select cast(count(*) as text) from enrollment_source where ref in ('acme-old', 'acme-gone') and activity = 4`); entries[0] != "0" {
			t.Error("somebody whose seat has ended got an activity")
		}
		if err := library.EditProgram(t.Context(), edit(), "program", 1, n); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the second editor: %v", err)
		}
	})
}

func TestTwoEditorsAtOnceAndOneIsTold(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		library := content.NewService(w.db)
		reach := w.reach(t, "admin", access.ActivityEdit)
		said := make([]error, 8)
		var all sync.WaitGroup
		for i := range said {
			all.Go(func() {
				said[i] = library.EditProgram(t.Context(), reach, "program", 0, content.NewProgram{Title: fmt.Sprint("By ", i), Parts: []content.NewPart{{Activity: "a1"}, {Activity: "a4"}}})
			})
		}
		all.Wait()
		done := 0
		for _, err := range said {
			switch {
			case err == nil:
				done++
			case fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.Unavailable:
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("%d of %d editors were the first", done, len(said))
		}
	})
}
