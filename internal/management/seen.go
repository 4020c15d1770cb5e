package management

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

// Seen is the answer to "who can see me?". People of one's own organization
// are named; of others, such as the administrators of a parent organization,
// a learner is told what they are and where, and how many.
type Seen struct {
	Viewers []Viewer
	Others  []OtherViewers
}

// OtherViewers are people of other organizations who see by the same kind of way.
type OtherViewers struct {
	Way    Way // what each of them holds
	People int
}

// WhoSeesMe lists everybody but the asker who can see the asker's learning now
// (N-06). Nobody needs more than to be somebody for it.
func (s *Service) WhoSeesMe(ctx context.Context, self access.Reach) (Seen, error) {
	if err := self.For(access.SelfView); err != nil {
		return Seen{}, err
	}
	actor := self.Actor()
	_, placement, err := s.store.Placed(ctx, self, actor.Account)
	if err != nil {
		return Seen{}, err
	}
	held, err := s.store.GrantsOver(ctx, actor.Realm, placement)
	if err != nil {
		return Seen{}, err
	}
	holders, byHolder := s.holders(placement, held)
	people, err := s.store.Colleagues(ctx, self, holders)
	if err != nil {
		return Seen{}, err
	}
	var out Seen
	for _, id := range holders {
		if id == actor.Account {
			continue
		}
		ways := byHolder[id]
		for i := range ways { // who gave it is for administrators to know
			ways[i].Grant.GivenBy, ways[i].Grant.Reason = "", ""
		}
		if person, ours := people[id]; ours {
			out.Viewers = append(out.Viewers, Viewer{Person: Person{ID: person.ID, Name: person.Name}, Ways: ways})
			continue
		}
		i := slices.IndexFunc(out.Others, func(o OtherViewers) bool {
			return o.Way.Grant.Role.Key == ways[0].Grant.Role.Key && o.Way.Grant.Node.ID == ways[0].Grant.Node.ID
		})
		if i < 0 {
			out.Others = append(out.Others, OtherViewers{Way: ways[0]})
			i = len(out.Others) - 1
		}
		out.Others[i].People++
	}
	slices.SortFunc(out.Viewers, byName)
	return out, nil
}
