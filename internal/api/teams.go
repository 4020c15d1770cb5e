package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/team"
)

// addTeams registers the operations about teams and who is in them.
func (a *API) addTeams() {
	get(a, "/teams", access.TeamList, a.listTeams, "Lists teams, the asker's own first")
	create(a, "/teams", access.TeamCreate, a.createTeam, "Makes a team, which its maker owns")
	get(a, "/teams/{id}", access.TeamView, a.openTeam, "Opens one team")
	put(a, "/teams/{id}", access.TeamEdit, a.renameTeam, "Gives a team another name")
	get(a, "/teams/{id}/end", access.TeamEdit, a.weighTeamEnd, "Tells whose sight shrinks when a team is deleted")
	remove(a, "/teams/{id}", access.TeamEdit, a.endTeam, "Deletes a team; its people stay as they are")
	get(a, "/teams/{id}/members", access.TeamView, a.listMembers, "Lists who is in a team, or ever was, of the asker's learners")
	create(a, "/teams/{id}/members/preview", access.TeamEdit, a.weighMembers, "Tells of each of some people whether they would join a team, and who would newly see them")
	create(a, "/teams/{id}/members", access.TeamEdit, a.addTeamMembers, "Adds people to a team")
	get(a, "/teams/{id}/members/{learner}/end", access.TeamEdit, a.weighMemberEnd, "Tells who would see a member of a team no longer")
	remove(a, "/teams/{id}/members/{learner}", access.TeamEdit, a.removeTeamMember, "Takes somebody out of a team")
	get(a, "/teams/{id}/shares", access.TeamShare, a.listShares, "Lists who has access at a team")
	get(a, "/teams/{id}/shares/preview", access.TeamShare, a.weighShare, "Tells what sharing a team would show whom")
	create(a, "/teams/{id}/shares", access.TeamShare, a.shareTeam, "Shares a team with a person or a group")
	get(a, "/teams/{id}/shares/{share}/end", access.TeamShare, a.weighShareEnd, "Tells whose sight shrinks when a team is shared no longer")
	remove(a, "/teams/{id}/shares/{share}", access.TeamShare, a.endShare, "Ends the access that a share gave")
	get(a, "/learners/{id}/teams", access.TeamView, a.listTeamsOf, "Lists the teams that a learner is in and was in")
}

// knows is whom the asker may know of: whose names and numbers are told.
func knows(ctx context.Context) access.Reach { return server.VisitOf(ctx).Reach(access.LearnerView) }

func asks(ctx context.Context) bulk.Asks { return server.VisitOf(ctx).Reach }

type teamSaid struct {
	ID         access.TeamID `json:"id"`
	ExternalID *string       `json:"external_id"`
	Name       string        `json:"name"`
	OwnerID    *string       `json:"owner_id"`
	OwnerName  *string       `json:"owner_name" doc:"Null where there is none, or one whom the asker may not know."`
	Members    int           `json:"members" doc:"Those whom the asker can see."`
	CreatedAt  *time.Time    `json:"created_at"`
}

func aTeam(t team.Team) teamSaid {
	out := teamSaid{ID: t.ID, ExternalID: text(t.ExternalID), Name: t.Name, OwnerName: text(t.OwnerName), Members: t.Members, CreatedAt: at(t.CreatedAt)}
	if t.OwnerName != "" {
		out.OwnerID = text(t.Owner)
	}
	return out
}

type teamsQuery struct {
	Window
	Q    string `query:"q" maxLength:"200" doc:"Part of the name."`
	Mine bool   `query:"mine" doc:"Only those that the asker owns."`
}

