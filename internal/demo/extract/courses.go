package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// chosen are the catalogue's titles that the school offers, by program. A title after
// "=" is how the school writes it, where the catalogue's own reads badly alone.
var chosen = []struct {
	program string
	titles  []string
}{
	{"Data Skills", []string{
		"The Unix Shell", "Version Control with Git", "Programming with Python", "Databases and SQL",
		"Data Organization in Spreadsheets for Ecologists=Data Organization in Spreadsheets",
		"Library Carpentry: Introduction to Regular Expressions=Introduction to Regular Expressions",
	}},
	{"Research Software", []string{
		"Automation and Make", "Plotting and Programming in Python",
		"Reproducible Computational Environments Using Containers: Introduction to Podman or Docker=Reproducible Environments Using Containers",
		"Software Testing", "Software Debugging",
	}},
	{"Teaching Online", []string{"Instructor Training", "Collaborative Lesson Development Training"}},
	{"Compliance Essentials", []string{
		"Data Privacy Fundamentals", "Ethics, Technology and Engineering", "Introduction to Intellectual Property",
		"Security Governance & Compliance",
	}},
	{"Security Practitioner", []string{
		"Cybersecurity Fundamentals", "Principles of Secure Coding", "Identifying Security Vulnerabilities",
		"Web Security Fundamentals", "Digital Forensics Concepts",
	}},
	{"Rust in Practice", []string{
		"Pattern Matching=Rust: Pattern Matching", "Memory Management=Rust: Memory Management", "Borrowing=Rust: Borrowing",
		"Error Handling=Rust: Error Handling", "Foundations of API Design=Rust: Foundations of API Design",
	}},
	{"Software Design", []string{
		"Systematic Program Design", "Object-Oriented Design", "Software Architecture", "Programming Languages",
		"Software Engineering: Introduction",
	}},
	{"Systems and Networks", []string{
		"Operating Systems: Three Easy Pieces", "Computer Networking: a Top-Down Approach", "Parallel Programming",
	}},
	{"Data Science", []string{
		"Machine Learning", "Probability", "Databases: Modeling and Theory", "Data Mining (Specialization)=Data Mining",
	}},
	{"", []string{"Computer Graphics", "Modern Robotics"}},
}

var notWord = regexp.MustCompile(`[^a-z]+`)

// courses looks the chosen titles up in the catalogue.
func courses(data string) (map[string][][]string, error) {
	f, err := os.Open(filepath.Join(data, "catalogue", "courses.csv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	minutes := map[string]string{}
	for _, row := range rows[1:] {
		if _, ok := minutes[row[2]]; !ok {
			minutes[row[2]] = row[6]
		}
	}
	out := [][]string{{"id", "title", "program", "minutes"}}
	for _, c := range chosen {
		for _, title := range c.titles {
			from, shown, ok := strings.Cut(title, "=")
			if !ok {
				shown = from
			}
			m, found := minutes[from]
			if !found {
				return nil, fmt.Errorf("the catalogue has no course %q", from)
			}
			id := strings.Trim(notWord.ReplaceAllString(strings.ToLower(shown), "-"), "-")
			out = append(out, []string{id, shown, c.program, m})
		}
	}
	return map[string][][]string{"courses.csv": out}, nil
}
