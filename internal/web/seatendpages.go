package web

import (
	"net/http"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/server"
)

func (p *Pages) askRevokeSeat(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showSeatEnd(w, r, http.StatusOK, seatRevoking, SeatEndView{}, nil)
}

func (p *Pages) revokeSeat(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.endSeat(w, r, seatRevoking, func(seat license.SeatID, v SeatEndView) error {
		return p.Licenses.RevokeSeat(r.Context(), reach, license.PurchaseID(r.PathValue("purchase")), seat, v.Reason)
	})
}

func (p *Pages) askReleaseSeat(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showSeatEnd(w, r, http.StatusOK, seatReleasing, SeatEndView{}, nil)
}

func (p *Pages) releaseSeat(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.endSeat(w, r, seatReleasing, func(seat license.SeatID, v SeatEndView) error {
		return p.Licenses.ReleaseSeat(r.Context(), reach, license.PurchaseID(r.PathValue("purchase")), seat, v.Reason)
	})
}

func (p *Pages) askReassignSeat(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showSeatEnd(w, r, http.StatusOK, seatReassigning, SeatEndView{}, nil)
}

func (p *Pages) reassignSeat(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.endSeat(w, r, seatReassigning, func(seat license.SeatID, v SeatEndView) error {
		_, err := p.Licenses.ReassignSeat(r.Context(), server.VisitOf(r.Context()).Reach, license.PurchaseID(r.PathValue("purchase")), seat,
			license.Invitee{Email: v.Email}, v.Reason)
		return err
	})
}

// seatEnding is one way to end a seat, with its address, the words of its page
// and what is told once it is done.
type seatEnding struct {
	path, title, button string
	reassign            bool
	done                Done
}

var (
	seatRevoking    = seatEnding{"revoke", "seats.revoke_title", "seats.revoke_now", false, DoneSeatRevoked}
	seatReleasing   = seatEnding{"release", "seats.release_title", "seats.release_now", false, DoneSeatReleased}
	seatReassigning = seatEnding{"reassign", "seats.reassign_title", "seats.reassign_now", true, DoneSeatGiven}
)

// possible tells why a seat in a state cannot be ended this way.
func (k seatEnding) possible(state license.SeatState, releases bool) error {
	switch redeemed := state == license.Redeemed || state == license.Expired; {
	case state != license.Pending && !redeemed:
		return license.ErrSeatOver
	case redeemed && (k.path == seatRevoking.path || !releases):
		return license.ErrSeatTaken
	case !redeemed && k.path == seatReleasing.path:
		return license.ErrSeatPending
	}
	return nil
}

// endSeat does what the form asks for, or shows it again with the reason why not.
func (p *Pages) endSeat(w http.ResponseWriter, r *http.Request, kind seatEnding, do func(seat license.SeatID, v SeatEndView) error) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	v := SeatEndView{Email: form.Get("email"), Reason: form.Get("reason")}
	err = do(license.SeatID(r.PathValue("seat")), v)
	if err != nil && refused(err) {
		return p.showSeatEnd(w, r, http.StatusUnprocessableEntity, kind, v, err)
	}
	if err != nil {
		return err
	}
	_, back, _, err := p.seatPlace(r, kind.title)
	if err != nil {
		return err
	}
	return see(w, r, with(back.To, "done", string(kind.done)))
}

// showSeatEnd says what ends, what stays, and asks.
func (p *Pages) showSeatEnd(w http.ResponseWriter, r *http.Request, status int, kind seatEnding, v SeatEndView, wrong error) error {
	page, back, purchase, err := p.seatPlace(r, kind.title)
	if err != nil {
		return err
	}
	visit, id := server.VisitOf(r.Context()), license.SeatID(r.PathValue("seat"))
	seat, err := p.Licenses.Seat(r.Context(), visit.Reach(access.LicenseView), purchase.ID, id)
	if err != nil {
		return err
	}
	v.Back, v.Product, v.Reassign = back, purchase.Product.Title, kind.reassign
	v.Action = here(r, "licenses", string(purchase.ID), "seats", string(id), kind.path)
	v.Who, v.Button = seatLineOf(seat).who(page), page.T(kind.button)
	v.Redeemed = seat.State == license.Redeemed || seat.State == license.Expired
	release := visit.Reach(access.SeatRelease)
	if wrong == nil {
		wrong = kind.possible(seat.State, !release.IsEmpty())
		v.Over = wrong != nil
	}
	if v.Redeemed && !release.IsEmpty() {
		ending, err := p.Licenses.SeatEnding(r.Context(), release, purchase.ID, id)
		if err != nil {
			return err
		}
		v.Ends, v.Stays, v.Reporter, v.Free = names(ending.Ends), names(ending.Stays), ending.Reporter, !ending.Spent
		v.NotGiven = kind.reassign && !ending.CanReassign
	}
	page.Title = page.T(kind.title, "Name", v.Who)
	v.Title = page.Title
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, SeatEndPage(page, v))
}

func names(activities []license.Activity) []string {
	var out []string
	for _, a := range activities {
		out = append(out, a.Title)
	}
	return out
}
