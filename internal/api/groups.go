package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

// addGroups registers the operations about groups.
func (a *API) addGroups() {
	get(a, "/groups", access.GroupView, a.listGroups, "Lists the groups of the organization, ended ones last")
	create(a, "/groups", access.GroupEdit, a.addGroup, "Makes a group, which gives nothing yet")
	get(a, "/groups/{id}", access.GroupView, a.openGroup, "Opens one group: who is in it, who was, and what it gives")
	put(a, "/groups/{id}", access.GroupEdit, a.renameGroup, "Gives a group another name")
	create(a, "/groups/{id}/preview", access.GroupEdit, a.previewGroup, "Tells whom people would see who join a group, or no longer when they leave it or it ends")
	create(a, "/groups/{id}/changes", access.GroupEdit, a.changeGroup, "Adds members to a group, removes them, ends the group or brings it back")
}

type groupSaid struct {
	ID        access.GroupID `json:"id"`
	Name      string         `json:"name"`
	SystemKey *string        `json:"system_key" doc:"Of a group that the organization came with."`
	Members   int            `json:"members" doc:"Who are members, or will be."`
	Policies  int            `json:"policies" doc:"That it holds."`
	CreatedAt *time.Time     `json:"created_at"`
	EndedAt   *time.Time     `json:"ended_at"`
}

func oneGroup(g management.Group) groupSaid {
	return groupSaid{ID: g.ID, Name: g.Name, SystemKey: text(g.System), Members: g.Members, Policies: g.Policies, CreatedAt: at(g.Created), EndedAt: at(g.Ended)}
}

type groupPage struct {
	Items []groupSaid `json:"items" nullable:"false"`
}

func (a *API) listGroups(ctx context.Context, reach access.Reach, _ *none) (*groupPage, error) {
	found, err := a.ask.Groups.List(ctx, reach)
	if err != nil {
		return nil, err
	}
	return &groupPage{Items: list(found, oneGroup)}, nil
}

type groupBody struct {
	Name string `json:"name" maxLength:"1000"`
}

type newGroupInput struct{ Body groupBody }

// madeGroup is a group that was made.
type madeGroup struct {
	ID access.GroupID `json:"id"`
}

func (g *madeGroup) location() string { return Prefix + "/groups/" + string(g.ID) }

func (a *API) addGroup(ctx context.Context, reach access.Reach, in *newGroupInput) (*madeGroup, error) {
	id, err := a.ask.Groups.Add(ctx, reach, in.Body.Name)
	if err != nil {
		return nil, err
	}
	return &madeGroup{ID: id}, nil
}

type groupInput struct {
	ID access.GroupID `path:"id" maxLength:"200" doc:"Of the group."`
}

type openedGroup struct {
	Group   groupSaid    `json:"group"`
	Members []membership `json:"members" nullable:"false" doc:"Now, or later; as far as the asker sees them."`
	Past    []membership `json:"past" nullable:"false" doc:"Memberships that are over, the latest first."`
	Others  int          `json:"others" doc:"Members besides."`
	Gives   []groupGift  `json:"gives" nullable:"false" doc:"What its members get."`
}

type membership struct {
	Person person     `json:"person"`
	From   *time.Time `json:"from"`
	Until  *time.Time `json:"until" doc:"When it ends by itself, or has ended."`
}

type groupGift struct {
	Policy     *string    `json:"policy" doc:"Id of the policy that gives it."`
	PolicyName *string    `json:"policy_name"`
	Role       string     `json:"role" doc:"Key of a role that Ambit comes with, id of a custom one."`
	At         node       `json:"at"`
	Extent     *string    `json:"extent" doc:"here, within or beyond; null where the place is no part of the tree."`
	From       *time.Time `json:"from"`
	Until      *time.Time `json:"until"`
}

func aGroupGift(g management.GroupGift) groupGift {
	w := aWay(management.Way{Grant: g.Grant})
	return groupGift{Policy: text(g.Policy), PolicyName: text(g.Name), Role: string(g.Grant.Role.Key), At: w.At, Extent: w.Extent, From: at(g.Grant.From), Until: at(g.Grant.Until)}
}

