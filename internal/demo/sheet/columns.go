package sheet

import (
	"encoding/csv"
	"io"
)

// table is one file: its columns and its rows as cells.
type table struct {
	file    string
	columns []string
	rows    [][]string
}

// tables lists the files of a bundle in the order in which they refer to each other.
func (b *Bundle) tables() []table {
	return []table{
		{
			"locations.csv",
			[]string{"id", "parent_id", "name"},
			cells(b.Locations, func(r Location) []string { return []string{r.ID, r.ParentID, r.Name} }),
		},
		{
			"people.csv",
			[]string{"id", "email", "given_name", "family_name", "location_id", "role", "status", "locale", "time_zone"},
			cells(b.People, func(r Person) []string {
				return []string{r.ID, r.Email, r.Given, r.Family, r.Location, r.Role, r.Status, r.Locale, r.Zone}
			}),
		},
		{
			"activities.csv",
			[]string{"id", "title", "kind", "minutes", "url", "self_complete"},
			cells(b.Activities, func(r Activity) []string {
				return []string{r.ID, r.Title, r.Kind, r.Minutes, r.URL, r.SelfComplete}
			}),
		},
		{
			"programs.csv",
			[]string{"id", "title"},
			cells(b.Programs, func(r Program) []string { return []string{r.ID, r.Title} }),
		},
		{
			"program_activities.csv",
			[]string{"program_id", "activity_id", "position", "required"},
			cells(b.ProgramActivities, func(r ProgramActivity) []string {
				return []string{r.Program, r.Activity, r.Position, r.Required}
			}),
		},
		{
			"teams.csv",
			[]string{"id", "name", "owner_id"},
			cells(b.Teams, func(r Team) []string { return []string{r.ID, r.Name, r.Owner} }),
		},
		{
			"team_members.csv",
			[]string{"team_id", "person_id"},
			cells(b.TeamMembers, func(r TeamMember) []string { return []string{r.Team, r.Person} }),
		},
		{"enrollments.csv", []string{
			"person_id", "activity_id", "enrolled_at", "started_at", "completed_at", "due_on", "valid_until",
			"progress", "score", "minutes_spent", "last_active_at", "outcome", "outcome_on",
		}, cells(b.Enrollments, func(r Enrollment) []string {
			return []string{
				r.Person, r.Activity, r.EnrolledAt, r.StartedAt, r.CompletedAt, r.DueOn, r.ValidUntil,
				r.Progress, r.Score, r.Minutes, r.LastActiveAt, r.Outcome, r.OutcomeOn,
			}
		})},
		{
			"deals.csv",
			[]string{"id", "name", "starts_on", "ends_on"},
			cells(b.Deals, func(r Deal) []string { return []string{r.ID, r.Name, r.StartsOn, r.EndsOn} }),
		},
		{"purchases.csv", []string{
			"id", "product_id", "buyer_id", "company", "seats", "purchased_at", "redeem_by",
			"access_days", "access_until", "deal_id", "reporter_id",
		}, cells(b.Purchases, func(r Purchase) []string {
			return []string{
				r.ID, r.Product, r.Buyer, r.Company, r.Seats, r.PurchasedAt, r.RedeemBy,
				r.AccessDays, r.AccessUntil, r.Deal, r.Reporter,
			}
		})},
		{
			"seats.csv",
			[]string{"purchase_id", "person_id", "email", "assigned_at", "redeemed_at", "ended_at", "state"},
			cells(b.Seats, func(r Seat) []string {
				return []string{r.Purchase, r.Person, r.Email, r.AssignedAt, r.RedeemedAt, r.EndedAt, r.State}
			}),
		},
	}
}

func cells[R any](rows []R, of func(R) []string) [][]string {
	out := make([][]string, len(rows))
	for i, r := range rows {
		out[i] = of(r)
	}
	return out
}

// Rows reads a CSV file of a bundle back, each row by column name.
func Rows(r io.Reader) ([]map[string]string, error) {
	lines, err := csv.NewReader(r).ReadAll()
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	out := make([]map[string]string, 0, len(lines)-1)
	for _, line := range lines[1:] {
		row := make(map[string]string, len(line))
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		out = append(out, row)
	}
	return out, nil
}
