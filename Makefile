# The front door. `make help` lists what it does; everything else is CMake (CMakePresets.json) and the
# programs in build/bin.

SHELL := /bin/bash
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
PRESET ?= release
BUILD := $(if $(filter release,$(PRESET)),build,build-$(PRESET))

.PHONY: help setup configure build build-all demo up down test quick-test bench lint format check coverage security clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that building, testing and running need (does nothing the second time)
	@tools/setup

configure: setup
	@test -f $(BUILD)/build.ninja || cmake --preset $(PRESET) > $(BUILD).configure.log 2>&1 || { cat $(BUILD).configure.log; exit 1; }
	@rm -f $(BUILD).configure.log

build: configure ## Build the programs into build/bin
	@cmake --build $(BUILD) --parallel $(JOBS) --target sb_programs

build-all: configure
	@cmake --build $(BUILD) --parallel $(JOBS)

demo: build ## Watch production being deployed, upgraded under load and saved from two bad releases
	@tools/demo

up: build ## Start the development environment: http://localhost:8000
	@build/bin/saltctl up development

down: ## End everything that up and demo started (data stays; `build/bin/saltctl down --volumes` removes it)
	@test ! -x build/bin/saltctl || build/bin/saltctl down

test: build-all check ## Run every test: unit, integration, simulation and runbook; writes build/reports/tests.json
	@mkdir -p $(BUILD)/reports && rm -rf $(BUILD)/reports/tests.xml $(BUILD)/runbook-ledger
	@tree=$$(tools/evidence tree); status=0; \
	 (cd $(BUILD) && ctest --output-on-failure --parallel $(JOBS) --no-tests=error --output-junit reports/tests.xml) || status=1; \
	 SB_BIN_DIR=$(abspath $(BUILD)/bin) python3 tests/runbook/coverage_test.py || status=1; \
	 tools/evidence tests --tree "$$tree" --status $$status --junit $(BUILD)/reports/tests.xml --to $(BUILD)/reports/tests.json; \
	 exit $$status

quick-test: build-all ## Run the tests that need no servers (under a minute)
	@cd $(BUILD) && ctest --output-on-failure --parallel $(JOBS) --label-regex 'unit|simulation'

bench: build-all ## Measure: every figure beside a peer or a limit, as a ratio
	@bench/run

check: ## The checks that take seconds: formatting, include rules, secrets in the tree
	@tools/check

lint: configure ## clang-tidy over what differs from origin/main, or over everything with ALL=1
	@tools/lint $(BUILD) $(if $(ALL),--all)

format: ## Reformat the C++ sources
	@git ls-files '*.cpp' '*.hpp' | xargs -r clang-format-19 -i

coverage: ## Line coverage of src/ (fails below 85 %)
	@$(MAKE) --no-print-directory PRESET=coverage build-all
	@tools/coverage build-coverage

security: configure ## cppcheck, clang-tidy's bugprone and cert groups, known vulnerabilities, secrets; writes build/reports/security.json
	@tools/security --build $(BUILD)

clean: ## Remove what was built (not the state in .saltbitter)
	@rm -rf build build-*
