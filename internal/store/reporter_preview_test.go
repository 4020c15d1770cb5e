package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// said is the ways to a purchase's learners in words, as in "analytics_reader 5".
func said(seen license.Seen) string {
	var out []string
	for _, w := range seen.Ways {
		out = append(out, fmt.Sprintf("%s %d", w.Grant.Role.Key, w.Learners))
	}
	slices.Sort(out)
	return fmt.Sprintf("%d: %s", seen.Learners, strings.Join(out, ", "))
}

// TestPreviewSaysWhoIsSeenAndWhoStops: before an appointment one reads how many
// learners the person will see, some by name, what they see already, and what
// is left to who held the role (N-02, Q-33).
func TestPreviewSaysWhoIsSeenAndWhoStops(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		w.db.Write(t, `update account set base_role = 'purchaser' where account_id = 'buyer'`)
		w.group(t, "readers", access.AnalyticsReader, "ann")
		preview := func(by, to access.AccountID) license.AppointmentPreview {
			t.Helper()
			p, err := w.licenses().PreviewReporter(t.Context(), w.reach(t, by, access.ReporterAssign), "acme", to)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		p := preview("admin", "ann")
		if p.Refused != nil || p.To.Name != "ann name" || p.Holder.Account != "buyer" || !p.Since.Equal(w.now()) {
			t.Errorf("%+v", p)
		}
		if got := fmt.Sprintf("%d %d %d %q", p.Reading.Learners, p.Reading.Ended, p.Reading.Invited, p.Reading.Sample); got != `3 1 1 ["ann name" "ben name" "sue name"]` {
			t.Errorf("the role shows %s", got)
		}
		if got := said(p.Sees); got != "4: analytics_reader 4" {
			t.Errorf("ann sees already %s", got)
		}
		if got := said(p.Keeps); got != "4: purchaser 4" {
			t.Errorf("the buyer keeps %s", got)
		}
		if got := said(preview("admin", "ben").Sees); got != "0: " {
			t.Errorf("ben sees already %s", got)
		}
		if p := preview("buyer", "ann"); p.Refused != nil || !p.Owned || len(p.Sees.Ways)+len(p.Keeps.Ways) > 0 || p.Managers.Count > 0 || p.Reading.Learners != 3 {
			t.Errorf("the buyer learns what else others hold: %+v", p)
		}
		for _, tt := range []struct {
			to   access.AccountID
			want error
		}{{"pia", license.ErrPendingSeat}, {"old", license.ErrSeatEnded}, {"eve", license.ErrNotEligible}, {"nobody", license.ErrNotEligible}, {"sue", license.ErrSuspended}} {
			if p := preview("admin", tt.to); !errors.Is(p.Refused, tt.want) || p.To.Name != "" || p.To.Email != "" || p.Reading.Learners > 0 {
				t.Errorf("%s: %+v", tt.to, p)
			}
		}
	})
}

// TestPreviewKnowsTheLimit says before what the appointment would say after.
func TestPreviewKnowsTheLimit(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.limit(t, 3)
		for _, tt := range []struct {
			name   string
			holder access.AccountID
			also   access.AccountID // reports on the other purchase
			to     access.AccountID
			room   bool
		}{
			{"a free place", "", "", "ann", true},
			{"the last place is taken", "", "other", "ann", false},
			{"counts already", "", "ann", "ann", true},
			{"a place becomes free", "ben", "", "ann", true},
			{"the holder keeps counting", "ben", "ben", "ann", false},
		} {
			for _, id := range []license.PurchaseID{"acme", "bolt"} {
				if err := w.revoke(t, "admin", id); err != nil {
					t.Fatal(err)
				}
			}
			if tt.also == "ben" {
				if w.db.Texts(t, `select seat_id from seat where seat_id = 'bolt-ben'`) == nil {
					w.seat(t, "bolt", "ben", w.now())
					w.redeem(t, "bolt", "ben", w.now())
				}
			}
			if tt.holder != "" {
				w.mustAssign(t, "admin", "acme", tt.holder)
			}
			if tt.also != "" {
				w.mustAssign(t, "admin", "bolt", tt.also)
			}
			p, err := w.licenses().PreviewReporter(t.Context(), w.reach(t, "admin", access.ReporterAssign), "acme", tt.to)
			if err != nil {
				t.Fatal(err)
			}
			done := w.assign(t, "admin", "acme", tt.to)
			if (p.Refused == nil) != tt.room || (done == nil) != tt.room {
				t.Errorf("%s: preview %v, appointment %v", tt.name, p.Refused, done)
			}
			if !tt.room && (fault.KindOf(p.Refused) != fault.LimitReached || p.Refused.Error() != done.Error()) {
				t.Errorf("%s: preview %v, appointment %v", tt.name, p.Refused, done)
			}
		}
	})
}

