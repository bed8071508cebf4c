# The commands of this repository; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run build check test test-api bench fmt

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: build ## build and serve on http://127.0.0.1:8080, with the data in ./data
	@mkdir -p data
	@target/release/leadline serve

build: ## build the program: target/release/leadline
	@scripts/need build
	cargo build --release

check: ## the quick part of the tests: formatting, lints, tests on SQLite
	@scripts/need test
	@scripts/test quick

test: ## everything: formatting, lints, all tests on both engines, the web page
	@scripts/need test
	@scripts/test

test-api: ## a fuzzer driven by openapi.json against a running server, on both engines
	@scripts/need api
	@scripts/with-postgres scripts/test-api

bench: ## the benchmarks, each beside its limit; `make bench B=name` runs one
	@scripts/need test
	@scripts/with-postgres cargo run --release --quiet -p bench -- $(B)

fmt: ## format the Rust code
	cargo fmt --all
