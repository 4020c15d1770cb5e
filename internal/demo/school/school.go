// Package school is the extract of real data from which the demonstration school
// is made: attempts of the Open University's learners, course titles, companies with
// their contacts and orders, places and names. It is written by the command
// internal/demo/extract; ATTRIBUTION.md beside the files says whose they are.
package school

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/demo/names"
	"github.com/ambit-lms/ambit/internal/demo/places"
	"github.com/ambit-lms/ambit/internal/demo/rhythm"
)

//go:embed *.csv *.csv.gz ATTRIBUTION.md LICENSE-*.txt
var files embed.FS

// Course is one title of the catalogue; Program groups courses.
type Course struct {
	ID, Title, Program string
	Minutes            int
}

// Company is a customer with its contact person; Place is the id of its city.
type Company struct{ ID, Name, Given, Family, Place, Country string }

// Employee is one of the staff; Boss is the id of the one they report to.
type Employee struct{ ID, Given, Family, Boss, Place string }

// Order is so many seats bought by a company from an employee.
type Order struct {
	ID, Company, Employee string
	Seats                 int
}

// Attempts are what learners did in one run.
type Attempts struct {
	Run  rhythm.Run
	List []rhythm.Attempt
}

// School is the whole extract.
type School struct {
	Courses   []Course
	Companies []Company
	Employees []Employee
	Orders    []Order
	Runs      []Attempts
	Tree      *places.Tree
	Names     *names.Pool
}

// Attribution is the text that a page showing the school must offer.
func Attribution() string {
	text, err := files.ReadFile("ATTRIBUTION.md")
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}

// Load reads the embedded extract.
func Load() (*School, error) {
	s := &School{}
	for _, load := range []func() error{s.courses, s.trade, s.rhythms, s.places, s.names} {
		if err := load(); err != nil {
			return nil, fmt.Errorf("read the extract: %w", err)
		}
	}
	return s, nil
}

// content reads one file, unpacked.
func content(name string) (*bytes.Buffer, error) {
	raw, err := files.ReadFile(name)
	if err != nil || !strings.HasSuffix(name, ".gz") {
		return bytes.NewBuffer(raw), err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err = out.ReadFrom(z)
	return &out, err
}

// each calls back with every row of a file, its header left out.
func each(name string, row func(cells []string) error) error {
	text, err := content(name)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(text).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, cells := range rows[1:] {
		if err := row(cells); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, i+2, err)
		}
	}
	return nil
}

func (s *School) courses() error {
	return each("courses.csv", func(c []string) error {
		minutes, err := strconv.Atoi(c[3])
		s.Courses = append(s.Courses, Course{ID: c[0], Title: c[1], Program: c[2], Minutes: minutes})
		return err
	})
}

func (s *School) trade() error {
	err := each("companies.csv", func(c []string) error {
		s.Companies = append(s.Companies, Company{c[0], c[1], c[2], c[3], c[4], c[5]})
		return nil
	})
	if err != nil {
		return err
	}
	if err := each("employees.csv", func(c []string) error {
		s.Employees = append(s.Employees, Employee{c[0], c[1], c[2], c[3], c[4]})
		return nil
	}); err != nil {
		return err
	}
	return each("orders.csv", func(c []string) error {
		seats, err := strconv.Atoi(c[3])
		s.Orders = append(s.Orders, Order{ID: c[0], Company: c[1], Employee: c[2], Seats: seats})
		return err
	})
}

func (s *School) rhythms() error {
	at := map[string]int{}
	if err := each("runs.csv", func(c []string) error {
		run, err := rhythm.ParseRun(c[1], c[2])
		at[c[0]] = len(s.Runs)
		s.Runs = append(s.Runs, Attempts{Run: run})
		return err
	}); err != nil {
		return err
	}
	return each("rhythms.csv.gz", func(c []string) error {
		a, err := rhythm.ParseAttempt(c[1:])
		run := &s.Runs[at[c[0]]]
		run.List = append(run.List, a)
		return err
	})
}

func (s *School) places() error {
	text, err := content("places.csv.gz")
	if err != nil {
		return err
	}
	s.Tree, err = places.Read(text)
	return err
}

func (s *School) names() error {
	text, err := content("names.csv.gz")
	if err != nil {
		return err
	}
	entries, err := names.Read(text)
	s.Names = names.NewPool(entries)
	return err
}
