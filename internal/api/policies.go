package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
)

// addPolicies registers the operations about policies.
func (a *API) addPolicies() {
	get(a, "/policies", access.PolicyView, a.listPolicies, "Lists the policies of the organization, ended ones last")
	create(a, "/policies", access.PolicyEdit, a.addPolicy, "Makes a policy that gives no more than the asker has")
	create(a, "/policies/preview", access.PolicyEdit, a.previewNewPolicy, "Tells whom people would see by a new policy")
	get(a, "/policies/{id}", access.PolicyView, a.openPolicy, "Opens one policy: its role, its places and who holds it")
	create(a, "/policies/{id}/preview", access.PolicyEdit, a.previewPolicy, "Tells whom people would see, or no longer, by a change of a policy")
	put(a, "/policies/{id}", access.PolicyEdit, a.savePolicy, "Changes a policy; its access is replaced at once")
	get(a, "/policies/{id}/end", access.PolicyEdit, a.previewPolicyEnd, "Tells whom people would see no longer without a policy")
	remove(a, "/policies/{id}", access.PolicyEdit, a.endPolicy, "Ends a policy with all access by it")
}

// PolicyFields is what one says of a policy.
type PolicyFields struct {
	Name   string        `json:"name" maxLength:"1000"`
	Role   string        `json:"role" maxLength:"200" doc:"Key of a role that Ambit comes with, or id of a custom one."`
	Places []policyPlace `json:"places" maxItems:"100" nullable:"false"`
	Groups []string      `json:"groups,omitempty" maxItems:"200" doc:"Ids of the groups that hold it."`
	People []string      `json:"people,omitempty" maxItems:"200" doc:"Ids of the accounts that hold it."`
	From   string        `json:"from,omitempty" maxLength:"10" doc:"The first day; without it at once."`
	Until  string        `json:"until,omitempty" maxLength:"10" doc:"The last day; without it until somebody ends it."`
}

type policyPlace struct {
	Kind   string `json:"kind" enum:"organization,location,team,purchase"`
	ID     string `json:"id" maxLength:"200"`
	Extent string `json:"extent,omitempty" enum:"here,within,beyond" doc:"The place alone, what is below it too, or its clients too. Without it what is below it too, where there is something."`
}

func (b PolicyFields) draft() (management.PolicyDraft, error) {
	d := management.PolicyDraft{Name: b.Name, Role: access.RoleKey(b.Role)}
	for _, p := range b.Places {
		place := management.PolicyPlace{Spot: management.Spot{Kind: access.NodeKind(p.Kind), ID: p.ID}, Extent: access.ParseExtent(p.Extent)}
		if tree := place.Kind == access.AtOrganization || place.Kind == access.AtLocation; p.Extent == "" && tree {
			place.Extent = access.Within
		}
		d.Places = append(d.Places, place)
	}
	for _, id := range b.Groups {
		d.Groups = append(d.Groups, access.GroupID(id))
	}
	for _, id := range b.People {
		d.People = append(d.People, access.AccountID(id))
	}
	var err error
	d.From, d.Until, err = daysSaid(b.From, b.Until)
	return d, err
}

type policySaid struct {
	ID        access.PolicyID `json:"id"`
	Name      string          `json:"name"`
	SystemKey *string         `json:"system_key" doc:"Of a policy that the organization came with; only who holds it can change."`
	Role      string          `json:"role" doc:"Key of a role that Ambit comes with, id of a custom one."`
	RoleName  string          `json:"role_name"`
	Places    []policyAt      `json:"places" nullable:"false"`
	Groups    []policyGroup   `json:"groups" nullable:"false"`
	People    []person        `json:"people" nullable:"false"`
	Others    int             `json:"others" doc:"People who hold it besides, whom the asker may not know."`
	FirstDay  *string         `json:"first_day" format:"date"`
	LastDay   *string         `json:"last_day" format:"date"`
	Version   int             `json:"version"`
	ChangedAt *time.Time      `json:"changed_at"`
	EndedAt   *time.Time      `json:"ended_at"`
}

type policyAt struct {
	Kind   string  `json:"kind" enum:"organization,location,team,purchase"`
	ID     string  `json:"id"`
	Name   *string `json:"name"`
	Extent string  `json:"extent" enum:"here,within,beyond"`
	Gone   bool    `json:"gone" doc:"The team or the location has ended, so it gives nothing there."`
}

type policyGroup struct {
	ID      access.GroupID `json:"id"`
	Name    string         `json:"name"`
	Members int            `json:"members"`
}

func aPolicy(p management.Policy) policySaid {
	out := policySaid{
		ID: p.ID, Name: p.Name, SystemKey: text(p.System), Role: string(p.Role), RoleName: p.Gives.Name, Others: p.Hidden, FirstDay: date(p.From), LastDay: date(p.Until),
		Version: p.Version, ChangedAt: at(p.Changed), EndedAt: at(p.Ended), Groups: []policyGroup{}, People: []person{},
	}
	out.Places = list(p.At, func(at management.PolicyAt) policyAt {
		return policyAt{Kind: string(at.Kind), ID: at.ID, Name: text(at.Name), Extent: at.Extent.String(), Gone: at.Gone}
	})
	for _, h := range p.Holders {
		if h.Group != "" {
			out.Groups = append(out.Groups, policyGroup{ID: h.Group, Name: h.Name, Members: h.Members})
		} else {
			out.People = append(out.People, somebody(management.Person{ID: h.Account, Name: h.Name, Email: h.Email}))
		}
	}
	return out
}

