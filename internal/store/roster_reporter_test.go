package store_test

import (
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/roster"
)

const reportsOn = `select count(*) from role_grant where role = 'license_reporter' and ended_at is null`

// TestImportSuspendsAReporter: whoever an import suspends reports no more, and
// the buyer and the administrators are told (M-055).
func TestImportSuspendsAReporter(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		s.is("1", reportsOn)
		s.is("0", `select count(*) from mail`)
		s.brings(bundle{"people": "id,status\nrob,suspended\n"})
		s.is("0", reportsOn)
		s.is("ada bea", `select `+s.joined("external_id")+` from (select a.external_id from mail m join account a on a.account_id = m.recipient_id
			where m.kind = 'reporter.account_over' and m.about_kind = 'purchase' order by a.external_id) n`)
		s.is("account suspended", `select ended_reason from role_grant where role = 'license_reporter'`)
	})
}

// TestImportTakesTheReportersSeat tells everybody too (M-056).
func TestImportTakesTheReportersSeat(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		s.brings(bundle{"seats": "purchase_id,person_id,email,assigned_at,redeemed_at,ended_at,state\np1,rob,,2026-01-02,2026-01-03,2026-01-20,released\n"})
		s.is("0", reportsOn)
		s.is("ada bea rob", `select `+s.joined("external_id")+` from (select a.external_id from mail m join account a on a.account_id = m.recipient_id
			where m.kind like 'reporter.%' order by a.external_id) n`)
	})
}

// TestImportKeepsTheManagerLimit: a bundle that makes one manager too many is
// refused whole; one that makes none is not, however many there are (I-22).
func TestImportKeepsTheManagerLimit(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small) // ada, loc and rob count
		s.exec(`update organization set manager_limit = 3`)
		before := s.tables()
		for name, b := range map[string]bundle{
			"a role":     {"people": "id,role\nlea,Organization Administrator (Reports Only)\n"},
			"a reporter": {"purchases": "id,reporter_id\np2,bea\n"},
		} {
			_, err := s.bring(b.fs(), roster.Options{})
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "the limit is 3") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after := s.tables(); after["role_grant"] != before["role_grant"] || after["revision"] != before["revision"] {
			t.Errorf("something was kept: %v, was %v", after, before)
		}
		s.exec(`update organization set manager_limit = 1`)
		s.brings(bundle{"people": "id,given_name\nlea,Leah\n"})
		s.exec(`update organization set manager_limit = 3`)
		s.brings(bundle{"purchases": "id,reporter_id\np1,lea\n"}) // in rob's place
	})
}
