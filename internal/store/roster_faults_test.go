package store_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/roster"
)

// faulty is a bundle in which nearly every row is wrong; wrong says where and
// in which words. The lines of a file are counted from its header, which is 1.
var faulty = bundle{
	"locations": `
id,parent_id,name,colour
eu,,Europe,
de,eu,,
,eu,No id,
fr,nowhere,France,
eu,,Europe again,
a,b,Within b,
b,a,Within a,
self,self,Its own,
x,,` + strings.Repeat("n", 301) + `,
y,,Bell` + "\a" + `,
z,,Short
`,
	"people": `
id,email,given_name,family_name,location_id,role,status,locale,time_zone
ok,ok@example.com,Olga,Kay,eu,,,,
,none@example.com,No,Id,,,,,
ok,other@example.com,Twice,Id,,,,,
p1,not an address,Bad,Address,,,,,
p2,OK@example.com,Same,Address,,,,,
p3,,,,,,,,
p4,,No,Location,moon,,,,
p5,,No,Role,,Emperor,,,
p6,,No,Shop,,Purchaser,,,
p7,,No,Place,,Local Administrator,,,
p8,,No,Place,,Multiple Location Administrator (Reports Only),,,
p9,,No,Clients,,Master Administrator,,,
p10,,No,Status,,,asleep,,
p11,,No,Locale,,,,klingon empire,
p12,,No,Zone,,,,,Mars/Olympus
p13,,` + strings.Repeat("g", 101) + `,Long,,,,,
p14,,Esc` + "\x1b" + `ape,Given,,,,,
p15,,Given,Esc` + "\x1b" + `ape,,,,,
sus,,Sue,Spended,,,suspended,,
pen,pen@example.com,Penny,Pending,,,,,
`,
	"activities": `
id,title,kind,minutes,url,self_complete
a1,Good,,,,
,No id,,,,
a1,Twice,,,,
a2,,,,,
a3,Kind,seminar,,,
a4,Minutes,,many,,
a5,Minutes,,-1,,
a6,Address,,,javascript:alert(1),
a7,Flag,,,,perhaps
a8,Long,,99999999999,,
`,
	"programs": `
id,title
g1,Good
a1,An activity
g2,
g1,Twice
`,
	"program_activities": `
program_id,activity_id,position,required
g1,a1,1,
nope,a1,1,
g1,nope,1,
g1,a1,2,
g1,a3,first,
g1,a4,2,maybe
,a1,,
`,
	"teams": `
id,name,owner_id
t1,Red,ok
t2,red,
t3,Blue,nobody
t1,Green,
t4,,
`,
	"team_members": `
team_id,person_id
t1,ok
t9,ok
t1,nobody
t1,ok
`,
	"enrollments": `
person_id,activity_id,enrolled_at,started_at,completed_at,due_on,valid_until,progress,score,minutes_spent,last_active_at,outcome,outcome_on
ok,a1,2026-01-01,,,,,,,,,,
nobody,a1,2026-01-01,,,,,,,,,,
ok,nothing,2026-01-01,,,,,,,,,,
ok,a1,2026-01-01,,,,,,,,,,
p4,a1,,,,,,,,,,,
p4,a3,yesterday,,,,,,,,,,
p4,a4,2026-01-01,soon,,,,,,,,,
p4,a5,2026-01-01,,31.12.2026,,,,,,,,
p4,a6,2026-01-01,,,2026-02-30,,,,,,,
p4,a7,2026-01-01,,,,never,,,,,,
p5,a1,2026-01-01,,,,,101,,,,,
p5,a3,2026-01-01,,,,,-1,,,,,
p5,a4,2026-01-01,,,,,half,,,,,
p5,a5,2026-01-01,,,,,,100.01,,,,
p5,a6,2026-01-01,,,,,,87.125,,,,
p5,a7,2026-01-01,,,,,,,-5,,,
p6,a1,2026-01-01,,,,,,,,noon,,
p6,a3,2026-01-01,,,,,,,,,lost,2026-01-02
p6,a4,2026-01-01,,,,,,,,,failed,
p6,a5,2026-01-01,,,,,,,,,,2026-01-02
p6,a6,2026-01-01,2026-02-01,2026-01-15,,,,,,,,
p6,a7,2026-01-01,,2026-03-01,,2026-02-01,,,,,,
p7,a1,1899-01-01,,,,,,,,,,
p7,a3,2026-01-01,,,,,,,,,failed,someday
`,
	"deals": `
id,name,starts_on,ends_on
d1,Good,2026-01-01,2026-12-31
d2,Backwards,2026-12-31,2026-01-01
d3,,,
d1,Twice,,
d4,Day,32,
`,
	"purchases": `
id,product_id,buyer_id,company,seats,purchased_at,redeem_by,access_days,access_until,deal_id,reporter_id
u1,a1,ok,,1,2026-01-01,,,,d1,pen
u2,nothing,ok,,1,2026-01-01,,,,,
u3,a1,nobody,,1,2026-01-01,,,,,
u4,a1,ok,,0,2026-01-01,,,,,
u5,a1,ok,,many,2026-01-01,,,,,
u6,a1,ok,,1,,,,,,
u7,,ok,,1,2026-01-01,,,,,
u8,a1,,,1,2026-01-01,,,,,
u9,a1,ok,,,2026-01-01,,,,,
u10,a1,ok,,1,2026-01-01,2025-12-31,,,,
u11,a1,ok,,1,2026-01-01,,0,,,
u12,a1,ok,,1,2026-01-01,,,2025-12-31,,
u13,a1,ok,,1,2026-01-01,,,,d9,
u14,a1,ok,,1,2026-01-01,,,,,nobody
u15,a1,ok,,1,2026-01-01,,,,,p4
u16,a1,sus,,1,2026-01-01,,,,,sus
u1,a1,ok,,1,2026-01-01,,,,,
u17,a1,ok,,1,2026-01-01,2026-99-01,,,,
u18,a1,ok,,5,2026-01-01,,,,,
u19,a1,ok,,5,once,,,,,
`,
	"seats": `
purchase_id,person_id,email,assigned_at,redeemed_at,ended_at,state
u1,pen,,2026-01-02,,,pending
u1,p4,,2026-01-02,,,pending
nope,p4,,2026-01-02,,,pending
u18,nobody,,2026-01-02,,,pending
u18,,,2026-01-02,,,pending
u18,,not an address,2026-01-02,,,pending
u18,p4,,2026-01-02,,,redeemed
u18,p5,,2026-01-02,2026-01-03,,pending
u18,p6,,2026-01-02,,,revoked
u18,p7,,2026-01-02,2026-01-03,2026-01-04,redeemed
u18,p8,,2026-01-02,,,lent
u18,p9,,2026-01-05,2026-01-03,,redeemed
u18,p10,,2026-01-05,,2026-01-03,released
u18,p11,,2026-01-02,2026-01-05,2026-01-03,released
u18,,stranger@example.com,2026-01-02,2026-01-03,,redeemed
u18,p4,,2026-01-09,2026-01-10,,redeemed
u18,p13,,whenever,,,pending
u18,,One@Example.com,2026-01-02,,,pending
u18,,one@example.com,2026-01-03,,,pending
`,
}

