package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"io"
)

// verifyFiles hashes the files of reports that are kept and compares.
func verifyFiles(ctx context.Context, q querier) ([]Finding, error) {
	const rule = "a report's file has the hash that its manifest says"
	var out []Finding
	var run, want string
	sum := sha256.New()
	end := func() {
		if run != "" && hex.EncodeToString(sum.Sum(nil)) != want && len(out) < findingsPerCheck {
			out = append(out, Finding{fileHashCheck, rule, "file " + run})
		}
		sum.Reset()
	}
	err := each(ctx, q, `select r.run_id, r.sha256, p.size, p.packed from report_run r join report_part p on p.realm_id = r.realm_id and p.run_id = r.run_id
		where r.state = 'done' order by r.realm_id, r.run_id, p.part_no`, nil, func(row *sql.Rows) error {
		var id, hash string
		var packed []byte
		var size int64
		if err := row.Scan(&id, &hash, &size, &packed); err != nil {
			return err
		}
		if id != run {
			end()
			run, want = id, hash
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err == nil {
			_, err = io.CopyN(sum, z, size)
		}
		if err != nil {
			want = "" // a part that cannot be read is no part of the file
		}
		return nil
	})
	end()
	return out, err
}
