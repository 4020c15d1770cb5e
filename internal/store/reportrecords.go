package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

// How records are read: so many learners at a time, and from which share of
// the numbers between the first and the last on in one stretch.
const (
	recordBlock = 1000
	recordShare = 3
)

// record is one learner's transcript, and the change that wrote it.
type record struct {
	learner access.LearnerNo
	change  int64
	entries []byte
}

// Transcripts yields the records of learners, who are ascending: those that
// are kept in memory as the snapshot sees them, and the others read. The next
// block is read while do works on the one before; do asks the source nothing.
func (s *reportSource) Transcripts(ctx context.Context, reach access.Reach, learners []access.LearnerNo, do func(access.LearnerNo, []byte) error) error {
	type answer struct {
		records []record
		err     error
	}
	if len(learners) == 0 {
		return nil
	}
	realm := reach.Actor().Realm
	if err := s.remember(ctx, realm); err != nil {
		return err
	}
	answers, stop := make(chan answer), make(chan struct{})
	if len(learners) <= recordBlock {
		records, err := s.block(ctx, realm, learners)
		return eachRecord(records, err, do)
	}
	go func() {
		defer close(answers)
		for chunk := range slices.Chunk(learners, recordBlock) {
			records, err := s.block(ctx, realm, chunk)
			select {
			case answers <- answer{records, err}:
			case <-stop:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	var err error
	for a := range answers { // to its end, so that nothing is asked once we are gone
		if err != nil {
			continue
		}
		if err = eachRecord(a.records, a.err, do); err != nil {
			close(stop)
		}
	}
	return err
}

func eachRecord(records []record, err error, do func(access.LearnerNo, []byte) error) error {
	if err != nil {
		return err
	}
	for _, r := range records {
		if err := do(r.learner, r.entries); err != nil {
			return err
		}
	}
	return nil
}

// remember makes ready what is kept of the realm's records, up to what the
// snapshot sees.
func (s *reportSource) remember(ctx context.Context, realm access.RealmID) error {
	for s.kept == nil {
		kept, since := s.db.recall.of(realm)
		var seen string
		var learners, changes sql.NullString
		list := s.db.dialect.listOf
		if err := one(ctx, s, `select `+s.db.dialect.moment+`, `+list("t.learner")+`, `+list("t.change_no")+`
			from (select learner, change_no from transcript where realm_id = $1 and change_no >= $2) t`, []any{int64(realm), since}, &seen, &learners, &changes); err != nil {
			return err
		}
		var err error
		if s.at, err = parseMoment(seen); err != nil {
			return err
		}
		if kept == nil {
			s.kept = s.db.recall.begin(realm, s.at)
			continue
		}
		nos, numbered := integers[access.LearnerNo](learners.String), integers[int64](changes.String)
		news := make([]written, len(nos))
		for i, no := range nos {
			news[i] = written{no, numbered[i]}
		}
		s.db.recall.catchUp(kept, s.at, news)
		s.kept = kept
	}
	return nil
}

// block finds the records of learners in memory, or reads them.
func (s *reportSource) block(ctx context.Context, realm access.RealmID, learners []access.LearnerNo) ([]record, error) {
	found, missing := s.db.recall.take(s.kept, &s.at, learners)
	if len(missing) == 0 {
		return found, nil
	}
	read, err := s.records(ctx, realm, missing)
	if err != nil {
		return nil, err
	}
	s.db.recall.keep(s.kept, &s.at, missing, read)
	return merged(found, read), nil
}

// records reads a block of learners in one row: four lists, for a row costs
// more than what is in it.
func (s *reportSource) records(ctx context.Context, realm access.RealmID, learners []access.LearnerNo) ([]record, error) {
	first, last := learners[0], learners[len(learners)-1]
	p := with(int64(realm), int64(first), int64(last))
	if int(last-first) >= len(learners)*recordShare {
		p = with(int64(realm))
	}
	where := "learner >= $2 and learner <= $3"
	if len(p.list) == 1 {
		where = "learner in " + inNumbers(learners)
	}
	var numbered, changed, sizes sql.NullString
	var all []byte
	list := s.db.dialect.listOf
	err := one(ctx, s, `select `+list("t.learner")+`, `+list("t.change_no")+`, `+list("t.size")+`, `+s.db.dialect.recordsOf("t.entries")+`
		from (select learner, change_no, length(entries) as size, entries from transcript where realm_id = $1 and `+where+` order by learner) t`, p.list, &numbered, &changed, &sizes, &all)
	if err != nil {
		return nil, err
	}
	return unpack(integers[int64](numbered.String), integers[int64](changed.String), integers[int64](sizes.String), all, learners)
}

// unpack cuts the records apart and keeps those that are wanted.
func unpack(numbered, changed, sizes []int64, all []byte, wanted []access.LearnerNo) ([]record, error) {
	out := make([]record, 0, len(wanted))
	for i, n := range numbered {
		if i >= len(sizes) || i >= len(changed) || int(sizes[i]) > len(all) || i > 0 && n <= numbered[i-1] {
			return nil, fmt.Errorf("%d transcripts with %d sizes are not what was asked for", len(numbered), len(sizes))
		}
		entries := all[:sizes[i]:sizes[i]]
		all = all[sizes[i]:]
		no := access.LearnerNo(n)
		for len(wanted) > 0 && wanted[0] < no {
			wanted = wanted[1:]
		}
		if len(wanted) > 0 && wanted[0] == no {
			out = append(out, record{no, changed[i], entries})
		}
	}
	if len(all) > 0 {
		return nil, fmt.Errorf("%d bytes of transcripts belong to nobody", len(all))
	}
	return out, nil
}
