package license

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Most of what can be sold at once, and of what can be said about it.
const (
	maxSeats       = 1_000_000
	maxAccessDays  = 36_500
	longestCompany = 200
)

// AutoReporter says whether the buyer becomes the reporter of what is sold.
type AutoReporter string

// The ways to say it.
const (
	AsSwitched   AutoReporter = ""       // as the organization's switch says
	AlwaysReport AutoReporter = "always" // a custom deal says yes
	NeverReport  AutoReporter = "never"  // a custom deal says no
)

// Buyer is who buys: somebody known, or somebody new by name and address. An
// address that has an account already is that account.
type Buyer struct {
	Account access.AccountID
	Name    account.Name
	Email   string
}

// Plan says what becomes of a seat that is released after it was redeemed.
type Plan struct {
	Reusable  bool // it goes back to the free ones; else it is spent
	MaxPeople int  // most distinct people that may ever have a seat; zero: no limit
}

// Sale is a purchase to be made.
type Sale struct {
	Organization access.OrgID // empty: the asker's
	Product      content.ProductID
	Seats        int
	Company      string
	Buyer        Buyer
	Terms        Terms
	Plan         Plan
	Deal         DealID
	AutoReporter AutoReporter
}

// Tidy brings what was typed into form and names every field that cannot be used.
func (s Sale) Tidy() (Sale, error) {
	var problems []fault.Problem
	if s.Product == "" {
		problems = append(problems, fault.Problem{Field: "product_id", Sentence: "Choose what is sold."})
	}
	problems = append(problems, wrongSeats(s.Seats)...)
	s.Company, problems = tidyCompany(s.Company, problems)
	if s.Buyer.Account == "" {
		var err error
		if strings.TrimSpace(s.Buyer.Email) == "" && s.Buyer.Name == (account.Name{}) {
			problems = append(problems, fault.Problem{Field: "buyer_id", Sentence: "Choose who buys, or enter a name and an address."})
		} else {
			if s.Buyer.Name, err = account.CheckName(s.Buyer.Name); err != nil {
				problems = append(problems, fault.Fields(err)...)
			}
			if s.Buyer.Email, err = account.CheckEmail("email", s.Buyer.Email); err != nil {
				problems = append(problems, fault.Fields(err)...)
			}
		}
	}
	problems = append(problems, s.Terms.wrong()...)
	if s.Plan.MaxPeople < 0 {
		problems = append(problems, fault.Problem{Field: "max_people", Sentence: "Enter at least one person, or nothing."})
	}
	if len(problems) > 0 {
		return s, fault.Invalidf(problems...)
	}
	return s, nil
}

// On tells whether the terms are not over already on the day of the sale.
func (t Terms) On(today day.Day) error {
	var problems []fault.Problem
	for _, d := range []struct {
		field string
		day   day.Day
	}{{"redeem_by", t.RedeemBy}, {"access_until", t.AccessUntil}, {"complete_by", t.CompleteBy}} {
		if !d.day.IsNone() && d.day < today {
			problems = append(problems, fault.Problem{Field: d.field, Sentence: "Choose today or a later day."})
		}
	}
	if len(problems) > 0 {
		return fault.Invalidf(problems...)
	}
	return nil
}

// wrong names what in the terms contradicts itself.
func (t Terms) wrong() []fault.Problem {
	var problems []fault.Problem
	if t.AccessDays < 0 || t.AccessDays > maxAccessDays {
		problems = append(problems, fault.Problem{Field: "access_days", Sentence: "Enter a number of days between 1 and 36500."})
	}
	if !t.AccessUntil.IsNone() && !t.RedeemBy.IsNone() && t.RedeemBy > t.AccessUntil {
		problems = append(problems, fault.Problem{Field: "redeem_by", Sentence: "The last day to redeem is later than the last day of access."})
	}
	if !t.AccessUntil.IsNone() && !t.CompleteBy.IsNone() && t.CompleteBy > t.AccessUntil {
		problems = append(problems, fault.Problem{Field: "complete_by", Sentence: "The last day to complete is later than the last day of access."})
	}
	return problems
}

