package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

// addGrants registers the operations about what people hold.
func (a *API) addGrants() {
	get(a, "/learners/{id}/access", access.AccessExplain, a.listAccess, "Lists what access a person has and had")
	get(a, "/learners/{id}/access/preview", access.GrantEdit, a.previewAccess, "Tells whom a person would see with more access")
	create(a, "/learners/{id}/access", access.GrantEdit, a.giveAccess, "Gives a person access")
	get(a, "/access/ending", access.GrantEdit, a.listEnding, "Lists access that ends within thirty days")
	get(a, "/access/{id}/end", access.GrantEdit, a.previewAccessEnd, "Tells whom a person would see no longer without some access")
	remove(a, "/access/{id}", access.GrantEdit, a.endAccess, "Ends some access")
	put(a, "/access/{id}/until", access.GrantEdit, a.extendAccess, "Moves the last day of some access to a later one")
}

// accessHeld is some access that somebody has, had or will have.
type accessHeld struct {
	ID        *string    `json:"id" doc:"Null for what follows from a fact, such as having bought."`
	Role      string     `json:"role" doc:"Key of a role that Ambit comes with, id of a custom one."`
	RoleName  string     `json:"role_name"`
	At        node       `json:"at"`
	Extent    *string    `json:"extent" doc:"here, within or beyond; null where the place is no part of the tree."`
	Source    string     `json:"source" enum:"given,base_role,reporter,group,policy,bought" doc:"Where it comes from. What was given by hand can be ended and extended here."`
	Group     *string    `json:"group" doc:"The group it is accessHeld through."`
	From      *time.Time `json:"from"`
	Until     *time.Time `json:"until" doc:"When it ends by itself, or has ended."`
	LastDay   *string    `json:"last_day" format:"date" doc:"The last day of access, in the zone of the person's organization."`
	GivenBy   *string    `json:"given_by" doc:"Id of whoever gave it; null where a part of Ambit did, or somebody whom the asker may not ask about."`
	GiverName *string    `json:"given_by_name"`
	Reason    *string    `json:"reason"`
}

func aHolding(h management.Holding) accessHeld {
	w := aWay(management.Way{Grant: h.Grant, Given: h.Given})
	return accessHeld{
		ID: text(h.Grant.ID), Role: string(h.Grant.Role.Key), RoleName: w.Role, At: w.At, Extent: w.Extent, Source: string(h.Source()), Group: w.Group,
		From: w.From, Until: w.Until, LastDay: date(h.LastDay()), GivenBy: w.GivenBy, GiverName: w.Giver, Reason: w.Reason,
	}
}

type accessOf struct {
	Person person       `json:"person"`
	Now    []accessHeld `json:"now" nullable:"false" doc:"Also what begins later."`
	Past   []accessHeld `json:"past" nullable:"false"`
	Hidden int          `json:"hidden" doc:"Access at places that the asker may not see."`
}

func (a *API) listAccess(ctx context.Context, reach access.Reach, in *oneInput) (*accessOf, error) {
	found, err := a.ask.Management.Holdings(ctx, reach, access.AccountID(in.ID))
	if err != nil {
		return nil, err
	}
	return &accessOf{Person: somebody(found.Person), Now: list(found.Now, aHolding), Past: list(found.Past, aHolding), Hidden: found.Hidden}, nil
}

// gift is access that somebody is to be given, as a question and as a body say it.
type gift struct{ Role, Kind, Place, Extent, From, Until string }

func (g gift) giving(to string) (management.Giving, error) {
	out := management.Giving{To: access.AccountID(to), Role: access.RoleKey(g.Role), At: management.Spot{Kind: access.NodeKind(g.Kind), ID: g.Place}, From: day.None, Until: day.None}
	var err error
	if g.From != "" {
		if out.From, err = day.Parse(g.From); err != nil {
			return out, fault.Field("from", "Choose a day.")
		}
	}
	if g.Until != "" {
		if out.Until, err = day.Parse(g.Until); err != nil {
			return out, fault.Field("until", "Choose a day.")
		}
	}
	if g.Extent != "" {
		out.Extent = access.ParseExtent(g.Extent)
	} else {
		out.Usual = true
	}
	return out, nil
}

type giftPreview struct {
	Person   person     `json:"person"`
	Access   accessHeld `json:"access" doc:"As it would be, or is."`
	Effect   effect     `json:"effect"`
	Managers managers   `json:"managers" doc:"Of the person's organization, before the change."`
}

func aGiftPreview(p management.GivingPreview) *giftPreview {
	return &giftPreview{
		Person: somebody(p.To), Access: aHolding(p.Holding), Effect: anEffect(p.Effect),
		Managers: managers{Count: p.Managers.Count, Limit: positive(p.Managers.Limit)},
	}
}

