package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/report"
)

type catalogue struct {
	Items []struct {
		Key, Name, About string
		Columns          []struct {
			Key, Name, Kind string
			Usual           bool
		}
		Groups, Filters, Formats []string
		Rows                     bool
		Learners                 int
	}
}

// Somebody is told of the reports that they can open, with the columns and
// groupings that their access carries.
func checkCatalogue(s *school) {
	for _, tt := range []struct {
		who      string
		keys     string
		learners int
		location bool
		files    bool
	}{
		{"ada", "learners enrollments progress completion activities programs due licenses own matrix", 9, true, true},
		{"otto", "learners enrollments progress completion activities programs due licenses own matrix", 9, true, true},
		{"carl", "learners enrollments progress completion activities programs due licenses own matrix", 3, false, true},
		{"ann", "own", 1, false, true},
		{"bert", "own", 1, false, true},
	} {
		got := ask[catalogue](s, tt.who, "/reports")
		var keys []string
		for _, item := range got.Items {
			keys = append(keys, item.Key)
			has := false
			for _, c := range item.Columns {
				has = has || c.Key == "location"
				if c.Name == "" || c.Name == c.Key {
					s.Errorf("%s: column %s has no name", item.Key, c.Key)
				}
			}
			if item.Name == item.Key || item.About == "" {
				s.Errorf("%s is called %q and is about %q", item.Key, item.Name, item.About)
			}
			if item.Key == "learners" && (has != tt.location || slices.Contains(item.Groups, "location") != tt.location || item.Learners != tt.learners) {
				s.Errorf("%s: %+v", tt.who, item)
			}
			if (len(item.Formats) == 3) != tt.files {
				s.Errorf("%s may take %s away as %q", tt.who, item.Key, item.Formats)
			}
			// What is named can be asked for.
			if item.Rows && item.Key != "own" {
				for _, c := range item.Columns {
					ask[struct{}](s, tt.who, "/reports/"+item.Key+"?limit=1&columns="+c.Key)
				}
				for _, group := range item.Groups {
					ask[struct{}](s, tt.who, "/reports/"+item.Key+"?group="+group)
				}
			}
		}
		if strings.Join(keys, " ") != tt.keys {
			s.Errorf("%s has %q, want %q", tt.who, keys, tt.keys)
		}
	}
}

type work struct {
	Enrolled, Completed int
	MinutesSpent        int      `json:"minutes_spent"`
	CompletionRate      *float64 `json:"completion_rate"`
}

// checkOverview: the figures are sums over the rows that the asker can read (N-04).
func checkOverview(s *school) {
	type overview struct {
		Learners   int
		ReachTotal int `json:"reach_total"`
		Seats      struct{ Purchases, Invited, Redeemed int }
		Work       work
		ByActivity []struct {
			Activity named
			Work     work
		} `json:"by_activity"`
		Series []struct{ Started, Completed int }
	}
	type table struct {
		Items []struct {
			Enrolled, Completed int
			MinutesSpent        int `json:"minutes_spent"`
		}
		Total, Learners int
	}
	for _, who := range []string{"ada", "otto", "carl"} {
		for _, filter := range []string{"", "&purchase=p-acme", "&q=ann", "&activity=excel"} {
			sums := ask[overview](s, who, "/overview?steps=3"+filter)
			rows := ask[table](s, who, "/reports/progress?limit=200"+filter)
			var enrolled, completed, minutes int
			for _, row := range rows.Items {
				enrolled += row.Enrolled
				completed += row.Completed
				minutes += row.MinutesSpent
			}
			if sums.Work.Enrolled != enrolled || sums.Work.Completed != completed || sums.Work.MinutesSpent != minutes || sums.Learners != rows.Total {
				s.Errorf("%s %s: %+v, but the rows add up to %d, %d, %d of %d", who, filter, sums.Work, enrolled, completed, minutes, rows.Total)
			}
			byActivity := 0
			for _, a := range sums.ByActivity {
				byActivity += a.Work.Enrolled
			}
			if byActivity != enrolled || len(sums.Series) != 3 {
				s.Errorf("%s %s: activities add up to %d of %d, %d steps", who, filter, byActivity, enrolled, len(sums.Series))
			}
		}
	}
	if carl := ask[overview](s, "carl", "/overview"); carl.ReachTotal != 3 || carl.Seats.Redeemed != 3 || carl.Seats.Invited != 1 || carl.Seats.Purchases != 1 {
		s.Errorf("carl: %+v", carl)
	}
}

// A key means one kind of value in every report, so that rows have one schema.
func TestColumnsMeanTheSameEverywhere(t *testing.T) {
	kinds := map[string]report.Kind{}
	for _, rep := range report.Catalogue() {
		for _, f := range rep.Columns {
			if kind, known := kinds[f.Key]; known && kind != f.Kind {
				t.Errorf("%s in %s is of another kind than elsewhere", f.Key, rep.Key)
			}
			kinds[f.Key] = f.Kind
		}
	}
	row := load(t).Components.Schemas["ReportRow"].Value
	for key := range kinds {
		if row.Properties[key] == nil || row.Properties[key].Value.Description == "" {
			t.Errorf("the document does not explain the column %s", key)
		}
	}
}
