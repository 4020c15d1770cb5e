package api

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/server"
)

type me struct {
	ID            access.AccountID `json:"id"`
	ExternalID    *string          `json:"external_id"`
	Name          string           `json:"name"`
	Email         *string          `json:"email"`
	Organization  organization     `json:"organization"`
	BaseRole      string           `json:"base_role"`
	Permissions   []string         `json:"permissions" nullable:"false" doc:"What the asker holds anywhere now, by this session or token."`
	LearnersTotal int              `json:"learners_total" doc:"Learners in the asker's access."`
	Reporting     []purchaseLabel  `json:"reporting" nullable:"false" doc:"Purchases the asker is the License Reporter of."`
	Bought        []purchaseLabel  `json:"bought" nullable:"false" doc:"Purchases the asker is the buyer of."`
	Organizations []organization   `json:"organizations" nullable:"false" doc:"Where the asker can ask: all with a session, the token's one with a token."`
}

type organization struct {
	Slug   string `json:"slug"`
	Name   string `json:"name"`
	Zone   string `json:"zone"`
	Locale string `json:"locale"`
}

type purchaseLabel struct {
	ID      string `json:"id"`
	Company string `json:"company"`
}

func (a *API) me(ctx context.Context, reach access.Reach, _ *none) (*me, error) {
	own, err := a.ask.Accounts.Profile(ctx, reach)
	if err != nil {
		return nil, err
	}
	visit := server.VisitOf(ctx)
	total, err := a.ask.Reports.ReachTotal(ctx, visit.Reach(access.LearnerView))
	if err != nil {
		return nil, err
	}
	out := &me{
		ID: own.Account.ID, ExternalID: text(own.Account.ExternalID), Name: own.Account.Name, Email: text(own.Account.Email),
		Organization: anOrganization(own), BaseRole: string(own.Account.BaseRole), Permissions: []string{}, LearnersTotal: total,
		Reporting: held(visit, access.LicenseReporter), Bought: held(visit, access.Buyer), Organizations: []organization{anOrganization(own)},
	}
	if role, known := access.Preset(own.Account.BaseRole); known {
		out.BaseRole = role.Name
	}
	for _, p := range access.Permissions() {
		if visit.Can(p) {
			out.Permissions = append(out.Permissions, p.String())
		}
	}
	if visit.Identity == "" { // a token speaks for one account
		return out, nil
	}
	all, err := a.ask.Accounts.Accounts(ctx, account.IdentityID(visit.Identity))
	out.Organizations = list(all, anOrganization)
	return out, err
}

func anOrganization(m account.Membership) organization {
	return organization{Slug: m.Organization.Slug, Name: m.Organization.Name, Zone: m.Organization.Zone, Locale: m.Organization.Locale}
}

// held lists the purchases at which the visitor holds a role now.
func held(visit *server.Visit, role access.RoleKey) []purchaseLabel {
	out := []purchaseLabel{}
	for _, g := range visit.Facts.Grants() {
		label := purchaseLabel{ID: g.Node.ID, Company: g.Node.Label}
		if g.Role.Key == role && g.Node.Kind == access.AtPurchase && g.Valid(visit.Now) && !slices.Contains(out, label) {
			out = append(out, label)
		}
	}
	return out
}
