package api_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// A cursor comes back from outside: whatever stands in one, nothing breaks and
// nobody sees more than before.
func checkForgedCursors(s *school) {
	type page struct {
		NextCursor     string `json:"next_cursor"`
		NextActivities string `json:"next_activities"`
	}
	encode := func(text string) string { return url.QueryEscape(base64.RawURLEncoding.EncodeToString([]byte(text))) }
	var forged []string
	for _, list := range []string{"/learners?limit=1", "/matrix?limit=1", "/invitations?limit=1"} {
		raw, err := base64.RawURLEncoding.DecodeString(ask[page](s, "ada", list).NextCursor)
		if err != nil {
			s.Fatal(err)
		}
		for _, value := range []string{"\x00", "\xff", "a'; drop table account; --", strings.Repeat("z", 1000), "𝄞", "-1", "99999999999999999999"} {
			for _, key := range []string{"f", "i"} {
				var parts map[string]string
				if err := json.Unmarshal(raw, &parts); err != nil {
					s.Fatal(err)
				}
				parts[key] = value
				text, _ := json.Marshal(parts)
				forged = append(forged, list+"&cursor="+encode(string(text)))
			}
		}
		forged = append(forged, list+"&cursor=%2B", list+"&cursor="+encode("null"), list+"&cursor="+encode("[]"))
	}
	for _, list := range []string{"/purchases?limit=1", "/purchases/{p-acme}/seats?limit=1"} {
		for _, text := range []string{"", "1", "1 ", "1 \x00", "1 \xff", "x y", "9223372036854775807 a", "-9223372036854775808 a", "99999999999999999999 a"} {
			forged = append(forged, list+"&cursor="+encode(text))
		}
	}
	for _, path := range forged {
		status, _, raw := s.send("carl", http.MethodGet, path, "") // a 5xx fails in there
		if strings.Contains(raw, "Bob") || strings.Contains(raw, "Lone") || strings.Contains(raw, "Bolt") {
			s.Errorf("%s: %d %s", path, status, raw)
		}
	}
}

// Whatever is searched for, nothing breaks and what is found lies in the access.
func checkOddSearches(s *school) {
	for _, q := range []string{"%", "_", "\\", "'", "\"", "a' or '1'='1", "*", "^", "\u202e", "ﬁ", "İ", "𝄞", " ", "\t", "%%%", "[a]", "ann one", "\U000e0001"} {
		for _, parameter := range []string{"q", "purchase", "activity"} {
			path := "/learners?" + url.Values{parameter: {q}}.Encode()
			got := ask[learners](s, "carl", path)
			for _, item := range got.Items {
				if !strings.Contains("Ann One, Ben Two, Cam Both", item.Name) {
					s.Errorf("%s=%q shows carl %s", parameter, q, item.Name)
				}
			}
		}
		ask[learners](s, "ada", "/learners?"+url.Values{"location": {q}, "team": {q}}.Encode())
		ask[struct{}](s, "ada", "/purchases?"+url.Values{"q": {q}}.Encode())
		s.refused("ada", "GET", "/purchases/"+url.PathEscape(q), "", http.StatusNotFound)
		s.refused("ada", "GET", "/learners/"+url.PathEscape(q), "", http.StatusNotFound)
		s.refused("ada", "DELETE", "/purchases/"+url.PathEscape(q)+"/reporter", "", http.StatusNotFound)
	}
}
