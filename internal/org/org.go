// Package org is about organizations: a school or company that holds people,
// locations, content and settings. A master organization with all its clients
// is a realm, the unit of isolation. The people in an organization are
// package account's, its first administrator too.
package org

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// ID names an organization.
type ID = access.OrgID

// Status says whether people of the organization can sign in.
type Status string

// The statuses of an organization.
const (
	Active    Status = "active"
	Suspended Status = "suspended"
	Ended     Status = "ended"
)

// Organization is one school or company with its settings.
type Organization struct {
	ID             ID
	Realm          access.RealmID
	Slug           string // in addresses: /o/SLUG/…
	Name           string
	Address        string // lines of text; empty: none
	ClientID       string // the master's own id of a client; may be empty
	Path           access.Path
	Parent         ID // empty for the master of a realm
	Zone           string
	Locale         string
	Brand          Brand
	LetterHead     LetterHead
	Sessions       SessionLimits
	MayHaveClients bool
	Status         Status
	StatusReason   string // why it was suspended or ended
	StatusAt       time.Time
	ExpiresOn      day.Day // the last day it works; day.None: no end
	Windows        transcript.Windows
	HidePending    bool // addresses of pending invitations are hidden until redeemed
	Locations      bool // the optional feature
	Hierarchies    bool // locations below locations
	AutoReporter   bool
	ManagerLimit   int // 0: none
	HistoryMonths  int // how long reporters read on after their own seat ended by date
	Revision       int64
	CreatedAt      time.Time
}

// TimeZone is the organization's own; its days are days there.
func (o Organization) TimeZone() *time.Location { return day.ZoneOr(o.Zone) }

// OpenAt tells whether people can work in the organization at an instant.
func (o Organization) OpenAt(now time.Time) bool { return o.Closed(now) == nil }

// Closed says why people of the organization cannot work in it at an instant;
// nil while they can.
func (o Organization) Closed(now time.Time) error {
	switch {
	case o.Status == Ended:
		return ErrEnded
	case o.Status == Suspended:
		return ErrSuspended
	case !o.ExpiresOn.IsNone() && day.Of(now, o.TimeZone()) > o.ExpiresOn:
		return ErrExpired
	}
	return nil
}

// Service creates organizations and finds them.
type Service struct {
	store Store
	now   func() time.Time
}

// Store keeps organizations.
type Store interface {
	// FoundOrganization creates the master of a new realm.
	FoundOrganization(ctx context.Context, actor access.Actor, o Organization) (Organization, error)
	clients
	// ChangeOrganization changes settings of an organization in the reach.
	ChangeOrganization(ctx context.Context, reach access.Reach, id ID, change Settings) (Organization, error)
	// OpenOrganization reads one in the reach.
	OpenOrganization(ctx context.Context, reach access.Reach, id ID) (General, error)
	// SetLogo keeps a logo for an organization in the reach; the zero one takes it away.
	SetLogo(ctx context.Context, reach access.Reach, id ID, logo Logo) error
	LogoByHash(ctx context.Context, hash string) (Logo, error)
	OrganizationBySlug(ctx context.Context, slug string) (Organization, error)
	Organizations(ctx context.Context) ([]Organization, error)
}

// NewService makes the service.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// Found creates the master organization of a new realm, without anybody in it.
// Only the person who runs Ambit can ask for that, so it takes no reach.
func (s *Service) Found(ctx context.Context, n New) (Organization, error) {
	o, err := n.Organization(s.now())
	if err != nil {
		return Organization{}, err
	}
	return s.store.FoundOrganization(ctx, access.Actor{System: Operator}, o)
}

// BySlug finds an organization for the person who runs Ambit; what people may
// open is decided by account.Service.Resolve.
func (s *Service) BySlug(ctx context.Context, slug string) (Organization, error) {
	return s.store.OrganizationBySlug(ctx, slug)
}

// List lists every organization for the person who runs Ambit, each master
// with its clients after it.
func (s *Service) List(ctx context.Context) ([]Organization, error) {
	return s.store.Organizations(ctx)
}

// Operator names the person at the command line in audit events.
const Operator = "operator"

// What can be in the way of creating an organization.
var (
	ErrSlugTaken = fault.Field("slug", "This short name is taken.")
	ErrNameTaken = fault.Field("name", "A client of this name exists already.")
	ErrNoClients = fault.New(fault.Conflict, "This organization may not have clients.")
)

// Why nobody of an organization can work in it.
var (
	ErrSuspended = fault.New(fault.Forbidden, "This organization is suspended: nobody can work in it until its master organization opens it again.")
	ErrExpired   = fault.New(fault.Forbidden, "The last day of this organization is over: nobody can work in it until its master organization gives it another one.")
	ErrEnded     = fault.New(fault.Forbidden, "This organization has ended: nobody can work in it any more. What was done in it is kept.")
)
