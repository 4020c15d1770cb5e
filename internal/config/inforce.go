package config

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// InForce is one setting as it holds, with where it comes from.
type InForce struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Source string `json:"source"` // flag, file, default, derived or the variable's name
}

// List tells every setting in force, secrets masked.
func (s Settings) List(ctx *kong.Context) []InForce {
	source := map[string]string{}
	for _, step := range ctx.Path {
		switch {
		case step.Flag == nil:
		case step.Resolved:
			source[step.Flag.Name] = "file"
		default:
			source[step.Flag.Name] = "flag"
		}
	}
	var out []InForce
	for _, flag := range ctx.Model.Flags {
		if !isSetting(flag) {
			continue
		}
		line := InForce{Name: flag.Name, Value: masked(flag.Name, ctx.FlagValue(flag)), Source: source[flag.Name]}
		if name, ok := fromEnvironment(flag); ok && line.Source == "" {
			line.Source = name
		}
		if line.Source == "" {
			line.Source = "default"
		}
		if flag.Name == "public-url" && s.Public == "" {
			line.Value, line.Source = s.PublicURL().String(), "derived"
		}
		out = append(out, line)
	}
	return out
}

const mask = "********"

func masked(name string, value any) string {
	text := fmt.Sprint(value)
	if list, ok := value.([]string); ok {
		text = strings.Join(list, ",")
	}
	switch {
	case name == "smtp-password" && text != "":
		return mask
	case name == "db":
		return MaskAddress(text)
	}
	return text
}

// passwordWord finds a password in the keyword form of a connection string.
var passwordWord = regexp.MustCompile(`(?i)(password=)('[^']*'|[^ &]*)`)

// MaskAddress is a database's address without its password.
func MaskAddress(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		if _, has := u.User.Password(); has {
			// Written by hand: url.URL would escape the asterisks.
			before, rest, _ := strings.Cut(address, "://")
			at := strings.LastIndex(strings.SplitN(rest, "/", 2)[0], "@")
			address = before + "://" + u.User.Username() + ":" + mask + rest[at:]
		}
	} else if err != nil && strings.Contains(address, "://") {
		return mask // cannot be read, so it cannot be told where the password is
	}
	return passwordWord.ReplaceAllString(address, "${1}"+mask)
}
