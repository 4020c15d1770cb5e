package report

import (
	"context"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Words gives the words of files in the languages there are.
type Words interface {
	// Reader speaks the language of a locale to somebody in a zone. It belongs to one file.
	Reader(locale string, zone *time.Location) Reader
}

// Reader is what a file says in its reader's language.
type Reader interface {
	RightToLeft() bool
	Column(key string) string
	State(s transcript.State) string
	Meaning(s transcript.State) string
	Status(status string) string
	Sort(kind string) string // of an activity's kind
	YesNo(yes bool) string
	Report(key Key) string
	// Filter names a parameter, and its value where that is a word of ours.
	Filter(parameter, value string) (name, said string)
	Say(what Phrase) string
	// Learners says "12 of your 340 learners".
	Learners(n, of int) string
}

// Phrase is something else that files say.
type Phrase string

// The phrases: of the sheet about a file, and of the matrix's legend.
const (
	SayAbout    Phrase = "about" // the name of the sheet
	SayReport   Phrase = "report"
	SayMadeBy   Phrase = "made_by"
	SayMadeAt   Phrase = "made_at"
	SayLearners Phrase = "learners"
	SayPlaces   Phrase = "places"
	SayZone     Phrase = "zone"
	SayRows     Phrase = "rows"
	SayVerify   Phrase = "verify"
	SayLegend   Phrase = "legend"  // the name of the sheet
	SayNothing  Phrase = "nothing" // what an empty cell of the matrix means
)

// inWords says what a request narrows to: names instead of ids, as far as its
// asker may know them.
func (s *Service) inWords(ctx context.Context, reach access.Reach, rq Request, reader Reader) ([]Setting, error) {
	var out []Setting
	add := func(key, value string) {
		if value == "" {
			return
		}
		name, said := reader.Filter(key, value)
		out = append(out, Setting{Key: key, Name: name, Value: said})
	}
	f := rq.Filter
	err := s.store.Report(ctx, func(src Source) error {
		facets, err := src.Facets(ctx, reach)
		if err != nil {
			return err
		}
		orgs, err := src.Organizations(ctx, reach)
		if err != nil || len(orgs) == 0 {
			return err
		}
		activity := f.Activity
		if activity != "" {
			activities, programs, err := src.Columns(ctx, reach, orgs)
			if err != nil {
				return err
			}
			for _, c := range slices.Concat(activities, programs) {
				if c.ID == f.Activity || c.ExternalID == f.Activity {
					activity = c.Title
				}
			}
		}
		organization := f.Organization
		for _, o := range orgs {
			if string(o.ID) == f.Organization {
				organization = o.Name
			}
		}
		add("q", f.Query)
		add("organization", organization)
		add("location", nameOf(facets.Locations, f.Location))
		add("team", nameOf(facets.Teams, f.Team))
		add("purchase", nameOf(facets.Purchases, f.Purchase))
		add("activity", activity)
		if f.State != nil {
			out = append(out, Setting{Key: "state", Value: reader.State(*f.State)})
			out[len(out)-1].Name, _ = reader.Filter("state", "")
		}
		add("seat", string(f.Seat))
		add("did", string(f.Did))
		if rep, _ := Find(rq.Report); rep.Periods || f.Did == DidActive || f.Did == DidFinish || f.Did == DidBegin {
			own := orgs[0]
			own.Today = day.Of(s.now(), own.Zone)
			from, to := f.Period.Days(own)
			add("from", from.String())
			add("to", to.String())
		}
		return nil
	})
	return out, err
}

func nameOf(list []Named, id string) string {
	for _, n := range list {
		if n.ID == id {
			return n.Name
		}
	}
	return id
}
