// Package surface keeps a promise: the same number everywhere (N-04). It reads
// a realm's tables as plain rows, computes from them a second time what each
// person may see – whom, in which activities, in which state, how it adds up –
// and compares that with everything Ambit shows them: the badge, lists, cards,
// the training matrix, sums, reports, files, the answers of the API and the
// words of the pages.
//
// The second computation is slow and literal on purpose. It follows SPEC 4.1
// and the words of each role line by line, walks trees instead of comparing
// paths, and shares no statement, no transcript and no reach with what it
// checks. It only reads: no session is made, no run is kept.
//
// It stands beside package app, which hands it the services and the handler;
// `ambit verify --surfaces` runs it on a live database, and tests run it over
// random worlds.
package surface

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// Tables reads a database as it is.
type Tables interface {
	// Realms lists every realm.
	Realms(ctx context.Context) ([]access.RealmID, error)
	// Plain reads tables of a realm, all of one moment. The values of a row are good until the next one.
	Plain(ctx context.Context, realm access.RealmID, do func(read func(table string, columns, order []string, row func([]any) error) error) error) error
}

// Holdings tells what an account holds, the way every request finds out.
type Holdings interface {
	Facts(ctx context.Context, realm access.RealmID, account access.AccountID) (access.Facts, error)
}

// Subject is what is compared with the rows.
type Subject struct {
	Tables   Tables
	Holdings Holdings
	Reports  *report.Service
	// Ask answers a request as an account would be answered; nil leaves pages and API out.
	Ask func(ctx context.Context, as Visitor, path string) (status int, body []byte)
	// Runs makes reports into files that it keeps in a store; nil leaves files out.
	Runs func(report.RunStore) *report.Runs
	// Now is the one instant that both sides take for now.
	Now time.Time
}

// Visitor is an account in whose name pages and API are asked.
type Visitor struct {
	Realm        access.RealmID
	Account      access.AccountID
	Name         string
	Organization access.OrgID
	Slug, Title  string // of the organization
	Zone         string
}

// Limits bound how much is compared; the zero value compares everything.
type Limits struct {
	// Sample is how many people are compared besides one of each role; 0: all of them.
	Sample int
	// Rows is how many rows of each list are compared one by one; totals and sums always go over all of them.
	Rows int
	// Page is how long the pages of tables are; as long as can be when nil.
	Page func() int
	// Sheets tells whether to read a spreadsheet back, which takes longer than all other files; every one when nil.
	Sheets func() bool
	// Also names requests of reports to compare for a person besides every report as it opens.
	Also func(access.AccountID) []report.Request
	// Until is when to stop and tell how far it came; zero: never.
	Until func() bool
	// Pick chooses among n people; it makes a sample random.
	Pick func(n int) int
	// Progress is told after each person.
	Progress func(done, of int)
}

// Result is what a comparison found.
type Result struct {
	// Holders is how many people hold something that shows them others; Compared is how many of them were looked at.
	Holders  int  `json:"people_with_sight"`
	Compared int  `json:"people_compared"`
	Stopped  bool `json:"stopped_early"`
	// Learners, Enrollments: what the second computation began with.
	Learners    int          `json:"learners"`
	Enrollments int          `json:"enrollments"`
	Roles       []RoleLine   `json:"roles"`
	Differences []Difference `json:"differences"`
	// More counts differences beyond those that are named.
	More int `json:"more_differences"`
}

// RoleLine sums up the people of one role.
type RoleLine struct {
	Role        string `json:"role"`
	People      int    `json:"people"`
	Learners    int    `json:"learners"` // that they see, added up
	Surfaces    int    `json:"surfaces"` // that were compared
	Differences int    `json:"differences"`
}

// Difference is one number or row that is not what the rows say. It names ids, never people.
type Difference struct {
	Realm    access.RealmID   `json:"realm"`
	Account  access.AccountID `json:"account"`
	Role     string           `json:"role"`
	Surface  string           `json:"surface"`
	Expected string           `json:"expected"`
	Got      string           `json:"got"`
}

// named is how many differences are told one by one.
const named = 200
