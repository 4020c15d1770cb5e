package report

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

// purchaseRows tells of each purchase what came of it (M-003): over the
// learners who hold a live seat of it and the activities of its product. A
// learner with seats of two purchases stands in both.
func (t *tabulation) purchaseRows(ctx context.Context, sel *Selection) ([]shortRow, error) {
	purchases, err := t.src.Purchases(ctx, t.reach, t.criteria, t.orgs)
	if err != nil || len(purchases) == 0 {
		return nil, err
	}
	if t.within != nil {
		also, err := t.src.Purchases(ctx, t.within.reach, t.criteria, t.orgs)
		if err != nil {
			return nil, err
		}
		purchases = slices.DeleteFunc(purchases, func(p Purchase) bool {
			return !slices.ContainsFunc(also, func(a Purchase) bool { return a.ID == p.ID })
		})
	}
	figures, err := t.holdings(ctx, sel, purchases)
	if err != nil {
		return nil, err
	}
	rows := make([]shortRow, 0, len(purchases))
	for i := range purchases {
		p := &purchases[i]
		name := p.Product
		if p.Company != "" {
			name = p.Company + ": " + p.Product
		}
		if t.rq.Group != "" && figures[i].learners == 0 {
			continue
		}
		rows = append(rows, shortRow{
			id: string(p.ID), row: Row{Purchase: p.ID, Group: string(p.ID)},
			about: subject{purchase: p, group: textValue(name), work: &figures[i].work, learners: figures[i].learners},
		})
	}
	return rows, nil
}

// holdings sums up, for each purchase, its learners who are in the selection.
func (t *tabulation) holdings(ctx context.Context, sel *Selection, purchases []Purchase) ([]gathered, error) {
	holders, err := t.src.Holders(ctx, t.reach, t.criteria, t.orgs, purchases)
	if err != nil {
		return nil, err
	}
	if t.within != nil || t.filter.needsTranscripts() {
		holders.Narrow = slices.DeleteFunc(holders.Narrow, func(m Member) bool {
			_, _, ok := sel.find(m.Learner)
			return !ok
		})
	}
	out := make([]gathered, len(purchases))
	at := make(map[access.PurchaseID]int, len(purchases))
	for i, p := range purchases {
		out[i].work = newWork()
		at[p.ID] = i
	}
	byRow := t.rep.row == rowOfEnrollment // only who has a row counts
	for _, m := range holders.Narrow {
		for _, p := range m.Parts {
			out[at[p.Purchase]].learners += one(!byRow)
		}
	}
	return out, t.spreadOver(ctx, &holders, out, func(own []gathered) func(*view) error {
		return func(v *view) error { return t.hold(v, own, at, byRow) }
	})
}

// hold adds what a learner did to the purchases of the seats they hold.
func (t *tabulation) hold(v *view, of []gathered, at map[access.PurchaseID]int, byRow bool) error {
	from, to := t.filter.Period.in(v.org)
	rows := make([]int, len(v.parts))
	x := t.over(v)
	for x.next() {
		if byRow && !t.keeps(&x.entry, x.state, v.org) {
			continue
		}
		for i := range v.parts {
			if v.parts[i].holds(*x.column) {
				of[at[v.parts[i].Purchase]].work.add(&x.entry, x.state, from, to)
				rows[i]++
			}
		}
	}
	for i, n := range rows {
		of[at[v.parts[i].Purchase]].learners += one(byRow && n > 0)
	}
	return x.err()
}
