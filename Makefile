# `make` prints this list; every target that people use has a `##` help line.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test build lint format bench bench-micro bench-shop sanitize fuzz clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build for release, make development secrets, run the gateway and its services in the foreground
	@scripts/bootstrap.sh build
	@swift build -c release --product gateway
	@swift build -c release --product shop
	@scripts/secrets.sh
	@mkdir -p var
	@exec .build/release/gateway serve

test: ## Lint, build and run every test, the black-box ones against the real binaries too
	@scripts/test.sh

build: ## Build for debugging, tests included
	@scripts/bootstrap.sh build
	@swift build --build-tests

lint: ## Check the formatting of all Swift code
	@swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks Fuzz

format: ## Format all Swift code in place
	@swift format --in-place --parallel --recursive Package.swift Sources Tests Benchmarks Fuzz

bench: ## Compare CPU per request and memory with HAProxy and nginx, side by side on this machine
	@scripts/bench.sh

bench-micro: ## Measure single operations of a request: time and allocations, each against its ceiling
	@scripts/bootstrap.sh build
	@swift build -c release --product Benchmarks
	@.build/release/Benchmarks

bench-shop: ## Measure durable orders per second, and reads of a product through the whole gateway
	@scripts/bootstrap.sh build
	@swift build -c release --product gateway
	@swift build -c release --product shop
	@python3 Benchmarks/shop.py

sanitize: ## Run every test under AddressSanitizer, then under ThreadSanitizer
	@scripts/sanitize.sh

fuzz: ## Fuzz every parser for SECONDS=60 each, or one TARGET; make test replays what is found
	@scripts/fuzz.sh $(or $(SECONDS),60) $(TARGET)

clean: ## Remove everything that was built; databases, certificates and secrets stay
	@rm -rf .build .build-address .build-thread .build-fuzz
