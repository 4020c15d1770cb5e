package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// dialect is everything in which the two engines differ. Nothing outside this
// file asks which engine it is.
type dialect struct {
	name string
	// skipLocked lets several processes take jobs side by side; SQLite has one writer anyway.
	skipLocked string
	// forShare keeps the organization's revision still until the commit; SQLite has one writer anyway.
	forShare string
	// place is the nth parameter of a statement in which each stands once. SQLite looks for one that has a name
	// among all before it.
	place func(n int) string
	// holdRows keeps selected rows still until the commit, without stopping what only refers to them.
	holdRows string
	// listOf gathers integers into one text, so that a hundred thousand ids are one row to read.
	listOf func(column string) string
	// these makes rows with one column, learner, of the numbers in a list such as "3,5,8".
	these func(list string) string
	// recordsOf gathers binary values into one, so that a thousand records are one row to read.
	recordsOf func(column string) string
	// change numbers the running transaction's change to a transcript, and moment tells what a snapshot sees
	// of them (see moment.go); $1 is the realm.
	change, moment string
	// foreign are the changes that another server numbered, before its database was restored on this one.
	foreign string
	// about reads the engine's version and how many tables there are.
	about string
	// contains is the case-sensitive "text holds part" condition.
	contains func(text, part string) string
	// snapshots must be asked for; every SQLite read transaction is one.
	snapshots bool
	// sessionLock keeps two processes from migrating at once; a SQLite migration holds the file.
	sessionLock bool
	// beginStaging and endStaging stand around the temporary tables of an import. SQLite keeps them in a
	// file rather than in memory meanwhile, and drops them when that setting changes back.
	beginStaging, endStaging string
	// load brings rows into a table in bulk.
	load func(ctx context.Context, conn *sql.Conn, table string, columns []string, from rows) error
	// analyze tells the planner about tables that were just filled; SQLite's plans here do not ask. PostgreSQL
	// would otherwise check the foreign keys of millions of rows by a plan made while the tables were empty.
	analyze string
	// bulk are settings for the transaction of an import: to sort and hash in memory, to find even a row of a
	// small table by its index, since each is looked for once a row of millions, and to join by hashing: a
	// table that was filled a moment ago looks empty to the planner, which would loop over it for hours.
	bulk  []string
	types *strings.Replacer
}

// afterLoad is done to a temporary table once it is filled.
func (d dialect) afterLoad(ctx context.Context, conn *sql.Conn, table string) error {
	if d.analyze == "" {
		return nil
	}
	_, err := conn.ExecContext(ctx, d.analyze+table)
	return translate(err)
}

var onSQLite = dialect{
	name:   "sqlite",
	about:  "select sqlite_version(), (select count(*) from sqlite_master where type = 'table')",
	place:  func(int) string { return "?" },
	listOf: func(column string) string { return "group_concat(" + column + ")" },
	these: func(list string) string {
		return "(select value as learner from json_each('[' || " + list + " || ']'))"
	},
	recordsOf: func(column string) string { return "cast(group_concat(" + column + ", '') as blob)" },
	contains:  func(text, part string) string { return "instr(" + text + ", " + part + ") > 0" },
	change:    "(select coalesce(max(c.change_no), 0) + 1 from transcript c where c.realm_id = $1)",
	moment:    "(select n || ':' || n || ':' from (select coalesce(max(change_no), 0) + 1 as n from transcript where realm_id = $1) m)",

	beginStaging: "pragma temp_store = file",
	endStaging:   "pragma temp_store = memory",
	load:         loadByInsert,
	types: strings.NewReplacer(
		"{int}", "integer", "{bool}", "integer", "{blob}", "blob", "{text}", "text",
		"{strict}", "strict", "{without_rowid}", "strict, without rowid", "{line_key}", "primary key",
	),
}

var onPostgres = dialect{
	name:        "postgres",
	about:       "select current_setting('server_version'), (select count(*) from information_schema.tables where table_schema = any (current_schemas(false)))",
	snapshots:   true,
	sessionLock: true,
	place:       func(n int) string { return "$" + strconv.Itoa(n) },
	skipLocked:  " for update skip locked",
	forShare:    " for share",
	holdRows:    " for no key update",
	listOf:      func(column string) string { return "string_agg(" + column + "::text, ',')" },
	these: func(list string) string {
		return "(select unnest(cast(string_to_array(" + list + ", ',') as bigint[])) as learner)"
	},
	recordsOf: func(column string) string { return "string_agg(" + column + ", ''::bytea)" },
	contains:  func(text, part string) string { return "position(" + part + " in " + text + ") > 0" },
	change:    "cast(cast(pg_current_xact_id() as text) as bigint)",
	moment:    "cast(pg_current_snapshot() as text)",
	foreign:   "change_no >= cast(cast(pg_snapshot_xmax(pg_current_snapshot()) as text) as bigint)",

	endStaging: "discard temp",
	load:       loadByCopy,
	analyze:    "analyze (skip_locked) ",
	bulk:       []string{"set local work_mem = '128MB'", "set local random_page_cost = 1.1", "set local enable_nestloop = off"},
	types: strings.NewReplacer(
		"{int}", "bigint", "{bool}", "boolean", "{blob}", "bytea", "{text}", `text collate "C"`,
		"{strict}", "", "{without_rowid}", "", "{line_key}", "",
	),
}