func (a *API) listTeams(ctx context.Context, reach access.Reach, in *teamsQuery) (*page[teamSaid], error) {
	found, err := a.ask.Teams.List(ctx, reach, knows(ctx), team.Query{Q: in.Q, Mine: in.Mine, Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	return &page[teamSaid]{Items: list(found.Items, aTeam), NextCursor: text(found.Next), Total: found.Total}, nil
}

type newTeamInput struct {
	Body struct {
		Name   string             `json:"name" maxLength:"1000" doc:"Unique in the organization."`
		People []access.AccountID `json:"people,omitempty" maxItems:"5000" doc:"Its first members; whoever is not among the asker's learners is left out."`
	}
}

type madeTeam struct {
	ID      access.TeamID `json:"id"`
	Members int           `json:"members"`
	LeftOut int           `json:"left_out"`
}

func (t *madeTeam) location() string { return Prefix + "/teams/" + string(t.ID) }

func (a *API) createTeam(ctx context.Context, reach access.Reach, in *newTeamInput) (*madeTeam, error) {
	made, err := a.ask.Teams.Create(ctx, reach, knows(ctx), team.Draft{Name: in.Body.Name, People: in.Body.People})
	if err != nil {
		return nil, err
	}
	return &madeTeam{ID: made.ID, Members: made.Members, LeftOut: made.LeftOut}, nil
}

// TeamPath names a team in an address.
type TeamPath struct {
	ID access.TeamID `path:"id" maxLength:"200" doc:"Of the team."`
}

func (a *API) openTeam(ctx context.Context, reach access.Reach, in *TeamPath) (*teamSaid, error) {
	found, err := a.ask.Teams.Open(ctx, reach, knows(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := aTeam(found)
	return &out, nil
}

type renameTeamInput struct {
	TeamPath
	Body struct {
		Name string `json:"name" maxLength:"1000"`
	}
}

func (a *API) renameTeam(ctx context.Context, reach access.Reach, in *renameTeamInput) (*none, error) {
	return &none{}, a.ask.Teams.Rename(ctx, reach, in.ID, in.Body.Name)
}

// teamChange is what an act on a team does, or did.
type teamChange struct {
	Items  []teamLine `json:"items" nullable:"false" doc:"One for each of the people, in their order."`
	Done   int        `json:"done" doc:"How many of them it changes anything for."`
	Effect effect     `json:"effect" doc:"Who newly sees whom, or no longer."`
}

type teamLine struct {
	Who    string `json:"who" doc:"A name where the asker knows them, else what was said."`
	Result string `json:"result" enum:"added,member,unknown,twice,more_than_own,removed,no_member,ended"`
}

func aTeamChange(plan bulk.Plan, err error) (*teamChange, error) {
	if err != nil {
		return nil, err
	}
	found, err := team.EffectOf(plan)
	return &teamChange{Done: plan.Effective(), Effect: anEffect(found), Items: list(plan.Lines, func(l bulk.Line) teamLine { return teamLine{Who: l.Subject, Result: l.Result} })}, err
}

func (a *API) weighTeamEnd(ctx context.Context, reach access.Reach, in *TeamPath) (*teamChange, error) {
	return aTeamChange(a.ask.Teams.Preview(ctx, reach, asks(ctx), team.EndAct, in.ID, team.Input{}))
}

type endTeamInput struct {
	TeamPath
	Seen string `query:"seen" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
}

func (a *API) endTeam(ctx context.Context, reach access.Reach, in *endTeamInput) (*none, error) {
	_, err := a.ask.Teams.Do(ctx, reach, asks(ctx), team.EndAct, in.ID, team.Input{}, in.Seen)
	return &none{}, err
}

type membersQuery struct {
	Window
	TeamPath
	Q    string `query:"q" maxLength:"200" doc:"Part of a name, an e-mail address or an external id."`
	Past bool   `query:"past" doc:"Everybody who ever was a member, the latest first."`
}

type teamMember struct {
	Person     person     `json:"person"`
	ExternalID *string    `json:"external_id"`
	Location   *string    `json:"location"`
	From       *time.Time `json:"from"`
	Until      *time.Time `json:"until" doc:"Null for a member of today."`
}

func (a *API) listMembers(ctx context.Context, reach access.Reach, in *membersQuery) (*page[teamMember], error) {
	found, err := a.ask.Teams.Members(ctx, reach, knows(ctx), in.ID, team.MemberQuery{Q: in.Q, Past: in.Past, Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	return &page[teamMember]{NextCursor: text(found.Next), Total: found.Total, Items: list(found.Items, func(m team.Member) teamMember {
		return teamMember{
			Person: person{ID: m.ID, Name: m.Name, Email: text(m.Email)}, ExternalID: text(m.ExternalID), Location: text(m.Location), From: at(m.From), Until: at(m.Until),
		}
	})}, nil
}

type wantedMember struct {
	AccountID access.AccountID `json:"account_id,omitempty" maxLength:"200"`
	Said      string           `json:"said,omitempty" maxLength:"320" doc:"An e-mail address or an external id, instead of the account."`
}

type membersInput struct {
	TeamPath
	Body struct {
		People []wantedMember `json:"people" maxItems:"5000" nullable:"false"`
		Seen   string         `json:"seen,omitempty" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
	}
}

func (in *membersInput) wanted() (out team.Input) {
	for _, p := range in.Body.People {
		w := team.Wanted{Account: p.AccountID}
		if p.AccountID == "" {
			w.Text = p.Said
		}
		out.People = append(out.People, w)
	}
	return out
}

func (a *API) weighMembers(ctx context.Context, reach access.Reach, in *membersInput) (*teamChange, error) {
	return aTeamChange(a.ask.Teams.Preview(ctx, reach, asks(ctx), team.AddAct, in.ID, in.wanted()))
}

func (a *API) addTeamMembers(ctx context.Context, reach access.Reach, in *membersInput) (*teamChange, error) {
	return aTeamChange(a.ask.Teams.Do(ctx, reach, asks(ctx), team.AddAct, in.ID, in.wanted(), in.Body.Seen))
}

// MemberPath names a member of a team.
type MemberPath struct {
	TeamPath
	Learner access.AccountID `path:"learner" maxLength:"200" doc:"Of the member."`
}

func (a *API) weighMemberEnd(ctx context.Context, reach access.Reach, in *MemberPath) (*teamChange, error) {
	plan, err := a.ask.Teams.Preview(ctx, reach, asks(ctx), team.RemoveAct, in.ID, team.Chosen([]access.AccountID{in.Learner}))
	if err == nil && plan.Effective() == 0 {
		err = fault.ErrNotFound
	}
	return aTeamChange(plan, err)
}

type removeMemberInput struct {
	MemberPath
	Seen string `query:"seen" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
}

func (a *API) removeTeamMember(ctx context.Context, reach access.Reach, in *removeMemberInput) (*none, error) {
	plan, err := a.ask.Teams.Do(ctx, reach, asks(ctx), team.RemoveAct, in.ID, team.Chosen([]access.AccountID{in.Learner}), in.Seen)
	if err == nil && plan.Effective() == 0 {
		err = fault.ErrNotFound
	}
	return &none{}, err
}

type learnerTeams struct {
	Items []learnerTeam `json:"items" nullable:"false" doc:"Those of today first."`
}

type learnerTeam struct {
	TeamID access.TeamID `json:"team_id"`
	Name   string        `json:"name"`
	From   *time.Time    `json:"from"`
	Until  *time.Time    `json:"until" doc:"Null for a membership of today."`
}

func (a *API) listTeamsOf(ctx context.Context, reach access.Reach, in *oneInput) (*learnerTeams, error) {
	id := access.AccountID(in.ID)
	if _, err := a.ask.Reports.Learner(ctx, knows(ctx), server.VisitOf(ctx).Reach(access.EnrollmentView), id); err != nil {
		return nil, err
	}
	found, err := a.ask.Teams.Of(ctx, reach, knows(ctx), id)
	if err != nil {
		return nil, err
	}
	return &learnerTeams{Items: list(found[id], func(m team.Membership) learnerTeam {
		return learnerTeam{TeamID: m.ID, Name: m.Name, From: at(m.From), Until: at(m.Until)}
	})}, nil
}

// shareSaid is access that somebody has at a team.
type shareSaid struct {
	ID       *string    `json:"id"`
	Kind     string     `json:"kind" enum:"account,group"`
	With     *string    `json:"with" doc:"Id of the person or the group; null where the asker may not know them."`
	Name     *string    `json:"name"`
	Role     string     `json:"role" doc:"team_reader, team_editor and team_analyst are what a team is shared as."`
	From     *time.Time `json:"from"`
	LastDay  *string    `json:"last_day" format:"date"`
	ByPolicy bool       `json:"by_policy" doc:"It comes from a policy and ends with it."`
	Ends     bool       `json:"ends" doc:"The asker may end it here."`
}

func aShare(s team.Share) shareSaid {
	out := shareSaid{
		ID: text(s.Grant), Kind: string(s.With.Kind), Name: text(s.With.Name), Role: string(s.Role.Key), From: at(s.From), LastDay: date(s.LastDay()), ByPolicy: s.ByPolicy, Ends: s.Ends,
	}
	if s.With.Name != "" {
		out.With = text(s.With.ID)
	}
	return out
}

type shareList struct {
	Items []shareSaid `json:"items" nullable:"false"`
}

func (a *API) listShares(ctx context.Context, reach access.Reach, in *TeamPath) (*shareList, error) {
	found, err := a.ask.Teams.Shares(ctx, reach, in.ID)
	if err != nil {
		return nil, err
	}
	return &shareList{Items: list(found, aShare)}, nil
}

type sharePreview struct {
	Share    shareSaid `json:"share" doc:"As it would be, or is."`
	Effect   effect    `json:"effect"`
	Managers managers  `json:"managers" doc:"Of the organization, before the change."`
}

func aSharePreview(p team.SharePreview, err error) (*sharePreview, error) {
	if err != nil {
		return nil, err
	}
	return &sharePreview{Share: aShare(p.Share), Effect: anEffect(p.Effect), Managers: managers{Count: p.Managers.Count, Limit: positive(p.Managers.Limit)}}, nil
}

type shareQuery struct {
	TeamPath
	Kind  string `query:"kind" required:"true" enum:"account,group"`
	With  string `query:"with" required:"true" maxLength:"200" doc:"Id of the person or the group."`
	Role  string `query:"role" required:"true" enum:"team_reader,team_editor,team_analyst"`
	From  string `query:"from" maxLength:"10" doc:"The first day; without it at once."`
	Until string `query:"until" maxLength:"10" doc:"The last day; without it until somebody ends it."`
}

// sharingOf is what is asked for, with its days.
func sharingOf(kind, with, role, from, until string) (team.Sharing, error) {
	s := team.Sharing{Kind: team.TargetKind(kind), To: with, Role: access.RoleKey(role), From: day.None, Until: day.None}
	var err error
	if from != "" {
		if s.From, err = day.Parse(from); err != nil {
			return s, fault.Field("from", "Choose a day.")
		}
	}
	if until != "" {
		if s.Until, err = day.Parse(until); err != nil {
			return s, fault.Field("until", "Choose a day.")
		}
	}
	return s, nil
}

func (a *API) weighShare(ctx context.Context, reach access.Reach, in *shareQuery) (*sharePreview, error) {
	s, err := sharingOf(in.Kind, in.With, in.Role, in.From, in.Until)
	if err != nil {
		return nil, err
	}
	return aSharePreview(a.ask.Teams.PreviewShare(ctx, reach, in.ID, s))
}

type shareInput struct {
	TeamPath
	Body struct {
		Kind   string `json:"kind" enum:"account,group"`
		With   string `json:"with" maxLength:"200" doc:"Id of the person or the group."`
		Role   string `json:"role" enum:"team_reader,team_editor,team_analyst"`
		From   string `json:"from,omitempty" maxLength:"10" doc:"The first day; without it at once."`
		Until  string `json:"until,omitempty" maxLength:"10" doc:"The last day; without it until somebody ends it."`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for whoever asks later."`
		Seen   string `json:"seen,omitempty" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
	}
}

// madeShare is a share that was made.
type madeShare struct {
	ID   access.GrantID `json:"id"`
	team access.TeamID
}

func (s *madeShare) location() string { return Prefix + "/teams/" + string(s.team) + "/shares" }

func (a *API) shareTeam(ctx context.Context, reach access.Reach, in *shareInput) (*madeShare, error) {
	b := in.Body
	s, err := sharingOf(b.Kind, b.With, b.Role, b.From, b.Until)
	if err != nil {
		return nil, err
	}
	s.Reason = b.Reason
	id, err := a.ask.Teams.Share(ctx, reach, in.ID, s, b.Seen)
	if err != nil {
		return nil, err
	}
	return &madeShare{ID: id, team: in.ID}, nil
}

// SharePath names a share of a team.
type SharePath struct {
	TeamPath
	Share access.GrantID `path:"share" maxLength:"200" doc:"Of the share."`
}

func (a *API) weighShareEnd(ctx context.Context, reach access.Reach, in *SharePath) (*sharePreview, error) {
	return aSharePreview(a.ask.Teams.PreviewShareEnd(ctx, reach, in.ID, in.Share))
}

type endShareInput struct {
	SharePath
	Seen string `query:"seen" maxLength:"200" doc:"What the preview said; needed where anybody's sight changes."`
}

func (a *API) endShare(ctx context.Context, reach access.Reach, in *endShareInput) (*none, error) {
	return &none{}, a.ask.Teams.EndShare(ctx, reach, in.ID, in.Share, in.Seen)
}
