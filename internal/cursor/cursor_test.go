package cursor

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

func reach(realm access.RealmID, account access.AccountID) access.Reach {
	facts := access.NewFacts(access.Actor{Realm: realm, Organization: "o", Account: account}, 1, nil)
	return facts.For(access.SelfView, time.Unix(0, 0))
}

func TestCursorsAreForTheirViewerAndTheirList(t *testing.T) {
	key := []byte("a secret of the installation")
	ours := Of(key, reach(1, "ann"), "seats", []any{"p", "pending"})
	text := ours.After("17", "s1")
	if keys, err := ours.Keys(text); err != nil || !slices.Equal(keys, []string{"17", "s1"}) {
		t.Errorf("%q, %v", keys, err)
	}
	if keys, err := ours.Keys(""); err != nil || keys != nil {
		t.Errorf("the first page: %q, %v", keys, err)
	}
	for name, list := range map[string]List{
		"another viewer":       Of(key, reach(1, "ben"), "seats", []any{"p", "pending"}),
		"another realm":        Of(key, reach(2, "ann"), "seats", []any{"p", "pending"}),
		"another kind":         Of(key, reach(1, "ann"), "deals", []any{"p", "pending"}),
		"narrowed otherwise":   Of(key, reach(1, "ann"), "seats", []any{"p", "redeemed"}),
		"another installation": Of([]byte("another secret"), reach(1, "ann"), "seats", []any{"p", "pending"}),
	} {
		if _, err := list.Keys(text); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{"x", "e30", text[:len(text)-3], text + "A"} {
		if _, err := ours.Keys(bad); !errors.Is(err, ErrForeign) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
