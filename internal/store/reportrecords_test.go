package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// Records come in blocks and in two ways, whole stretches and single learners:
// each learner's own bytes, ascending, whatever is in them.
func TestRecordsInBlocks(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := newWorld(t, engine)
			const first, many = 1001, 2600
			w.db.Write(t, fmt.Sprintf(`insert into account (realm_id, account_id, organization_id, learner, given_name, family_name, name, name_folded, search_text, status, base_role, home, created_at)
				with recursive n(i) as (select %d union all select i + 1 from n where i < %d)
				select 1, 'p' || i, 'north', i, '', '', '', '', '', 'active', '', 'o000001', 0 from n`, first, first+many-1))
			want := map[access.LearnerNo][]byte{}
			for batch := range slices.Chunk(numbersFrom(first, many), 500) {
				var rows []string
				var values []any
				for _, no := range batch {
					if no%11 == 0 { // has none
						continue
					}
					// Zeros, bytes that are no text, commas, and nothing at all.
					record := append(bytes.Repeat([]byte{0, 0xff, ',', 0xc3}, int(no%5)), binary.LittleEndian.AppendUint32(nil, uint32(no))...)
					if no%13 == 0 {
						record = []byte{}
					}
					want[no] = record
					values = append(values, int64(no), record)
					rows = append(rows, fmt.Sprintf("(1, $%d, 1, $%d)", len(values)-1, len(values)))
				}
				w.db.Write(t, `insert into transcript (realm_id, learner, version, entries) values `+strings.Join(rows, ", "), values...)
			}
			for _, step := range []int{1, 2, 7} {
				t.Run(fmt.Sprintf("every %d", step), func(t *testing.T) {
					var asked []access.LearnerNo
					for i := 0; i < many; i += step {
						asked = append(asked, access.LearnerNo(first+i))
					}
					w.sameRecords(t, asked, want)
				})
			}
		})
	}
}

func numbersFrom(first, many int) []access.LearnerNo {
	out := make([]access.LearnerNo, many)
	for i := range out {
		out[i] = access.LearnerNo(first + i)
	}
	return out
}

func (w *world) sameRecords(t *testing.T, asked []access.LearnerNo, want map[access.LearnerNo][]byte) {
	t.Helper()
	reach := w.reach(t, "admin", access.MatrixView)
	err := w.db.Report(t.Context(), func(src report.Source) error {
		left := slices.DeleteFunc(slices.Clone(asked), func(no access.LearnerNo) bool { return want[no] == nil })
		if err := src.Transcripts(t.Context(), reach, asked, func(no access.LearnerNo, record []byte) error {
			if len(left) == 0 || no != left[0] || !bytes.Equal(record, want[no]) {
				return fmt.Errorf("learner %d with %x, want %x, %d left", no, record, want[no], len(left))
			}
			left = left[1:]
			return nil
		}); err != nil || len(left) > 0 {
			return fmt.Errorf("%d learners are missing: %w", len(left), err)
		}
		// Whoever stops early leaves the snapshot ready for the next question.
		enough, seen := errors.New("enough"), 0
		if err := src.Transcripts(t.Context(), reach, asked, func(access.LearnerNo, []byte) error {
			if seen++; seen > 10 {
				return enough
			}
			return nil
		}); !errors.Is(err, enough) || seen != 11 {
			return fmt.Errorf("stopped after %d: %w", seen, err)
		}
		n, err := src.Count(t.Context(), reach, report.Criteria{}, nil)
		if err == nil && n < len(want) {
			err = fmt.Errorf("counted %d", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
