//go:build night

package store_test

import "testing"

// TestALinkIsUsedOnceAtNight is the race at full size.
func TestALinkIsUsedOnceAtNight(t *testing.T) {
	amongInvites(t, func(t *testing.T, w *invites) { w.raceForLinks(t, 64, 500) })
}
