package store

import (
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
)

// seats says which seats place a learner in a list.
type seats uint8

const (
	allSeats   seats = iota // live and ended by date: the whole reach
	liveSeats               // the default of lists
	endedSeats              // the filter "Seat: ended"
)

// seatsOf tells which seats place a learner in a purchase block for a filter.
func seatsOf(seat report.Seat) seats {
	switch {
	case seat == report.EndedSeat:
		return endedSeats
	case seat.EverySeat():
		return allSeats
	}
	return liveSeats
}

// seatCondition narrows seats under the alias s to live or ended ones. Where it
// is another day already in some of the organizations, each has its own.
func seatCondition(p *params, which seats, orgs []report.Organization) string {
	if which == allSeats {
		return ""
	}
	on := map[day.Day][]access.OrgID{}
	var days []day.Day
	for _, o := range orgs {
		if on[o.Today] == nil {
			days = append(days, o.Today)
		}
		on[o.Today] = append(on[o.Today], o.ID)
	}
	var any []string
	for _, d := range days {
		day := p.put(int64(d))
		c := "s.access_until < " + day
		if which == liveSeats {
			c = "(s.access_until is null or s.access_until >= " + day + ")"
		}
		if len(days) > 1 {
			c = "(s.organization_id in " + in(p, on[d]) + " and " + c + ")"
		}
		any = append(any, c)
	}
	if len(any) == 0 {
		return " and 1 = 0"
	}
	return " and (" + strings.Join(any, " or ") + ")"
}
