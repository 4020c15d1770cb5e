// Package bench measures Ambit as its people meet it: a crowd of any size is
// brought in, and four of its people, who see 50 learners, 5,000, a fifth of
// all, and all, open every page and ask every operation through the real
// handler (routing, guard, sessions, rendering), one, eight and sixty-four at
// a time. Beside that it measures decisions, sums, writes, files and the
// import itself.
//
// It stands above app, as the command line does, and decides nothing: routes
// come from the server's own table, so a new page is measured as soon as it
// is there.
package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/app"
	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/crowd"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
)

// Part is one of the things that are measured.
type Part string

// The parts, in the order in which they are measured: what only reads first.
// The import comes before all of them, since they need it; naming it alone
// measures nothing else.
const (
	Imports   Part = "import"
	Decisions Part = "decisions"
	Sums      Part = "sums"
	Pages     Part = "pages"
	Files     Part = "files"
	Beside    Part = "beside"
	Writes    Part = "writes"
)

var parts = []Part{Imports, Decisions, Sums, Pages, Files, Beside, Writes}

// Options say what is measured.
type Options struct {
	Settings    config.Settings // whose DB is empty, or a crowd that was kept
	Learners    int
	Enrollments int
	Keep        string        // folder that remembers a crowd; empty: nothing is kept
	Users       []int         // how many ask at the same time
	Cell        time.Duration // how long one page is asked by one number of users
	Only        []Part        // all when empty
	Match       string        // only routes that hold this; all when empty
	Progress    io.Writer     // told what is being done
	Now         func() time.Time
}

// The smallest crowd in which each of the four people sees somebody else.
const (
	leastLearners = 200
	activities    = 200
)

// check names everything that cannot be used.
func (o Options) check() error {
	var problems []fault.Problem
	wrong := func(bad bool, field, sentence string) {
		if bad {
			problems = append(problems, fault.Problem{Field: field, Sentence: sentence})
		}
	}
	wrong(o.Learners < leastLearners, "learners", fmt.Sprintf("A crowd has at least %d learners.", leastLearners))
	wrong(o.Enrollments < o.Learners || o.Enrollments > o.Learners*activities/2, "enrollments", fmt.Sprintf("A learner has one to %d enrollments on average.", activities/2))
	wrong(len(o.Users) == 0 || slices.Min(o.Users) < 1 || slices.Max(o.Users) > mostUsers, "users", fmt.Sprintf("Give numbers of users from 1 to %d.", mostUsers))
	wrong(o.Cell <= 0, "cell", "Give a length of time, as in 2s.")
	for _, p := range o.Only {
		wrong(!slices.Contains(parts, p), "only", fmt.Sprintf("Nothing is called %s here; there are %s.", p, PartNames()))
	}
	if len(problems) == 0 {
		return nil
	}
	return fault.Invalidf(problems...)
}

// PartNames lists the parts.
func PartNames() string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = string(p)
	}
	return strings.Join(names, ", ")
}

// bench is one measurement under way.
type bench struct {
	Options
	app    *app.App
	server *server.Server
	front  front
	people []person
	result Result
}

// Run brings the crowd in, or finds the one that was kept, and measures it.
func Run(ctx context.Context, o Options) (Result, error) {
	if err := o.check(); err != nil {
		return Result{}, err
	}
	b := &bench{Options: o}
	b.result = Result{Format: Format, MeasuredAt: o.Now().UTC().Truncate(time.Second), Machine: machine(), Crowd: Crowd{o.Learners, o.Enrollments, activities}}
	if err := b.open(ctx); err != nil {
		return b.result, err
	}
	defer b.app.Close()
	if err := b.prepare(ctx); err != nil {
		return b.result, err
	}
	for _, p := range []struct {
		part    Part
		measure func(context.Context) error
	}{
		{Decisions, b.decisions}, {Sums, b.sums}, {Pages, b.pages}, {Files, b.files}, {Beside, b.beside}, {Writes, b.writes},
	} {
		if len(o.Only) > 0 && !slices.Contains(o.Only, p.part) {
			continue
		}
		b.say("%s", p.part)
		if err := p.measure(ctx); err != nil {
			return b.result, fmt.Errorf("%s: %w", p.part, err)
		}
	}
	return b.result, nil
}

func (b *bench) size() crowd.Size {
	return crowd.Size{Learners: b.Learners, Enrollments: b.Enrollments, Activities: activities, Today: day.Of(b.Now(), time.UTC)}
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.Progress, format+"\n", args...)
}

// quiet logs as a server does and keeps nothing: writing the lines is part of
// what a request costs.
func quiet() *slog.Logger { return slog.New(slog.NewJSONHandler(io.Discard, nil)) }
