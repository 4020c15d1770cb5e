package store_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
	"github.com/ambit-lms/ambit/internal/surface"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// TestRandomWorldsShowTheSameEverywhere fills a database with random worlds
// and lets package surface hold everything that everybody in them is shown –
// badge, lists, cards, matrix, sums, and every report of the catalogue under
// random filters, groups, orders and columns, page by page and as a file –
// against what the rows say (N-04, I-02, I-26).
func TestRandomWorldsShowTheSameEverywhere(t *testing.T) {
	words, err := language.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			now := oracle.Worlds(worldSize).Example(0).Now
			db := storetest.Open(t, storetest.Address(t, engine), func() time.Time { return now })
			asks := reportAsks{rng: rand.New(rand.NewPCG(1, 7)), worlds: map[access.AccountID][]*drawn{}, asked: map[string]int{}}
			realms := 0
			for seed := 0; realms < reportWorlds; seed++ {
				s := drawWorld(seed, access.RealmID(realms+1), worldSize)
				if len(s.People) < 4 || len(s.Purchases) < 2 {
					continue
				}
				s.load(t, db)
				for _, l := range s.learners {
					asks.worlds[l.ID] = append(asks.worlds[l.ID], s)
				}
				realms++
			}
			reports := report.NewService(db, func() time.Time { return now })
			found, err := surface.Compare(t.Context(), surface.Subject{
				Tables: db, Holdings: db, Reports: reports, Now: now,
				Runs: func(kept report.RunStore) *report.Runs {
					return report.NewRuns(reports, kept, words, report.RunSettings{AtOnce: 1 << 40}, func() time.Time { return now })
				},
			}, surface.Limits{
				Page: func() int { return 1 + asks.rng.IntN(4) }, Sheets: func() bool { return asks.oneIn(6) }, Also: asks.draw,
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range found.Differences {
				t.Errorf("realm %d, %s (%s), %s: got %s; the rows say %s", d.Realm, d.Account, d.Role, d.Surface, d.Got, d.Expected)
			}
			surfaces := 0
			for _, line := range found.Roles {
				surfaces += line.Surfaces
			}
			t.Logf("%d people of %d roles in %d worlds, %d surfaces; asked: %v", found.Compared, len(found.Roles), realms, surfaces, asks.asked)
			// Worlds in which nothing is asked would agree, too.
			if found.Compared < 3*realms || surfaces < 400*realms || realms > 1 && len(asks.asked) < 9 {
				t.Error("that is too little to tell anything")
			}
		})
	}
}

// reportAsks draws requests of reports.
type reportAsks struct {
	rng    *rand.Rand
	worlds map[access.AccountID][]*drawn // all worlds have the same ids
	asked  map[string]int
}

func (r *reportAsks) oneIn(n int) bool { return r.rng.IntN(n) == 0 }

func (r *reportAsks) draw(who access.AccountID) []report.Request {
	s := r.worlds[who][r.rng.IntN(len(r.worlds[who]))]
	out := make([]report.Request, requestsPerPerson)
	for i := range out {
		out[i] = r.request(s)
		r.asked[string(out[i].Report)]++
	}
	return out
}

// request draws a report with what can be asked of it, most often what it has.
func (r *reportAsks) request(s *drawn) report.Request {
	catalogue := slices.DeleteFunc(report.Catalogue(), func(rep report.Report) bool { return rep.Key == report.MatrixReport })
	rep := catalogue[r.rng.IntN(len(catalogue))]
	rq := report.Request{Report: rep.Key}
	for _, f := range rep.Filters {
		if r.oneIn(5) {
			r.narrow(&rq.Filter, f, s)
		}
	}
	if r.oneIn(3) {
		today := s.orgs[s.Organizations[0].ID].today
		from := today.Add(-r.rng.IntN(60))
		rq.Filter.Period = report.Period{From: from, To: from.Add(r.rng.IntN(40))}
	}
	if len(rep.Groups) > 0 && r.oneIn(3) {
		rq.Group = rep.Groups[r.rng.IntN(len(rep.Groups))]
		return rq
	}
	for _, f := range rep.Columns {
		if r.oneIn(2) {
			rq.Columns = append(rq.Columns, f.Key)
		}
		if f.Sorts && r.oneIn(12) {
			rq.Sort, rq.Desc = f.Key, r.oneIn(2)
		}
	}
	return rq
}

// narrow sets one filter to something of the world.
func (r *reportAsks) narrow(f *report.Filter, name string, s *drawn) {
	switch name {
	case "q":
		f.Query = []string{"ÁSH", "zajac", "P1@", "x-0", "α", "ann a"}[r.rng.IntN(6)]
	case "organization":
		o := s.Organizations[r.rng.IntN(len(s.Organizations))]
		f.Organization = string(o.ID)
	case "location":
		if len(s.Locations) > 0 {
			f.Location = string(s.Locations[r.rng.IntN(len(s.Locations))].ID)
		}
	case "team":
		if len(s.Teams) > 0 {
			f.Team = string(s.Teams[r.rng.IntN(len(s.Teams))].ID)
		}
	case "purchase":
		p := s.Purchases[r.rng.IntN(len(s.Purchases))]
		if f.Purchase = string(p.ID); r.oneIn(2) {
			f.Purchase = s.sold[p.ID].external
		}
	case "activity":
		if f.Activity = s.activities[r.rng.IntN(len(s.activities))].id; len(s.programs) > 0 && r.oneIn(3) {
			f.Activity = s.programs[r.rng.IntN(len(s.programs))].id
		}
	case "state":
		state := transcript.State(r.rng.IntN(int(transcript.States)))
		f.State = &state
	case "seat":
		f.Seat = []report.Seat{report.LiveSeat, report.EndedSeat, report.EndedSeat}[r.rng.IntN(3)]
	case "did":
		f.Did = report.Dids()[r.rng.IntN(len(report.Dids()))]
	}
}

var _ surface.Tables = (*store.DB)(nil)
