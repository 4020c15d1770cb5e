package api

import "github.com/ambit-lms/ambit/internal/management"

// effect is what a change of access does to who sees whom.
type effect struct {
	Changed []sighted `json:"changed" nullable:"false" doc:"People whose sight changes."`
	Others  int       `json:"others" doc:"People whose sight changes, too, and whom the asker may not know."`
	Crosses []string  `json:"crosses" nullable:"false" doc:"Organizations, other than their own, that come into somebody's sight."`
	Seen    string    `json:"seen" doc:"Stands for all of this. Whoever makes the change says with it what they have looked at."`
}

type sighted struct {
	Person        person    `json:"person"`
	Gains         int       `json:"gains" doc:"Learners who come into sight."`
	Loses         int       `json:"loses" doc:"Learners who go out of sight."`
	GainsSample   []string  `json:"gains_sample" nullable:"false" doc:"Some of them by name, as far as the asker may know them."`
	LosesSample   []string  `json:"loses_sample" nullable:"false"`
	Organizations []sightAt `json:"organizations" nullable:"false" doc:"Where they are."`
	Locations     []sightAt `json:"locations" nullable:"false" doc:"The locations with the most of them."`
}

type sightAt struct {
	Name  string `json:"name"`
	Gains int    `json:"gains"`
	Loses int    `json:"loses"`
}

// anEffect says an effect; every operation that shows one before a change uses it.
func anEffect(e management.Effect) effect {
	same := func(s string) string { return s }
	at := func(s management.SightAt) sightAt { return sightAt(s) }
	return effect{
		Others: e.Others, Crosses: list(e.Crosses, same), Seen: e.Seen,
		Changed: list(e.Changed, func(c management.Sighted) sighted {
			return sighted{
				Person: somebody(c.Person), Gains: c.Gains, Loses: c.Loses, GainsSample: list(c.GainsSample, same), LosesSample: list(c.LosesSample, same),
				Organizations: list(c.Organizations, at), Locations: list(c.Locations, at),
			}
		}),
	}
}
