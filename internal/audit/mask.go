package audit

import (
	"maps"
	"regexp"
	"slices"
)

// anID is what every public id looks like.
var anID = regexp.MustCompile(`^[a-z2-7]{26}$`)

// gather finds the ids in a value.
func gather(value any, into map[string]bool) {
	switch v := value.(type) {
	case string:
		if anID.MatchString(v) {
			into[v] = true
		}
	case []any:
		for _, one := range v {
			gather(one, into)
		}
	case map[string]any:
		for key, one := range v {
			gather(key, into)
			gather(one, into)
		}
	}
}

// masked gives a value without the ids of what is hidden.
func masked(value any, names map[string]Name) any {
	switch v := value.(type) {
	case string:
		if names[v].Hidden {
			return Masked
		}
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = masked(one, names)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, one := range v {
			if names[key].Hidden {
				key = Masked
			}
			out[key] = masked(one, names)
		}
		return out
	}
	return value
}

// told is the event as the reader of these names may have it.
func (r *Record) told(names map[string]Name) Entry {
	e := r.Entry
	e.Before, e.After = masked(r.Before, names), masked(r.After, names)
	e.Actor = named("account", string(r.ActorID), names)
	e.Organization = named("organization", string(r.OrganizationID), names)
	e.Inside = named("organization", string(r.InsideID), names)
	e.Subject = named(r.Subject.Kind, r.Subject.ID, names)
	e.Names = map[string]Name{}
	ids := map[string]bool{}
	gather(e.Before, ids)
	gather(e.After, ids)
	for id := range ids {
		if n, known := names[id]; known {
			e.Names[id] = n
		}
	}
	return e
}

// named says what an id stands for: hidden things lose theirs.
func named(kind, id string, names map[string]Name) Name {
	n, known := names[id]
	switch {
	case id == "":
		return Name{}
	case n.Hidden:
		return Name{Kind: kind, Hidden: true}
	case !known:
		return Name{Kind: kind, ID: id}
	}
	return Name{Kind: kind, ID: id, Name: n.Name}
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
