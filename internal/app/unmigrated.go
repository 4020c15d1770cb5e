package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/ambit-lms/ambit/internal/config"
)

// OpenUnmigrated is Open without bringing the database to this version, for
// whoever has to look at it before touching it.
func OpenUnmigrated(ctx context.Context, settings config.Settings, now func() time.Time, log *slog.Logger) (*App, error) {
	return assemble(ctx, settings, now, log)
}
