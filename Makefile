# `make check` is what the pipeline runs, nothing more and nothing less.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

# Linters are built from source at these versions; nothing needs to be installed.
golangci    := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
govulncheck := go run golang.org/x/vuln/cmd/govulncheck@v1.8.0

# Runs a command with one PostgreSQL for all of its test processes; SQLite needs nothing.
databases := go run ./internal/pgtest/run --
# Runs `go test` with the arguments that follow and closes with "N passed, N failed, N skipped".
tally     := go run ./internal/check/tally

.NOTPARALLEL:
.PHONY: build generate format test check prerequisites generated lint vulnerabilities race proofs night bench demo

build: ## bin/ambit, one file without dependencies
	CGO_ENABLED=0 go build -trimpath -o bin/ambit ./cmd/ambit

generate: ## Go from the .templ files, which is committed
	go run github.com/a-h/templ/cmd/templ generate -log-level error

format:
	$(golangci) fmt

test: ## the quick part, on both engines
	$(databases) $(tally) -short ./...

check: prerequisites generated lint vulnerabilities race proofs

prerequisites:
	internal/check/prerequisites

generated:
	internal/check/generated

# golangci-lint runs go vet and gofumpt among the rest; it takes two minutes on the first run, then seconds.
lint:
	@unformatted=$$(git ls-files -co --exclude-standard '*.go' | xargs -r gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(golangci) run

vulnerabilities:
	GOVULNCHECK="$(govulncheck)" internal/check/vulnerabilities

# SQLite's own machine code, translated to Go, is not ours to search for races and takes most of the time there: it is
# compiled without the detector. Its driver and everything above it are watched.
unwatched := -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false

race:
	$(databases) $(tally) -race $(unwatched) -timeout 20m ./...

proofs: ## what nothing runs beside of and the race detector makes too slow: random worlds, a whole university
	$(databases) $(tally) -timeout 20m -run 'TestRandomWorlds|TestAFilterNeverWidens|TestEveryReporterSeesTheirOwn|TestDrawnBundles|TestTheSchoolComesBack|TestTheUniversityComesBack|TestTheSameNumberEverywhere|TestNobodyGivesMoreThanTheyHave|TestEverythingIsMeasured|TestScripts/benchpages' ./internal/store ./internal/demo ./internal/app ./internal/bench ./internal/cli

night: ## the long proofs: hours
	AMBIT_TEST_PG_FSYNC=1 $(databases) $(tally) -tags night -timeout 3h ./...

bench: ## figures, with commits as durable as in production
	AMBIT_TEST_PG_FSYNC=1 $(databases) go test -run '^$$' -bench . -benchmem -timeout 2h ./...

demo:
	go run ./cmd/ambit demo
