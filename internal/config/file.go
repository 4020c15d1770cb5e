package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// File names a JSON file with settings.
type File string

// BeforeResolve reads the file once it is known which one.
func (f File) BeforeResolve(ctx *kong.Context, trace *kong.Path) error {
	name, ok := ctx.FlagValue(trace.Flag).(File)
	if !ok || name == "" {
		return nil
	}
	raw, err := os.ReadFile(string(name))
	if err != nil {
		return err
	}
	values := fileValues{}
	if err := json.Unmarshal(raw, &values); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := values.Validate(ctx.Model); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	ctx.AddResolver(values)
	return nil
}

// fileValues is what the file says. kong would let a file win over the
// environment; here it is the other way round.
type fileValues map[string]any

// Resolve gives the file's value where the environment has none.
func (v fileValues) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if _, ok := fromEnvironment(flag); ok {
		return nil, nil
	}
	return v[flag.Name], nil
}

// Validate refuses keys that are no settings: a misspelt one would be a
// setting that is silently missing.
func (v fileValues) Validate(app *kong.Application) error {
	var wrong []error
	for key := range v {
		known := slices.ContainsFunc(app.Flags, func(f *kong.Flag) bool { return f.Name == key && isSetting(f) && key != "config" })
		if !known {
			wrong = append(wrong, fmt.Errorf("there is no setting %q", key))
		}
	}
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(wrong...)
}

// isSetting tells settings from kong's own flags, such as --help.
func isSetting(flag *kong.Flag) bool { return len(flag.Envs) > 0 }

func fromEnvironment(flag *kong.Flag) (name string, ok bool) {
	for _, name := range flag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return name, true
		}
	}
	return "", false
}
