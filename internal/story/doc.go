// Package story tells what the people of the demonstration do, in a real
// browser: each test is a story that a visitor can repeat by hand after
// `ambit demo`. There is nothing in here but tests.
//
//	go test ./internal/story -screenshots /tmp/pictures
package story
