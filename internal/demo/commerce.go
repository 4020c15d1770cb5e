package demo

import (
	"context"
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/org"
)

// The people who trade in the stories, by address.
const (
	sellerEmail   = "steven.buchanan@northwind.example"
	buyerEmail    = "hanna.moos@blaus.example"
	invitedEmail  = "jonas.weber@blaus.example"
	flexibleEmail = "horst.kloss@quick.example"
	draftEmail    = "peter.franken@frank.example"
)

// unseen is the purchase whose reporter has never signed in.
const unseen = "NA-BLONP"

// commerce does what a school that sells has behind it: people have been here,
// a seat is offered, one deal is active and another is being written, and an
// automatic appointment waits since the manager limit was met.
func (s Services) commerce(ctx context.Context, o org.Organization) error {
	c := trade{Services: s, at: o}
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"look around", c.lookAround},
		{"offer a seat", c.offerSeat},
		{"make a deal of reusable seats", c.flexibleDeal},
		{"write a deal", c.draftDeal},
		{"meet the manager limit", c.meetLimit},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// trade is the school's selling while it is set up.
type trade struct {
	Services
	at org.Organization
}

// who finds somebody and what they may do, as when they are signed in.
func (c trade) who(ctx context.Context, email string) (account.Account, func(access.Permission) access.Reach, error) {
	m, err := c.Directory.MembershipByEmail(ctx, c.at.Realm, c.at.ID, fold.Email(email))
	if err != nil {
		return account.Account{}, nil, fmt.Errorf("%s: %w", email, err)
	}
	facts, err := c.Directory.Facts(ctx, c.at.Realm, m.Account.ID)
	return m.Account, func(p access.Permission) access.Reach { return facts.For(p, c.Now()) }, err
}

// purchases lists what somebody may see of the purchases, by external id.
func (c trade) purchases(ctx context.Context, reach access.Reach) (map[string]license.Purchase, error) {
	out := map[string]license.Purchase{}
	for query := (license.PurchaseQuery{Limit: 200}); ; {
		page, err := c.Licenses.Purchases(ctx, reach, query)
		if err != nil {
			return nil, err
		}
		for _, p := range page.Items {
			out[p.ExternalID] = p
		}
		if query.Cursor = page.Next; page.Next == "" {
			return out, nil
		}
	}
}

