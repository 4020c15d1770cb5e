package api

import (
	"cmp"
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/report"
)

type explanation struct {
	Actor   person         `json:"actor"`
	Learner person         `json:"learner"`
	Allowed bool           `json:"allowed"`
	Because []way          `json:"because" nullable:"false" doc:"Every way that leads there now; ending all of them ends it."`
	Nearest maybe[nearest] `json:"nearest" doc:"Where it is not allowed: what comes closest, and what it lacks."`
}

// way is a grant that leads, or nearly leads, from a person to a learner.
type way struct {
	Role        string     `json:"role"`
	At          node       `json:"at"`
	Extent      *string    `json:"extent" doc:"here, within or beyond; null where the place is no part of the tree."`
	Group       *string    `json:"group" doc:"The group it is held through."`
	From        *time.Time `json:"from"`
	Until       *time.Time `json:"until"`
	GivenBy     *string    `json:"given_by" doc:"Id of whoever gave it; null where a part of Ambit did, or somebody whom the asker may not ask about."`
	Giver       *string    `json:"given_by_name" doc:"Their name, or that of the part of Ambit."`
	Reason      *string    `json:"reason"`
	Permissions []string   `json:"permissions" nullable:"false" doc:"What it lets the person see."`
}

type node struct {
	Kind string  `json:"kind" enum:"organization,location,purchase,team"`
	ID   string  `json:"id"`
	Name *string `json:"name"`
}

type nearest struct {
	Missing string     `json:"missing" enum:"not_yet,over,permission,only_what_one_owns,place,no_access"`
	Way     maybe[way] `json:"way" doc:"Null where the person holds nothing at all."`
}

type explainInput struct {
	Actor      access.AccountID `query:"actor" required:"true" maxLength:"200" doc:"Id of the account that sees, or does not."`
	Learner    access.AccountID `query:"learner" required:"true" maxLength:"200" doc:"Id of the learner."`
	Permission string           `query:"permission" maxLength:"200" doc:"Asks about one permission, such as matrix.view; any way of seeing counts without it."`
}

func (a *API) explain(ctx context.Context, reach access.Reach, in *explainInput) (*explanation, error) {
	permission := access.None
	if in.Permission != "" {
		var err error
		if permission, err = access.ParsePermission(in.Permission); err != nil {
			return nil, fault.Field("permission", "There is no such permission.")
		}
	}
	found, err := a.ask.Management.Explain(ctx, reach, in.Actor, in.Learner, permission)
	if err != nil {
		return nil, err
	}
	out := &explanation{Actor: somebody(found.Actor), Learner: somebody(found.Learner), Allowed: found.Allowed, Because: list(found.Ways, aWay)}
	if found.Nearest != nil {
		n := nearest{Missing: string(found.Nearest.Missing)}
		if found.Nearest.Missing != access.NoGrant {
			n.Way = some(aWay(found.Near))
		}
		out.Nearest = some(n)
	}
	return out, nil
}

func somebody(p management.Person) person {
	return person{ID: p.ID, Name: p.Name, Email: text(p.Email)}
}

func aWay(w management.Way) way {
	g := w.Grant
	out := way{
		Role: g.Role.Name, At: node{Kind: string(g.Node.Kind), ID: g.Node.ID, Name: text(g.Node.Label)},
		From: at(g.From), Until: at(g.Until), GivenBy: text(w.Given.ID), Giver: text(cmp.Or(w.Given.Name, w.Given.System)), Reason: text(g.Reason),
		Permissions: list(w.Permissions, access.Permission.String),
	}
	if g.Node.Kind == access.AtOrganization || g.Node.Kind == access.AtLocation {
		out.Extent = text(g.Extent.String())
	}
	if !g.Ended.IsZero() {
		out.Until = at(g.Ended)
	}
	if g.Via != nil {
		out.Group = text(g.Via.Name)
	}
	return out
}

type viewers struct {
	Learner person   `json:"learner"`
	Items   []viewer `json:"items" nullable:"false"`
	Others  int      `json:"others" doc:"Viewers whom the asker may not ask about."`
}

type viewer struct {
	Person person `json:"person"`
	Ways   []way  `json:"ways" nullable:"false"`
}

func (a *API) listViewers(ctx context.Context, reach access.Reach, in *oneInput) (*viewers, error) {
	found, err := a.ask.Management.Viewers(ctx, reach, access.AccountID(in.ID))
	if err != nil {
		return nil, err
	}
	return &viewers{
		Learner: somebody(found.Learner), Others: found.Others,
		Items: list(found.Viewers, func(v management.Viewer) viewer {
			return viewer{Person: somebody(v.Person), Ways: list(v.Ways, aWay)}
		}),
	}, nil
}

// seen is the answer to "who can see me?".
type seen struct {
	Items   []seer       `json:"items" nullable:"false" doc:"People of the asker's organization."`
	Others  []otherSeers `json:"others" nullable:"false" doc:"People of other organizations, by what they hold."`
	Exports []exported   `json:"exports" nullable:"false" doc:"What others took away in the last year with the asker in it, the latest first."`
}

type seer struct {
	ID   access.AccountID `json:"id"`
	Name string           `json:"name"`
	Ways []way            `json:"ways" nullable:"false"`
}

type otherSeers struct {
	Way    way `json:"way"`
	People int `json:"people"`
}

type exported struct {
	Report       string     `json:"report"`
	How          string     `json:"how" enum:"file,printed,addresses" doc:"As a file, on paper, or as a list of e-mail addresses."`
	At           *time.Time `json:"at"`
	By           *string    `json:"by" doc:"Name; null for somebody of another organization."`
	Organization string     `json:"organization" doc:"Of whoever had it made."`
}

func (a *API) whoSeesMe(ctx context.Context, reach access.Reach, _ *none) (*seen, error) {
	found, err := a.ask.Management.WhoSeesMe(ctx, reach)
	if err != nil {
		return nil, err
	}
	files, err := a.ask.Runs.WhoExportedMe(ctx, reach)
	if err != nil {
		return nil, err
	}
	return &seen{
		Items: list(found.Viewers, func(v management.Viewer) seer { return seer{v.ID, v.Name, list(v.Ways, aWay)} }),
		Others: list(found.Others, func(o management.OtherViewers) otherSeers {
			return otherSeers{aWay(o.Way), o.People}
		}),
		Exports: list(files, func(x report.Exported) exported {
			return exported{string(x.Report), cmp.Or(string(x.How), "file"), at(x.At), text(x.Person), x.Company}
		}),
	}, nil
}
