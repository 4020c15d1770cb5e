package report

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

// places rolls the figures of homes up to one level of the tree: the first on
// which there are two places. Each is what the filter by its location finds;
// a place above what the asker sees is none.
func (w *walk) places(ctx context.Context, most int) ([]LocationFigure, error) {
	level, deeper := map[access.Path]*LocationFigure{}, true
	for depth := 1; deeper && len(level) < 2; depth++ {
		at := map[access.Path]*LocationFigure{}
		deeper = false
		for i := range w.locations {
			home := w.homes[i]
			deeper = deeper || home.Depth() > depth
			if place, ok := w.t.placeOf(home, depth); ok {
				f := at[place]
				if f == nil {
					f = &LocationFigure{}
					at[place] = f
				}
				f.Learners += w.locations[i].Learners
				f.Work.Merge(&w.locations[i].Work)
			}
		}
		if len(at) > 0 {
			level = at
		}
	}
	paths := slices.SortedFunc(maps.Keys(level), func(a, b access.Path) int {
		return cmp.Or(cmp.Compare(level[b].Learners, level[a].Learners), cmp.Compare(a, b))
	})
	paths = paths[:min(most, len(paths))]
	named, err := w.t.src.Locations(ctx, w.t.reach, paths)
	if err != nil {
		return nil, err
	}
	out := make([]LocationFigure, 0, len(paths))
	for _, path := range paths {
		if name, ok := named[path]; ok {
			level[path].Named = name
			out = append(out, *level[path])
		}
	}
	return out, nil
}

// organizations rolls the figures of homes up to the organizations that they
// lie in; nothing where there is only one.
func (w *walk) organizations(most int) []OrganizationFigure {
	if most <= 0 || len(w.t.orgs) < 2 {
		return nil
	}
	all := make([]OrganizationFigure, len(w.t.orgs))
	for i := range all {
		all[i].Organization = w.t.orgs[i]
	}
	for i := range w.locations {
		f := &all[w.of[i]]
		f.Learners += w.locations[i].Learners
		f.Work.Merge(&w.locations[i].Work)
	}
	slices.SortStableFunc(all, func(a, b OrganizationFigure) int { return cmp.Compare(b.Learners, a.Learners) })
	return all[:min(most, len(all))]
}

// placeOf is the location so deep in its organization that a home is in or is,
// where the asker sees by it.
func (t *tabulation) placeOf(home access.Path, depth int) (access.Path, bool) {
	for _, place := range home.Ancestors() {
		if place.Depth() == depth && place.OrganizationPath() == home.OrganizationPath() {
			return place, slices.ContainsFunc(t.reach.Blocks(), func(b access.Block) bool {
				return b.IsRange() && !b.Own && b.Lo <= place && place < b.Hi
			})
		}
	}
	return "", false
}
