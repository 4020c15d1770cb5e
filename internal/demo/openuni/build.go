// Package openuni turns the Open University's learning records into a roster
// bundle: real registrations, submissions and withdrawals, laid over a real order
// book, with names from many languages.
//
// The mapping:
//
//   - A module presentation is an activity of kind course (AAA-2013J); each registration is one
//     enrollment in it. It begins in February (B) or October (J) of its year.
//   - A module is a program of its presentations; modules that many take together in one
//     period are joint programs. Both are products.
//   - The thirteen regions are locations below England, or Scotland, Wales and Ireland of the world's tree.
//   - An order line is a license purchase: its quantity is the seats, its company's contact the buyer.
//     Purchases take blocks of registrations of one presentation in order of registering; one
//     registration in five is nobody's purchase.
//   - Everything is told as at the beginning of the day Options.Today: later facts do not show,
//     later registrations stand with their future day, and seats not redeemed by then are pending.
//   - Who left before the start was partly never redeemed (released), who left later partly revoked.
//   - Northwind's employees are the staff: each has a team of the learners of the orders they sold.
//
// The same data, options and seed give the same bytes.
package openuni

import (
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/names"
	"github.com/ambit-lms/ambit/internal/demo/places"
	"github.com/ambit-lms/ambit/internal/demo/rhythm"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// Today is the day as of which a bundle is told unless another is asked for: the
// October presentations of 2014 have just begun, the first work is due within days,
// and of those of February the failed are not yet known.
var Today = day.Date(2014, 10, 12)

// Options say how to build a bundle.
type Options struct {
	Seed        uint64
	Today       day.Day // in the dataset's own years, before Shift
	Shift       int     // days by which all dates are moved
	Assessments bool    // also each assessment as an activity with its submissions
}

// Defaults are seed 1, as of Today, not moved, without assessments.
func Defaults() Options { return Options{Seed: 1, Today: Today} }

// validity is how long the certificate of a module is good, in days; the others are good for ever.
var validity = map[string]int{"BBB": 400, "DDD": 365}

type builder struct {
	opt       Options
	rng       *rand.Rand
	data      *Data
	trade     *Trade
	tree      *places.Tree
	pool      *names.Pool
	addresses *names.Addresses
	person    map[string]sheet.Person // by student
	region    map[string]string       // dataset's region → location
	member    map[sheet.TeamMember]bool
	today     day.Day
	out       *sheet.Bundle
}

// Build reads the folder of outside data and makes the bundle.
func Build(dir string, opt Options) (*sheet.Bundle, error) {
	b := &builder{
		opt: opt, rng: rand.New(rand.NewPCG(opt.Seed, 0x0a5b17)), today: opt.Today,
		addresses: names.NewAddresses(), person: map[string]sheet.Person{},
		member: map[sheet.TeamMember]bool{}, out: &sheet.Bundle{},
	}
	var err error
	if b.data, err = Read(filepath.Join(dir, "oulad")); err != nil {
		return nil, err
	}
	if b.trade, err = ReadTrade(filepath.Join(dir, "b2b-orders")); err != nil {
		return nil, err
	}
	if b.tree, err = ReadPlaces(dir); err != nil {
		return nil, err
	}
	entries, err := ReadNames(dir)
	if err != nil {
		return nil, err
	}
	b.pool = names.NewPool(entries)

	b.locations()
	b.staff()
	b.learners()
	b.library()
	b.enrollments()
	b.purchases()
	if opt.Assessments {
		b.assessments()
	}
	if faults := b.out.Faults(); len(faults) > 0 {
		return nil, fmt.Errorf("the bundle contradicts itself in %d places, first: %s", len(faults), faults[0])
	}
	return b.out, nil
}

// ReadPlaces reads the world's tree from the folder of outside data.
func ReadPlaces(dir string) (*places.Tree, error) {
	f, err := Open(filepath.Join(dir, "locations", "tree.csv.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return places.Read(f)
}

// ReadNames reads all lists of names from the folder of outside data.
func ReadNames(dir string) ([]names.Entry, error) {
	var files [3]io.Reader
	for i, name := range []string{"faker-names.csv", "common-forenames-by-country.csv", "common-surnames-by-country.csv"} {
		f, err := Open(filepath.Join(dir, "names", name))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		files[i] = f
	}
	entries, err := names.Read(files[0])
	if err != nil {
		return nil, err
	}
	more, err := names.ReadByCountry(files[1], files[2])
	return append(entries, more...), err
}

// on is a day of a presentation as it stands in the bundle.
func (b *builder) on(p *Presentation, d int) string { return b.date(p.day(d)) }

func (b *builder) date(d day.Day) string { return d.Add(b.opt.Shift).String() }

// at is an instant in a day, at the same minute whenever it is asked for the same row.
func (b *builder) at(d day.Day, student string) string {
	n, _ := strconv.Atoi(student)
	return sheet.At(sheet.Minute(d.Add(b.opt.Shift), 6*60+(n*7919+int(d)*31)%(17*60+50)))
}

func (p *Presentation) day(d int) day.Day {
	if d == rhythm.None {
		return day.None
	}
	return p.Start.Add(d)
}

// relative is a calendar day counted from the start of the presentation.
func (p *Presentation) relative(d day.Day) int { return int(d - p.Start) }

// period words a presentation's code: 2013J is "October 2013".
func period(code string) string {
	month := "October"
	if strings.HasSuffix(code, "B") {
		month = "February"
	}
	return month + " " + strings.TrimRight(code, "BJ")
}