type giftQuery struct {
	ID     string `path:"id" doc:"Of the person's account."`
	Role   string `query:"role" required:"true" maxLength:"200" doc:"Key of a role that Ambit comes with, or id of a custom one."`
	Kind   string `query:"kind" required:"true" enum:"organization,location,team,purchase" doc:"Of the place."`
	Place  string `query:"place" required:"true" maxLength:"200" doc:"Id of the organization, location, team or purchase."`
	Extent string `query:"extent" enum:"here,within,beyond" doc:"The place alone, what is below it too, or its clients too. Without it as far as the role usually goes there."`
	From   string `query:"from" maxLength:"10" doc:"The first day; without it at once."`
	Until  string `query:"until" maxLength:"10" doc:"The last day; without it until somebody ends it."`
}

func (a *API) previewAccess(ctx context.Context, reach access.Reach, in *giftQuery) (*giftPreview, error) {
	g, err := gift{in.Role, in.Kind, in.Place, in.Extent, in.From, in.Until}.giving(in.ID)
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Management.PreviewGiving(ctx, reach, g)
	if err != nil {
		return nil, err
	}
	return aGiftPreview(found), nil
}

type giftInput struct {
	ID   string `path:"id" doc:"Of the person's account."`
	Body giftBody
}

type giftBody struct {
	Role   string `json:"role" maxLength:"200" doc:"Key of a role that Ambit comes with, or id of a custom one."`
	Kind   string `json:"kind" enum:"organization,location,team,purchase" doc:"Of the place."`
	Place  string `json:"place" maxLength:"200" doc:"Id of the organization, location, team or purchase."`
	Extent string `json:"extent,omitempty" enum:"here,within,beyond" doc:"The place alone, what is below it too, or its clients too. Without it as far as the role usually goes there."`
	From   string `json:"from,omitempty" maxLength:"10" doc:"The first day; without it at once."`
	Until  string `json:"until,omitempty" maxLength:"10" doc:"The last day; without it until somebody ends it."`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for whoever asks later."`
	Seen   string `json:"seen,omitempty" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
}

// given is access that was just given.
type given struct {
	ID     access.GrantID `json:"id"`
	person string
}

func (g *given) location() string { return Prefix + "/learners/" + g.person + "/access" }

func (a *API) giveAccess(ctx context.Context, reach access.Reach, in *giftInput) (*given, error) {
	b := in.Body
	g, err := gift{b.Role, b.Kind, b.Place, b.Extent, b.From, b.Until}.giving(in.ID)
	if err != nil {
		return nil, err
	}
	g.Reason = b.Reason
	id, err := a.ask.Management.Give(ctx, reach, g, b.Seen)
	if err != nil {
		return nil, err
	}
	return &given{ID: id, person: in.ID}, nil
}

type accessInput struct {
	ID access.GrantID `path:"id" maxLength:"200" doc:"Of the access."`
}

func (a *API) previewAccessEnd(ctx context.Context, reach access.Reach, in *accessInput) (*giftPreview, error) {
	found, err := a.ask.Management.PreviewEnd(ctx, reach, in.ID)
	if err != nil {
		return nil, err
	}
	return aGiftPreview(found), nil
}

type endInput struct {
	ID     access.GrantID `path:"id" maxLength:"200" doc:"Of the access."`
	Reason string         `query:"reason" maxLength:"500" doc:"Why, for whoever asks later."`
	Seen   string         `query:"seen" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
}

func (a *API) endAccess(ctx context.Context, reach access.Reach, in *endInput) (*none, error) {
	return &none{}, a.ask.Management.End(ctx, reach, in.ID, in.Reason, in.Seen)
}

type extendInput struct {
	ID   access.GrantID `path:"id" maxLength:"200" doc:"Of the access."`
	Body struct {
		Until string `json:"until" format:"date" doc:"The new last day, no earlier than the one until now."`
	}
}

func (a *API) extendAccess(ctx context.Context, reach access.Reach, in *extendInput) (*none, error) {
	until, err := day.Parse(in.Body.Until)
	if err != nil {
		return nil, fault.Field("until", "Choose a day.")
	}
	return &none{}, a.ask.Management.Extend(ctx, reach, in.ID, until)
}

type endingInput struct {
	Cursor string `query:"cursor" doc:"The next_cursor of the page before."`
}

type endingPage struct {
	Items []ending `json:"items" nullable:"false" doc:"The first to end first."`
	Next  *string  `json:"next_cursor" doc:"Null on the last page."`
}

type ending struct {
	Person person     `json:"person"`
	Access accessHeld `json:"access"`
}

func (a *API) listEnding(ctx context.Context, reach access.Reach, in *endingInput) (*endingPage, error) {
	found, err := a.ask.Management.EndingSoon(ctx, reach, in.Cursor)
	if err != nil {
		return nil, err
	}
	return &endingPage{Next: text(found.Next), Items: list(found.Items, func(e management.EndingGrant) ending {
		return ending{Person: somebody(e.Person), Access: aHolding(e.Holding)}
	})}, nil
}
