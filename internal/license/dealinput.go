package license

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// What a deal may be at most.
const (
	longestDeal  = 200
	longestNotes = 10_000
	mostLicenses = 100
)

// NewDeal is what somebody says about a deal that is not active yet.
type NewDeal struct {
	Name         string
	ExternalID   string
	Company      string
	Buyer        Buyer
	StartsOn     day.Day
	EndsOn       day.Day
	Notes        string
	Plan         Plan
	AutoReporter bool
	Licenses     []NewLicense
}

// NewLicense is what somebody says about one license of a deal.
type NewLicense struct {
	Product content.ProductID
	Seats   int
	Terms   Terms
}

// DealExtension is what may change about an active deal. Licenses are only added.
type DealExtension struct {
	Name     string
	Notes    string
	Licenses []NewLicense
}

// tidy brings what was typed into form and names every field that cannot be
// used. A draft may still lack licenses; its buyer is looked up by the store.
func (n NewDeal) tidy() (NewDeal, error) {
	var problems []fault.Problem
	n.Name, problems = tidyDealName(n.Name, problems)
	n.Notes, problems = tidyNotes(n.Notes, problems)
	n.Company, problems = tidyCompany(n.Company, problems)
	n.ExternalID = strings.TrimSpace(n.ExternalID)
	if utf8.RuneCountInString(n.ExternalID) > longestDeal {
		problems = append(problems, fault.Problem{Field: "external_id", Sentence: "Use at most 200 characters."})
	}
	if n.Buyer.Account == "" {
		var err error
		if n.Buyer.Email, err = account.CheckEmail("email", n.Buyer.Email); err != nil {
			problems = append(problems, fault.Fields(err)...)
		}
	}
	if !n.StartsOn.IsNone() && !n.EndsOn.IsNone() && n.EndsOn < n.StartsOn {
		problems = append(problems, fault.Problem{Field: "ends_on", Sentence: "The last day is before the first."})
	}
	if n.Plan.MaxPeople < 0 {
		problems = append(problems, fault.Problem{Field: "max_people", Sentence: "Enter at least one person, or nothing."})
	}
	if !n.Plan.Reusable && n.Plan.MaxPeople > 0 {
		problems = append(problems, fault.Problem{Field: "max_people", Sentence: "A maximum of people is for reusable seats."})
	}
	problems = append(problems, wrongLicenses(n.Licenses)...)
	if len(problems) > 0 {
		return n, fault.Invalidf(problems...)
	}
	return n, nil
}

func (e DealExtension) tidy() (DealExtension, error) {
	var problems []fault.Problem
	e.Name, problems = tidyDealName(e.Name, problems)
	e.Notes, problems = tidyNotes(e.Notes, problems)
	if problems = append(problems, wrongLicenses(e.Licenses)...); len(problems) > 0 {
		return e, fault.Invalidf(problems...)
	}
	return e, nil
}

func tidyDealName(name string, problems []fault.Problem) (string, []fault.Problem) {
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case name == "":
		problems = append(problems, fault.Problem{Field: "name", Sentence: "Enter a name."})
	case utf8.RuneCountInString(name) > longestDeal:
		problems = append(problems, fault.Problem{Field: "name", Sentence: "Use at most 200 characters."})
	}
	return name, problems
}

func tidyNotes(notes string, problems []fault.Problem) (string, []fault.Problem) {
	notes = strings.TrimSpace(strings.ReplaceAll(notes, "\r\n", "\n"))
	if utf8.RuneCountInString(notes) > longestNotes {
		problems = append(problems, fault.Problem{Field: "notes", Sentence: "Use at most 10000 characters."})
	}
	return notes, problems
}

// wrongLicenses names what in the licenses cannot be, each by its place in the list.
func wrongLicenses(licenses []NewLicense) (problems []fault.Problem) {
	if len(licenses) > mostLicenses {
		return []fault.Problem{{Field: "licenses", Sentence: "A deal can have up to 100 licenses."}}
	}
	for i, l := range licenses {
		var wrong []fault.Problem
		if l.Product == "" {
			wrong = append(wrong, fault.Problem{Field: "product_id", Sentence: "Choose what is sold."})
		}
		wrong = append(append(wrong, wrongSeats(l.Seats)...), l.Terms.wrong()...)
		problems = append(problems, OfLicense(i, wrong)...)
	}
	return problems
}

// OfLicense puts problems with a license at its place in the list of a deal.
func OfLicense(i int, problems []fault.Problem) []fault.Problem {
	out := make([]fault.Problem, len(problems))
	for at, p := range problems {
		p.Field = fmt.Sprintf("licenses[%d].%s", i, p.Field)
		out[at] = p
	}
	return out
}

// SaleOf is the sale that one license of a deal becomes. What is redeemed of a
// deal is redeemed by its last day.
func (d CustomDeal) SaleOf(l NewLicense) Sale {
	sale := Sale{
		Organization: d.Organization, Product: l.Product, Seats: l.Seats, Company: d.Company, Buyer: d.NewBuyer,
		Terms: l.Terms, Plan: d.Plan, Deal: d.ID, AutoReporter: NeverReport,
	}
	if d.Buyer.Account != "" {
		sale.Buyer = Buyer{Account: d.Buyer.Account}
	}
	if d.AutoReporter {
		sale.AutoReporter = AlwaysReport
	}
	if t := &sale.Terms; !d.EndsOn.IsNone() && (t.RedeemBy.IsNone() || t.RedeemBy > d.EndsOn) {
		t.RedeemBy = d.EndsOn
		if !t.AccessUntil.IsNone() && t.AccessUntil < t.RedeemBy {
			t.RedeemBy = t.AccessUntil
		}
	}
	return sale
}

// Startable tells whether a draft can take effect on a day of its organization.
func (d CustomDeal) Startable(today day.Day) error {
	switch {
	case len(d.Licenses) == 0:
		return ErrDealEmpty
	case !d.StartsOn.IsNone() && today < d.StartsOn:
		return ErrDealEarly
	case !d.EndsOn.IsNone() && d.EndsOn < today:
		return ErrDealLate
	}
	for i, l := range d.Licenses {
		sale, err := d.SaleOf(NewLicense{Product: l.Product.ID, Seats: l.Seats, Terms: l.Terms}).Tidy()
		if err == nil {
			err = sale.Terms.On(today)
		}
		if problems := fault.Fields(err); len(problems) > 0 {
			return fault.Invalidf(OfLicense(i, problems)...)
		}
	}
	return nil
}
