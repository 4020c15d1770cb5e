package report

import (
	"context"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// reader says what a file says in its reader's language.
type reader struct{ *language.Printer }

// newReader speaks the language of a locale to somebody in a zone.
func newReader(words *language.Catalogue, locale string, zone *time.Location) reader {
	return reader{words.Printer(words.Choose(locale, "", ""), zone)}
}

func (r reader) rightToLeft() bool               { return r.Tag().Direction() == "rtl" }
func (r reader) state(s transcript.State) string { return r.State(s.String()) }
func (r reader) report(key Key) string           { return r.ReportName(string(key)) }

func (r reader) yesNo(yes bool) string {
	if yes {
		return r.InFile("yes")
	}
	return r.InFile("no")
}

// setting names a filter, and its value where that is a word of ours.
func (r reader) setting(parameter, value string) Setting {
	s := Setting{Key: parameter, Name: r.Parameter(parameter), Value: value}
	switch parameter {
	case "did":
		s.Value = r.Did(value)
	case "seat":
		s.Value = r.Seat(value)
	case "state":
		s.Value = r.State(value)
	}
	return s
}

// inWords says what a request narrows to: names instead of ids, as far as its
// asker may know them.
func (s *Service) inWords(ctx context.Context, reach access.Reach, rq Request, r reader) ([]Setting, error) {
	var out []Setting
	add := func(key, value string) {
		if value == "" {
			return // not narrowed by it
		}
		out = append(out, r.setting(key, value))
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
		place, err := src.Place(ctx, reach, f.Location)
		if err != nil {
			return err
		}
		if place.Name == "" {
			place.Name = f.Location
		}
		add("location", place.Name)
		add("team", nameOf(facets.Teams, f.Team))
		add("purchase", nameOf(facets.Purchases, f.Purchase))
		add("activity", activity)
		if f.State != nil {
			add("state", f.State.String())
		}
		add("seat", string(f.Seat))
		add("did", string(f.Did))
		if rep, _ := Find(rq.Report); rep.Periods || f.Did.OfPeriod() {
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
