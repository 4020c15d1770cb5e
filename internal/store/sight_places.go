package store

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
)

// sightPlaces sums up where learners are that come into sight or go out of it.
type sightPlaces struct {
	organizations, locations map[access.Path]management.SightAt
}

func (s *sightPlaces) add(home access.Path, n int, add func(*management.SightAt, int)) {
	if s.organizations == nil {
		s.organizations, s.locations = map[access.Path]management.SightAt{}, map[access.Path]management.SightAt{}
	}
	organization := home.OrganizationPath()
	sum := s.organizations[organization]
	add(&sum, n)
	s.organizations[organization] = sum
	if home != organization {
		sum = s.locations[home]
		add(&sum, n)
		s.locations[home] = sum
	}
}

// placesNamed is how many places of each kind an effect names.
const placesNamed = 10

// named gives the places with the most learners their names, as far as the
// asker may know them.
func (s *sightPlaces) named(ctx context.Context, q querier, asker access.Reach) (organizations, locations []management.SightAt, err error) {
	if organizations, err = namedPlaces(ctx, q, asker, "organization", s.organizations); err != nil {
		return nil, nil, err
	}
	locations, err = namedPlaces(ctx, q, asker, "location", s.locations)
	return organizations, locations, err
}

// namedPlaces does so for one table of places.
func namedPlaces(ctx context.Context, q querier, asker access.Reach, table string, at map[access.Path]management.SightAt) ([]management.SightAt, error) {
	paths := slices.DeleteFunc(slices.Collect(maps.Keys(at)), func(path access.Path) bool {
		covered, _ := asker.CoversThing(access.Thing{Place: path})
		return !covered
	})
	slices.SortFunc(paths, func(a, b access.Path) int {
		return cmp.Or(cmp.Compare(at[b].Gains+at[b].Loses, at[a].Gains+at[a].Loses), cmp.Compare(a, b))
	})
	paths = paths[:min(len(paths), placesNamed)]
	if len(paths) == 0 {
		return nil, nil
	}
	p := with(int64(asker.Actor().Realm))
	names := map[access.Path]string{}
	if err := each(ctx, q, `select path, name from `+table+` where realm_id = $1 and path in `+in(p, paths), p.list, func(row *sql.Rows) error {
		var path, name string
		err := row.Scan(&path, &name)
		names[access.Path(path)] = name
		return err
	}); err != nil {
		return nil, err
	}
	var out []management.SightAt
	for _, path := range paths {
		sum := at[path]
		sum.Name = names[path]
		out = append(out, sum)
	}
	return out, nil
}

// cross notes the organizations beyond somebody's own of which something comes
// into their sight, also where nobody is there yet.
func (w *sightWeighing) cross(ctx context.Context, own access.Path, gained sight) error {
	for _, r := range gained.ranges {
		if at := access.Path(r.lo).OrganizationPath(); at != own {
			w.crossed[at] = true
		}
		if access.Path(r.lo).OrganizationPath() != access.Path(r.lo) {
			continue // below a location there are no organizations
		}
		if err := each(ctx, w, `select path from organization where realm_id = $1 and path >= $2 and path < $3`,
			[]any{int64(w.asker.Actor().Realm), r.lo, r.hi}, func(row *sql.Rows) error {
				var path string
				err := row.Scan(&path)
				if access.Path(path) != own {
					w.crossed[access.Path(path)] = true
				}
				return err
			}); err != nil {
			return err
		}
	}
	return nil
}

// crosses names the organizations that cross noted, as far as the asker may know them.
func (w *sightWeighing) crosses(ctx context.Context) ([]string, error) {
	at := map[access.Path]management.SightAt{}
	for path := range w.crossed {
		at[path] = management.SightAt{}
	}
	found, err := namedPlaces(ctx, w, w.asker, "organization", at)
	var out []string
	for _, place := range found {
		out = append(out, place.Name)
	}
	slices.Sort(out)
	return out, err
}

// weighPlacing works out who gains and who loses sight of one person who will
// be placed elsewhere. What the person sees themselves is for weighSight.
func weighPlacing(ctx context.Context, q querier, asker access.Reach, before, after access.Placement) (management.Effect, error) {
	var effect management.Effect
	realm := asker.Actor().Realm
	saw, err := watchers(ctx, q, asker, before)
	if err != nil {
		return effect, err
	}
	see, err := watchers(ctx, q, asker, after)
	if err != nil {
		return effect, err
	}
	var name string
	if err := one(ctx, q, `select name from account where realm_id = $1 and account_id = $2`, []any{int64(realm), string(before.Account)}, &name); err != nil {
		return effect, err
	}
	var ids []access.AccountID
	for id := range maps.Keys(see) {
		if !saw[id] {
			ids = append(ids, id)
		}
	}
	gaining := len(ids)
	for id := range maps.Keys(saw) {
		if !see[id] {
			ids = append(ids, id)
		}
	}
	for from := 0; from < len(ids); from += 400 {
		chunk := ids[from:min(from+400, len(ids))]
		people, err := peopleOf(ctx, q, asker, chunk)
		if err != nil {
			return effect, err
		}
		for i, id := range chunk {
			person, known := people[id]
			switch {
			case !known:
				effect.Others++
			case from+i < gaining:
				effect.Changed = append(effect.Changed, management.Sighted{Person: person, Gains: 1, GainsSample: []string{name}})
			default:
				effect.Changed = append(effect.Changed, management.Sighted{Person: person, Loses: 1, LosesSample: []string{name}})
			}
		}
	}
	effect.Sort()
	return effect, nil
}

// watchers are all who see somebody placed there.
func watchers(ctx context.Context, q querier, asker access.Reach, at access.Placement) (map[access.AccountID]bool, error) {
	held, err := grantsOver(ctx, q, asker.Actor().Realm, at, asker.At())
	if err != nil {
		return nil, err
	}
	out := map[access.AccountID]bool{}
	for _, p := range management.Sight() {
		for _, g := range access.Viewers(p, asker.At(), at, held) {
			if g.Holder != at.Account {
				out[g.Holder] = true
			}
		}
	}
	return out, nil
}
