package account

import (
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/mail/mailtest"
)

func TestLettersAreCompleteInEveryLanguage(t *testing.T) { mailtest.Complete(t, Letters()) }

func TestALetterThatOnlyItsReaderCanAskForIsNotWrittenAgain(t *testing.T) {
	if _, _, ok := LetterJob(resetLetterKind, 1, "a"); ok {
		t.Error("a link for a password could be sent by somebody else")
	}
	if kind, _, ok := LetterJob(invitationLetterKind, 1, "a"); !ok || kind != InvitationJob {
		t.Errorf("%q, %v", kind, ok)
	}
	if m := resetLetter("xx", "https://lms.example.org/reset/abc"); !strings.Contains(m.Text, "new password") || !strings.Contains(m.Text, "/reset/abc") {
		t.Error(m.Text)
	}
}
