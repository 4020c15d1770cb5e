package demo

import (
	"strings"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/rhythm"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// The people of the stories who are neither contacts nor staff.
const (
	newReporterEmail = "astrid.lindqvist@bergs.example"
	studentEmail     = "lucia.navarro@example.org"
	twoAccountsEmail = "mira.novak@ernsh.example"
	sharedEmail      = "camille.moreau@example.org"

	executiveEmail      = "elif.demir@northwind.example"
	companyManagerEmail = "sara.holm@folko.example"
)

// Transfer is a handing over of the reporter role that a running school has behind
// it: the bundle still has From as the reporter. To is known by address.
type Transfer struct{ Purchase, From, To string }

// Transfers lists what was handed over; whoever loads the bundle does so as the buyer would.
func Transfers() []Transfer {
	return []Transfer{{Purchase: "NA-BERGS", From: "christina.berglund@bergs.example", To: newReporterEmail}}
}

// managedCompany is the customer whose people are a team that one of them follows.
const managedCompany, managedTeam = "FOLKO", "team-folko"

// LearnerManagers lists the addresses of the members of the group Learner managers.
func LearnerManagers() []string { return []string{"robert.king@northwind.example"} }

// stories sells the purchases around which the people of People live.
func (b *builder) stories() {
	// Two redeemed, one still invited: the smallest purchase that shows both.
	s := b.offer("ALFKI", "version-control-with-git", 5, 0, 1)
	s.learners = []string{
		b.known("Klara", "Vogel", "klara.vogel@alfki.example", b.company("ALFKI").Place),
		b.known("Νικόλαος", "Παππάς", "nikolaos.pappas@alfki.example", b.company("ALFKI").Place),
	}
	s.fresh = true
	b.sell(s)

	// A reporter of two purchases, some of whose learners hold both; two are called the same.
	first := []string{
		b.known("Oliver", "Smith", "oliver.smith@arout.example", b.company("AROUT").Place),
		b.known("Oliver", "Smith", "o.smith@arout.example", b.company("AROUT").Place),
	}
	first = append(first, b.colleagues("AROUT", 10)...)
	second := append(b.colleagues("AROUT", 5), first[2:6]...)
	b.sell(sale{
		id: "NA-AROUT-SQL", company: "AROUT", product: "databases-and-sql", seats: 14, learners: first,
		invited: b.strangers("AROUT", 2), until: day.None, reporter: contactID("AROUT"), seller: "staff-4",
	})
	b.sell(sale{
		id: "NA-AROUT-COMPLIANCE", company: "AROUT", product: "compliance-essentials", seats: 12, learners: second,
		until: day.None, reporter: contactID("AROUT"), seller: "staff-4",
	})

	// The buyer hands the role on to a learner (Transfers).
	astrid := b.known("Astrid", "Lindqvist", newReporterEmail, b.company("BERGS").Place)
	b.sell(sale{
		id: "NA-BERGS", company: "BERGS", product: "rust-in-practice", seats: 8, until: day.None, reporter: contactID("BERGS"),
		learners: append([]string{astrid}, b.colleagues("BERGS", 5)...), invited: b.strangers("BERGS", 1), seller: "staff-7",
	})

	s = b.offer("BLAUS", "data-organization-in-spreadsheets", 8, 4, 1)
	s.reporter = "" // nobody reports on it
	b.sell(s)

	b.tell("BLONP", "principles-of-secure-coding", 7, 7, 0) // full

	s = b.offer("BOLID", "the-unix-shell", 6, 5, 0)
	s.until = b.today.Add(-20) // ended
	b.sell(s)

	// One learner, sent by two companies into one course.
	camille := b.known("Camille", "Moreau", sharedEmail, b.company("BONAP").Place)
	for _, company := range []string{"BONAP", "BOTTM"} {
		s = b.offer(company, "software-testing", 9, 6, 1)
		s.learners = append(s.learners, camille)
		b.sell(s)
	}

	// Somebody with a second account, in the client organization of the same company.
	s = b.offer("ERNSH", "data-skills", 16, 11, 1)
	s.learners = append(s.learners, b.known("Mira", "Novak", twoAccountsEmail, b.company("ERNSH").Place))
	b.sell(s)

	b.known("Jonas", "Weber", invitedEmail, b.company("BLAUS").Place) // is offered a seat (commerce)
	b.student()
	b.ladder()
	b.managers()
	b.ownLearning()
}

// managers makes an account executive and the manager of a customer, who are
// given their access by a group and a policy (management.go).
func (b *builder) managers() {
	b.known("Elif", "Demir", executiveEmail, b.place("London", ""))
	b.known("Sara", "Holm", companyManagerEmail, b.company(managedCompany).Place)
}

// ladder makes the coach of France, somebody on leave and somebody who left.
func (b *builder) ladder() {
	b.known("Noor", "Haddad", coachEmail, b.place("Paris", ""))
	b.enroll(b.known("Jean", "Fournier", onLeave, b.place("Lyon", "")), "databases-and-sql", -110)
	b.enroll(b.known("Petra", "Winkler", leftEmail, b.place("Berlin", "")), "the-unix-shell", -330)
}

// offer prepares a purchase of a company with so many learners and open invitations;
// its contact buys and reports.
func (b *builder) offer(company, product string, seats, learners, invited int) sale {
	return sale{
		id: "NA-" + company, company: company, product: product, seats: seats, until: day.None,
		learners: b.colleagues(company, learners), invited: b.strangers(company, invited),
		reporter: contactID(company), seller: "staff-7",
	}
}

func (b *builder) tell(company, product string, seats, learners, invited int) {
	b.sell(b.offer(company, product, seats, learners, invited))
}

// student makes the plain student, with courses at every stage.
func (b *builder) student() {
	madrid := b.place("Madrid", "")
	id := b.known("Lucía", "Navarro", studentEmail, madrid)
	b.only = rhythm.Pass // she gives nothing up
	defer func() { b.only = "" }()
	for _, at := range []struct {
		course string
		began  int
	}{
		{"the-unix-shell", -330},
		{"web-security-fundamentals", -606},
		{"databases-and-sql", -110},
		{"machine-learning", -55},
		{"instructor-training", -25},
		{"computer-graphics", -12},
	} {
		b.enroll(id, at.course, at.began)
	}
}

// ownLearning gives the people who watch others something to learn themselves,
// with a short course that they can mark as done.
func (b *builder) ownLearning() {
	b.only = rhythm.Pass
	defer func() { b.only = "" }()
	for i, id := range []string{
		contactID("ALFKI"), contactID("AROUT"), contactID("BERGS"), contactID("BLAUS"), contactID("BOLID"),
		"staff-1", "staff-4", "staff-5", "staff-7",
	} {
		b.enroll(id, "data-privacy-fundamentals", []int{-620, -330, -110, -55}[i%4])
		b.enroll(id, "introduction-to-regular-expressions", -40)
	}
}

// teams gives every employee the team of the learners whose seats they sold,
// and Robert King one of a customer's people.
func (b *builder) teams() {
	for _, e := range b.extract.Employees {
		id, owner := "team-"+strings.ToLower(e.Family), "staff-"+e.ID
		b.out.Teams = append(b.out.Teams, sheet.Team{ID: id, Name: "Accounts of " + e.Given + " " + e.Family, Owner: owner})
		in := map[string]bool{}
		for _, person := range b.sellers[owner] {
			if !in[person] {
				in[person] = true
				b.out.TeamMembers = append(b.out.TeamMembers, sheet.TeamMember{Team: id, Person: person})
			}
		}
	}
	b.out.Teams = append(b.out.Teams, sheet.Team{ID: managedTeam, Name: b.company(managedCompany).Name, Owner: "staff-7"})
	for _, p := range b.out.People {
		if p.ID != contactID(managedCompany) && p.Email != companyManagerEmail && strings.HasSuffix(p.Email, "@"+domain(managedCompany)) {
			b.out.TeamMembers = append(b.out.TeamMembers, sheet.TeamMember{Team: managedTeam, Person: p.ID})
		}
	}
}
