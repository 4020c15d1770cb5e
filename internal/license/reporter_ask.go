package license

import (
	"context"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Candidates lists who could become the reporter of a purchase now: the buyer,
// and people with a redeemed seat that has not ended (M-023). Invitations that
// are still pending stand there too, after them and with the reason why not.
func (s *Service) Candidates(ctx context.Context, reach access.Reach, id PurchaseID, query CandidateQuery) ([]Candidate, error) {
	if err := reach.For(access.ReporterAssign); err != nil {
		return nil, err
	}
	return s.store.ReporterCandidates(ctx, reach, id, query)
}

// Reporter tells who reports on a purchase and what stands in the way of somebody else.
func (s *Service) Reporter(ctx context.Context, reach access.Reach, id PurchaseID) (ReporterNow, error) {
	if err := reach.For(access.ReporterAssign); err != nil {
		return ReporterNow{}, err
	}
	return s.store.ReporterNow(ctx, reach, id)
}

// PreviewReporter tells what appointing somebody would change (N-02). Who
// cannot be appointed has no preview but the reason.
func (s *Service) PreviewReporter(ctx context.Context, reach access.Reach, id PurchaseID, to access.AccountID) (AppointmentPreview, error) {
	if err := named(reach, to); err != nil {
		return AppointmentPreview{}, err
	}
	return s.store.PreviewAppointment(ctx, reach, id, to)
}

// PreviewRevocation tells what revoking the role would end, and what stays.
func (s *Service) PreviewRevocation(ctx context.Context, reach access.Reach, id PurchaseID) (RevocationPreview, error) {
	if err := reach.For(access.ReporterAssign); err != nil {
		return RevocationPreview{}, err
	}
	return s.store.PreviewRevocation(ctx, reach, id)
}

// WaitingReporters lists the purchases whose automatic appointment met the
// manager limit and waits for an administrator (M-052).
func (s *Service) WaitingReporters(ctx context.Context, reach access.Reach) (Waiting, error) {
	if err := reach.For(access.ReporterAssign); err != nil {
		return Waiting{}, err
	}
	return s.store.ReportersWaiting(ctx, reach)
}

// AssignReporter makes somebody the one reporter of a purchase; who held the
// role loses it in the same instant. Naming who holds it already changes nothing.
func (s *Service) AssignReporter(ctx context.Context, reach access.Reach, id PurchaseID, to access.AccountID) error {
	if err := named(reach, to); err != nil {
		return err
	}
	return s.store.AppointReporter(ctx, reach, id, Appoint{To: to})
}

// ConfirmReporter does so after a preview: where somebody else than was shown
// holds the role by now, nothing is changed.
func (s *Service) ConfirmReporter(ctx context.Context, reach access.Reach, id PurchaseID, shown, to access.AccountID) error {
	if err := named(reach, to); err != nil {
		return err
	}
	return s.store.AppointReporter(ctx, reach, id, Appoint{To: to, Instead: &shown})
}

func named(reach access.Reach, to access.AccountID) error {
	if err := reach.For(access.ReporterAssign); err != nil {
		return err
	}
	if strings.TrimSpace(string(to)) == "" {
		return fault.Field("account_id", "Choose who becomes the reporter.")
	}
	return nil
}

// RevokeReporter leaves the purchase without a reporter; where there is none it
// changes nothing. Other access of the person stays (M-047).
func (s *Service) RevokeReporter(ctx context.Context, reach access.Reach, id PurchaseID) error {
	if err := reach.For(access.ReporterAssign); err != nil {
		return err
	}
	return s.store.EndReporter(ctx, reach, id)
}
