package api

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
)

type redemptionInput struct{ Body redemptionBody }

type redemptionBody struct {
	SeatID license.SeatID `json:"seat_id,omitempty" maxLength:"200" doc:"Of a pending seat that is offered to the asker."`
	Token  string         `json:"token,omitempty" maxLength:"200" doc:"The last part of the link in the invitation's letter; the seat must be the asker's."`
}

// redemption is a seat that was accepted just now.
type redemption struct {
	SeatID      license.SeatID   `json:"seat_id"`
	AccountID   access.AccountID `json:"account_id" doc:"Whose seat it is now: the asker's."`
	State       string           `json:"state" enum:"redeemed"`
	AccessUntil *string          `json:"access_until" format:"date" doc:"The last day of access."`
}

// redeem accepts a seat for the asker themselves; nobody can for somebody else.
func (a *API) redeem(ctx context.Context, reach access.Reach, in *redemptionInput) (*redemption, error) {
	done, err := a.ask.Redemptions.Accept(ctx, reach, in.Body.SeatID, in.Body.Token)
	if err != nil {
		return nil, err
	}
	return &redemption{SeatID: done.Seat, AccountID: done.Account, State: string(license.Redeemed), AccessUntil: date(done.Until)}, nil
}
