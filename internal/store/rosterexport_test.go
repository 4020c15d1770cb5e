package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/roster"
)

// export writes the school into a folder.
func (s *school) export(ctx context.Context, into string) (roster.Exported, error) {
	facts := access.System("export", schoolRealm, access.Root, roster.ExportPermission)
	return s.service.Export(ctx, facts.For(roster.ExportPermission, s.now), schoolID, into, roster.ExportOptions{})
}

// exports gives the files of an export that has to succeed.
func (s *school) exports() map[string]string {
	s.t.Helper()
	into := filepath.Join(s.t.TempDir(), "school")
	if _, err := s.export(s.t.Context(), into); err != nil {
		s.t.Fatal(err)
	}
	return filesIn(s.t, into)
}

func filesIn(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, f := range roster.Files() {
		text, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

func folderOf(files map[string]string) fs.FS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// comesBack holds an export of a school against two promises: imported into the
// same school it changes nothing, and into an empty one it makes the same, down
// to the bytes of the next export and of what reports are made of.
func (s *school) comesBack() map[string]string {
	s.t.Helper()
	first := s.exports()
	sum, err := s.bring(folderOf(first), roster.Options{})
	if err != nil || sum.IsChange() {
		s.t.Errorf("imported into the same school: %v, %v", sum.Files, err)
	}
	if !maps.Equal(first, s.exports()) {
		s.t.Error("importing an export changed the next one")
	}
	fresh := newSchool(s.t, s.db.Engine())
	fresh.now = s.now
	if _, err := fresh.bring(folderOf(first), roster.Options{}); err != nil {
		s.t.Fatalf("imported into an empty school: %v", err)
	}
	second := fresh.exports()
	for _, f := range roster.Files() {
		if first[f.Name] != second[f.Name] {
			s.t.Errorf("%s\nfirst  %q\nsecond %q", f.Name, first[f.Name], second[f.Name])
		}
	}
	if was, is := s.learned(), fresh.learned(); was != is {
		s.t.Errorf("transcripts and access\nfirst\n%s\nsecond\n%s", was, is)
	}
	found, err := fresh.db.Verify(s.t.Context())
	if err != nil || len(found) > 0 {
		s.t.Errorf("verify: %v, %v", found, err)
	}
	return first
}

// learned is what everybody's reports are made of, and who holds which role where.
func (s *school) learned() string {
	var out strings.Builder
	for part, query := range []string{
		`select coalesce(a.external_id, a.account_id), t.entries from account a join transcript t on t.learner = a.learner
			where a.realm_id = $1 and a.status <> 'erased' order by a.learner`,
		`select coalesce(a.external_id, a.account_id), g.role || ' ' || g.node_kind || ' ' || g.extent || ' ' || coalesce(l.external_id, p.external_id, '')
			from role_grant g join account a on a.account_id = g.account_id left join location l on l.location_id = g.node_location_id
			left join purchase p on p.purchase_id = g.purchase_id where a.realm_id = $1 and g.ended_at is null order by a.learner, 2`,
	} {
		rows, err := s.raw.QueryContext(s.t.Context(), query, int64(schoolRealm))
		if err != nil {
			s.t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var who string
			var what []byte
			if err := rows.Scan(&who, &what); err != nil {
				s.t.Fatal(err)
			}
			if part == 0 {
				what = fmt.Appendf(nil, "%x", what)
			}
			fmt.Fprintf(&out, "%s %s\n", who, what)
		}
		if rows.Err() != nil {
			s.t.Fatal(rows.Err())
		}
	}
	return out.String()
}

func TestAnExportIsWhatWasImported(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		before := s.tables()
		files := s.comesBack()
		after := s.tables()
		delete(before, "audit_event") // two exports more
		delete(after, "audit_event")
		if !maps.Equal(before, after) {
			t.Errorf("tables\nbefore %v\nafter  %v", before, after)
		}
		sameRows(t, mustZone("Europe/Berlin"), small.fs(), folderOf(files))
		s.is("export organization "+string(schoolID), `select actor_system || ' ' || subject_kind || ' ' || subject_id from audit_event where action = 'roster.exported' limit 1`)
	})
}

func TestAnExportOfAnEmptyOrganizationComesBack(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		for name, text := range s.comesBack() {
			if strings.Count(text, "\r\n") != 1 {
				t.Errorf("%s: %q", name, text)
			}
		}
		s.is("0", `select count(*) from location`)
	})
}

