package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

type reporterInput struct {
	ID   string `path:"id" doc:"Of the purchase."`
	Body reporterBody
}

type reporterBody struct {
	AccountID access.AccountID `json:"account_id" maxLength:"200" doc:"The buyer, or a learner who has redeemed a seat."`
}

func (a *API) assignReporter(ctx context.Context, reach access.Reach, in *reporterInput) (*none, error) {
	return &none{}, a.ask.Licenses.AssignReporter(ctx, reach, license.PurchaseID(in.ID), in.Body.AccountID)
}

func (a *API) revokeReporter(ctx context.Context, reach access.Reach, in *purchaseInput) (*none, error) {
	return &none{}, a.ask.Licenses.RevokeReporter(ctx, reach, license.PurchaseID(in.ID))
}

type candidate struct {
	Person      maybe[person] `json:"person" doc:"Null for a pending invitation: of that only the address is told."`
	Email       *string       `json:"email"`
	Buyer       bool          `json:"buyer"`
	AccessUntil *string       `json:"access_until" format:"date" doc:"The last day of their seat."`
	Eligible    bool          `json:"eligible"`
	Reason      *string       `json:"reason" doc:"Why they cannot become the reporter."`
}

type candidatesInput struct {
	ID    string `path:"id" doc:"Of the purchase."`
	Q     string `query:"q" maxLength:"200" doc:"Part of a name or an address."`
	Limit int    `query:"limit" minimum:"0" maximum:"200" doc:"How many at most; 0: 50."`
}

type candidates struct {
	Reporter maybe[person] `json:"reporter" doc:"Who holds the role now."`
	Since    *time.Time    `json:"since"`
	Waiting  *time.Time    `json:"waiting_since" doc:"When the automatic appointment of the buyer met the manager limit; it waits for an administrator."`
	Managers *managers     `json:"managers" doc:"Null for the buyer."`
	Items    []candidate   `json:"items"`
}

type managers struct {
	Count int  `json:"count" doc:"People with a managing role, each once."`
	Limit *int `json:"limit" doc:"Null: there is none."`
}

func (a *API) listCandidates(ctx context.Context, reach access.Reach, in *candidatesInput) (*candidates, error) {
	id := license.PurchaseID(in.ID)
	now, err := a.ask.Licenses.Reporter(ctx, reach, id)
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Licenses.Candidates(ctx, reach, id, license.CandidateQuery{Q: in.Q, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &candidates{Reporter: aPerson(now.Holder), Since: at(now.Since), Waiting: at(now.Waiting), Items: list(found, func(c license.Candidate) candidate {
		reason := c.Eligible(now.Today)
		return candidate{
			Person: aPerson(c.Person), Email: text(c.Email), Buyer: c.Buyer, AccessUntil: date(c.AccessUntil), Eligible: reason == nil, Reason: why(reason),
		}
	})}
	if !now.Owned {
		out.Managers = &managers{Count: now.Managers.Count, Limit: positive(now.Managers.Limit)}
	}
	return out, nil
}

// why is the sentence of a refusal, null where there is none.
func why(err error) *string {
	if err == nil {
		return nil
	}
	sentence := fault.Sentence(err)
	return &sentence
}

type previewInput struct {
	ID        string           `path:"id" doc:"Of the purchase."`
	AccountID access.AccountID `query:"account_id" maxLength:"200" doc:"Who would become the reporter."`
}

type reporterPreview struct {
	Eligible bool          `json:"eligible"`
	Reason   *string       `json:"reason" doc:"Why they cannot become the reporter; the rest is empty then."`
	Reporter maybe[person] `json:"reporter" doc:"Who would lose the role."`
	Learners int           `json:"learners" doc:"Learners whom the role shows."`
	Ended    int           `json:"ended" doc:"Learners whose access has ended by date; the role shows them on request."`
	Invited  int           `json:"invited" doc:"Pending invitations, of which the role shows address, date and state."`
	Sample   []string      `json:"sample" doc:"Some of the learners by name."`
	Sees     []seenWay     `json:"sees" doc:"What the person sees of these learners already."`
	Keeps    []seenWay     `json:"keeps" doc:"What is left to who would lose the role."`
}

type seenWay struct {
	Role     string `json:"role"`
	Place    string `json:"place"`
	Learners int    `json:"learners"`
}

func (a *API) previewReporter(ctx context.Context, reach access.Reach, in *previewInput) (*reporterPreview, error) {
	found, err := a.ask.Licenses.PreviewReporter(ctx, reach, license.PurchaseID(in.ID), in.AccountID)
	if err != nil {
		return nil, err
	}
	ways := func(seen license.Seen) []seenWay {
		return list(seen.Ways, func(w license.SeenWay) seenWay {
			return seenWay{Role: w.Grant.Role.Name, Place: w.Grant.Node.Label, Learners: w.Learners}
		})
	}
	return &reporterPreview{
		Eligible: found.Refused == nil, Reason: why(found.Refused), Reporter: aPerson(found.Holder),
		Learners: found.Reading.Learners, Ended: found.Reading.Ended, Invited: found.Reading.Invited,
		Sample: list(found.Reading.Sample, func(name string) string { return name }), Sees: ways(found.Sees), Keeps: ways(found.Keeps),
	}, nil
}
