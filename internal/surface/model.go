package surface

import (
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

// Model is a realm in memory, as its rows say and nothing derived but days:
// about 60 bytes an enrollment.
type Model struct {
	realm access.RealmID
	now   time.Time

	orgs       map[string]*organization
	locations  map[string]*location
	people     []*person // by learner number
	byID       map[access.AccountID]*person
	teams      map[string]*team
	groups     map[string]*group
	purchases  map[string]*purchase
	activities []*activity
	numbered   map[access.ActivityNo]*activity
	programs   []*program
	roles      map[string]access.Role // custom ones
	grants     []*grant

	enrollments int
	within      map[place][]*person // whom a place of the tree holds, once it was asked
	held        map[access.AccountID][]holding
}

type organization struct {
	id, slug, parent, name string
	path                   string // only for the order of places
	zone                   *time.Location
	zoneName               string
	today                  day.Day
	dueSoon, expiresSoon   int
	hidePending            bool
}

type location struct{ id, parent, org, name, external, path string }

type person struct {
	id              access.AccountID
	no              access.LearnerNo
	org             *organization
	location        string
	name, folded    string
	email, external string
	search, status  string
	base            string
	lastSeen, made  time.Time
	seats           []*seat // redeemed ones
	teams           []string
	did             []enrollment // by activity
	past            *past        // where a seat ended by date
}

type team struct {
	id, org, owner, external string
	members                  []*person
}

type group struct{ members []membership }

type membership struct {
	who         access.AccountID
	from, until time.Time
}

type activity struct {
	id, external  string
	no            access.ActivityNo
	title, folded string
	kind          string
	org           string
}

type program struct {
	id, external, title, folded, org string
	parts, required                  []access.ActivityNo
}

// derivesFrom lists what a learner's state in the program is made of.
func (p *program) derivesFrom() []access.ActivityNo {
	if len(p.required) > 0 {
		return p.required
	}
	return p.parts
}

type purchase struct {
	id, external, org, product, company, folded string
	title, titleFolded                          string // of the product
	buyer                                       access.AccountID
	bought                                      time.Time
	seats, over                                 int
	redeemBy                                    day.Day
	activities                                  []access.ActivityNo
	assigned                                    []*seat
}

type seat struct {
	id       string
	purchase *purchase
	state    string
	who      *person // of a redeemed seat
	email    string
	redeemed time.Time
	until    day.Day
}

// ended tells whether the access of a redeemed seat is over by date.
func (s *seat) ended() bool { return s.until != day.None && s.until < s.who.org.today }

type grant struct {
	account, group, role string
	at                   place
	from, until, ended   time.Time
}

// place is where somebody holds a role; own is over what they own there alone.
type place struct {
	kind   access.NodeKind
	id     string
	extent access.Extent
	own    bool
}

// self is oneself.
const self access.NodeKind = "self"

// enrollment is what a learner did in an activity, in days of their organization.
type enrollment struct {
	activity                                          access.ActivityNo
	begin, end                                        day.Day // of what keeps it; end None: open
	started, completed, due, valid, active, outcomeOn day.Day
	score                                             int32 // -1: none
	minutes                                           int32
	progress                                          uint8
	outcome                                           string
}

// past keeps what stood when, of learners whose seat has ended by date.
type past struct {
	now     map[access.ActivityNo]facts
	before  map[access.ActivityNo][]formerly // oldest first
	sources map[access.ActivityNo][]span
}

// facts are an enrollment's values with their instants.
type facts struct {
	started, completed, active time.Time
	due, valid, outcomeOn      day.Day
	outcome                    string
	score, minutes             int32
	progress                   uint8
}

// formerly is what stood until an instant.
type formerly struct {
	until time.Time
	facts facts
}

type span struct{ from, until time.Time }

// on is the day of an instant where the person lives.
func (p *person) on(t time.Time) day.Day { return day.Of(t, p.org.zone) }

// during: the first instant counts, the last does not.
func (m *Model) during(from, until time.Time) bool {
	return !m.now.Before(from) && (until.IsZero() || m.now.Before(until))
}