// TestRevocationSaysWhatStays: and it is so.
func TestRevocationSaysWhatStays(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.group(t, "readers", access.AnalyticsReader, "ann")
		w.mustAssign(t, "admin", "acme", "ann")
		p, err := w.licenses().PreviewRevocation(t.Context(), w.reach(t, "admin", access.ReporterAssign), "acme")
		if err != nil || p.Refused != nil || p.Holder.Account != "ann" || p.Reading.Learners != 3 || said(p.Keeps) != "4: analytics_reader 4" {
			t.Fatalf("%+v, %v", p, err)
		}
		if err := w.revoke(t, "admin", "acme"); err != nil {
			t.Fatal(err)
		}
		if !w.reach(t, "ann", access.LearnerView).IsEmpty() || w.reach(t, "ann", access.MatrixView).IsEmpty() {
			t.Error("what was said to stay did not, or more")
		}
		if p, err := w.licenses().PreviewRevocation(t.Context(), w.reach(t, "buyer", access.ReporterAssign), "acme"); err != nil || !errors.Is(p.Refused, license.ErrBuyerRevokes) {
			t.Errorf("the buyer: %+v, %v", p, err)
		}
	})
}

// TestPreviewIsOfAPurchaseInReach answers as for one that is not there.
func TestPreviewIsOfAPurchaseInReach(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for _, by := range []access.AccountID{"south-admin", "other"} {
			reach := w.reach(t, by, access.ReporterAssign)
			_, one := w.licenses().PreviewReporter(t.Context(), reach, "acme", "ann")
			_, two := w.licenses().PreviewRevocation(t.Context(), reach, "acme")
			_, three := w.licenses().Reporter(t.Context(), reach, "acme")
			_, four := w.licenses().Candidates(t.Context(), reach, "acme", license.CandidateQuery{})
			for _, err := range []error{one, two, three, four} {
				if fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s: %v", by, err)
				}
			}
		}
		if _, err := w.licenses().Reporter(t.Context(), w.reach(t, "ann", access.ReporterAssign), "acme"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a learner: %v", err)
		}
	})
}

// TestWhatWasShownMustStillHold: two administrators who both look and then
// both confirm do not undo each other unseen.
func TestWhatWasShownMustStillHold(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		reach := w.reach(t, "admin", access.ReporterAssign)
		if err := w.licenses().ConfirmReporter(t.Context(), reach, "acme", "", "ann"); err != nil {
			t.Fatal(err)
		}
		if err := w.licenses().ConfirmReporter(t.Context(), reach, "acme", "", "ben"); !errors.Is(err, license.ErrReporterChanged) {
			t.Errorf("somebody reports by now: %v", err)
		}
		if err := w.licenses().ConfirmReporter(t.Context(), reach, "acme", "ann", "ben"); err != nil {
			t.Error(err)
		}
		if err := w.licenses().ConfirmReporter(t.Context(), reach, "acme", "ann", "buyer"); !errors.Is(err, license.ErrReporterChanged) {
			t.Errorf("somebody else reports by now: %v", err)
		}
	})
}

func TestPickerFindsByNameAndAddress(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for q, want := range map[string]string{"ANN": "ann", "example.org": "buyer ann ben pia@example.org", "pia": "pia@example.org", "eve": "", "sue": ""} {
			found, err := w.licenses().Candidates(t.Context(), w.reach(t, "admin", access.ReporterAssign), "acme", license.CandidateQuery{Q: q})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range found {
				if c.Account == "" {
					got = append(got, c.Email)
				} else {
					got = append(got, string(c.Account))
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q finds %q, want %q", q, strings.Join(got, " "), want)
			}
		}
	})
}

// TestLettersOfATransfer: the old one, the new one and the buyer, each in their
// own language, about the purchase and with a link to it.
func TestLettersOfATransfer(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.db.PublicURL = "https://lms.example/"
		w.db.Write(t, `update account set locale = 'ar' where account_id = 'ben'`)
		w.db.Write(t, `update account set locale = 'de' where account_id = 'buyer'`)
		w.mustAssign(t, "admin", "acme", "ann")
		w.told(t, "acme", "reporter.appointed ann", "reporter.named buyer")
		w.move(time.Second)
		w.mustAssign(t, "buyer", "acme", "ben")
		for _, tt := range []struct{ kind, who, says string }{
			{"reporter.appointed", "ben", "https://lms.example/o/north/reports"},
			{"reporter.appointed", "ben", "يمكنك"},
			{"reporter.replaced", "ann", "ben name"},
			{"reporter.replaced", "ann", "https://lms.example/o/north/me"},
			{"reporter.transferred", "buyer", "ging von"},
			{"reporter.transferred", "buyer", "https://lms.example/o/north/my-licenses/acme"},
		} {
			var text, to string
			w.db.Read(t, `select subject || body_text, recipient from mail where kind = $1 and recipient_id = $2 and about_id = 'acme' and body_html <> '' and facts_json <> ''`, []any{tt.kind, tt.who}, &text, &to)
			if !strings.Contains(text, tt.says) || to != tt.who+"@example.org" || strings.Contains(text, "{") {
				t.Errorf("%s to %s does not say %q:\n%s", tt.kind, to, tt.says, text)
			}
		}
		w.told(t, "acme", "reporter.appointed ben", "reporter.replaced ann", "reporter.transferred buyer")
		w.mustAssign(t, "buyer", "acme", "buyer")
		w.told(t, "acme", "reporter.appointed buyer", "reporter.replaced ben")
		if err := w.revoke(t, "admin", "acme"); err != nil {
			t.Fatal(err)
		}
		w.told(t, "acme", "reporter.revoked buyer")
	})
}