// TestWhatWasDoneByHandComesBack: an organization lives on after an import, and
// an export tells what stands now.
func TestWhatWasDoneByHandComesBack(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		s.byHand()
		files := s.comesBack()
		for file, lines := range map[string][]string{
			"people.csv": {
				"hhhhhhhhhhhhhhhhhhhhhhhhhh,founder@example.org,,,,Organization Administrator,invited,,", // has not told a name
				"loc,loc@example.com,Lou,Local,de,Student,suspended,de,Europe/Berlin",                    // another role, and suspended
			},
			"seats.csv": {
				"p1,rob,,2026-01-01T23:00:00Z,2026-01-02T23:00:00Z,2026-02-01T00:00:00Z,released,true",    // released by hand, which used it up
				"p1,lea,old@example.com,2026-01-01T23:00:00Z,2026-01-04T23:30:00.000001Z,,redeemed,false", // offered to another address, redeemed within a microsecond
			},
			"purchases.csv": {"p1,data,bea,Acme,5,2025-12-31T23:00:00Z,2026-06-01,30,,,frame,true,4,bea"}, // another reporter, and seats that go round
			"teams.csv":     {"rrrrrrrrrrrrrrrrrrrrrrrrrr,Green,hhhhhhhhhhhhhhhhhhhhhhhhhh"},              // known by our own id
			"enrollments.csv": {
				"rob,go,2026-01-02T23:00:00Z,,,,,40,,0,,,,2026-02-01T00:00:00Z",                // kept by a seat that ended
				"lea,sql,2026-01-04T23:30:00.000001Z,,,,,60,,0,,,,2026-01-04T23:30:00.000001Z", // kept by a seat alone
				"bea,go,2026-02-01T00:00:00Z,,,,,5,,0,,,,",                                     // enrolled by hand
			},
			"team_members.csv": {"rrrrrrrrrrrrrrrrrrrrrrrrrr,lea"},
		} {
			for _, line := range lines {
				if !strings.Contains(files[file], "\n"+line+"\r\n") {
					t.Errorf("%s has no row %s:\n%s", file, line, files[file])
				}
			}
		}
		if strings.Contains(files["team_members.csv"], ",max") || strings.Contains(files["people.csv"], "gone") || strings.Contains(files["teams.csv"], "Blue") {
			t.Error("what is over is exported")
		}
	})
}

