package demo

import "github.com/ambit-lms/ambit/internal/demo/school"

// Persona is somebody whom a visitor of the demonstration can sign in as.
type Persona struct {
	Key   string // names the persona for ever, also in tests and links
	Email string
	Name  string
	Role  string // the base role's name, or what they are beside it; in English, as docs/access.md spells it
	Group Group  // where they stand on the sign-in page
	// Organization is the slug of the one they belong to; empty where they choose after signing in.
	Organization string
	Told         map[string]Telling // by language: en, de, ar
}

// Group gathers personas by what they are here for.
type Group string

// The groups, in the order of the sign-in page.
const (
	OfLicenses Group = "licenses" // who buys and reports
	OfLadder   Group = "ladder"   // who runs the school or a part of it
	OfManagers Group = "managers" // who watches over learners and runs nothing
	OfClients  Group = "clients"  // who runs a client of it
	OfLearners Group = "learners"
)

// Telling is a persona's story in a line, with three things to try.
type Telling struct {
	Story string
	Try   [3]string
}

// Sources tells whose data the school is made from; the pages that show it offer this text.
func Sources() string { return school.Attribution() }

// People lists the personas in the order of the sign-in page: first those who
// report on licenses, then those who run the school or watch over learners, then
// those who learn.
func People() []Persona {
	out := []Persona{
		{Key: "reporter", Email: "maria.anders@alfki.example", Name: "Maria Anders", Role: "License Reporter"},
		{Key: "reporter-of-two", Email: "thomas.hardy@arout.example", Name: "Thomas Hardy", Role: "License Reporter"},
		{Key: "transferred-away", Email: "christina.berglund@bergs.example", Name: "Christina Berglund", Role: "Buyer"},
		{Key: "new-reporter", Email: newReporterEmail, Name: "Astrid Lindqvist", Role: "License Reporter"},
		{Key: "reporter-of-ended", Email: "martin.sommer@bolid.example", Name: "Martín Sommer", Role: "License Reporter"},
		{Key: "buyer", Email: "hanna.moos@blaus.example", Name: "Hanna Moos", Role: "Buyer"},
		{Key: "invited", Email: invitedEmail, Name: "Jonas Weber", Role: "Student"},
		{Key: "organization-administrator", Email: "steven.buchanan@northwind.example", Name: "Steven Buchanan", Role: "Organization Administrator"},
		{Key: "organization-reports-only", Email: "anne.dodsworth@northwind.example", Name: "Anne Dodsworth", Role: "Organization Administrator (Reports Only)"},
		{Key: "multiple-location-administrator", Email: "nancy.davolio@northwind.example", Name: "Nancy Davolio", Role: "Multiple Location Administrator"},
		{Key: "multiple-location-reports-only", Email: "janet.leverling@northwind.example", Name: "Janet Leverling", Role: "Multiple Location Administrator (Reports Only)"},
		{Key: "local-administrator", Email: "margaret.peacock@northwind.example", Name: "Margaret Peacock", Role: "Local Administrator"},
		{Key: "local-reports-only", Email: "michael.suyama@northwind.example", Name: "Michael Suyama", Role: "Local Administrator (Reports Only)"},
		{Key: "master-administrator", Email: "andrew.fuller@northwind.example", Name: "Andrew Fuller", Role: "Master Administrator"},
		{Key: "master-reports-only", Email: "laura.callahan@northwind.example", Name: "Laura Callahan", Role: "Master Administrator (Reports Only)"},
		{Key: "learner-manager", Email: "robert.king@northwind.example", Name: "Robert King", Role: "Learner manager"},
		{Key: "account-executive", Email: executiveEmail, Name: "Elif Demir", Role: "Learner manager"},
		{Key: "company-manager", Email: companyManagerEmail, Name: "Sara Holm", Role: "Team Analyst"},
		{Key: "custom-role", Email: coachEmail, Name: "Noor Haddad", Role: "Course Coach"},
		{Key: "client-administrator", Email: "jose.pavarotti@savea.example", Name: "Jose Pavarotti", Role: "Organization Administrator", Organization: "save-a-lot"},
		{Key: "student", Email: studentEmail, Name: "Lucía Navarro", Role: "Student"},
		{Key: "two-accounts", Email: twoAccountsEmail, Name: "Mira Novak", Role: "Student"},
	}
	for i := range out {
		p := &out[i]
		if p.Key != "two-accounts" && p.Organization == "" {
			p.Organization = Academy.Slug
		}
		p.Group = groupOf(p)
		p.Told = map[string]Telling{"en": english[p.Key], "de": german[p.Key], "ar": arabic[p.Key]}
	}
	return out
}

func groupOf(p *Persona) Group {
	switch {
	case p.Organization != Academy.Slug && p.Key != "two-accounts":
		return OfClients
	case p.Role == "License Reporter", p.Role == "Buyer", p.Key == "invited":
		return OfLicenses
	case p.Role == "Learner manager", p.Role == "Team Analyst", p.Key == "custom-role":
		return OfManagers
	case p.Role == "Student":
		return OfLearners
	}
	return OfLadder
}