var wrong = strings.Fields(`
locations:1:colour locations:3:name locations:4:id locations:5:parent_id locations:6:id locations:7:parent_id locations:8:parent_id
locations:9:parent_id locations:10:name locations:11:name locations:12:
people:3:id people:4:id people:5:email people:6:email people:7:given_name people:8:location_id people:9:role people:10:role people:11:location_id
people:12:location_id people:13:role people:14:status people:15:locale people:16:time_zone people:17:given_name people:18:given_name people:19:family_name
activities:3:id activities:4:id activities:5:title activities:6:kind activities:7:minutes activities:8:minutes activities:9:url
activities:10:self_complete activities:11:minutes
programs:3:id programs:4:title programs:5:id
program_activities:3:program_id program_activities:4:activity_id program_activities:5:activity_id program_activities:6:position
program_activities:7:required program_activities:8:program_id
teams:3:name teams:4:owner_id teams:5:id teams:6:name team_members:3:team_id team_members:4:person_id team_members:5:person_id
enrollments:3:person_id enrollments:4:activity_id enrollments:5:activity_id enrollments:6:enrolled_at enrollments:7:enrolled_at
enrollments:8:started_at enrollments:9:completed_at enrollments:10:due_on enrollments:11:valid_until enrollments:12:progress enrollments:13:progress
enrollments:14:progress enrollments:15:score enrollments:16:score enrollments:17:minutes_spent enrollments:18:last_active_at enrollments:19:outcome
enrollments:20:outcome_on enrollments:21:outcome enrollments:22:completed_at enrollments:23:valid_until enrollments:24:enrolled_at enrollments:25:outcome_on
deals:3:ends_on deals:4:name deals:5:id deals:6:starts_on
purchases:2:seats purchases:2:reporter_id purchases:3:product_id purchases:4:buyer_id purchases:5:seats purchases:6:seats purchases:7:purchased_at
purchases:8:product_id purchases:9:buyer_id purchases:10:seats purchases:11:redeem_by purchases:12:access_days purchases:13:access_until
purchases:14:deal_id purchases:15:reporter_id purchases:16:reporter_id purchases:17:reporter_id purchases:18:id purchases:19:redeem_by
purchases:20:seats purchases:21:purchased_at
seats:4:purchase_id seats:5:person_id seats:6:person_id seats:7:email seats:8:redeemed_at seats:9:redeemed_at seats:10:ended_at seats:11:ended_at
seats:12:state seats:13:redeemed_at seats:14:ended_at seats:15:ended_at seats:16:email seats:17:person_id seats:18:assigned_at seats:20:person_id
`)

