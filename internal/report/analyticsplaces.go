package report

import (
	"cmp"
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// placesMost is how many places of a level are shown.
const placesMost = 200

// ErrNoPlaces tells that an access does not show where people are placed.
var ErrNoPlaces = fault.Field("location", "Your access does not show locations, so it cannot be added up by them.")

// LocationAnalytics rolls the learners up to the places of one level: those
// below the location of the filter, or the first level that has two.
func (s *Service) LocationAnalytics(ctx context.Context, reach access.Reach, f Filter) (LocationAnalytics, error) {
	var out LocationAnalytics
	err := s.analyze(ctx, reach, f, ActivitiesReport, func(a *analysis) error {
		out = LocationAnalytics{}
		if !reach.Carries().Location {
			return ErrNoPlaces
		}
		sel, err := a.selection(ctx)
		if err != nil {
			return err
		}
		level, byOrg, err := a.level(ctx, sel)
		if err != nil {
			return err
		}
		if err := a.walk(ctx, level.sums, byOrg); err != nil {
			return err
		}
		if out.Within, err = a.src.Place(ctx, reach, a.filter.Location); err != nil {
			return err
		}
		if err := a.tellPlaces(ctx, level, &out); err != nil {
			return err
		}
		out.Organizations = a.tellOrganizations(byOrg)
		out.Frame = a.frame
		return nil
	})
	return out, err
}

// level is the places of one level with the learners of each.
type level struct {
	paths  []access.Path
	deeper []bool // somebody is placed below
	sums   *byPlace
}

// level finds the level of places to tell of, and sorts the learners into them
// and into their organizations.
func (a *analysis) level(ctx context.Context, sel *Selection) (*level, *byPlace, error) {
	orgs := &byPlace{groups: make([]Group, len(a.orgs)), size: make([]int, len(a.orgs))}
	homes, err := a.src.Homes(ctx, a.reach, a.criteria, a.orgs)
	if err != nil {
		return nil, nil, err
	}
	for i := range homes {
		homes[i].Learners = slices.DeleteFunc(homes[i].Learners, func(no access.LearnerNo) bool { _, _, ok := sel.find(no); return !ok })
	}
	homes = slices.DeleteFunc(homes, func(h Home) bool { return len(h.Learners) == 0 })
	depth := a.depthOf(homes)
	out := &level{sums: &byPlace{}}
	at := map[access.Path]int{}
	for _, h := range homes {
		orgs.put(h.Organization, h.Learners)
		path, ok := a.placeOf(h.Path, depth)
		if !ok {
			continue
		}
		i, known := at[path]
		if !known {
			i = len(out.paths)
			at[path] = i
			out.paths, out.deeper = append(out.paths, path), append(out.deeper, false)
			out.sums.groups, out.sums.size = append(out.sums.groups, Group{}), append(out.sums.size, 0)
		}
		out.deeper[i] = out.deeper[i] || h.Path != path
		out.sums.put(i, h.Learners)
	}
	out.sums.others = sel.Len()
	for _, n := range out.sums.size {
		out.sums.others -= n
	}
	return out, orgs, nil
}

// depthOf is how deep in the tree the level is: just below the location of the
// filter, or the first on which there are two places, or the deepest.
func (a *analysis) depthOf(homes []Home) int {
	if a.filter.Location != "" {
		return a.criteria.LocationPath.Depth() + 1
	}
	best := 1
	for depth := 1; ; depth++ {
		at, deeper := map[access.Path]bool{}, false
		for _, h := range homes {
			deeper = deeper || h.Path.Depth() > depth
			if path, ok := a.placeOf(h.Path, depth); ok {
				at[path] = true
			}
		}
		if len(at) > 0 {
			best = depth
		}
		if len(at) > 1 || !deeper {
			return best
		}
	}
}

// tellPlaces names the places of a level, the largest first.
func (a *analysis) tellPlaces(ctx context.Context, l *level, out *LocationAnalytics) error {
	named, err := a.src.Locations(ctx, a.reach, l.paths)
	if err != nil {
		return err
	}
	out.Others = l.sums.rest
	out.Others.Learners = l.sums.others
	order := make([]int, len(l.paths))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Or(cmp.Compare(l.sums.size[y], l.sums.size[x]), cmp.Compare(l.paths[x], l.paths[y]))
	})
	for _, i := range order {
		name, ok := named[l.paths[i]]
		g := PlaceGroup{Named: name, Deeper: l.deeper[i], Group: l.sums.groups[i]}
		g.Learners = l.sums.size[i]
		switch {
		case !ok:
			out.Others.merge(&g.Group)
		case len(out.Places) == placesMost:
			out.More++
		default:
			out.Places = append(out.Places, g)
		}
	}
	return nil
}

// tellOrganizations names those that the learners are placed in, where there
// are several.
func (a *analysis) tellOrganizations(by *byPlace) []OrganizationGroup {
	if len(a.orgs) < 2 {
		return nil
	}
	var out []OrganizationGroup
	for i, g := range by.groups {
		if g.Learners = by.size[i]; g.Learners > 0 {
			out = append(out, OrganizationGroup{Organization: a.orgs[i], Group: g})
		}
	}
	slices.SortStableFunc(out, func(x, y OrganizationGroup) int { return cmp.Compare(y.Learners, x.Learners) })
	return out
}