func wrongSeats(seats int) []fault.Problem {
	switch {
	case seats < 1:
		return []fault.Problem{{Field: "seats", Sentence: "Enter at least one seat."}}
	case seats > maxSeats:
		return []fault.Problem{{Field: "seats", Sentence: "Enter at most 1000000 seats."}}
	}
	return nil
}

func tidyCompany(company string, problems []fault.Problem) (string, []fault.Problem) {
	company = strings.Join(strings.Fields(company), " ")
	if utf8.RuneCountInString(company) > longestCompany {
		problems = append(problems, fault.Problem{Field: "company", Sentence: "Use at most 200 characters."})
	}
	return company, problems
}

// Why something cannot be sold, or not as asked.
var (
	ErrNoProduct      = fault.Field("product_id", "There is no such product here.")
	ErrNoBuyer        = fault.Field("buyer_id", "There is no such person here.")
	ErrBuyerSuspended = fault.Field("buyer_id", "This person's account is not active, so they cannot buy.")
	ErrSeatsInUse     = fault.Field("seats", "{1} seats are in use. Enter at least as many.")
	ErrPurchaseEdited = fault.New(fault.Conflict, "Somebody else has changed this purchase in the meantime. Look at what it says now, then save again.")
)

// Sell makes a purchase: by hand, through the API, or for a shop.
func (s *Service) Sell(ctx context.Context, reach access.Reach, sale Sale) (PurchaseID, error) {
	if err := reach.For(access.LicenseSell); err != nil {
		return "", err
	}
	sale, err := sale.Tidy()
	if err != nil {
		return "", err
	}
	if sale.Organization == "" {
		sale.Organization = reach.Actor().Organization
	}
	return s.store.Sell(ctx, reach, sale)
}

// Change is what may be changed of a purchase afterwards. Terms hold for the
// seats that are redeemed from then on; who has redeemed keeps what they got.
type Change struct {
	Seats   int
	Company string
	Terms   Terms
	Was     string // Edition of the purchase that the change was made from; empty: whatever it is
}

// Edition tells whether two readings of a purchase say the same of what Change changes.
func (p Purchase) Edition() string {
	return strings.Join([]string{
		itoa(p.Seats), p.Company, itoa(int(p.Terms.RedeemBy)), itoa(p.Terms.AccessDays), itoa(int(p.Terms.AccessUntil)), itoa(int(p.Terms.CompleteBy)),
	}, "\u001f")
}

// ChangePurchase gives a purchase another number of seats or other terms.
func (s *Service) ChangePurchase(ctx context.Context, reach access.Reach, id PurchaseID, c Change) error {
	if err := reach.For(access.LicenseSell); err != nil {
		return err
	}
	var problems []fault.Problem
	c.Company, problems = tidyCompany(c.Company, wrongSeats(c.Seats))
	if problems = append(problems, c.Terms.wrong()...); len(problems) > 0 {
		return fault.Invalidf(problems...)
	}
	return s.store.ChangePurchase(ctx, reach, id, c)
}

// Offering is a product that can be sold.
type Offering struct {
	Product
	Activities int
}

// Offerings lists what can be sold, by title.
func (s *Service) Offerings(ctx context.Context, reach access.Reach) ([]Offering, error) {
	if err := reach.For(access.LicenseSell); err != nil {
		return nil, err
	}
	return s.store.Offerings(ctx, reach)
}

// Buyers finds people who could buy, by part of their name or address.
func (s *Service) Buyers(ctx context.Context, reach access.Reach, query CandidateQuery) ([]Person, error) {
	if err := reach.For(access.LicenseSell); err != nil {
		return nil, err
	}
	return s.store.Buyers(ctx, reach, query)
}
