package api

import (
	"context"
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/server"
)

// addEnrollments registers enrolling, withdrawing and progress.
func (a *API) addEnrollments() {
	post(a, "/enrollments", access.EnrollmentEdit, a.enroll, "Enrolls people in activities and programs, and says of each what came of it")
	post(a, "/enrollments/withdrawals", access.EnrollmentEdit, a.withdraw, "Withdraws people from what they were enrolled in by hand or import")
	put(a, "/enrollments", access.EnrollmentEdit, a.recordProgress, "Takes progress from elsewhere and answers each item")
}

type enrollInput struct{ Body enrollBody }

type enrollBody struct {
	LearnerIDs []access.AccountID  `json:"learner_ids" minItems:"1" maxItems:"1000" nullable:"false"`
	ProductIDs []content.ProductID `json:"product_ids" minItems:"1" maxItems:"20" nullable:"false" doc:"Activities and programs."`
	CompleteBy string              `json:"complete_by,omitempty" format:"date" maxLength:"10" doc:"The due day of enrollments that are made."`
}

type withdrawInput struct{ Body withdrawBody }

type withdrawBody struct {
	LearnerIDs []access.AccountID  `json:"learner_ids" minItems:"1" maxItems:"1000" nullable:"false"`
	ProductIDs []content.ProductID `json:"product_ids" minItems:"1" maxItems:"20" nullable:"false" doc:"Activities and programs."`
}

// enrollment is what came of each person and product.
type enrollmentAnswer struct {
	Items   []enrollmentLine `json:"items" nullable:"false" doc:"One for each person and product, in their order."`
	Changed int              `json:"changed" doc:"How many of them changed something."`
}

type enrollmentLine struct {
	LearnerID  access.AccountID  `json:"learner_id"`
	ProductID  content.ProductID `json:"product_id"`
	Result     string            `json:"result" enum:"enrolled,renewed,already,withdrawn,ended,kept,only_kept,not_enrolled,nobody,suspended,elsewhere,empty" doc:"only_kept: a seat, an assignment or granted content keeps the enrollment, and nothing else."`
	Activities int               `json:"activities" doc:"How many activities of a program this changed, where not all of them."`
	KeptBy     []keeper          `json:"kept_by" nullable:"false" doc:"What keeps the enrollment."`
}

type keeper struct {
	Kind string  `json:"kind" enum:"seat,assignment,content_grant,hand,import"`
	Name *string `json:"name" doc:"The purchase or the program, where the asker may see it."`
}

func (a *API) enroll(ctx context.Context, reach access.Reach, in *enrollInput) (*enrollmentAnswer, error) {
	asked := learning.Enrolling{People: in.Body.LearnerIDs, Products: in.Body.ProductIDs}
	if in.Body.CompleteBy != "" {
		due, err := day.Parse(in.Body.CompleteBy)
		if err != nil {
			return nil, fault.Field("complete_by", "Use a day such as 2026-01-31.")
		}
		asked.CompleteBy = due
	}
	asked, err := asked.Check()
	if err != nil {
		return nil, err
	}
	plan, err := a.ask.Learning.Enroll(ctx, reach, server.VisitOf(ctx).Reach, asked)
	return enrollmentsOf(asked, plan), err
}

func (a *API) withdraw(ctx context.Context, reach access.Reach, in *withdrawInput) (*enrollmentAnswer, error) {
	asked, err := learning.Enrolling{People: in.Body.LearnerIDs, Products: in.Body.ProductIDs}.Check()
	if err != nil {
		return nil, err
	}
	plan, err := a.ask.Learning.Withdraw(ctx, reach, server.VisitOf(ctx).Reach, asked)
	return enrollmentsOf(asked, plan), err
}

// enrollmentsOf gives the lines of a plan, which stand in the order of people and products.
func enrollmentsOf(asked learning.Enrolling, plan bulk.Plan) *enrollmentAnswer {
	out := &enrollmentAnswer{Items: []enrollmentLine{}, Changed: plan.Effective()}
	for i, l := range plan.Lines {
		n, _ := strconv.Atoi(l.Detail["changed"]) // ours; absent where it is all of them
		out.Items = append(out.Items, enrollmentLine{
			LearnerID: asked.People[i/len(asked.Products)], ProductID: asked.Products[i%len(asked.Products)], Result: l.Result, Activities: n,
			KeptBy: list(learning.KeepersOf(l), func(k learning.Keeper) keeper { return keeper{Kind: string(k.Kind), Name: text(k.Name)} }),
		})
	}
	return out
}
