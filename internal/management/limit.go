package management

import "github.com/ambit-lms/ambit/internal/fault"

// Managers is how many people of an organization count toward its manager
// limit: those who hold, themselves or by a group, any role but Student, Buyer
// and Purchaser, each once however many they hold (Q-13, M-051).
type Managers struct {
	Count int
	Limit int // 0: none
}

// ErrNoRoom refuses to give one person more such a role. Lowering the limit
// takes nothing away, so there can be more people than places.
var ErrNoRoom = fault.New(fault.LimitReached, "{1} people already hold a managing role here, and the limit is {2}. End somebody's role first, or have the limit raised.")

// Room tells whether one person more may be given a managing role.
func (m Managers) Room() error {
	if m.Limit > 0 && m.Count >= m.Limit {
		return ErrNoRoom.With(m.Count, m.Limit)
	}
	return nil
}
