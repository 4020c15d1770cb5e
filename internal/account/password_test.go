package account

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/fault"
)

func TestHash(t *testing.T) {
	h := newHasher()
	ctx := t.Context()
	stored, err := h.hash(ctx, "pässword 1")
	if err != nil {
		t.Fatal(err)
	}
	old := encode(cost{memory: 1024, passes: 1, lanes: 1}, []byte("0123456789abcdef"), nil)
	key, err := h.key(ctx, "pässword 1", []byte("0123456789abcdef"), cost{memory: 1024, passes: 1, lanes: 1})
	if err != nil {
		t.Fatal(err)
	}
	old += base64Raw.EncodeToString(key)
	for _, tt := range []struct {
		name, stored, password string
		ok, outdated, broken   bool
	}{
		{"the same", stored, "pässword 1", true, false, false},
		{"decomposed", stored, "pa\u0308ssword 1", true, false, false},
		{"another", stored, "pässword 2", false, false, false},
		{"another case", stored, "Pässword 1", false, false, false},
		{"none stored", "", "", false, false, false},
		{"weaker parameters", old, "pässword 1", true, true, false},
		{"not ours", "$2a$10$abcdefghijklmnopqrstuv", "x", false, false, true},
		{"too much memory", strings.Replace(stored, "m=19456", "m=99999999", 1), "x", false, false, true},
		{"no pass", strings.Replace(stored, "t=2", "t=0", 1), "x", false, false, true},
		{"a short key", stored[:len(stored)-4], "x", false, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ok, outdated, err := h.verify(ctx, tt.stored, tt.password)
			if ok != tt.ok || ok && outdated != tt.outdated || (err != nil) != tt.broken {
				t.Errorf("verify() = %v, %v, %v, want %v, %v, broken %v", ok, outdated, err, tt.ok, tt.outdated, tt.broken)
			}
		})
	}
	if again, _ := h.hash(ctx, "pässword 1"); again == stored {
		t.Error("two hashes of one password are the same")
	}
}

// An address that nobody has must cost what one with a password does.
func TestNoHashCostsTheSame(t *testing.T) {
	h := newHasher()
	stored, err := h.hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	var spent []cost
	h.derive = func(_, _ []byte, passes, memory uint32, lanes uint8, length uint32) []byte {
		spent = append(spent, cost{memory, passes, lanes})
		return make([]byte, length)
	}
	for _, tt := range []struct{ name, stored, password string }{
		{"a wrong password", stored, "wrong password"},
		{"no hash", "", "wrong password"},
		{"longer than any password", stored, strings.Repeat("x", 100_000)},
	} {
		spent = nil
		if _, _, err := h.verify(t.Context(), tt.stored, tt.password); err != nil {
			t.Fatal(err)
		}
		if len(spent) != 1 || spent[0] != h.wanted {
			t.Errorf("%s: cost %v, want %v", tt.name, spent, h.wanted)
		}
	}
}

func TestHashingIsCapped(t *testing.T) {
	h := newHasher()
	h.slots, h.wait = make(chan struct{}, 1), time.Millisecond
	h.slots <- struct{}{}
	if _, err := h.hash(t.Context(), "x"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("hash() with all slots taken = %v, want unavailable", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	h.wait = time.Hour
	if _, err := h.hash(ended, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("hash() for nobody = %v", err)
	}
	<-h.slots
	if _, err := h.hash(t.Context(), "x"); err != nil || len(h.slots) != 0 {
		t.Errorf("hash() = %v, %d slots taken afterwards", err, len(h.slots))
	}
}

func TestCheckPassword(t *testing.T) {
	for _, tt := range []struct {
		password string
		ok       bool
	}{
		{"1234567", false},
		{"12345678", true},
		{"ééééééé", false}, // 7 characters in 14 bytes
		{"        ", true}, // no composition rules
		{strings.Repeat("x", 1024), true},
		{strings.Repeat("x", 1025), false},
		{"\xff\xff\xff\xff\xff\xff\xff\xff", false},
	} {
		if err := checkPassword("password", tt.password); (err == nil) != tt.ok {
			t.Errorf("checkPassword(%.20q) = %v, want ok %v", tt.password, err, tt.ok)
		}
	}
}

func TestNetwork(t *testing.T) {
	for _, tt := range []struct{ address, want string }{
		{"192.0.2.7", "192.0.2.7"},
		{"::ffff:192.0.2.7", "192.0.2.7"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"", ""},
	} {
		if got := network(tt.address); got != tt.want {
			t.Errorf("network(%s) = %s, want %s", tt.address, got, tt.want)
		}
	}
}

func TestCheckEmail(t *testing.T) {
	for _, tt := range []struct {
		in, want string
	}{
		{" Ann@Example.com ", "Ann@Example.com"},
		{"jose\u0301@example.com", "josé@example.com"},
		{"o'neil+x@example.co.uk", "o'neil+x@example.co.uk"},
		{"Ann <ann@example.com>", ""},
		{"ann@example.com, ben@example.com", ""},
		{"ann@example.com\r\nBcc: ben@example.com", ""},
		{"ann", ""},
		{"@example.com", ""},
		{"", ""},
		{strings.Repeat("a", 250) + "@example.com", ""},
	} {
		got, err := CheckEmail("email", tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("CheckEmail(%.40q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	h := newHasher()
	for b.Loop() {
		if _, err := h.hash(b.Context(), "correct horse"); err != nil {
			b.Fatal(err)
		}
	}
}
