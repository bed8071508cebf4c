# The commands of this repository; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run build check test test-api bench screenshots fmt

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: build ## build and serve on http://127.0.0.1:8080, with the data in ./data
	@mkdir -p data
	@target/release/leadline serve

build: ## build the web app and the program: target/release/leadline
	@scripts/need build
	@scripts/web build
	cargo build --release

check: ## the quick part of the tests: formatting, lints, tests on SQLite
	@scripts/need test
	@scripts/test quick

test: ## everything: formatting, lints, all tests on both engines, the web app in a browser
	@scripts/need test
	@scripts/test

test-api: ## a fuzzer driven by openapi.json against a running server, on both engines
	@scripts/need api
	@scripts/with-postgres scripts/test-api

bench: ## the benchmarks, each beside its limit; `make bench B=name` runs one
	@scripts/need test
	@if [ "$(B)" != web ]; then scripts/with-postgres cargo run --release --quiet -p bench -- $(B); fi
	@case "$(B)" in web | "") scripts/bench-web ;; esac

screenshots: ## every screen, light and dark, wide and on a phone, into docs/screenshots
	@scripts/need test
	@scripts/web build
	cargo build --package leadline
	@scripts/web screenshots

fmt: ## format the Rust code
	cargo fmt --all
