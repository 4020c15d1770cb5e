package account_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// The service looks at a link before it hashes a password, which takes a while.
// What became true meanwhile is decided where the link is used up.
func TestLinksAreDecidedWhereTheyAreUsedUp(t *testing.T) {
	each(t, func(w *world) {
		hashOf := func(secret string) string {
			sum := sha256.Sum256([]byte(secret))
			return hex.EncodeToString(sum[:])
		}
		w.want("RequestReset", w.accounts.RequestReset(w.Context(), "ann@example.com", nobody), fine)
		w.clock.pass(time.Hour)
		w.want("a link that ran out meanwhile", w.db.SpendPasswordLink(w.Context(), hashOf(secretIn(w.letters()[0])), "hash"), fault.NotFound)

		_, link, err := w.accounts.Found(w.Context(), org.New{Slug: "fabrikam", Name: "Fabrikam"}, "ann@example.com")
		w.want("Found", err, fine)
		_, err = w.db.SpendSetupLink(w.Context(), hashOf(secretOf(link)), account.Name{Given: "Ann"}, "hash")
		w.want("a first password where there is one meanwhile", err, fault.Conflict)
		_, err = w.accounts.OpenLink(w.Context(), secretOf(link))
		w.want("the link afterwards", err, fine)
		w.signIn("ann@example.com")
		w.clock.pass(24 * time.Hour)
		_, err = w.db.SpendSetupLink(w.Context(), hashOf(secretOf(link)), account.Name{Given: "Ann"}, "")
		w.want("a setup link that ran out meanwhile", err, fault.NotFound)
	})
}