func (a *API) openGroup(ctx context.Context, reach access.Reach, in *groupInput) (*openedGroup, error) {
	found, err := a.ask.Groups.Open(ctx, reach, in.ID)
	if err != nil {
		return nil, err
	}
	member := func(m management.GroupMember) membership {
		return membership{Person: somebody(m.Person), From: at(m.From), Until: at(m.Until)}
	}
	return &openedGroup{
		Group: oneGroup(found.Group), Members: list(found.Members, member), Past: list(found.Past, member), Others: found.Others, Gives: list(found.Given, aGroupGift),
	}, nil
}

type renameGroupInput struct {
	ID   access.GroupID `path:"id" maxLength:"200" doc:"Of the group."`
	Body groupBody
}

func (a *API) renameGroup(ctx context.Context, reach access.Reach, in *renameGroupInput) (*none, error) {
	return &none{}, a.ask.Groups.Rename(ctx, reach, in.ID, in.Body.Name)
}

// GroupChangeFields is what is to be done with a group.
type GroupChangeFields struct {
	Act    string   `json:"act" enum:"join,leave,end,restore"`
	People []string `json:"people,omitempty" maxItems:"100" doc:"Ids of the accounts that join or leave."`
	From   string   `json:"from,omitempty" maxLength:"10" doc:"The first day of who joins; without it at once."`
	Until  string   `json:"until,omitempty" maxLength:"10" doc:"The last day; without it until somebody ends it."`
}

func (b GroupChangeFields) change(id access.GroupID) (management.GroupChange, error) {
	c := management.GroupChange{Group: id, Act: management.GroupAct(b.Act)}
	for _, person := range b.People {
		c.People = append(c.People, access.AccountID(person))
	}
	var err error
	c.From, c.Until, err = daysSaid(b.From, b.Until)
	return c, err
}

// daysSaid reads a first and a last day; either may be left out.
func daysSaid(from, until string) (first, last day.Day, err error) {
	first, last = day.None, day.None
	if from != "" {
		if first, err = day.Parse(from); err != nil {
			return first, last, fault.Field("from", "Choose a day.")
		}
	}
	if until != "" {
		if last, err = day.Parse(until); err != nil {
			return first, last, fault.Field("until", "Choose a day.")
		}
	}
	return first, last, nil
}

type previewGroupInput struct {
	ID   access.GroupID `path:"id" maxLength:"200" doc:"Of the group."`
	Body GroupChangeFields
}

type groupEffect struct {
	People   []person    `json:"people" nullable:"false" doc:"Whom it is about."`
	Gives    []groupGift `json:"gives" nullable:"false" doc:"What begins or ends for them."`
	Effect   effect      `json:"effect"`
	Managers managers    `json:"managers" doc:"Of the organization, before the change."`
}

func (a *API) previewGroup(ctx context.Context, reach access.Reach, in *previewGroupInput) (*groupEffect, error) {
	c, err := in.Body.change(in.ID)
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Groups.Preview(ctx, reach, c)
	if err != nil {
		return nil, err
	}
	return &groupEffect{
		People: list(found.People, somebody), Gives: list(found.Given, aGroupGift), Effect: anEffect(found.Effect),
		Managers: managers{Count: found.Managers.Count, Limit: positive(found.Managers.Limit)},
	}, nil
}

type changeGroupInput struct {
	ID   access.GroupID `path:"id" maxLength:"200" doc:"Of the group."`
	Body struct {
		GroupChangeFields
		Seen   string `json:"seen,omitempty" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
		Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Stands in the audit log."`
	}
}

func (a *API) changeGroup(ctx context.Context, reach access.Reach, in *changeGroupInput) (*madeGroup, error) {
	c, err := in.Body.change(in.ID)
	if err != nil {
		return nil, err
	}
	c.Reason = in.Body.Reason
	if err := a.ask.Groups.Change(ctx, reach, c, in.Body.Seen); err != nil {
		return nil, err
	}
	return &madeGroup{ID: in.ID}, nil
}
