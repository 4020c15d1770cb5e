package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/app"
	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/store"
)

// slug is the organization of every crowd.
const slug = "crowd"

// FileName is that of a crowd's SQLite database.
func FileName(learners, enrollments int) string {
	return fmt.Sprintf("crowd-%d-%d.db", learners, enrollments)
}

// ErrInUse keeps measurements, which write, away from every database that
// they did not make themselves.
var ErrInUse = fault.New(fault.Conflict, "This database holds something already. Name an empty one with --db, or the folder of --keep where it was measured before.")

// note remembers a crowd that was kept, beside or away from its database.
type note struct {
	Database     string       `json:"database"` // its address without a password
	Organization access.OrgID `json:"organization"`
	Crowd        Crowd        `json:"crowd"`
	Import       Import       `json:"import"`
}

// open opens the database and brings the crowd in where it is not there yet.
func (b *bench) open(ctx context.Context) (err error) {
	if b.app, err = app.OpenUnmigrated(ctx, b.Settings, b.Now, quiet()); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			b.app.Close()
		}
	}()
	about, err := b.app.Store.About(ctx)
	if err != nil {
		return err
	}
	b.result.Engine = Engine{about.Engine, about.Version}
	held, err := b.holds(ctx, about)
	if err != nil {
		return err
	}
	if len(held) == 0 {
		if err := b.app.Store.Migrate(ctx); err != nil {
			return err
		}
		return b.bring(ctx)
	}
	kept, err := b.kept(held)
	if err != nil {
		return err
	}
	b.say("The crowd of %d learners is there already.", b.Learners)
	b.result.Import = kept.Import
	return b.app.Store.Migrate(ctx)
}

// holds names the organizations of a database; one with tables of somebody
// else's is in use.
func (b *bench) holds(ctx context.Context, about store.About) (map[access.OrgID]string, error) {
	if about.Tables == 0 {
		return nil, nil
	}
	held, err := b.app.Store.Roots(ctx)
	if err != nil {
		return nil, errors.Join(ErrInUse, err)
	}
	return held, nil
}

// kept tells that the database holds the crowd that the folder's note speaks
// of and nothing else; before that nothing in it is touched.
func (b *bench) kept(held map[access.OrgID]string) (n note, err error) {
	if b.Keep == "" {
		return n, ErrInUse
	}
	raw, err := os.ReadFile(b.noteFile())
	if errors.Is(err, fs.ErrNotExist) {
		return n, ErrInUse
	}
	if err != nil {
		return n, err
	}
	if err := json.Unmarshal(raw, &n); err != nil {
		return n, fmt.Errorf("%s: %w", b.noteFile(), err)
	}
	if n.Database != config.MaskAddress(b.Settings.DB) || n.Crowd != b.result.Crowd || len(held) != 1 || held[n.Organization] != slug {
		return n, ErrInUse
	}
	return n, nil
}

func (b *bench) noteFile() string {
	return filepath.Join(b.Keep, fmt.Sprintf("crowd-%d-%d.%s.json", b.Learners, b.Enrollments, b.result.Engine.Name))
}

// bring imports the crowd, and measures that.
func (b *bench) bring(ctx context.Context) error {
	m, _, err := b.app.Accounts.Found(ctx, org.New{Slug: slug, Name: "Crowd"}, "founder@crowd.example")
	if err != nil {
		return err
	}
	reach := access.System("bench", m.Account.Realm, m.Organization.Path, roster.Permission).For(roster.Permission, b.Now())
	memory := watchMemory()
	begun := time.Now()
	var told time.Time
	summary, err := b.app.Rosters.Import(ctx, reach, m.Organization.ID, b.size().Bundle(), roster.Options{Progress: func(p roster.Progress) {
		if time.Since(told) > 10*time.Second {
			told = time.Now()
			b.say("%s", strings.Join(strings.Fields(fmt.Sprint("import: ", p.Step, " ", p.File, " ", p.Rows)), " "))
		}
	}})
	took := time.Since(begun).Seconds()
	peak := memory.stop()
	if err != nil {
		return err
	}
	b.result.Import = Import{MeasuredAt: b.result.MeasuredAt, Rows: summary.Rows(), Seconds: round(took), RowsPerSecond: round(float64(summary.Rows()) / took), PeakMemoryMiB: peak}
	b.say("imported %d rows in %.0f s", summary.Rows(), took)
	if b.Keep == "" {
		return nil
	}
	raw, err := json.MarshalIndent(note{config.MaskAddress(b.Settings.DB), m.Organization.ID, b.result.Crowd, b.result.Import}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(b.noteFile(), append(raw, '\n'), 0o600)
}
