package web

import "strings"

// device says in words what a browser says about itself: "Firefox on Linux". What
// it does not know stays as it was said.
func (p Page) device(agent string) string {
	browser, system := first(agent, browsers), first(agent, systems)
	switch {
	case browser == "":
		return agent
	case system == "":
		return browser
	}
	return p.T("device.on", "Browser", browser, "System", system)
}

// known is a mark in what a browser says about itself, and what it means.
type known struct{ mark, name string }

// Most browsers claim to be others too, so the more particular ones stand first.
var (
	browsers = []known{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"Chrome/", "Chrome"},
		{"CriOS/", "Chrome"},
		{"Safari/", "Safari"},
		{"curl/", "curl"},
	}
	systems = []known{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	}
)

func first(text string, among []known) string {
	for _, k := range among {
		if strings.Contains(text, k.mark) {
			return k.name
		}
	}
	return ""
}
