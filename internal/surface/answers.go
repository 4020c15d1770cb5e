package surface

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/report"
)

// visitor is the person as pages and API know them.
func (c *comparison) visitor() Visitor {
	return Visitor{
		Realm: c.realm, Account: c.who.id, Name: c.who.name, Organization: access.OrgID(c.who.org.id), Slug: c.who.org.slug, Title: c.who.org.name, Zone: c.who.org.zoneName,
	}
}

// tags are what a page is made of besides its words.
var tags = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</(script|style)>|<[^>]*>`)

// words gives the text of a page, tags left out.
func words(body []byte) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(string(body), " "))), " ")
}

var (
	badgeText   = regexp.MustCompile(`(?s)<a class="access".*?</a>`)
	learnerText = regexp.MustCompile(`([\d,.]+) learners?`)
	ofYoursText = regexp.MustCompile(`([\d,.]+) of your ([\d,.]+) learners?`)
	invitedText = regexp.MustCompile(`([\d,.]+) invited`)
)

// count reads a number as English pages write it; -1 where there is none.
func count(text string) int {
	n, err := strconv.Atoi(strings.NewReplacer(",", "", ".", "").Replace(text))
	if err != nil {
		return -1
	}
	return n
}

// pages asks for the pages that say how many learners there are, and reads
// the numbers from their words.
func (c *comparison) pages() error {
	if c.Ask == nil {
		return nil
	}
	badge := 0
	for _, p := range management.Sight() {
		if s := c.sight(c.who, p); len(s) > 0 {
			badge = c.reach(s)
			break
		}
	}
	for _, at := range []struct {
		path       string
		permission access.Permission
	}{{"users", access.LearnerView}, {"matrix", access.MatrixView}, {"reports", access.ReportView}, {"dashboard", access.DashboardView}, {"me", access.SelfView}} {
		status, body := c.Ask(c.ctx, c.visitor(), "/o/"+c.who.org.slug+"/"+at.path)
		s := c.sight(c.who, at.permission)
		if len(s) == 0 {
			c.same("page "+at.path+" without permission", status, 403)
			continue
		}
		if !c.same("page "+at.path, status, 200) {
			continue
		}
		c.same("badge on page "+at.path, badgeOf(body), badgeSays(badge, len(c.sight(c.who, access.LearnerView)) > 0))
		if at.path == "users" || at.path == "matrix" {
			c.tallied("page "+at.path, words(body), len(c.listed(s, report.Filter{})), c.reach(s))
		}
		if invited := len(c.invited(s)); at.path == "users" && invited > 0 && len(c.listed(s, report.Filter{})) == c.reach(s) && c.reach(s) > 0 {
			found := invitedText.FindStringSubmatch(words(body))
			c.same("page users, invited", found != nil && count(found[1]) == invited, true)
		}
	}
	return nil
}

// badgeOf reads the number of the badge; -1 where it says something else.
func badgeOf(body []byte) int {
	if found := learnerText.FindStringSubmatch(words(badgeText.Find(body))); found != nil {
		return count(found[1])
	}
	return -1
}

// badgeSays: who sees nobody and answers for nobody is told so in words.
func badgeSays(n int, backOffice bool) int {
	if n == 0 && !backOffice {
		return -1
	}
	return n
}

// tallied compares "N of your M learners", or "M learners" where a list leaves nobody out.
func (c *comparison) tallied(surface, text string, found, all int) {
	if all == 0 || found == 0 {
		return // an empty list says why in words
	}
	if found == all {
		says := false
		for _, m := range learnerText.FindAllStringSubmatch(text, -1) {
			says = says || count(m[1]) == all
		}
		c.same(surface+", learners", says, true)
		return
	}
	m := ofYoursText.FindStringSubmatch(text)
	if m == nil {
		c.differ(surface+", learners", "no such words", fmt.Sprintf("%d of your %d learners", found, all))
		return
	}
	c.same(surface+", learners", fmt.Sprint(count(m[1]), " of ", count(m[2])), fmt.Sprint(found, " of ", all))
}

// api asks the operations that list learners.
func (c *comparison) api() error {
	if c.Ask == nil {
		return nil
	}
	s := c.sight(c.who, access.LearnerView)
	var learners struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
		NextCursor *string `json:"next_cursor"`
		Total      int     `json:"total"`
		ReachTotal int     `json:"reach_total"`
		Invited    int     `json:"invited"`
	}
	if c.answer("API learners", s, "/api/v1/learners?limit=200", &learners) {
		list := c.listed(s, report.Filter{})
		c.same("API learners, totals", fmt.Sprint(learners.Total, learners.ReachTotal, learners.Invited), fmt.Sprint(len(list), c.reach(s), len(c.invited(s))))
		var got, want []string
		for _, l := range learners.Items {
			got = append(got, l.ID)
		}
		for _, r := range list[:min(200, len(list))] {
			want = append(want, string(r.id))
		}
		c.rows("API learners", got, want)
	}
	s = c.sight(c.who, access.MatrixView)
	var matrix struct {
		Rows []struct {
			Learner struct {
				ID string `json:"id"`
			} `json:"learner"`
			Cells []struct {
				Activity struct {
					ID string `json:"id"`
				} `json:"activity"`
				State    string `json:"state"`
				Progress int    `json:"progress"`
			} `json:"cells"`
		} `json:"rows"`
		Activities []struct {
			ID string `json:"id"`
		} `json:"activities"`
		Total      int `json:"total"`
		ReachTotal int `json:"reach_total"`
	}
	if c.answer("API matrix", s, "/api/v1/matrix?limit=50", &matrix) {
		list, columns := c.listed(s, report.Filter{}), c.across(s, report.Activities, wanted{})
		c.same("API matrix, totals", fmt.Sprint(matrix.Total, matrix.ReachTotal), fmt.Sprint(len(list), c.reach(s)))
		var got, want []string
		for _, r := range matrix.Rows {
			for _, cell := range r.Cells {
				got = append(got, fmt.Sprint(r.Learner.ID, " ", cell.Activity.ID, " ", cell.State, " ", cell.Progress))
			}
		}
		for _, r := range list[:min(50, len(list))] {
			for _, col := range columns[:min(len(matrix.Activities), len(columns))] {
				if cell, shows := col.expect(r); shows {
					want = append(want, fmt.Sprint(r.id, " ", col.id, " ", cell.state, " ", cell.progress))
				}
			}
		}
		c.rows("API matrix", got, want)
	}
	return nil
}

// answer reads an answer of the API; false where there is none to compare.
func (c *comparison) answer(surface string, s sight, path string, into any) bool {
	status, body := c.Ask(c.ctx, c.visitor(), path)
	if len(s) == 0 {
		c.same(surface+" without permission", status, 403)
		return false
	}
	if !c.same(surface, status, 200) {
		return false
	}
	if err := json.Unmarshal(body, into); err != nil {
		c.differ(surface, "no readable JSON", "JSON")
		return false
	}
	return true
}
