package api_test

import "testing"

// TestReading is everything that changes nothing but one's own files, in one
// school on each engine.
func TestReading(t *testing.T) {
	checks := []struct {
		name string
		run  func(*school)
	}{
		{"a reporter sees exactly their learners", checkReporterSeesExactlyTheirLearners},
		{"a cell tells what happened", checkCellsTellWhatHappened},
		{"invitations are those of one's purchases", checkInvitations},
		{"the dashboard is the sum of the matrix", checkDashboardIsTheSumOfTheMatrix},
		{"one learns what one may do", checkMe},
		{"pages hold everybody once", checkPagesHoldEverybodyOnce},
		{"filters narrow", checkFiltersNarrow},
		{"a card shows what lies in the access", checkCard},
		{"purchases are told to those who bought or administer them", checkPurchases},
		{"access is explained", checkExplain},
		{"files hold what was asked for", checkFiles},
		{"rows are the lines of the file", checkRowsAreTheLinesOfTheFile},
		{"runs are one's own", checkRunsAreOnesOwn},
		{"read-only tokens start nothing", checkReadOnlyTokensStartNothing},
		{"runs that cannot be are refused", checkRunsThatCannotBe},
		{"keys start once", checkKeysStartOnce},
		{"the catalogue is the asker's", checkCatalogue},
		{"the overview is the sum of the rows", checkOverview},
		{"forged cursors break nothing", checkForgedCursors},
		{"odd searches break nothing", checkOddSearches},
	}
	inSchool(t, func(s *school) {
		for _, check := range checks {
			s.TB.(*testing.T).Run(check.name, func(t *testing.T) {
				inTest := *s
				inTest.TB = t
				check.run(&inTest)
			})
		}
	})
}
