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

// record is one learner's transcript.
type record struct {
	learner access.LearnerNo
	entries []byte
}

// Transcripts yields the records of learners, who are ascending. The next
// block is read while do works on the one before; do asks the source nothing.
func (s *reportSource) Transcripts(ctx context.Context, reach access.Reach, learners []access.LearnerNo, do func(access.LearnerNo, []byte) error) error {
	type answer struct {
		records []record
		err     error
	}
	realm := reach.Actor().Realm
	answers, stop := make(chan answer), make(chan struct{})
	if len(learners) <= recordBlock {
		records, err := s.records(ctx, realm, learners)
		return eachRecord(records, err, do)
	}
	go func() {
		defer close(answers)
		for chunk := range slices.Chunk(learners, recordBlock) {
			records, err := s.records(ctx, realm, chunk)
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

// records reads a block of learners in one row: three lists, for a row costs
// more than what is in it.
func (s *reportSource) records(ctx context.Context, realm access.RealmID, learners []access.LearnerNo) ([]record, error) {
	if len(learners) == 0 {
		return nil, nil
	}
	first, last := learners[0], learners[len(learners)-1]
	p := with(int64(realm), int64(first), int64(last))
	if int(last-first) >= len(learners)*recordShare {
		p = with(int64(realm))
	}
	where := "learner >= $2 and learner <= $3"
	if len(p.list) == 1 {
		where = "learner in " + inNumbers(learners)
	}
	var numbered, sizes sql.NullString
	var all []byte
	err := one(ctx, s, `select `+s.db.dialect.listOf("t.learner")+`, `+s.db.dialect.listOf("t.size")+`, `+s.db.dialect.recordsOf("t.entries")+`
		from (select learner, length(entries) as size, entries from transcript where realm_id = $1 and `+where+` order by learner) t`, p.list, &numbered, &sizes, &all)
	if err != nil {
		return nil, err
	}
	return unpack(integers(numbered.String), integers(sizes.String), all, learners)
}

// unpack cuts the records apart and keeps those that are wanted.
func unpack(numbered, sizes []int, all []byte, wanted []access.LearnerNo) ([]record, error) {
	out := make([]record, 0, len(wanted))
	for i, n := range numbered {
		if i >= len(sizes) || sizes[i] > len(all) || i > 0 && n <= numbered[i-1] {
			return nil, fmt.Errorf("%d transcripts with %d sizes are not what was asked for", len(numbered), len(sizes))
		}
		entries := all[:sizes[i]:sizes[i]]
		all = all[sizes[i]:]
		no := access.LearnerNo(n)
		for len(wanted) > 0 && wanted[0] < no {
			wanted = wanted[1:]
		}
		if len(wanted) > 0 && wanted[0] == no {
			out = append(out, record{no, entries})
		}
	}
	if len(all) > 0 {
		return nil, fmt.Errorf("%d bytes of transcripts belong to nobody", len(all))
	}
	return out, nil
}