// byHand does to the small school what pages do, row by row.
func (s *school) byHand() {
	s.t.Helper()
	at := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	no := s.text(`select max(learner) + 1 from account`)
	s.exec(`update realm set learners = learners + 2`)
	for n, who := range []struct{ id, name, status, role string }{
		{"hhhhhhhhhhhhhhhhhhhhhhhhhh", "founder@example.org", "invited", "organization_administrator"}, {"gggggggggggggggggggggggggg", "gone", "erased", "student"},
	} {
		s.exec(`insert into account (realm_id, account_id, organization_id, learner, email, email_folded, given_name, family_name, name, name_folded, search_text,
				status, base_role, home, created_at) select 1, $1, organization_id, `+no+` + `+fmt.Sprint(n)+`, $2, $2, '', '', $2, $2, $2, $3, $4, path, 0 from organization`,
			who.id, who.name, who.status, who.role)
		s.exec(`insert into account_home (realm_id, account_id, from_at) values (1, $1, 0)`, who.id)
		s.exec(`insert into transcript (realm_id, learner, version, entries) select 1, learner, 1, $2 from account where account_id = $1`, who.id, []byte{})
	}
	s.exec(`insert into identity (identity_id, email, email_folded, created_at) values ('iiiiiiiiiiiiiiiiiiiiiiiiii', 'founder@example.org', 'founder@example.org', 0)`)
	s.exec(`update account set identity_id = 'iiiiiiiiiiiiiiiiiiiiiiiiii' where email = 'founder@example.org'`)
	s.exec(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
		select 1, 'ffffffffffffffffffffffffff', organization_id, 'hhhhhhhhhhhhhhhhhhhhhhhhhh', 'organization_administrator', 'organization', organization_id, 'within', 0, $1, '', ''
		from organization`, true)

	s.exec(`update account set base_role = 'student', status = 'suspended' where external_id = 'loc'`)
	s.exec(`update role_grant set ended_at = $1 where role in ('local_administrator', 'license_reporter')`, s.now.UnixMicro())
	s.exec(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, purchase_id, extent, from_at, follows_home, given_by, reason)
		select 1, 'eeeeeeeeeeeeeeeeeeeeeeeeee', organization_id, buyer_id, 'license_reporter', 'purchase', purchase_id, 'here', $1, $2, '', '' from purchase where external_id = 'p1'`, at, false)
	s.exec(`update seat set email = 'old@example.com', email_folded = 'old@example.com' where learner = (select learner from account where external_id = 'lea')`)
	s.exec(`update seat set redeemed_at = redeemed_at + 1 where learner = (select learner from account where external_id = 'lea')`)
	s.exec(`update enrollment_source set from_at = from_at + 1 where kind = 'seat' and learner = (select learner from account where external_id = 'lea')`)
	s.exec(`update enrollment set enrolled_at = enrolled_at + 1 where progress = 0 and learner = (select learner from account where external_id = 'lea')`)
	s.exec(`update seat set state = 'released', ended_at = $1, spent = $2 where learner = (select learner from account where external_id = 'rob')`, at, true)
	s.exec(`update enrollment_source set until_at = $1 where kind = 'seat' and learner = (select learner from account where external_id = 'rob')`, at)
	s.exec(`update purchase set seats_spent = 1, reusable = $1, max_people = 4 where external_id = 'p1'`, true)
	s.exec(`update enrollment set progress = 40 where learner = (select learner from account where external_id = 'rob')`)
	s.exec(`update enrollment set progress = 60 where learner = (select learner from account where external_id = 'lea') and progress = 0`)
	s.exec(`insert into enrollment (realm_id, learner, activity, enrolled_at, progress, minutes_spent, changes)
		select 1, learner, 1, $1, 5, 0, 0 from account where external_id = 'bea'`, at)
	s.exec(`insert into enrollment_source (realm_id, learner, activity, kind, ref, from_at) select 1, learner, 1, 'hand', '', $1 from account where external_id = 'bea'`, at)
	s.exec(`update team_member set until_at = $1 where learner = (select learner from account where external_id = 'max')`, at)
	s.exec(`insert into team (realm_id, team_id, organization_id, name, name_folded, owner_id, created_at)
		select 1, 'rrrrrrrrrrrrrrrrrrrrrrrrrr', organization_id, 'Green', 'green', 'hhhhhhhhhhhhhhhhhhhhhhhhhh', 0 from organization`)
	s.exec(`insert into team_member (realm_id, organization_id, team_id, account_id, learner, from_at)
		select 1, organization_id, 'rrrrrrrrrrrrrrrrrrrrrrrrrr', account_id, learner, 0 from account where external_id = 'lea'`)
	s.exec(`insert into team (realm_id, team_id, organization_id, name, name_folded, created_at, ended_at)
		select 1, 'qqqqqqqqqqqqqqqqqqqqqqqqqq', organization_id, 'Blue', 'blue', 0, 1 from organization`)
	s.db.Pack(s.t, schoolRealm, 8)
}

func TestAnExportThatFailsLeavesNothing(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		above := t.TempDir()
		full := filepath.Join(above, "full")
		if err := os.MkdirAll(full, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(full, "people.csv"), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.export(t.Context(), full); !errors.Is(err, roster.ErrFolderInUse) {
			t.Errorf("into a folder in use: %v", err)
		}
		if _, err := s.export(t.Context(), filepath.Join(full, "people.csv")); !errors.Is(err, roster.ErrFolderInUse) {
			t.Errorf("into a file: %v", err)
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.export(cancelled, filepath.Join(above, "cancelled")); err == nil {
			t.Error("a cancelled export succeeded")
		}
		elsewhere := access.System("export", schoolRealm, "o000009", roster.ExportPermission)
		if _, err := s.service.Export(t.Context(), elsewhere.For(roster.ExportPermission, s.now), schoolID, filepath.Join(above, "foreign"), roster.ExportOptions{}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("beyond the reach: %v", err)
		}
		importer := access.System("import", schoolRealm, access.Root, roster.Permission)
		if _, err := s.service.Export(t.Context(), importer.For(roster.Permission, s.now), schoolID, filepath.Join(above, "denied"), roster.ExportOptions{}); err == nil {
			t.Errorf("without the permission: %v", err)
		}
		left, err := os.ReadDir(above)
		if err != nil || len(left) != 1 {
			t.Errorf("left are %v, %v", left, err)
		}
		s.is("0", `select count(*) from audit_event where action = 'roster.exported'`)
		// An empty folder is as good as none; what comes of it is its owner's alone.
		empty := filepath.Join(above, "empty")
		if err := os.Mkdir(empty, 0o755); err != nil {
			t.Fatal(err)
		}
		done, err := s.export(t.Context(), empty)
		if err != nil || !slices.Contains(done.Files, roster.Written{File: "people.csv", Rows: 6}) {
			t.Errorf("into an empty folder: %v, %v", done, err)
		}
		if info, err := os.Stat(empty); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("the folder is %v, %v", info.Mode(), err)
		}
	})
}