func TestAHundredFaultsAreAllNamedAndNothingChanges(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		before := s.tables()
		_, err := s.bring(faulty.fs(), roster.Options{})
		var refusal *roster.Refusal
		if !errors.As(err, &refusal) {
			t.Fatalf("Import() = %v, want a refusal", err)
		}
		told, expected := map[string]string{}, map[string]bool{}
		for _, f := range refusal.Faults {
			told[fmt.Sprintf("%s:%d:%s", strings.TrimSuffix(f.File, ".csv"), f.Line, f.Column)] = f.Reason
		}
		for _, where := range wrong {
			expected[where] = true
			if told[where] == "" {
				t.Errorf("%s was not told", where)
			}
		}
		for where, reason := range told {
			if !expected[where] {
				t.Errorf("%s was told, but is right: %s", where, reason)
			}
		}
		if len(wrong) < 100 {
			t.Errorf("only %d faults", len(wrong))
		}
		last := -1
		for _, f := range refusal.Faults {
			if f.File == "purchases.csv" && f.Line < last {
				t.Errorf("line %d told after line %d", f.Line, last)
			}
			if f.File == "purchases.csv" {
				last = f.Line
			}
		}
		if after := s.tables(); !maps.Equal(before, after) {
			t.Errorf("tables\nbefore %v\nafter  %v", before, after)
		}
	})
}

func TestFaultsThatTheOrganizationDecides(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		before := s.tables()
		for _, tt := range []struct {
			name string
			bundle
			want string
		}{
			{"address of another account", bundle{"people": "id,email,given_name\nnew,lea@example.com,New\n"}, "people.csv:2: email"},
			{"the last administrator", bundle{"people": "id,role\nada,Student\n"}, "people.csv: role"},
			{"circle through locations that exist", bundle{"locations": "id,parent_id,name\neu,de,Europe\n"}, "locations.csv:2: parent_id"},
			{"fewer seats than are in use", bundle{"purchases": "id,seats\np1,2\n"}, "purchases.csv:2: seats"},
			{"one seat too many", bundle{"seats": "purchase_id,email,assigned_at\np2,a@example.com,2026-01-02\np2,b@example.com,2026-01-02\n"}, "seats.csv:3: purchase_id"},
			{"a second live seat by address", bundle{"seats": "purchase_id,email,assigned_at,redeemed_at,state\np1,lea@example.com,2026-02-02,2026-02-03,redeemed\np1,new@example.com,2026-01-05,,pending\np1,NEW@example.com,2026-01-09,,pending\n"}, "seats.csv:4: person_id"},
			{"another product", bundle{"purchases": "id,product_id\np1,go\n"}, "purchases.csv:2: product_id"},
			{"name of another team", bundle{"teams": "id,name\nblue,RED\n"}, "teams.csv:2: name"},
			{"a program of this id", bundle{"activities": "id,title\ndata,Data\n"}, "activities.csv:2: id"},
			{"a local administrator without a place", bundle{"people": "id,location_id\nloc,\n"}, "people.csv:2: location_id"},
			{"a reporter whose seat was taken", bundle{"purchases": "id,reporter_id\np1,max\n"}, "purchases.csv:2: reporter_id"},
			{"a new enrollment without a begin", bundle{"enrollments": "person_id,activity_id\nbea,go\n"}, "enrollments.csv:2: enrolled_at"},
			{"no column to know the row by", bundle{"people": "email\na@example.com\n"}, "people.csv:1: id"},
			{"an empty file", bundle{"people": ""}, "people.csv: The file is empty"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				_, err := s.bring(tt.fs(), roster.Options{})
				var refusal *roster.Refusal
				if !errors.As(err, &refusal) || len(refusal.Faults) != 1 || !strings.HasPrefix(refusal.Faults[0].String(), tt.want) {
					t.Errorf("Import() = %v, want one fault %s", err, tt.want)
				}
				if after := s.tables(); !maps.Equal(before, after) {
					t.Errorf("tables\nbefore %v\nafter  %v", before, after)
				}
			})
		}
	})
}
