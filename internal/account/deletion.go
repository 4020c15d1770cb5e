package account

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/cursor"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Gone is an account that was deleted. Its name and what its person has done
// stay; its address and its external id are free for others.
type Gone struct {
	ID           ID
	Name         string
	Email        string // which it had
	LocationName string
	At           time.Time
	By           string // name of who deleted it, as far as the asker may see them
	System       string // the piece of Ambit that did
	Reason       string
}

// GonePage is a page of deleted accounts, the latest first.
type GonePage struct {
	Items []Gone
	Next  string
}

// gonePageSize is how many deleted accounts stand on a page.
const gonePageSize = 50

// Delete takes an account away, with the reason: it can no longer be worked in,
// and its grants and its memberships in groups and teams end. What its person
// has learned keeps counting in the past (M-258, I-21). Nobody deletes
// themselves, and the last active administrator stays.
func (s *Service) Delete(ctx context.Context, reach access.Reach, id ID, reason string) error {
	if err := reach.For(access.AccountDelete); err != nil {
		return err
	}
	reason, err := reasonFor(reason, true)
	if err != nil {
		return err
	}
	return s.store.DeleteAccount(ctx, reach, id, reason)
}

// Restore gives a deleted account back as that of a Student, with the address
// and the external id that it had. What it held besides has to be given again.
func (s *Service) Restore(ctx context.Context, reach access.Reach, id ID, reason string) error {
	if err := reach.For(access.AccountDelete); err != nil {
		return err
	}
	reason, err := reasonFor(reason, false)
	if err != nil {
		return err
	}
	return s.store.RestoreAccount(ctx, reach, id, reason)
}

// ErrAddressTaken refuses to restore an account whose address or id has gone to
// somebody else since.
var ErrAddressTaken = fault.New(fault.Conflict, "Somebody else has the e-mail address or the external id of this account by now.")

// Deleted lists the deleted accounts in the asker's access.
func (s *Service) Deleted(ctx context.Context, reach access.Reach, from string) (GonePage, error) {
	if err := reach.For(access.AccountDelete); err != nil {
		return GonePage{}, err
	}
	key, err := s.store.CursorKey(ctx)
	if err != nil {
		return GonePage{}, err
	}
	cursors := cursor.Of(key, reach, "deleted", nil)
	keys, err := cursors.Keys(from)
	if err != nil {
		return GonePage{}, err
	}
	var after ID
	if len(keys) == 1 {
		after = ID(keys[0])
	}
	found, err := s.store.DeletedAccounts(ctx, reach, after, gonePageSize+1)
	page := GonePage{Items: found}
	if len(found) > gonePageSize {
		page.Items = found[:gonePageSize]
		page.Next = cursors.After(string(page.Items[gonePageSize-1].ID))
	}
	return page, err
}
