package app

import (
	"io"
	"log/slog"
	"runtime"
	"runtime/debug"

	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/server"
)

// Build tells what was built: the module's version and the commit, as the Go
// tool stamped them.
func Build() server.Version {
	v := server.Version{Version: "development", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Commit = s.Value
		}
	}
	return v
}

// Logger writes what the settings ask for.
func Logger(s config.Settings, to io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		level = slog.LevelInfo // the settings allow nothing else
	}
	options := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}