// lookAround lets every reporter but one have been here.
func (c trade) lookAround(ctx context.Context) error {
	all, err := c.purchases(ctx, c.system(c.at, access.LicenseView))
	if err != nil {
		return err
	}
	seen := map[access.AccountID]bool{all[unseen].Reporter.Account: true}
	for _, p := range all {
		if id := p.Reporter.Account; id != "" && !seen[id] {
			seen[id] = true
			if err := c.Directory.Saw(ctx, c.at.Realm, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// offerSeat has Hanna Moos give a seat to a colleague, who has not answered.
func (c trade) offerSeat(ctx context.Context) error {
	_, buyer, err := c.who(ctx, buyerEmail)
	if err != nil {
		return err
	}
	bought, err := c.purchases(ctx, buyer(access.LicenseView))
	if err != nil {
		return err
	}
	_, err = c.Licenses.AssignSeat(ctx, buyer(access.SeatAssign), bought["NA-BLAUS"].ID, license.Invitee{Email: invitedEmail})
	return err
}

// products finds what is sold, by external id.
func (c trade) products(ctx context.Context, reach access.Reach) (map[string]content.ProductID, error) {
	setup, err := c.Licenses.DealSetup(ctx, reach)
	if err != nil {
		return nil, err
	}
	out := map[string]content.ProductID{}
	for _, p := range setup.Products {
		out[p.ExternalID] = p.ID
	}
	return out, nil
}

// unlimited are terms that say nothing.
func unlimited() license.Terms {
	return license.Terms{RedeemBy: day.None, AccessUntil: day.None, CompleteBy: day.None}
}

// flexibleDeal sells QUICK-Stop seats that can be given again, of which the
// buyer has taken one and offered two.
func (c trade) flexibleDeal(ctx context.Context) error {
	_, seller, err := c.who(ctx, sellerEmail)
	if err != nil {
		return err
	}
	products, err := c.products(ctx, seller(access.DealEdit))
	if err != nil {
		return err
	}
	buyer, _, err := c.who(ctx, flexibleEmail)
	if err != nil {
		return err
	}
	today := day.Of(c.Now(), c.at.TimeZone())
	id, err := c.Licenses.CreateDeal(ctx, seller(access.DealEdit), license.NewDeal{
		Name: "QUICK-Stop, flexible seats", ExternalID: "NA-DEAL-QUICK", Company: "QUICK-Stop", Buyer: license.Buyer{Account: buyer.ID},
		StartsOn: today, EndsOn: today.Add(365), Plan: license.Plan{Reusable: true, MaxPeople: 30}, AutoReporter: true,
		Notes: "Seasonal staff: whoever leaves gives the seat back.",
		Licenses: []license.NewLicense{
			{Product: products["version-control-with-git"], Seats: 10, Terms: unlimited()},
			{Product: products["compliance-essentials"], Seats: 5, Terms: unlimited()},
		},
	})
	if err != nil {
		return err
	}
	if err := c.Licenses.ActivateDeal(ctx, seller(access.DealEdit), id, 0); err != nil {
		return err
	}
	deal, err := c.Licenses.CustomDeal(ctx, seller(access.DealView), id)
	if err != nil {
		return err
	}
	_, buys, err := c.who(ctx, flexibleEmail)
	if err != nil {
		return err
	}
	for _, p := range deal.Purchases {
		if _, err := c.Redemptions.Take(ctx, buys(access.SeatAssign), p.ID); err != nil {
			return err
		}
	}
	_, err = c.Licenses.AssignSeats(ctx, buys(access.SeatAssign), deal.Purchases[0].ID, []license.Invitee{
		{Email: "lager@quick.example"}, {Email: "kasse@quick.example"},
	})
	return err
}

// draftDeal writes one that is still talked about.
func (c trade) draftDeal(ctx context.Context) error {
	_, seller, err := c.who(ctx, sellerEmail)
	if err != nil {
		return err
	}
	products, err := c.products(ctx, seller(access.DealEdit))
	if err != nil {
		return err
	}
	buyer, _, err := c.who(ctx, draftEmail)
	if err != nil {
		return err
	}
	month := unlimited()
	month.AccessDays = 90
	_, err = c.Licenses.CreateDeal(ctx, seller(access.DealEdit), license.NewDeal{
		Name: "Frankenversand, next year", ExternalID: "NA-DEAL-FRANK", Company: "Frankenversand", Buyer: license.Buyer{Account: buyer.ID},
		StartsOn: day.None, EndsOn: day.None, AutoReporter: true, Notes: "Waiting for the order number.",
		Licenses: []license.NewLicense{
			{Product: products["data-skills"], Seats: 25, Terms: unlimited()}, {Product: products["the-unix-shell"], Seats: 10, Terms: month},
		},
	})
	return err
}

// meetLimit sells Hanna Moos a second purchase while the manager limit is met:
// the sale is valid and her appointment waits. Then there is room again.
func (c trade) meetLimit(ctx context.Context) error {
	hanna, _, err := c.who(ctx, buyerEmail)
	if err != nil {
		return err
	}
	_, seller, err := c.who(ctx, sellerEmail)
	if err != nil {
		return err
	}
	products, err := c.products(ctx, seller(access.DealEdit))
	if err != nil {
		return err
	}
	sold, err := c.purchases(ctx, seller(access.LicenseView))
	if err != nil {
		return err
	}
	now, err := c.Licenses.Reporter(ctx, seller(access.ReporterAssign), sold["NA-BLAUS"].ID)
	if err != nil {
		return err
	}
	limit := func(n int) error {
		_, err := c.Organizations.Set(ctx, c.system(c.at, access.OrganizationConfigure), c.at.ID, org.Settings{ManagerLimit: &n})
		return err
	}
	if err := limit(now.Managers.Count); err != nil {
		return err
	}
	_, seller, err = c.who(ctx, sellerEmail) // the change of the limit is a change of access
	if err != nil {
		return err
	}
	if _, err := c.Licenses.Sell(ctx, seller(access.LicenseSell), license.Sale{
		Product: products["web-security-fundamentals"], Seats: 4, Company: "Blauer See Delikatessen", Buyer: license.Buyer{Account: hanna.ID},
		Terms: unlimited(), AutoReporter: license.AlwaysReport,
	}); err != nil {
		return err
	}
	return limit(now.Managers.Count + 20)
}
