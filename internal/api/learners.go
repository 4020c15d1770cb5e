package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// Learner is a person seen as one who learns.
type Learner struct {
	ID         access.AccountID `json:"id" doc:"That of the account."`
	ExternalID *string          `json:"external_id"`
	Name       string           `json:"name"`
	Email      *string          `json:"email"`
	Location   maybe[place]     `json:"location" doc:"Null too where the asker's access does not show it."`
	Purchases  []heldSeat       `json:"purchases" nullable:"false" doc:"Redeemed seats on purchases that the asker sees."`
}

type heldSeat struct {
	ID          access.PurchaseID `json:"id" doc:"Of the purchase."`
	ExternalID  *string           `json:"external_id"`
	Company     *string           `json:"company"`
	Product     string            `json:"product"`
	RedeemedAt  *time.Time        `json:"redeemed_at"`
	AccessUntil *string           `json:"access_until" format:"date" doc:"The last day of access; null where there is no end."`
}

func aLearner(l report.Learner) Learner {
	out := Learner{
		ID: l.ID, ExternalID: text(l.ExternalID), Name: l.Name, Email: text(l.Email),
		Purchases: list(l.Purchases, func(s report.HeldSeat) heldSeat {
			return heldSeat{
				ID: s.Purchase, ExternalID: text(s.ExternalID), Company: text(s.Company), Product: s.Product,
				RedeemedAt: at(s.RedeemedAt), AccessUntil: date(s.AccessUntil),
			}
		}),
	}
	if l.LocationID != "" {
		out.Location = some(place{ID: string(l.LocationID), ExternalID: text(l.LocationExternal), Name: l.Location})
	}
	return out
}

type learnersInput struct {
	Filter
	Window
	Role   string `query:"role" maxLength:"100" doc:"Key of a base role, such as local_administrator; only of learners who are seen by their place."`
	Status string `query:"status" enum:"active,invited,suspended" doc:"Status of the account; only of learners who are seen by their place."`
}

func (in *learnersInput) query() (report.LearnerQuery, error) {
	filter, err := in.asked()
	filter.Role, filter.Status = access.RoleKey(in.Role), in.Status
	return report.LearnerQuery{Filter: filter, Limit: in.Limit, Cursor: in.Cursor}, err
}

type learnerPage struct {
	Items      []Learner `json:"items" nullable:"false"`
	NextCursor *string   `json:"next_cursor" doc:"Of the next page; null on the last one."`
	Total      int       `json:"total" doc:"Learners that meet the filters."`
	ReachTotal int       `json:"reach_total" doc:"Learners in the asker's access, whatever the filters."`
	Invited    int       `json:"invited" doc:"Pending invitations, counted apart."`
}

func (a *API) listLearners(ctx context.Context, reach access.Reach, in *learnersInput) (*learnerPage, error) {
	query, err := in.query()
	if err != nil {
		return nil, err
	}
	query.States = server.VisitOf(ctx).Reach(access.EnrollmentView)
	found, err := a.ask.Reports.Learners(ctx, reach, query)
	if err != nil {
		return nil, err
	}
	return &learnerPage{
		Items: list(found.Items, aLearner), NextCursor: text(found.NextCursor),
		Total: found.Total, ReachTotal: found.ReachTotal, Invited: found.Invited,
	}, nil
}

type pendingSeat struct {
	ID         string            `json:"id"`
	Purchase   invitationProduct `json:"purchase"`
	Email      *string           `json:"email" doc:"The address as it was typed; null where the organization hides it until redeemed."`
	State      string            `json:"state"`
	AssignedAt *time.Time        `json:"assigned_at"`
	RedeemBy   *string           `json:"redeem_by" format:"date" doc:"The last day to redeem."`
}

type invitationProduct struct {
	ID         access.PurchaseID `json:"id"`
	ExternalID *string           `json:"external_id"`
	Company    *string           `json:"company"`
	Product    string            `json:"product"`
}

type invitationsInput struct {
	Window
	Purchase string `query:"purchase" maxLength:"200" doc:"Id or external id."`
}

func (a *API) listInvitations(ctx context.Context, reach access.Reach, in *invitationsInput) (*page[pendingSeat], error) {
	found, err := a.ask.Reports.Invitations(ctx, reach, report.InvitationQuery{Purchase: in.Purchase, Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	return &page[pendingSeat]{
		NextCursor: text(found.NextCursor), Total: found.Total,
		Items: list(found.Items, func(i report.Invitation) pendingSeat {
			return pendingSeat{
				ID: i.Seat, Email: text(i.Email), State: i.State, AssignedAt: at(i.AssignedAt), RedeemBy: date(i.RedeemBy),
				Purchase: invitationProduct{ID: i.Purchase, ExternalID: text(i.ExternalID), Company: text(i.Company), Product: i.Product},
			}
		}),
	}, nil
}
