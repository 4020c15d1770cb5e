// Command bundle turns the Open University's learning records, with real names,
// places and orders laid over them, into a roster bundle that `ambit import` reads:
//
//	go run ./internal/demo/bundle -data ../shared/data -out /tmp/openuni
//	ambit import /tmp/openuni --org openuni
//
// The mapping stands in the documentation of package openuni. The same data,
// options and seed give the same files, byte for byte.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/openuni"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	opt := openuni.Defaults()
	flags := flag.NewFlagSet("bundle", flag.ContinueOnError)
	data := flags.String("data", openuni.DataDir(".", os.Getenv), "folder with oulad, names, b2b-orders and locations")
	out := flags.String("out", "", "folder to write the bundle into")
	today := flags.String("today", opt.Today.String(), "day as of which the facts are told, in the dataset's own years")
	flags.Uint64Var(&opt.Seed, "seed", opt.Seed, "seed of names and seats")
	flags.IntVar(&opt.Shift, "shift", 0, "days by which all dates are moved")
	flags.BoolVar(&opt.Assessments, "assessments", false, "also each assessment as an activity, with its submissions")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *data == "" || *out == "" {
		return fmt.Errorf("say where the data is (-data) and where the bundle goes (-out)")
	}
	d, err := day.Parse(*today)
	if err != nil {
		return err
	}
	opt.Today = d
	bundle, err := openuni.Build(*data, opt)
	if err != nil {
		return err
	}
	files, err := bundle.Files()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(*out, name), content, 0o644); err != nil {
			return err
		}
	}
	fmt.Printf("%d people, %d enrollments, %d purchases and %d seats as of %s\n", len(bundle.People), len(bundle.Enrollments),
		len(bundle.Purchases), len(bundle.Seats), opt.Today.Add(opt.Shift))
	return nil
}
