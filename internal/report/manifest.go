package report

import (
	"time"

	"github.com/ambit-lms/ambit/internal/table"
)

// Manifest says what a file is: who made it, when, about whom, and the hash by
// which it can be known again.
type Manifest struct {
	Product      string       `json:"product"`
	Version      string       `json:"version"`
	Run          RunID        `json:"run"`
	Report       Key          `json:"report"`
	Format       table.Format `json:"format"`
	Person       string       `json:"person"`
	Organization string       `json:"organization"`
	AskedAt      time.Time    `json:"asked_at"`
	MadeAt       time.Time    `json:"made_at,omitzero"`
	Learners     int          `json:"learners"`
	ReachTotal   int          `json:"reach_total"`
	Places       []string     `json:"places"` // of these places, purchases and teams
	Filters      []Setting    `json:"filters"`
	Columns      []string     `json:"columns"`
	Group        string       `json:"group,omitempty"`
	Sort         string       `json:"sort,omitempty"` // with a leading - where it descends
	Zone         string       `json:"zone"`
	Rows         int          `json:"rows"`
	Bytes        int64        `json:"bytes"`
	SHA256       string       `json:"sha256"`
	State        RunState     `json:"state"`
	ExpiresAt    time.Time    `json:"expires_at,omitzero"`
}

// Manifest tells what a run's file is.
func (r *Runs) Manifest(run Run) Manifest {
	sort := run.Request.Sort
	if run.Request.Desc && sort != "" {
		sort = "-" + sort
	}
	return Manifest{
		Product: "Ambit", Version: r.settings.Version, Run: run.ID, Report: run.Request.Report, Format: run.Format,
		Person: run.Person, Organization: run.Company, AskedAt: run.CreatedAt, MadeAt: run.FinishedAt,
		Learners: run.Learners, ReachTotal: run.ReachTotal, Places: orNone(run.Places), Filters: orNone(run.Filters),
		Columns: orNone(run.Columns), Group: run.Request.Group, Sort: sort, Zone: run.Zone,
		Rows: run.Rows, Bytes: run.Bytes, SHA256: run.SHA256, State: run.State, ExpiresAt: run.ExpiresAt,
	}
}

// orNone writes an empty list rather than none.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