type policyPage struct {
	Items []policySaid `json:"items" nullable:"false"`
}

func (a *API) listPolicies(ctx context.Context, reach access.Reach, _ *none) (*policyPage, error) {
	found, err := a.ask.Policies.List(ctx, reach)
	if err != nil {
		return nil, err
	}
	return &policyPage{Items: list(found, aPolicy)}, nil
}

type policyInput struct {
	ID access.PolicyID `path:"id" maxLength:"200" doc:"Of the policy."`
}

func (a *API) openPolicy(ctx context.Context, reach access.Reach, in *policyInput) (*policySaid, error) {
	found, err := a.ask.Policies.Open(ctx, reach, in.ID)
	if err != nil {
		return nil, err
	}
	out := aPolicy(found)
	return &out, nil
}

type policyEffect struct {
	Begins   int      `json:"begins" doc:"How many grants of access begin: one for each holder and place."`
	Ends     int      `json:"ends"`
	Effect   effect   `json:"effect"`
	Managers managers `json:"managers" doc:"Of the organization, before the change."`
}

func aPolicyEffect(e management.PolicyEffect) *policyEffect {
	return &policyEffect{Begins: e.Begins, Ends: e.Ends, Effect: anEffect(e.Effect), Managers: managers{Count: e.Managers.Count, Limit: positive(e.Managers.Limit)}}
}

type newPolicyPreviewInput struct{ Body PolicyFields }

func (a *API) previewNewPolicy(ctx context.Context, reach access.Reach, in *newPolicyPreviewInput) (*policyEffect, error) {
	return a.previewPolicy(ctx, reach, &policyPreviewInput{Body: in.Body})
}

type policyPreviewInput struct {
	ID   access.PolicyID `path:"id" maxLength:"200" doc:"Of the policy."`
	Body PolicyFields
}

func (a *API) previewPolicy(ctx context.Context, reach access.Reach, in *policyPreviewInput) (*policyEffect, error) {
	d, err := in.Body.draft()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Policies.Preview(ctx, reach, in.ID, d)
	if err != nil {
		return nil, err
	}
	return aPolicyEffect(found), nil
}

type newPolicyInput struct {
	Body struct {
		PolicyFields
		Seen   string `json:"seen,omitempty" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
		Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Stands in the audit log."`
	}
}

// madePolicy is a policy that was made.
type madePolicy struct {
	ID access.PolicyID `json:"id"`
}

func (p *madePolicy) location() string { return Prefix + "/policies/" + string(p.ID) }

func (a *API) addPolicy(ctx context.Context, reach access.Reach, in *newPolicyInput) (*madePolicy, error) {
	d, err := in.Body.draft()
	if err != nil {
		return nil, err
	}
	id, err := a.ask.Policies.Save(ctx, reach, "", management.PolicyEdit{PolicyDraft: d, Seen: in.Body.Seen, Reason: in.Body.Reason})
	if err != nil {
		return nil, err
	}
	return &madePolicy{ID: id}, nil
}

type savePolicyInput struct {
	ID   access.PolicyID `path:"id" maxLength:"200" doc:"Of the policy."`
	Body struct {
		PolicyFields
		Version int    `json:"version" doc:"The version that was looked at; where there is a later one the change is refused (409)."`
		Seen    string `json:"seen,omitempty" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
		Reason  string `json:"reason,omitempty" maxLength:"2000" doc:"Stands in the audit log."`
	}
}

func (a *API) savePolicy(ctx context.Context, reach access.Reach, in *savePolicyInput) (*none, error) {
	d, err := in.Body.draft()
	if err != nil {
		return nil, err
	}
	_, err = a.ask.Policies.Save(ctx, reach, in.ID, management.PolicyEdit{PolicyDraft: d, Version: in.Body.Version, Seen: in.Body.Seen, Reason: in.Body.Reason})
	return &none{}, err
}

func (a *API) previewPolicyEnd(ctx context.Context, reach access.Reach, in *policyInput) (*policyEffect, error) {
	found, err := a.ask.Policies.PreviewEnd(ctx, reach, in.ID)
	if err != nil {
		return nil, err
	}
	return aPolicyEffect(found), nil
}

type endPolicyInput struct {
	ID     access.PolicyID `path:"id" maxLength:"200" doc:"Of the policy."`
	Reason string          `query:"reason" maxLength:"2000" doc:"Stands in the audit log."`
	Seen   string          `query:"seen" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
}

func (a *API) endPolicy(ctx context.Context, reach access.Reach, in *endPolicyInput) (*none, error) {
	return &none{}, a.ask.Policies.End(ctx, reach, in.ID, management.PolicyEdit{Seen: in.Seen, Reason: in.Reason})
}
