package main

import (
	"path/filepath"

	"github.com/ambit-lms/ambit/internal/demo/names"
	"github.com/ambit-lms/ambit/internal/demo/openuni"
	"github.com/ambit-lms/ambit/internal/demo/rhythm"
)

// learners is how many of the university's learners the extract keeps.
const learners = 2000

// rhythms takes every so many-th learner with all their attempts; what remains of a
// learner is the order of days, neither number nor region.
func rhythms(data string) (map[string][][]string, error) {
	ou, err := openuni.Read(filepath.Join(data, "oulad"))
	if err != nil {
		return nil, err
	}
	runs := [][]string{{"run", "length", "assessments"}}
	for _, p := range ou.Presentations {
		runs = append(runs, append([]string{p.ID()}, rhythm.RunCells(p.Run)...))
	}
	order, seen := map[string]int{}, 0
	for _, r := range ou.Registrations {
		if _, ok := order[r.Student]; !ok {
			order[r.Student] = seen
			seen++
		}
	}
	attempts := [][]string{{"run", "registered", "unregistered", "result", "submissions"}}
	for _, r := range ou.Registrations {
		if order[r.Student]*learners/seen != (order[r.Student]+1)*learners/seen {
			attempts = append(attempts, append([]string{r.Presentation.ID()}, rhythm.AttemptCells(r.Attempt)...))
		}
	}
	return map[string][][]string{"runs.csv": runs, "rhythms.csv.gz": attempts}, nil
}

// nameLists keeps up to so many names of each language, kind and sex, spread over the list.
const namesKept = 60

func nameLists(data string) (map[string][][]string, error) {
	entries, err := openuni.ReadNames(data)
	if err != nil {
		return nil, err
	}
	groups := map[names.Entry][]string{}
	var order []names.Entry
	for _, e := range entries {
		group := names.Entry{Locale: e.Locale, Family: e.Family, Sex: e.Sex}
		if groups[group] == nil {
			order = append(order, group)
		}
		groups[group] = append(groups[group], e.Name)
	}
	out := [][]string{{"locale", "kind", "sex", "name"}}
	for _, group := range order {
		list, kind := groups[group], "first_name"
		if group.Family {
			kind = "last_name"
		}
		keep := min(len(list), namesKept)
		for i := range keep {
			out = append(out, []string{group.Locale, kind, group.Sex, list[i*len(list)/keep]})
		}
	}
	return map[string][][]string{"names.csv.gz": out}, nil
}
