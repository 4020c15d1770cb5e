package roster

import (
	"strings"
)

// Limits of texts, in characters.
const (
	longestID    = 200
	longestName  = 100
	longestTitle = 300
	longestURL   = 2000
)

// mostSeats and mostMinutes bound what is plausible.
const (
	mostSeats   = 1_000_000
	mostMinutes = 10_000_000
	mostDays    = 36_600
)

// files is every file of a bundle, in the order in which they refer to each other.
var files = []*File{
	{
		Name: "locations.csv", Makes: Location, Means: "The tree of locations. Importing any switches locations on.",
		Key: []string{"id"},
		Columns: []Column{
			{Name: "id", Kind: Key, Needed: true, Means: "the location's id"},
			{Name: "parent_id", Kind: Reference, Refers: Location, Means: "the location it lies in; empty: directly in the organization"},
			{Name: "name", Kind: Text, Needed: true, Most: longestTitle, Means: "its name"},
		},
		Derived: []Column{{Name: "name_folded", Kind: Text}}, derive: foldedOf("name"),
	},
	{
		Name: "people.csv", Makes: Person, Means: "People. One is found by id, or by e-mail address where the account has no id yet.",
		Key: []string{"id"},
		Columns: []Column{
			{Name: "id", Kind: Key, Needed: true, Means: "the person's id"},
			{Name: "email", Kind: Address, Means: "where letters go and what one signs in with; empty: cannot sign in"},
			{Name: "given_name", Kind: Text, Most: longestName, Means: "given name; one of the two names may be empty"},
			{Name: "family_name", Kind: Text, Most: longestName, Means: "family name"},
			{Name: "location_id", Kind: Reference, Refers: Location, Means: "where the person is placed; empty: the organization itself"},
			{Name: "role", Kind: Choice, Choices: roleNames(), read: baseRole, write: roleName, Means: "the base role (docs/access.md); Student where nothing else was said; Purchaser only while a shop is connected"},
			{Name: "status", Kind: Choice, Choices: []string{"invited", "active", "suspended"}, Means: "active where nothing else was said; one who is invited may have no name yet"},
			{Name: "locale", Kind: Text, Most: 35, read: locale, Means: "the language pages and letters are in, as de or pt-BR; empty: the organization's"},
			{Name: "time_zone", Kind: Text, Most: 64, read: zone, Means: "an IANA name such as Europe/Berlin; empty: the organization's"},
		},
		Derived: []Column{{Name: "email_folded", Kind: Text}, {Name: "name", Kind: Text}, {Name: "name_folded", Kind: Text}, {Name: "search_text", Kind: Text}},
		derive:  person,
	},
	{
		Name: "activities.csv", Makes: Activity, Means: "What there is to learn. Ids are unique over activities and programs.",
		Key: []string{"id"},
		Columns: []Column{
			{Name: "id", Kind: Key, Needed: true, Means: "the activity's id"},
			{Name: "title", Kind: Text, Needed: true, Most: longestTitle, Means: "its title"},
			{Name: "kind", Kind: Choice, Choices: []string{"course", "event", "test", "resource", "link"}, Empty: "course", Means: "empty: course"},
			{Name: "minutes", Kind: Whole, Most: mostMinutes, Means: "how long it takes"},
			{Name: "url", Kind: Text, Most: longestURL, read: webAddress, Means: "where it is opened, with http or https; may be empty"},
			{Name: "self_complete", Kind: Flag, Empty: false, Means: "whether learners mark it as done themselves; empty: no"},
		},
		Derived: []Column{{Name: "title_folded", Kind: Text}}, derive: foldedOf("title"),
	},
	{
		Name: "programs.csv", Makes: Program, Means: "Collections of activities.",
		Key: []string{"id"},
		Columns: []Column{
			{Name: "id", Kind: Key, Needed: true, Means: "the program's id"},
			{Name: "title", Kind: Text, Needed: true, Most: longestTitle, Means: "its title"},
		},
		Derived: []Column{{Name: "title_folded", Kind: Text}}, derive: foldedOf("title"),
	},
	{
		Name: "program_activities.csv", Means: "Which activities a program holds. One taken out by hand since stays out.",
		Key: []string{"program_id", "activity_id"},
		Columns: []Column{
			{Name: "program_id", Kind: Reference, Refers: Program, Needed: true, Means: "the program"},
			{Name: "activity_id", Kind: Reference, Refers: Activity, Needed: true, Means: "the activity"},
			{Name: "position", Kind: Whole, Most: 1_000_000, Empty: int64(0), Means: "its place in the program's order"},
			{Name: "required", Kind: Flag, Empty: true, Means: "whether the program needs it; empty: yes"},
		},
	},
	{
		Name: "teams.csv", Makes: Team, Means: "Teams: sets of learners who are seen together.",
		Key: []string{"id"},
		Columns: []Column{
			{Name: "id", Kind: Key, Needed: true, Means: "the team's id"},
			{Name: "name", Kind: Text, Needed: true, Most: longestTitle, Means: "its name, unique in the organization"},
			{Name: "owner_id", Kind: Reference, Refers: Person, Means: "the person it belongs to; may be empty"},
		},
		Derived: []Column{{Name: "name_folded", Kind: Text}}, derive: foldedOf("name"),
	},
	{
		Name: "team_members.csv", Means: "Who is in a team. Who was taken out by hand since stays out.",
		Key: []string{"team_id", "person_id"},
		Columns: []Column{
			{Name: "team_id", Kind: Reference, Refers: Team, Needed: true, Means: "the team"},
			{Name: "person_id", Kind: Reference, Refers: Person, Needed: true, Means: "the member"},
		},
	},
	{
		Name: "enrollments.csv", Means: "Who takes part in what, and how far they are: one row for a person and an activity.",
		Key: []string{"person_id", "activity_id"}, check: enrollment,
		Columns: []Column{
			{Name: "person_id", Kind: Reference, Refers: Person, Needed: true, Means: "the learner"},
			{Name: "activity_id", Kind: Reference, Refers: Activity, Needed: true, Means: "the activity"},
			{Name: "enrolled_at", Kind: Instant, Means: "when the enrollment began; a new one needs it"},
			{Name: "started_at", Kind: Instant, Means: "when the learner first did anything"},
			{Name: "completed_at", Kind: Instant, Means: "when it was completed"},
			{Name: "due_on", Kind: Date, Means: "the last day to complete it in time"},
			{Name: "valid_until", Kind: Date, Means: "the last day the completion is valid"},
			{Name: "progress", Kind: Whole, Most: 100, Empty: int64(0), Means: "0 to 100 percent; empty: 0"},
			{Name: "score", Kind: Points, Means: "0 to 100 points, with up to two decimals"},
			{Name: "minutes_spent", Kind: Whole, Most: mostMinutes, Empty: int64(0), Means: "empty: 0"},
			{Name: "last_active_at", Kind: Instant, Means: "when the learner last did anything"},
			{Name: "outcome", Kind: Choice, Choices: []string{"failed", "withdrawn", "waived"}, Means: "how it ended other than by completion"},
			{Name: "outcome_on", Kind: Date, Means: "on which day; goes with outcome"},
			{Name: "kept_until", Kind: Instant, Means: "until when a new enrollment is kept; a redeemed seat may keep it longer; empty: for good"},
		},
	},
	{
		Name: "deals.csv", Makes: Deal, Means: "Negotiated bundles of license purchases.",
		Key: []string{"id"}, check: ordered("starts_on", "ends_on", "The deal ends before it starts."),
		Columns: []Column{
			{Name: "id", Kind: Key, Needed: true, Means: "the deal's id"},
			{Name: "name", Kind: Text, Needed: true, Most: longestTitle, Means: "its name"},
			{Name: "starts_on", Kind: Date, Means: "its first day"},
			{Name: "ends_on", Kind: Date, Means: "its last day"},
		},
		Derived: []Column{{Name: "name_folded", Kind: Text}}, derive: foldedOf("name"),
	},
	{
		Name: "purchases.csv", Makes: Purchase, Means: "License purchases: so many seats of a product for a buyer.",
		Key: []string{"id"}, check: purchase,
		Columns: []Column{
			{Name: "id", Kind: Key, Needed: true, Means: "the purchase's id"},
			{Name: "product_id", Kind: Reference, Refers: Product, Means: "the activity or program that was bought; a new purchase needs it"},
			{Name: "buyer_id", Kind: Reference, Refers: Person, Means: "who bought it; a new purchase needs it"},
			{Name: "company", Kind: Text, Most: longestTitle, Empty: "", Means: "for whom; a label that gives no access"},
			{Name: "seats", Kind: Whole, Least: 1, Most: mostSeats, Means: "how many; a new purchase needs it"},
			{Name: "purchased_at", Kind: Instant, Means: "when; a new purchase needs it"},
			{Name: "redeem_by", Kind: Date, Means: "the last day to redeem a seat"},
			{Name: "access_days", Kind: Whole, Least: 1, Most: mostDays, Means: "how many days a seat gives access from its redemption"},
			{Name: "access_until", Kind: Date, Means: "the last day of access for every seat"},
			{Name: "complete_by", Kind: Date, Means: "the last day by which learners should complete: the due day of what redeeming a seat enrolls in"},
			{Name: "deal_id", Kind: Reference, Refers: Deal, Means: "the deal it belongs to"},
			{Name: "reusable", Kind: Flag, Empty: false, Means: "whether a released seat goes back to the free ones; empty: no"},
			{Name: "max_people", Kind: Whole, Least: 1, Most: mostSeats, Means: "how many different people may ever have a seat; empty: any number"},
			{Name: "reporter_id", Kind: Reference, Refers: Person, Means: "its one License Reporter: the buyer, or who has redeemed a seat"},
		},
		Derived: []Column{{Name: "company_folded", Kind: Text}}, derive: foldedOf("company"),
	},
	{
		Name: "seats.csv", Means: "Seats that were assigned. A redeemed one enrolls its holder in the product's activities.",
		check: seat,
		Columns: []Column{
			{Name: "purchase_id", Kind: Reference, Refers: Purchase, Needed: true, Means: "the purchase"},
			{Name: "person_id", Kind: Reference, Refers: Person, Means: "whose seat it is; or email"},
			{Name: "email", Kind: Address, Means: "the address a pending seat was offered to"},
			{Name: "assigned_at", Kind: Instant, Means: "when it was assigned; empty: when it was redeemed, or the purchase made"},
			{Name: "redeemed_at", Kind: Instant, Means: "when it was redeemed"},
			{Name: "ended_at", Kind: Instant, Means: "when it was released or revoked"},
			{Name: "state", Kind: Choice, Choices: []string{"pending", "redeemed", "released", "revoked"}, Means: "empty: as the instants say"},
			{Name: "spent", Kind: Flag, Empty: false, Means: "whether a released seat is used up, so that it is not free again; empty: no"},
		},
		Derived: []Column{{Name: "email_folded", Kind: Text}, {Name: "redeemed_day", Kind: Date}}, derive: seatDerived,
	},
}

func init() {
	for _, f := range files {
		f.Table = strings.TrimSuffix(f.Name, ".csv")
		f.index = map[string]int{}
		for i, c := range f.Widths() {
			f.index[c.Name] = i
		}
	}
}

// Files lists the files of a bundle in the order in which they refer to each other.
func Files() []*File { return append([]*File{}, files...) }

// FileOf finds a file by its table.
func FileOf(table string) *File {
	for _, f := range files {
		if f.Table == table {
			return f
		}
	}
	return nil
}
