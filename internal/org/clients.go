package org

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/cursor"
	"github.com/ambit-lms/ambit/internal/fault"
)

// A client is changed by its master: by somebody whose access holds the
// organization above it. An organization changes neither its own kind nor its
// own last day or status, and nobody changes what it is a client of.

// CreateClient creates a client organization under a parent in the reach,
// without anybody in it; account.Service.FoundClient also invites somebody.
func (s *Service) CreateClient(ctx context.Context, reach access.Reach, parent ID, n New) (Organization, error) {
	if err := reach.For(access.ClientEdit); err != nil {
		return Organization{}, err
	}
	o, err := n.Organization(s.now())
	if err != nil {
		return Organization{}, err
	}
	o.Parent = parent
	return s.store.CreateClient(ctx, reach, o)
}

// Clients lists what lies below the asker's organization, by name: its clients and theirs.
func (s *Service) Clients(ctx context.Context, reach access.Reach, q ClientQuery) (ClientPage, error) {
	if err := reach.For(access.ClientView); err != nil {
		return ClientPage{}, err
	}
	if q.Q = strings.TrimSpace(q.Q); utf8.RuneCountInString(q.Q) > 200 {
		return ClientPage{}, fault.Field("q", "Search for at most 200 characters.")
	}
	key, err := s.store.CursorKey(ctx)
	if err != nil {
		return ClientPage{}, err
	}
	cursors := cursor.Of(key, reach, "clients", []string{q.Q, string(q.Status)})
	keys, err := cursors.Keys(q.Cursor)
	if err != nil {
		return ClientPage{}, err
	}
	var after ClientPosition
	if len(keys) == 2 {
		after = ClientPosition{Folded: keys[0], ID: ID(keys[1])}
	}
	items, at, total, err := s.store.Clients(ctx, reach, q, after)
	page := ClientPage{Items: items, Total: total}
	if err == nil && len(items) > q.Size() {
		page.Items = items[:q.Size()]
		last := at[q.Size()-1]
		page.Next = cursors.After(last.Folded, string(last.ID))
	}
	return page, err
}

// Client opens one of them.
func (s *Service) Client(ctx context.Context, reach access.Reach, id ID) (Client, error) {
	if err := reach.For(access.ClientView); err != nil {
		return Client{}, err
	}
	return s.store.Client(ctx, reach, id)
}

// ChangeClient changes a client and gives it as it is then. While somebody
// holds a role that needs clients, or there are some, being allowed to have them
// stays: the answer is then a refusal with those people (M-234, Q-21).
func (s *Service) ChangeClient(ctx context.Context, reach access.Reach, id ID, change ClientChange) (Organization, []Holder, error) {
	if err := reach.For(access.ClientEdit); err != nil {
		return Organization{}, nil, err
	}
	change, err := change.Check()
	if err != nil {
		return Organization{}, nil, err
	}
	return s.store.ChangeClient(ctx, reach, id, change)
}

// Suspend shuts a client: from the next request on nobody of it can work, by
// page or by token, and no file of theirs is finished. Nothing is deleted; its
// own clients go on.
func (s *Service) Suspend(ctx context.Context, reach access.Reach, id ID, reason string) (Organization, error) {
	return s.changeStatus(ctx, reach, id, Suspended, reason)
}

// Reopen opens a suspended client again, with all that its people had. One that
// has ended is opened again only by the person who runs Ambit.
func (s *Service) Reopen(ctx context.Context, reach access.Reach, id ID, reason string) (Organization, error) {
	return s.changeStatus(ctx, reach, id, Active, reason)
}

// End shuts a client for good. What was done in it stays in its master's
// reports, where it can be read and not changed.
func (s *Service) End(ctx context.Context, reach access.Reach, id ID, reason string) (Organization, error) {
	return s.changeStatus(ctx, reach, id, Ended, reason)
}

func (s *Service) changeStatus(ctx context.Context, reach access.Reach, id ID, to Status, reason string) (Organization, error) {
	if err := reach.For(access.ClientEdit); err != nil {
		return Organization{}, err
	}
	reason = strings.Join(strings.Fields(reason), " ")
	if to != Active && reason == "" || utf8.RuneCountInString(reason) > 500 {
		return Organization{}, ErrReason
	}
	return s.store.ChangeClientStatus(ctx, reach, id, to, reason)
}
