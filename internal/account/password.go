package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/ambit-lms/ambit/internal/fault"
)

// cost is what one guess costs: memory in KiB, passes and lanes. The default
// is OWASP's first choice for argon2id.
type cost struct {
	memory, passes uint32
	lanes          uint8
}

const (
	wantedMemory = 19456
	wantedPasses = 2
	wantedLanes  = 1

	saltLength = 16
	keyLength  = 32
	// A hash that says it wants more than this was not written by us.
	mostMemory, mostPasses = 1 << 20, 16
)

// hasher hashes passwords, at most as many at once as there are processors:
// each takes its time and 19 MiB, so a crowd at the sign-in page queues rather
// than takes the machine down.
type hasher struct {
	wanted cost
	slots  chan struct{}
	wait   time.Duration
	derive func(password, salt []byte, passes, memory uint32, lanes uint8, length uint32) []byte
}

func newHasher() *hasher {
	return &hasher{
		wanted: cost{memory: wantedMemory, passes: wantedPasses, lanes: wantedLanes},
		slots:  make(chan struct{}, runtime.GOMAXPROCS(0)), wait: 10 * time.Second, derive: argon2.IDKey,
	}
}

func (h *hasher) key(ctx context.Context, password string, salt []byte, c cost) ([]byte, error) {
	timeout := time.NewTimer(h.wait)
	defer timeout.Stop()
	select {
	case h.slots <- struct{}{}:
	case <-timeout.C:
		return nil, fault.New(fault.Unavailable, "Too many people are signing in at this moment. Please try again.")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	// Composed, so that a password typed on another keyboard is the same one.
	return h.derive(norm.NFC.Bytes([]byte(password)), salt, c.passes, c.memory, c.lanes, keyLength), nil
}

// hash makes what is stored of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	rand.Read(salt) // never fails: crypto/rand ends the program instead
	key, err := h.key(ctx, password, salt, h.wanted)
	if err != nil {
		return "", err
	}
	return encode(h.wanted, salt, key), nil
}

// verify tells whether a password is the one of a stored hash, and whether the
// hash should be made anew. Where there is no hash it takes the same time and
// says no.
func (h *hasher) verify(ctx context.Context, stored, password string) (ok, outdated bool, err error) {
	if stored == "" || len(password) > longestPassword {
		_, err := h.key(ctx, "", make([]byte, saltLength), h.wanted)
		return false, false, err
	}
	c, salt, want, err := decode(stored)
	if err != nil {
		return false, false, err
	}
	key, err := h.key(ctx, password, salt, c)
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(key, want) == 1, c != h.wanted, nil
}

var base64Raw = base64.RawStdEncoding

func encode(c cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.lanes,
		base64Raw.EncodeToString(salt), base64Raw.EncodeToString(key))
}

func decode(stored string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, fmt.Errorf("a stored password hash has an unknown form")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); err != nil {
		return c, nil, nil, fmt.Errorf("a stored password hash has unknown parameters: %w", err)
	}
	if c.memory > mostMemory || c.passes == 0 || c.passes > mostPasses || c.lanes == 0 {
		return c, nil, nil, fmt.Errorf("a stored password hash asks for m=%d, t=%d, p=%d", c.memory, c.passes, c.lanes)
	}
	if salt, err = base64Raw.DecodeString(parts[4]); err != nil {
		return c, nil, nil, fmt.Errorf("a stored password hash has an unreadable salt: %w", err)
	}
	if key, err = base64Raw.DecodeString(parts[5]); err != nil || len(key) != keyLength {
		return c, nil, nil, fmt.Errorf("a stored password hash has an unreadable key")
	}
	return c, salt, key, nil
}

const (
	shortestPassword = 8    // characters
	longestPassword  = 1024 // bytes; a limit only so that nobody has megabytes hashed
)

// checkPassword asks for length and nothing else: rules about which characters
// make passwords worse.
func checkPassword(field, password string) error {
	switch {
	case utf8.RuneCountInString(password) < shortestPassword:
		return fault.Field(field, "Use at least 8 characters.")
	case len(password) > longestPassword || !utf8.ValidString(password):
		return fault.Field(field, "Use at most 1,000 characters.")
	}
	return nil
}
